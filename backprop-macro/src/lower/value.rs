//! What an expression evaluates to while lowering: more than the IR's values, because places, references, tuples,
//! ranges, closures and iterators exist only here.
//!
//! ```text
//! &a[1..]   →   Val::Ref(a[v3..])        (x, y)   →   Val::Tuple([v0, v1])        |t| t * x   →   Val::Closure
//! ```

use super::iter::Iter;
use super::lowerer::{Binding, Lowered, Lowerer, Slot, Stop};
use super::resolve::BinderId;
use crate::diag::{catalog, At};
use crate::ir::{Access, Init, MemId, Op, Operand, Place, Proj, SpanId, Stmt, Ty, ValueId};
use proc_macro2::Span;
use std::rc::Rc;

#[derive(Clone)]
pub enum Val<'a> {
    Unit,
    Value(ValueId),
    /// A shared reference to a number.
    RefValue(ValueId),
    /// Something in memory, as an expression of its own type.
    Place(Place),
    /// A reference to something in memory.
    Ref(Place, bool),
    /// A fresh object that nothing else names.
    Temp(MemId),
    /// An object that is not in memory yet.
    Fresh(Box<Init>, Ty),
    Tuple(Vec<Val<'a>>),
    /// An `Option` that is not in memory: whether it is `Some`, and what it holds then.
    Opt(Slot, Option<Box<Val<'a>>>),
    Range(RangeVal),
    Closure(Rc<ClosureVal<'a>>),
    Iter(Rc<Iter<'a>>),
    /// A function named by a path: `f64::max`.
    Func(&'a syn::ExprPath),
    /// A parameter that is a function.
    Function(Rc<FunctionVal>),
}

/// `lo..hi`
#[derive(Clone, Debug)]
pub struct RangeVal {
    pub lo: Option<ValueId>,
    pub hi: Option<ValueId>,
    pub inclusive: bool,
}

/// A parameter that is a function.
pub struct FunctionVal {
    /// What it captures.
    pub place: Place,
    /// The name of its forward half.
    pub call: crate::ir::CodeId,
    /// The type of its result.
    pub output: Ty,
}

/// A closure of the user; its captures are the variables that its body names.
pub struct ClosureVal<'a> {
    pub closure: &'a syn::ExprClosure,
    /// What it holds by value, in place of the variables of these names.
    pub captured: Vec<(BinderId, Binding<'a>)>,
}

impl<'a> Lowerer<'a> {
    /// What is known of its type.
    pub fn ty_of(&self, val: &Val<'a>) -> Ty {
        match val {
            Val::Unit => Ty::Passive(None),
            Val::Value(v) | Val::RefValue(v) => self.f.values[*v].ty.clone(),
            Val::Place(place) | Val::Ref(place, _) => self.place_ty(place),
            Val::Temp(mem) => self.f.mems[*mem].ty.clone(),
            Val::Fresh(_, ty) => ty.clone(),
            Val::Tuple(items) => Ty::Tuple(items.iter().map(|i| self.ty_of(i)).collect()),
            Val::Opt(_, Some(inner)) => Ty::Option(Box::new(self.ty_of(inner))),
            Val::Opt(_, None) => Ty::Option(Box::new(Ty::Unknown)),
            Val::Range(_) | Val::Closure(_) | Val::Iter(_) | Val::Func(_) | Val::Function(_) => Ty::Unknown,
        }
    }

    /// The type at a place, as far as it is known.
    pub fn place_ty(&self, place: &Place) -> Ty {
        let mut ty = self.f.mems[place.mem].ty.clone();
        for proj in &place.proj {
            ty = match proj {
                Proj::Index(_) => ty.elem(),
                Proj::Range { .. } => match ty.elem() {
                    Ty::Unknown => Ty::Unknown,
                    elem => Ty::Slice(Box::new(elem)),
                },
                Proj::Field(crate::ir::Field::Index(i)) => match ty {
                    Ty::Tuple(items) => items.get(*i as usize).cloned().unwrap_or(Ty::Unknown),
                    _ => Ty::Unknown,
                },
                Proj::Field(crate::ir::Field::Named(..)) => Ty::Unknown,
                Proj::Payload { .. } => match ty {
                    Ty::Option(inner) => *inner,
                    _ => Ty::Unknown,
                },
                Proj::Deref => match ty {
                    Ty::Boxed(inner) => *inner,
                    _ => Ty::Unknown,
                },
            };
        }
        ty
    }

    /// May it depend on a differentiable parameter?
    pub fn tainted(&self, val: &Val<'a>) -> bool {
        match val {
            Val::Unit | Val::Func(_) => false,
            Val::Value(v) | Val::RefValue(v) => self.value_tainted(*v),
            Val::Place(place) | Val::Ref(place, _) => self.place_tainted(place),
            Val::Function(function) => self.place_tainted(&function.place),
            Val::Temp(mem) => self.mem_tainted(*mem),
            Val::Fresh(init, ty) => !ty.is_passive() && self.init_tainted(init),
            Val::Tuple(items) => items.iter().any(|i| self.tainted(i)),
            Val::Opt(_, inner) => inner.as_ref().is_some_and(|i| self.tainted(i)),
            Val::Range(_) => false,
            Val::Closure(closure) => self.mentions_tainted(&closure.closure.body),
            Val::Iter(iter) => self.iter_tainted(iter),
        }
    }

    pub fn place_tainted(&self, place: &Place) -> bool {
        self.mem_tainted(place.mem) && !self.place_ty(place).is_passive()
    }

    pub fn operand_tainted(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Value(v) => self.value_tainted(*v),
            Operand::Mem(mem) => self.mem_tainted(*mem),
            Operand::Copy(place) => self.place_tainted(place),
        }
    }

    pub fn init_tainted(&self, init: &Init) -> bool {
        match init {
            Init::Array(items) | Init::VecOf(items) | Init::Tuple(items) => {
                items.iter().any(|i| self.operand_tainted(i))
            }
            Init::Variant { path: _, args } => args.iter().any(|i| self.operand_tainted(i)),
            Init::Repeat { elem, len: _ } | Init::VecRepeat { elem, len: _ } => self.operand_tainted(elem),
            Init::VecNew { .. } | Init::Opaque(_) => false,
            Init::Struct { path: _, fields, base } => {
                fields.iter().map(|(_, o)| o).chain(base).any(|o| self.operand_tainted(o))
            }
            Init::From(operand) | Init::Boxed(operand) => self.operand_tainted(operand),
            Init::ToVec(place) | Init::Taken(place) | Init::ZeroOf(place) => self.place_tainted(place),
            Init::Row { of, .. } => self.place_tainted(of),
        }
    }

    /// The scalar that it is, loaded if it is in memory.
    pub fn scalar(&mut self, val: Val<'a>, at: At) -> Lowered<ValueId> {
        match val {
            Val::Value(v) | Val::RefValue(v) => Ok(v),
            Val::Place(place) | Val::Ref(place, _) => Ok(self.load(place, at.span())),
            Val::Temp(mem) => Ok(self.load(Place::whole(mem), at.span())),
            Val::Opt(..) => self.fail(catalog::aggregate_as_scalar(at, "an `Option`")),
            Val::Fresh(_, _) => self.fail(catalog::aggregate_as_scalar(at, "an aggregate")),
            Val::Tuple(_) => self.fail(catalog::aggregate_as_scalar(at, "a tuple")),
            Val::Range(_) => self.fail(catalog::aggregate_as_scalar(at, "a range")),
            Val::Closure(_) | Val::Function(_) => self.fail(catalog::aggregate_as_scalar(at, "a closure")),
            Val::Iter(_) => self.fail(catalog::aggregate_as_scalar(at, "an iterator")),
            Val::Func(path) => Ok(self.constant(path)),
            Val::Unit => Ok(self.unit_value(at.span())),
        }
    }

    /// `()` as a passive value.
    fn unit_value(&mut self, span: Span) -> ValueId {
        let code = self.source.code(quote::quote!(()));
        let opaque = crate::ir::Opaque { code, reads: Vec::new(), writes: Vec::new(), diverges: false };
        self.let_(Op::Pure(opaque), Ty::Passive(None), false, span)
    }

    /// Reads a scalar (or something of unknown type) from memory.
    pub fn load(&mut self, place: Place, span: Span) -> ValueId {
        let ty = self.place_ty(&place);
        let tainted = self.place_tainted(&place);
        self.let_(Op::Load(place), ty, tainted, span)
    }

    /// The place where it is; what is nowhere yet becomes a temporary.
    pub fn place(&mut self, val: Val<'a>, at: At) -> Lowered<Place> {
        match val {
            Val::Place(place) | Val::Ref(place, _) => Ok(place),
            Val::Temp(mem) => Ok(Place::whole(mem)),
            Val::Value(value) if self.is_object(value) => {
                Ok(Place::whole(self.object_of(value, Ty::Unknown)))
            }
            other => {
                let ty = self.ty_of(&other);
                let init = self.init(other, at)?;
                Ok(Place::whole(self.declare(init, ty, at.span())))
            }
        }
    }

    /// As the initialiser of an object.
    pub fn init(&mut self, val: Val<'a>, at: At) -> Lowered<Init> {
        match val {
            Val::Fresh(init, _) => Ok(*init),
            Val::Tuple(items) => Ok(Init::Tuple(self.operands(items, at)?)),
            Val::Opt(is_some, inner) => self.option_init(is_some, inner, at),
            Val::Place(place) if self.place_ty(&place).is_scalar() => {
                Ok(Init::From(Operand::Value(self.load(place, at.span()))))
            }
            Val::Ref(place, false) if self.place_ty(&place).is_scalar() => {
                Ok(Init::From(Operand::Value(self.load(place, at.span()))))
            }
            other => Ok(Init::From(self.operand(other, at)?)),
        }
    }

    pub fn operands(&mut self, items: Vec<Val<'a>>, at: At) -> Lowered<Vec<Operand>> {
        items.into_iter().map(|i| self.operand(i, at)).collect()
    }

    /// As a part of an aggregate, or an argument by value.
    pub fn operand(&mut self, val: Val<'a>, at: At) -> Lowered<Operand> {
        match val {
            Val::Value(v) | Val::RefValue(v) => Ok(Operand::Value(v)),
            Val::Place(place) => {
                if self.place_ty(&place).is_scalar() {
                    return Ok(Operand::Value(self.load(place, at.span())));
                }
                if place.proj.is_empty() && self.f.mems[place.mem].access == Access::Owned {
                    return Ok(Operand::Mem(place.mem));
                }
                Ok(Operand::Copy(place))
            }
            Val::Ref(place, false) if self.place_ty(&place).is_scalar() => {
                Ok(Operand::Value(self.load(place, at.span())))
            }
            Val::Ref(..) => {
                let what = "a reference stored in an array, tuple or struct";
                self.fail(catalog::reference_repointed(at, what))
            }
            Val::Temp(mem) => Ok(Operand::Mem(mem)),
            Val::Fresh(init, ty) => Ok(Operand::Mem(self.declare(*init, ty, at.span()))),
            Val::Opt(..) => {
                let ty = self.ty_of(&val);
                let init = self.init(val, at)?;
                Ok(Operand::Mem(self.declare(init, ty, at.span())))
            }
            Val::Tuple(items) => {
                let ty = Ty::Tuple(items.iter().map(|i| self.ty_of(i)).collect());
                let init = Init::Tuple(self.operands(items, at)?);
                Ok(Operand::Mem(self.declare(init, ty, at.span())))
            }
            other @ (Val::Unit
            | Val::Range(_)
            | Val::Closure(_)
            | Val::Iter(_)
            | Val::Func(_)
            | Val::Function(_)) => Ok(Operand::Value(self.scalar(other, at)?)),
        }
    }

    /// `let m = init;`; what is an object without a name already stays that.
    pub fn declare(&mut self, init: Init, ty: Ty, span: Span) -> MemId {
        if let Init::From(Operand::Mem(mem)) = &init {
            let info = &mut self.f.mems[*mem];
            if info.name.is_none() && info.access == Access::Owned && self.made.remove(mem) {
                info.ty = ty.join(&info.ty);
                return *mem;
            }
        }
        let tainted = self.init_tainted(&init) && !ty.is_passive();
        let mem = self.object(ty, tainted, span);
        self.emit(Stmt::Decl { mem, init: Some(init) });
        mem
    }

    /// A local object without a declaration yet.
    pub fn object(&mut self, ty: Ty, tainted: bool, span: Span) -> MemId {
        let span = self.span(span);
        self.object_at(ty, tainted, span)
    }

    pub fn object_at(&mut self, ty: Ty, tainted: bool, span: SpanId) -> MemId {
        let access = Access::Owned;
        let mem = self.f.mems.push(crate::ir::MemInfo { ty, name: None, span, access, shadow_of: None });
        self.mem_taint.push(tainted);
        mem
    }

    /// Reports, and gives up the expression.
    pub fn fail<T>(&mut self, diag: crate::diag::Diag) -> Lowered<T> {
        self.errors.push(diag);
        Err(Stop)
    }
}
