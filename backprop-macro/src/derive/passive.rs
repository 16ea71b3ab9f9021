//! Types without floats, by syntax: integers, `bool`, `char`, strings, `()`, `PhantomData`, and references,
//! slices, arrays, `Vec` and `Option` of them.
//!
//! A name may be shadowed by a type of the user's, so the generated code asserts each verdict with
//! `__private::passive`.

use syn::{GenericArgument, PathArguments, Type, TypePath};

const SCALARS: [&str; 16] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool", "char",
    "str", "String",
];

/// Whether a field of this type is absent from the tangent.
pub fn is_passive(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => is_passive_path(path),
        Type::Array(array) => is_passive(&array.elem),
        Type::Slice(slice) => is_passive(&slice.elem),
        Type::Reference(reference) => is_passive(&reference.elem),
        Type::Group(group) => is_passive(&group.elem),
        Type::Paren(paren) => is_passive(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.is_empty(),
        // Everything else must be `Differentiable`, which rustc checks.
        _ => false,
    }
}

fn is_passive_path(ty: &TypePath) -> bool {
    let Some(last) = ty.path.segments.last() else { return false };
    if ty.qself.is_some() {
        return false;
    }
    let name = last.ident.to_string();
    match &last.arguments {
        PathArguments::None => SCALARS.contains(&name.as_str()),
        PathArguments::AngleBracketed(arguments) => match name.as_str() {
            "PhantomData" => true,
            "Vec" | "Option" => arguments.args.iter().all(|argument| match argument {
                GenericArgument::Type(element) => is_passive(element),
                _ => false,
            }),
            _ => false,
        },
        PathArguments::Parenthesized(_) => false,
    }
}
