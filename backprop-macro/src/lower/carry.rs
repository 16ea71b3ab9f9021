//! What carried code names, and whether it can be carried: walks over the tree and over tokens.
//!
//! ```text
//! v.iter().map(|t| t + k)   →   names v and k, binds t itself
//! ```

use super::effects::root;
use super::lowerer::{Binding, Lowerer};
use super::names;
use super::parse::{addr, operands};
use super::resolve::{key, BinderId, Key};
use crate::ir::hash::{HashMap, HashSet};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::Expr;

/// What to write for an identifier.
pub struct Replacement {
    pub tokens: TokenStream,
    /// Where a part of it or a method follows; an exclusive reference can't be there twice in one expression.
    pub place: Option<TokenStream>,
}

/// Replaces identifiers.
pub fn substitute(tokens: TokenStream, with: &HashMap<Key, Replacement>) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let dot = is_dot;
    for (i, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) => {
                let field = i >= 1 && dot(tokens.get(i - 1)) && !(i >= 2 && dot(tokens.get(i - 2)));
                let part = match tokens.get(i + 1) {
                    Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Bracket,
                    next => dot(next) && !dot(tokens.get(i + 2)),
                };
                match with.get(&key(ident)) {
                    Some(Replacement { tokens: _, place: Some(place) }) if part && !field => {
                        out.extend(place.clone());
                    }
                    Some(Replacement { tokens, place: _ }) if !field => out.extend(tokens.clone()),
                    _ => out.extend([token.clone()]),
                }
            }
            TokenTree::Group(group) => {
                let mut copy = Group::new(group.delimiter(), substitute(group.stream(), with));
                copy.set_span(group.span());
                out.extend([TokenTree::Group(copy)]);
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => out.extend([token.clone()]),
        }
    }
    out
}

fn is_dot(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == '.')
}

/// `= ..`, `+= ..`, `<<= ..` follows: no comparison, and no operator alone.
fn assigns(after: &[TokenTree]) -> bool {
    let operator: String = after
        .iter()
        .map_while(|t| match t {
            TokenTree::Punct(p) => Some(p.as_char()),
            TokenTree::Group(_) | TokenTree::Ident(_) | TokenTree::Literal(_) => None,
        })
        .collect();
    let rest = operator.trim_start_matches(['+', '-', '*', '/', '%', '&', '|', '^']);
    let rest = rest.strip_prefix("<<").or(rest.strip_prefix(">>")).unwrap_or(rest);
    rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
}

/// Does the code use the name in a way that may write to it?
pub fn may_write(tokens: &TokenStream, name: &Ident) -> bool {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(i, token)| match token {
        TokenTree::Group(group) => may_write(&group.stream(), name),
        TokenTree::Ident(ident) if ident == name => {
            let before = i.checked_sub(1).and_then(|k| tokens.get(k));
            let mutable = matches!(before, Some(TokenTree::Ident(m)) if m == "mut");
            let after = assigns(&tokens[i + 1..]) || is_dot(tokens.get(i + 1));
            let indexed = matches!(tokens.get(i + 1), Some(TokenTree::Group(_)));
            mutable || after || indexed
        }
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The local variables that an expression names, and those that it binds itself.
pub struct Locals<'l, 'a> {
    pub lowerer: &'l Lowerer<'a>,
    pub found: Vec<(Ident, BinderId)>,
    pub inner: HashSet<BinderId>,
}

impl<'a> Visit<'a> for Locals<'_, 'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        if let Some(ident) = path.path.get_ident() {
            if let Some(id) = self.lowerer.facts.uses.get(&addr(ident)) {
                self.found.push((ident.clone(), *id));
            }
        }
    }

    fn visit_pat_ident(&mut self, p: &'a syn::PatIdent) {
        self.inner.insert(addr(&p.ident));
        visit::visit_pat_ident(self, p);
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.found.extend(self.lowerer.facts.in_macros.get(&addr(mac)).into_iter().flatten().cloned());
    }
}

/// Whether code can stay as it is.
pub struct Carry<'l, 'a> {
    pub lowerer: &'l Lowerer<'a>,
    pub ok: bool,
    pub loops: usize,
}

impl<'a> Visit<'a> for Carry<'_, 'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Return(_) | Expr::Try(_) | Expr::Await(_) | Expr::Yield(_) => self.ok = false,
            Expr::Break(_) | Expr::Continue(_) if self.loops == 0 => self.ok = false,
            // Its position is known to the compiler alone.
            Expr::Path(_) if self.names_cursor(e) => self.ok = false,
            Expr::Assign(assign) => {
                self.assigned(&assign.left);
                visit::visit_expr(self, e);
            }
            Expr::Binary(binary) if names::is_compound(&binary.op) => {
                self.assigned(&binary.left);
                visit::visit_expr(self, e);
            }
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            Expr::Loop(_) | Expr::While(_) | Expr::ForLoop(_) => {
                self.loops += 1;
                visit::visit_expr(self, e);
                self.loops -= 1;
            }
            Expr::Closure(_) => {
                let before = self.ok;
                visit::visit_expr(self, e);
                // What leaves a closure stays inside it.
                let assigned = !self.ok && before && !leaves(e);
                self.ok = before && !assigned;
            }
            other => visit::visit_expr(self, other),
        }
    }
}

/// Does it contain `return` or `?`?
fn leaves(e: &Expr) -> bool {
    struct Leaves(bool);
    impl<'a> Visit<'a> for Leaves {
        fn visit_expr(&mut self, e: &'a Expr) {
            self.0 |= matches!(e, Expr::Return(_) | Expr::Try(_));
            visit::visit_expr(self, e);
        }
    }
    let mut walk = Leaves(false);
    walk.visit_expr(e);
    walk.0
}

impl<'a> Carry<'_, 'a> {
    fn names_cursor(&self, e: &'a Expr) -> bool {
        let id = super::effects::local(&self.lowerer.facts, e);
        id.is_some_and(|id| matches!(self.lowerer.bindings.get(&id), Some(Binding::Cursor(..))))
    }

    fn assigned(&mut self, target: &'a Expr) {
        if let Some(id) = root(&self.lowerer.facts, target) {
            if matches!(self.lowerer.bindings.get(&id), Some(Binding::Var(_))) {
                self.ok = false;
            }
        }
    }
}
