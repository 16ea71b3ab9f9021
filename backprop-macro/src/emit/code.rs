//! Code of the user's that is carried along.
//!
//! It names local variables. Where a variable has another name in the generated code, the user's name is bound to it
//! around the code; holes that `lower` has made are replaced in place.
//!
//! ```text
//! once `rng.next(n)` (m1, v7)     { let n = __n_1; rng.next(n) }
//! ```
//! All names are bound at once, and a hole whose tokens mention one of them gets a name of its own: `x` may be the user's
//! name of one value and the generated name of another.

use super::body::Body;
use super::expr::{Expr, Prec};
use super::names::same;
use super::tables;
use super::tables::{holes, mem_access, mem_ty, value_ty};
use crate::ir::hash::HashMap;
use crate::ir::{Access, MemId, Opaque, ParamKind, Read, Ty, ValueId};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// What a name around the code is bound to.
struct Bound {
    value: TokenStream,
    /// A pointer to what a hole would stand for.
    pointer: bool,
}

impl Body<'_> {
    /// A statement of the user's.
    pub(super) fn opaque(&mut self, opaque: &Opaque) {
        self.flush();
        let code = self.code(opaque).tokens;
        self.out.extend(q!(#code;));
    }

    /// As an expression.
    pub(super) fn code(&mut self, opaque: &Opaque) -> Expr {
        let mut tokens = self.tokens(opaque.code);
        let names: Vec<Ident> = holes(self.source, opaque.code).to_vec();
        let mut bound: Vec<(Ident, TokenStream)> = Vec::new();
        let mut replaced: HashMap<String, (TokenStream, Option<Bound>)> = HashMap::default();
        let mut expr = Expr::new(TokenStream::new(), Prec::Low);
        expr.size = 1;
        for (hole, read) in names.iter().zip(&opaque.reads) {
            let (now, value) = match read {
                Read::Value(v) => self.value_in_code(hole, *v, &mut expr),
                Read::Mem(m) => self.mem_in_code(hole, *m, opaque, &mut expr),
            };
            if is_hole(hole) {
                replaced.insert(hole.to_string(), (now, value));
            } else {
                bound.extend(value.map(|b| (hole.clone(), b.value)));
            }
        }
        if !replaced.is_empty() {
            tokens = substitute(tokens, &self.beside(replaced, &mut bound));
        }
        let lets = together(&bound);
        expr.ordered = !opaque.reads.is_empty() || !opaque.writes.is_empty() || !is_path(&tokens);
        if lets.is_empty() {
            expr.prec = if is_simple(&tokens) { Prec::Atom } else { Prec::Low };
            expr.tokens = tokens.into();
        } else {
            expr.tokens = q!({ #lets #tokens }).into();
        }
        expr
    }

    /// What stands in the place of holes, where the names that it mentions may mean something else now: then it gets a
    /// name of its own.
    fn beside(
        &mut self,
        replaced: HashMap<String, (TokenStream, Option<Bound>)>,
        bound: &mut Vec<(Ident, TokenStream)>,
    ) -> HashMap<String, TokenStream> {
        let names: Vec<String> = bound.iter().map(|(name, _)| name.to_string()).collect();
        let mut all: Vec<_> = replaced.into_iter().collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        let tokens = all.into_iter().map(|(hole, (now, value))| match value {
            Some(Bound { value, pointer }) if mentions(&now, &names) => {
                let name = self.names.fresh("outer");
                bound.push((name.clone(), value));
                (hole, if pointer { q!((*#name)) } else { q!(#name) })
            }
            _ => (hole, now),
        });
        tokens.collect()
    }

    /// What to write for the hole, and the value to bind around the code if it must keep its name.
    fn value_in_code(
        &mut self,
        hole: &Ident,
        value: ValueId,
        expr: &mut Expr,
    ) -> (TokenStream, Option<Bound>) {
        let read = self.take_one(value);
        let read = self.typed(value, read);
        expr.absorb(&read);
        let same = read.size == 0
            && !read.is_constant()
            && !self.vars.optional.contains(&value)
            && same(&self.value_ident(value), hole);
        let known = matches!(value_ty(self.f, value), Ty::Float(_) | Ty::Int | Ty::Bool);
        let again = self.facts.count(value) > 1 && !known && !read.is_constant();
        let copy =
            if again && !self.vars.optional.contains(&value) { q!(.clone()) } else { TokenStream::new() };
        let binding = (!same).then(|| Bound { value: q!(#read #copy), pointer: false });
        (read.at(Prec::Atom).into(), binding)
    }

    fn mem_in_code(
        &mut self,
        hole: &Ident,
        mem: MemId,
        opaque: &Opaque,
        expr: &mut Expr,
    ) -> (TokenStream, Option<Bound>) {
        expr.mems.push(mem);
        let name = self.mem_ident(mem);
        let writes = opaque.writes.contains(&mem);
        if self.facts.held.contains(&mem) {
            let held = if writes { q!(#name.as_mut().unwrap()) } else { q!(#name.as_ref().unwrap()) };
            return (q!((*#held)), Some(Bound { value: held, pointer: true }));
        }
        let binding = (!same(&name, hole)).then(|| {
            let number = matches!(mem_ty(self.f, mem), Ty::Float(_) | Ty::Int | Ty::Bool);
            let number = number && !self.stands_for_reference(hole);
            let (value, pointer) = match (mem_access(self.f, mem), writes) {
                (Access::Owned, false) if number => (q!(#name), false),
                (Access::Owned, true) => (q!(&mut #name), true),
                (Access::Owned, false) => (q!(&#name), true),
                (Access::Ref, _) => (q!(#name), false),
                (Access::RefMut, true) => (q!(&mut *#name), false),
                (Access::RefMut, false) => (q!(&*#name), false),
            };
            Bound { value, pointer }
        });
        (q!(#name), binding)
    }

    /// A copy of what is behind a reference parameter: the user's code says `*b`.
    fn stands_for_reference(&self, hole: &Ident) -> bool {
        self.f.params.iter().any(|p| match p.kind {
            ParamKind::Mem(m) => mem_access(self.f, m) != Access::Owned && same(&self.mem_ident(m), hole),
            ParamKind::Value(_) => false,
        })
    }

    /// Is the argument a reference, as far as its tokens tell?
    pub(super) fn is_reference(&self, opaque: &Opaque) -> bool {
        let mut tokens = tables::tokens(self.source, opaque.code).into_iter();
        let first = tokens.next();
        let only = tokens.next().is_none();
        match first {
            Some(TokenTree::Punct(p)) => p.as_char() == '&',
            Some(TokenTree::Literal(l)) if only => l.to_string().starts_with(['"', 'r']),
            Some(TokenTree::Ident(_)) if only => opaque.reads.iter().any(|r| match r {
                Read::Mem(m) => mem_access(self.f, *m) != Access::Owned,
                Read::Value(_) => false,
            }),
            Some(TokenTree::Ident(_) | TokenTree::Literal(_) | TokenTree::Group(_)) | None => false,
        }
    }
}

/// Made by `lower`, or a name that can't be bound.
fn is_hole(ident: &Ident) -> bool {
    let text = ident.to_string();
    text.starts_with("__bp_") || text == "self"
}

/// Replaces identifiers.
fn substitute(tokens: TokenStream, replaced: &HashMap<String, TokenStream>) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => match replaced.get(&ident.to_string()) {
                Some(now) => out.extend(now.clone()),
                None => out.extend([TokenTree::Ident(ident)]),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), substitute(group.stream(), replaced));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            other @ (TokenTree::Punct(_) | TokenTree::Literal(_)) => out.extend([other]),
        }
    }
    out
}

/// A path: the name of a constant.
fn is_path(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().all(|t| match t {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(p) => p.as_char() == ':',
        TokenTree::Literal(_) | TokenTree::Group(_) => false,
    })
}

/// A path, a call, a chain of methods: nothing inside can be torn apart by an operator beside it.
fn is_simple(tokens: &TokenStream) -> bool {
    const KEYWORDS: [&str; 12] =
        ["if", "match", "move", "return", "break", "loop", "while", "for", "unsafe", "as", "async", "let"];
    let items: Vec<TokenTree> = tokens.clone().into_iter().collect();
    items.iter().enumerate().all(|(k, t)| match t {
        TokenTree::Ident(ident) => !KEYWORDS.iter().any(|word| ident == word),
        TokenTree::Literal(_) => true,
        TokenTree::Punct(p) => match p.as_char() {
            ':' | '.' => !matches!(items.get(k + 1), Some(TokenTree::Punct(q)) if q.as_char() == '.'),
            '!' => k > 0 && matches!(items.get(k + 1), Some(TokenTree::Group(_))),
            _ => false,
        },
        TokenTree::Group(group) => matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket),
    })
}

/// All bindings at once: none sees the names of the others.
fn together(bound: &[(Ident, TokenStream)]) -> TokenStream {
    let (names, values): (Vec<_>, Vec<_>) = bound.iter().map(|(name, value)| (name, value)).unzip();
    match bound {
        [] => TokenStream::new(),
        [(name, value)] => q!(let #name = #value;),
        _ => q!(let (#(#names),*) = (#(#values),*);),
    }
}

fn mentions(tokens: &TokenStream, names: &[String]) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        TokenTree::Ident(ident) => names.iter().any(|n| ident == n.as_str()),
        TokenTree::Group(group) => mentions(&group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
