//! Patterns of options, by their form.
//!
//! ```text
//! Some(P { x, y }) and None    →    whether it is `Some` decides, and `P { x, y }` always fits
//! ```

use super::matches::{is_refutable, split_guard};
use syn::Pat;

/// `p` of `Some(p)`.
pub(super) fn option_payload(pat: &Pat) -> Option<&Pat> {
    match pat {
        Pat::TupleStruct(p) if p.path.segments.last().is_some_and(|s| s.ident == "Some") => p.elems.first(),
        Pat::Paren(p) => option_payload(&p.pat),
        Pat::Reference(p) => option_payload(&p.pat),
        _ => None,
    }
}

pub(super) fn is_none(pat: &Pat) -> bool {
    let last = |path: &syn::Path| path.segments.last().is_some_and(|s| s.ident == "None");
    match pat {
        Pat::Ident(p) => p.ident == "None",
        Pat::Path(p) => last(&p.path),
        Pat::Paren(p) => is_none(&p.pat),
        _ => false,
    }
}

/// For `Some(p)` and `None` (or `_`) in either order: is `Some` first?
pub(super) fn option_arms(first: &Pat, second: &Pat) -> Option<bool> {
    let some = |p: &Pat| option_payload(p).is_some_and(|p| !is_refutable(p));
    // Beside `None` alone, every payload fits: else rustc would miss an arm.
    let only = |p: &Pat| option_payload(p).is_some_and(is_of_parts);
    let rest = |p: &Pat| is_none(p) || matches!(p, Pat::Wild(_));
    if some(first) && rest(second) || only(first) && is_none(second) {
        return Some(true);
    }
    (is_none(first) && (some(second) || only(second) || matches!(second, Pat::Wild(_)))).then_some(false)
}

/// Variables in a tuple, a struct, an array.
fn is_of_parts(pat: &Pat) -> bool {
    match pat {
        Pat::Ident(p) => p.subpat.is_none(),
        Pat::Wild(_) | Pat::Rest(_) => true,
        Pat::Tuple(p) => p.elems.iter().all(is_of_parts),
        Pat::TupleStruct(p) => p.elems.iter().all(is_of_parts),
        Pat::Struct(p) => p.fields.iter().all(|f| is_of_parts(&f.pat)),
        Pat::Slice(p) => p.elems.iter().all(is_of_parts),
        Pat::Paren(p) => is_of_parts(&p.pat),
        Pat::Reference(p) => is_of_parts(&p.pat),
        _ => false,
    }
}

/// `Some(p)`, where `p` always matches, `None` or `_`, also with a guard?
pub(super) fn is_option_arm(pat: &Pat) -> bool {
    let (pat, _) = split_guard(pat);
    option_payload(pat).is_some_and(|p| !is_refutable(p)) || is_none(pat) || matches!(pat, Pat::Wild(_))
}

/// `Err(..)`
pub(super) fn is_error(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(p) => p.path.segments.last().is_some_and(|s| s.ident == "Err"),
        Pat::Paren(p) => is_error(&p.pat),
        Pat::Or(p) => p.cases.iter().any(is_error),
        _ => false,
    }
}
