//! What a written type tells.
//!
//! ```text
//! [[f64; 3]; N]   →   Array(Array(Float(F64), 3), N)        MyStruct   →   Adt
//! ```

use crate::ir::ty::{ArrayLen, Seen};
use crate::ir::{FloatTy, Ty};
use crate::source::Source;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Expr, GenericArgument, Lit, PathArguments, Type};

const INTEGERS: [&str; 12] =
    ["usize", "isize", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128"];

/// The name of a primitive type, written bare or by its full path.
pub fn primitive(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    if path.qself.is_some() {
        return None;
    }
    let segments: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [name] | ["core" | "std", "primitive", name] => Some((*name).to_string()),
        _ => None,
    }
}

pub fn is_integer(ty: &Type) -> bool {
    match ty {
        Type::Paren(p) => is_integer(&p.elem),
        other => {
            primitive(other).is_some_and(|n| INTEGERS.contains(&n.as_str()) || n == "bool" || n == "char")
        }
    }
}

pub fn is_integer_name(name: &str) -> bool {
    INTEGERS.contains(&name)
}

/// The name of a primitive integer type.
pub fn integer_name(ty: &Type) -> Option<&'static str> {
    named_integer(&primitive(ty)?)
}

pub fn named_integer(name: &str) -> Option<&'static str> {
    INTEGERS.into_iter().find(|n| *n == name)
}

/// `f32`, `f64`.
pub fn float_name(name: &str) -> Option<FloatTy> {
    match name {
        "f32" => Some(FloatTy::F32),
        "f64" => Some(FloatTy::F64),
        _ => None,
    }
}

/// The compiler's type for a written one; references are looked through.
pub fn lower_type(ty: &Type, reals: &[Ident], source: &mut Source) -> Ty {
    match ty {
        Type::Paren(p) => lower_type(&p.elem, reals, source),
        Type::Group(p) => lower_type(&p.elem, reals, source),
        Type::Reference(r) => lower_type(&r.elem, reals, source),
        Type::Array(array) => {
            let elem = lower_type(&array.elem, reals, source);
            Ty::Array(Box::new(elem), array_len(&array.len, source))
        }
        Type::Slice(slice) => Ty::Slice(Box::new(lower_type(&slice.elem, reals, source))),
        Type::Tuple(tuple) if tuple.elems.is_empty() => Ty::Passive(Some(source.code(ty.to_token_stream()))),
        Type::Tuple(tuple) => Ty::Tuple(tuple.elems.iter().map(|t| lower_type(t, reals, source)).collect()),
        Type::Path(path) => path_type(path, reals, source),
        Type::Infer(_) => Ty::Unknown,
        Type::FnPtr(_) | Type::ImplTrait(_) | Type::TraitObject(_) | Type::Never(_) => {
            Ty::Passive(Some(source.code(ty.to_token_stream())))
        }
        _ => Ty::Unknown,
    }
}

/// The length of an array type or repeat expression.
pub fn array_len(len: &Expr, source: &mut Source) -> ArrayLen {
    if let Expr::Lit(lit) = len {
        if let Lit::Int(int) = &lit.lit {
            if let Ok(n) = int.base10_parse() {
                return ArrayLen::Known(n);
            }
        }
    }
    ArrayLen::Code(source.code(len.to_token_stream()))
}

fn path_type(path: &syn::TypePath, reals: &[Ident], source: &mut Source) -> Ty {
    let code = |source: &mut Source| source.code(path.to_token_stream());
    if let Some(ident) = path.path.get_ident() {
        if path.qself.is_none() && reals.contains(ident) {
            return Ty::Float(FloatTy::Param(code(source)));
        }
    }
    if let Some(name) = primitive(&Type::Path(path.clone())) {
        if let Some(float) = float_name(&name) {
            return Ty::Float(float);
        }
        match name.as_str() {
            "bool" => return Ty::Bool,
            "char" | "str" | "String" => return Ty::Passive(Some(code(source))),
            other if is_integer_name(other) => return Ty::Int,
            _ => {}
        }
    }
    let Some(last) = path.path.segments.last() else { return Ty::Unknown };
    let argument = type_argument(last);
    match (last.ident.to_string().as_str(), argument) {
        ("Vec", Some(elem)) => Ty::Vec(Box::new(lower_type(elem, reals, source))),
        ("Option", Some(elem)) => Ty::Option(Box::new(lower_type(elem, reals, source))),
        ("Box", Some(held)) if !matches!(held, Type::TraitObject(_) | Type::FnPtr(_)) => {
            Ty::Boxed(Box::new(lower_type(held, reals, source)))
        }
        ("Vec", None) => Ty::Vec(Box::new(Ty::Unknown)),
        // A function that is only known at run time.
        (_, Some(Type::TraitObject(_) | Type::FnPtr(_))) => Ty::Passive(Some(code(source))),
        ("String" | "PhantomData" | "Ordering" | "Range" | "RangeInclusive" | "Duration" | "Instant", _) => {
            Ty::Passive(Some(code(source)))
        }
        _ => Ty::Adt(code(source), Seen::default()),
    }
}

/// `T` of `Result<T, E>`.
pub fn first_argument(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Path(path) => path.path.segments.last().and_then(type_argument),
        _ => None,
    }
}

fn type_argument(segment: &syn::PathSegment) -> Option<&Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(args) => args.args.iter().find_map(|a| match a {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}
