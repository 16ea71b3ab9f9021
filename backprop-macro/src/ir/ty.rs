//! What the compiler knows of a type: the macro sees tokens only, so this is what syntax tells.

use super::{CodeId, Field, Proj};
use std::rc::Rc;

/// A best-effort type. `Unknown` is always allowed: rustc infers it, and traits of the runtime carry it.
#[derive(Clone, Debug, PartialEq)]
pub enum Ty {
    Float(FloatTy),
    Int,
    Bool,
    /// `char`, strings, `()`, functions: never differentiated. The code is the type's tokens, where written.
    Passive(Option<CodeId>),
    /// `[T; N]`; the length is code in the side table, `None` where it isn't written (a literal with n elements).
    Array(Box<Ty>, ArrayLen),
    Slice(Box<Ty>),
    Vec(Box<Ty>),
    Tuple(Vec<Ty>),
    Option(Box<Ty>),
    /// `Box<T>`
    Boxed(Box<Ty>),
    /// A named type: its tokens, and the fields that are seen.
    Adt(CodeId, Seen),
    Unknown,
}

/// The types of fields, where the struct is seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen(Option<Rc<[(String, Ty)]>>);

impl Seen {
    pub fn of(fields: Vec<(String, Ty)>) -> Self {
        Seen((!fields.is_empty()).then(|| fields.into()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Of a field with this name.
    pub fn named(&self, name: &str) -> Ty {
        let mut fields = self.0.iter().flat_map(|fields| fields.iter());
        fields.find(|(known, _)| known == name).map_or(Ty::Unknown, |(_, ty)| ty.clone())
    }

    fn field(&self, field: &Field) -> Ty {
        let number;
        let name = match field {
            Field::Named(_, name) => name,
            Field::Index(k) => {
                number = k.to_string();
                &number
            }
        };
        self.named(name)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum ArrayLen {
    Known(u64),
    Code(CodeId),
}

#[derive(Clone, Debug, PartialEq)]
pub enum FloatTy {
    F32,
    F64,
    /// A generic `T: Real`: the parameter's tokens.
    Param(CodeId),
    /// An unsuffixed literal, or computed from such: rustc infers it.
    Any,
    /// Such a float per seed or direction of one sweep.
    Lanes(Box<FloatTy>),
}

/// The type of an integer. Literals have none of their own: the generated code mentions them away from what told their
/// types in the user's function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntTy {
    Named(&'static str),
    /// The same, which rustc finds, for all values with this number.
    Same(u32),
}

impl Ty {
    pub const ANY_FLOAT: Ty = Ty::Float(FloatTy::Any);

    /// A float of some kind.
    pub fn is_float(&self) -> bool {
        matches!(self, Ty::Float(_))
    }

    /// Of a kind that has no derivative.
    pub fn is_passive(&self) -> bool {
        match self {
            Ty::Int | Ty::Bool | Ty::Passive(_) => true,
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) | Ty::Option(elem) | Ty::Boxed(elem) => {
                elem.is_passive()
            }
            Ty::Tuple(items) => items.iter().all(Ty::is_passive),
            Ty::Float(_) | Ty::Adt(..) | Ty::Unknown => false,
        }
    }

    /// Held in SSA values; everything else is a memory object (`Unknown` may be either).
    pub fn is_scalar(&self) -> bool {
        matches!(self, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_))
    }

    /// Floats and arrays and tuples of floats alone: the type is its own tangent, and a zero can be written down.
    pub fn is_plain(&self) -> bool {
        match self {
            Ty::Float(_) => true,
            Ty::Array(elem, _) => elem.is_plain(),
            Ty::Tuple(items) => !items.is_empty() && items.iter().all(Ty::is_plain),
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => false,
        }
    }

    /// Does it tell the zero of its tangent?
    pub fn is_shape_known(&self) -> bool {
        match self {
            Ty::Float(_) => true,
            Ty::Array(elem, _) => elem.is_shape_known(),
            Ty::Tuple(items) => items.iter().all(Ty::is_shape_known),
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => false,
        }
    }

    /// The element of an array, slice or vector.
    pub fn elem(&self) -> Ty {
        match self {
            Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => (**elem).clone(),
            Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => Ty::Unknown,
        }
    }

    /// What a projection leads to.
    pub fn project(&self, proj: &Proj) -> Ty {
        match (proj, self) {
            (Proj::Index(_), ty) => ty.elem(),
            (Proj::Range { .. }, ty) => Ty::Slice(Box::new(ty.elem())),
            (Proj::Field(Field::Index(k)), Ty::Tuple(items)) => {
                items.get(*k as usize).cloned().unwrap_or(Ty::Unknown)
            }
            (Proj::Payload { .. }, Ty::Option(inner)) | (Proj::Deref, Ty::Boxed(inner)) => (**inner).clone(),
            (Proj::Field(field), Ty::Adt(_, seen)) => seen.field(field),
            (Proj::Field(_) | Proj::Payload { .. } | Proj::Deref, _) => Ty::Unknown,
        }
    }

    /// The better known of two types that rustc will find equal.
    pub fn join(&self, other: &Ty) -> Ty {
        match (self, other) {
            (Ty::Unknown, t) | (t, Ty::Unknown) => t.clone(),
            (Ty::Float(FloatTy::Any), Ty::Float(t)) | (Ty::Float(t), Ty::Float(FloatTy::Any)) => {
                Ty::Float(t.clone())
            }
            (Ty::Adt(_, seen), Ty::Adt(_, better)) if seen.is_empty() && !better.is_empty() => other.clone(),
            (t, _) => t.clone(),
        }
    }
}
