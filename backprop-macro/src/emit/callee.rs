//! The paths of a callee's companion.
//!
//! ```text
//! m::g::<T>           m::g::__fwd::<T>           a free function: an item of its companion
//! Vec3::dot           Vec3::__dot_call           an associated function, or a method by its path: its sibling
//! other::value        other::__fwd               a companion under another name
//! v.norm::<N>()       v.__norm_fwd::<N>()        a method by its name: see `forms/dot.rs`
//! ```

use super::names::{bare, generated};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// One of the hidden entry points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    Forward,
    Tangent,
    /// In several directions at once.
    TangentLanes,
    /// In many directions at once, in blocks.
    TangentBlocks,
    /// The forward half with tangents, for second order.
    ForwardTangent,
    /// The forward half and the tangent of a function that is handed on by its name.
    Function,
    FunctionTangent,
    /// The halves of a recursive function around an arena: see `forms/arena.rs`.
    Up,
    Down,
}

impl Entry {
    /// `fwd` of `__fwd`, `__m_fwd`.
    pub fn suffix(self) -> &'static str {
        match self {
            Entry::Forward => "fwd",
            Entry::Tangent => "jvp",
            Entry::TangentLanes => "jvp_lanes",
            Entry::TangentBlocks => "jvp_blocks",
            Entry::ForwardTangent => "fwd_jvp",
            Entry::Function => "fun",
            Entry::FunctionTangent => "fun_jvp",
            Entry::Up => "up",
            Entry::Down => "down",
        }
    }

    /// The same for functions of an `impl`, called by path.
    pub fn by_path(self) -> &'static str {
        match self {
            Entry::Forward => "call",
            Entry::Tangent => "call_jvp",
            Entry::TangentLanes => "call_jvp_lanes",
            Entry::TangentBlocks => "call_jvp_blocks",
            Entry::ForwardTangent => "call_fwd_jvp",
            Entry::Function => "fun",
            Entry::FunctionTangent => "fun_jvp",
            Entry::Up => "call_up",
            Entry::Down => "call_down",
        }
    }
}

/// The entry point of a path.
pub fn path(callee: TokenStream, entry: Entry) -> TokenStream {
    let (head, turbofish) = split_turbofish(callee);
    let turbofish = with_lanes(turbofish, entry);
    let Some((TokenTree::Ident(last), front)) = head.split_last() else {
        let head: TokenStream = head.into_iter().collect();
        return q!(#head #turbofish);
    };
    let span = last.span().resolved_at(Span::mixed_site());
    let hidden = generated(&format!("__{}", entry.suffix()), span);
    let qualifier = front.len().checked_sub(3).map(|k| &front[k]);
    let prefix: TokenStream = front.iter().cloned().collect();
    match qualifier {
        Some(TokenTree::Ident(of)) if is_type(of) => {
            let sibling = sibling(last, entry);
            q!(#prefix #sibling #turbofish)
        }
        Some(TokenTree::Punct(p)) if p.as_char() == '>' => {
            let sibling = sibling(last, entry);
            q!(#prefix #sibling #turbofish)
        }
        Some(TokenTree::Ident(_)) if last == "value" => q!(#prefix #hidden #turbofish),
        Some(_) | None => q!(#prefix #last::#hidden #turbofish),
    }
}

/// `m::g::__covers` of a free function.
pub fn claims(callee: TokenStream) -> Option<TokenStream> {
    let (head, _) = split_turbofish(callee);
    let (TokenTree::Ident(last), front) = head.split_last()? else { return None };
    let qualifier = front.len().checked_sub(3).map(|k| &front[k]);
    let hidden = generated("__covers", last.span().resolved_at(Span::mixed_site()));
    let prefix: TokenStream = front.iter().cloned().collect();
    match qualifier {
        Some(TokenTree::Ident(of)) if is_type(of) => None,
        Some(TokenTree::Ident(_)) if last == "value" => Some(q!(#prefix #hidden)),
        Some(TokenTree::Ident(_)) => Some(q!(#prefix #last::#hidden)),
        None if front.is_empty() => Some(q!(#last::#hidden)),
        Some(_) | None => None,
    }
}

/// The entry point of a method's name.
pub fn method(name: TokenStream, entry: Entry) -> TokenStream {
    let (head, turbofish) = split_turbofish(name);
    let turbofish = with_lanes(turbofish, entry);
    match head.last() {
        Some(TokenTree::Ident(name)) => {
            let text = format!("__{}_{}", bare(name), entry.suffix());
            let sibling = generated(&text, name.span().resolved_at(Span::mixed_site()));
            q!(#sibling #turbofish)
        }
        Some(_) | None => q!(),
    }
}

/// `__m_call`: the entry point of an associated function or method by its path.
fn sibling(name: &Ident, entry: Entry) -> Ident {
    generated(&format!("__{}_{}", bare(name), entry.by_path()), name.span().resolved_at(Span::mixed_site()))
}

/// By convention: `Self`, `Vec3`.
fn is_type(ident: &Ident) -> bool {
    bare(ident).trim_start_matches('_').chars().next().is_some_and(char::is_uppercase)
}

/// The name that a path without qualifiers is.
pub fn only(path: &TokenStream) -> Option<Ident> {
    match split_turbofish(path.clone()).0.as_slice() {
        [TokenTree::Ident(name)] => Some(name.clone()),
        _ => None,
    }
}

/// `Self` of `Self::f`, where nothing else is in front.
pub fn of_type(path: &TokenStream) -> Option<Ident> {
    match split_turbofish(path.clone()).0.as_slice() {
        [TokenTree::Ident(of), TokenTree::Punct(_), TokenTree::Punct(_), TokenTree::Ident(_)] => {
            Some(of.clone())
        }
        _ => None,
    }
}

/// The name at its end.
pub fn last(path: &TokenStream) -> Option<Ident> {
    match split_turbofish(path.clone()).0.last() {
        Some(TokenTree::Ident(name)) => Some(name.clone()),
        Some(_) | None => None,
    }
}

/// Is it the path of a free function, which is not the runtime's?
pub fn is_free(callee: TokenStream) -> bool {
    let (head, _) = split_turbofish(callee);
    head.split_last().is_some_and(|(_, front)| {
        front.iter().all(|token| match token {
            TokenTree::Ident(ident) => !is_type(ident) && ident != "__private",
            TokenTree::Punct(punct) => punct.as_char() == ':',
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        })
    })
}

/// The number of lanes is the last of the generic arguments, where there are any.
fn with_lanes(turbofish: TokenStream, entry: Entry) -> TokenStream {
    let mut items: Vec<TokenTree> = turbofish.clone().into_iter().collect();
    let many = matches!(entry, Entry::TangentLanes | Entry::TangentBlocks);
    if !many || items.pop().is_none() {
        return turbofish;
    }
    let comma = matches!(items.last(), Some(TokenTree::Punct(p)) if p.as_char() == ',');
    let separator = (!comma).then(|| q!(,));
    let lanes = super::names::lanes();
    let blocks = (entry == Entry::TangentBlocks).then(super::names::blocks).map(|b| q!(, #b));
    q!(#(#items)* #separator #lanes #blocks>)
}

/// The generic arguments at the end, with their `::`.
fn split_turbofish(path: TokenStream) -> (Vec<TokenTree>, TokenStream) {
    let items: Vec<TokenTree> = path.into_iter().collect();
    let punct = |k: usize, c: char| matches!(items.get(k), Some(TokenTree::Punct(p)) if p.as_char() == c);
    if items.is_empty() || !punct(items.len() - 1, '>') {
        return (items, TokenStream::new());
    }
    let mut depth = 0;
    for k in (0..items.len()).rev() {
        if punct(k, '>') && !(k > 0 && punct(k - 1, '-')) {
            depth += 1;
        } else if punct(k, '<') {
            depth -= 1;
        }
        if depth == 0 {
            let start = if k >= 2 && punct(k - 1, ':') && punct(k - 2, ':') { k - 2 } else { k };
            return (items[..start].to_vec(), items[start..].iter().cloned().collect());
        }
    }
    (items, TokenStream::new())
}

#[cfg(test)]
mod tests {
    use super::{method, path, Entry};
    use quote::quote;

    fn text(tokens: proc_macro2::TokenStream) -> String {
        tokens.to_string().replace(' ', "")
    }

    #[test]
    fn paths() {
        let fwd = |tokens| text(path(tokens, Entry::Forward));
        assert_eq!(fwd(quote!(g)), "g::__fwd");
        assert_eq!(fwd(quote!(crate::m::g::<T, { 3 }>)), "crate::m::g::__fwd::<T,{3}>");
        assert_eq!(fwd(quote!(Vec3::dot)), "Vec3::__dot_call");
        assert_eq!(fwd(quote!(Vec3::<f64>::dot::<fn() -> f64>)), "Vec3::<f64>::__dot_call::<fn()->f64>");
        assert_eq!(fwd(quote!(Self::r#type)), "Self::__type_call");
        assert_eq!(fwd(quote!(other::value)), "other::__fwd");
        assert_eq!(fwd(quote!(value)), "value::__fwd");
        assert_eq!(text(method(quote!(norm::<2>), Entry::Tangent)), "__norm_jvp::<2>");
    }
}
