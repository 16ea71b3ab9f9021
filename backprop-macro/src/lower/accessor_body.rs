//! Which methods are inlined, and as what: those that fetch, store or compute a few numbers, as closures.
//!
//! ```text
//! fn dot(self, o: V3) -> f64 { self.x * o.x + self.y * o.y }   →   |__self, o| -> f64 { __self.x * o.x + __self.y * o.y }
//! ```
//! Nothing is inlined that calls, branches, or looks at a struct other than by its fields.

use super::types::{float_name, is_integer_name, primitive};
use crate::ir::hash::HashSet;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{Expr, FnArg, ImplItemFn, Pat, ReceiverKind, ReturnType, Stmt, Type};

/// The largest body, in nodes of its tree.
const SIZE: usize = 60;

/// The method as a closure, if it is one that only fetches, stores or computes a few numbers. `owner`: what its struct is called
/// there, and by the caller; none: whatever its parameters and its result are called.
pub fn closure(item: &ImplItemFn, owner: Option<(&str, &Ident)>) -> Option<syn::ExprClosure> {
    let sig = &item.sig;
    let plain = sig.generics.params.is_empty()
        && sig.generics.where_clause.is_none()
        && sig.constness.is_none()
        && sig.asyncness.is_none()
        && matches!(sig.safety, syn::Safety::Default);
    if !plain {
        return None;
    }
    let is_struct = |ty: &Type| {
        let name = struct_name(ty);
        name.is_some_and(|name| owner.is_none_or(|(own, _)| *name == own || *name == "Self"))
    };
    let mut body = Body { numbers: HashSet::default(), structs: HashSet::default(), size: 0 };
    let mut params = TokenStream::new();
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let by_ref = matches!(receiver.kind, ReceiverKind::Reference(_, None, _));
                let by_value = matches!(receiver.kind, ReceiverKind::Value) && receiver.mutability.is_none();
                if !receiver.attrs.is_empty() || !(by_ref || by_value) {
                    return None;
                }
                body.structs.insert("self".to_string());
                params.extend(quote!(self,));
            }
            FnArg::Typed(typed) => {
                let name = simple(&typed.pat)?;
                if !typed.attrs.is_empty() {
                    return None;
                }
                if is_number(&typed.ty) {
                    body.numbers.insert(name.to_string());
                    params.extend(quote!(#typed,));
                } else if is_struct(shared(&typed.ty)) {
                    body.structs.insert(name.to_string());
                    params.extend(quote!(#name,));
                } else {
                    return None;
                }
            }
        }
    }
    let (result, output) = match &sig.output {
        ReturnType::Default => (true, None),
        ReturnType::Type(_, ty) => {
            let float = primitive(ty).is_some_and(|name| float_name(&name).is_some());
            (float || is_struct(ty), float.then_some(&sig.output))
        }
    };
    let fits = result && body.structs.contains("self") && body.block(&item.block) && body.size <= SIZE;
    let block = &item.block;
    let tokens = quote!(|#params| #output #block);
    fits.then(|| syn::parse2(hidden(tokens, owner.map(|(_, owner)| owner))).ok()).flatten()
}

pub fn is_struct(input: &FnArg) -> bool {
    matches!(input, FnArg::Typed(typed) if !is_number(&typed.ty))
}

/// `V3`, which may be the name of a struct.
fn struct_name(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    path.path.get_ident().filter(|name| path.qself.is_none() && super::names::starts_upper(name))
}

/// Behind `&`.
fn shared(ty: &Type) -> &Type {
    match ty {
        Type::Reference(r) if r.mutability.is_none() && r.lifetime.is_none() => &r.elem,
        other => other,
    }
}

/// A variable that is not `mut`.
fn simple(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(p) if p.mutability.is_none() && p.by_ref.is_none() && p.subpat.is_none() => Some(&p.ident),
        _ => None,
    }
}

fn is_number(ty: &Type) -> bool {
    primitive(ty).is_some_and(|name| float_name(&name).is_some() || is_integer_name(&name) || name == "bool")
}

/// `self` gets a name that closures may have, `Self` the caller's, and all tokens lie in generated code.
fn hidden(tokens: TokenStream, owner: Option<&Ident>) -> TokenStream {
    let hide = |token| match token {
        TokenTree::Ident(ident) if ident == "self" => TokenTree::Ident(format_ident!("__self")),
        TokenTree::Ident(ident) if ident == "Self" => TokenTree::Ident(owner.cloned().unwrap_or(ident)),
        TokenTree::Group(group) => {
            TokenTree::Group(Group::new(group.delimiter(), hidden(group.stream(), owner)))
        }
        token @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => token,
    };
    let place = |mut token: TokenTree| {
        let itself = matches!(&token, TokenTree::Ident(ident) if owner.is_some_and(|owner| owner == ident));
        if !itself {
            token.set_span(Span::mixed_site());
        }
        token
    };
    tokens.into_iter().map(hide).map(place).collect()
}

/// Methods of floats that cost little.
const CHEAP: [&str; 7] = ["sqrt", "abs", "powi", "min", "max", "recip", "mul_add"];

/// Looks whether a body has nothing but variables of its own, fields, elements and arithmetic.
struct Body {
    numbers: HashSet<String>,
    /// Of these, only fields.
    structs: HashSet<String>,
    size: usize,
}

impl Body {
    fn block(&mut self, block: &syn::Block) -> bool {
        block.stmts.iter().all(|stmt| match stmt {
            Stmt::Local(local) => {
                let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else {
                    return false;
                };
                let Some(name) = simple(&local.pat).map(ToString::to_string) else { return false };
                let fits = local.attrs.is_empty() && self.expr(&init.expr) && !self.structs.contains(&name);
                self.numbers.insert(name);
                fits
            }
            Stmt::Expr(e, _) => self.expr(e),
            Stmt::Item(_) | Stmt::Macro(_) => false,
        })
    }

    fn expr(&mut self, e: &Expr) -> bool {
        self.size += 1;
        match e {
            Expr::Lit(lit) => matches!(lit.lit, syn::Lit::Int(_) | syn::Lit::Float(_)),
            Expr::Path(path) => path.path.get_ident().is_some_and(|i| self.numbers.contains(&i.to_string())),
            Expr::Field(field) => {
                let of_struct = match &*field.base {
                    Expr::Path(path) => {
                        path.path.get_ident().is_some_and(|i| self.structs.contains(&i.to_string()))
                    }
                    _ => false,
                };
                of_struct || self.expr(&field.base)
            }
            Expr::Index(index) => self.expr(&index.expr) && self.expr(&index.index),
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::Binary(binary) => self.expr(&binary.left) && self.expr(&binary.right),
            Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && self.expr(&unary.expr),
            Expr::Cast(cast) => is_number(&cast.ty) && self.expr(&cast.expr),
            Expr::Assign(assign) => self.expr(&assign.left) && self.expr(&assign.right),
            Expr::MethodCall(call) => {
                let cheap = CHEAP.iter().any(|name| call.method == name) && call.turbofish.is_none();
                cheap && self.expr(&call.receiver) && call.args.iter().all(|arg| self.expr(arg))
            }
            Expr::Struct(literal) => {
                let own = literal.path.get_ident().is_some_and(super::names::starts_upper);
                let plain = literal.qself.is_none() && literal.rest.is_none() && literal.dot2_token.is_none();
                own && plain && literal.fields.iter().all(|f| f.attrs.is_empty() && self.expr(&f.expr))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::closure;

    fn method(text: &str) -> syn::ImplItemFn {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn what_is_inlined() {
        for (text, expected) in [
            ("fn at(&self, i: usize) -> f64 { self.data[i * self.n + 1] }", true),
            ("fn set(&mut self, i: usize, v: f64) { let k = i + 1; self.data[k] += v; }", true),
            ("fn at(self, i: usize) -> f64 { self.data[i] }", true),
            ("fn dot(self, o: V3) -> f64 { (self.x * o.x + self.y * o.y).sqrt() }", true),
            ("fn add(self, o: &V3) -> V3 { V3 { x: self.x + o.x, y: self.y } }", true),
            ("fn add(mut self, o: V3) -> V3 { self.x += o.x; self }", false),
            ("fn same(self) -> V3 { self }", false),
            ("fn dot(self, o: V3) -> f64 { o.dot(self) }", false),
            ("fn exp(self) -> f64 { self.x.exp() }", false),
            ("fn with(self, x: f64) -> V3 { V3 { x, ..self } }", false),
            ("fn tie(&self, o: &mut V3) { o.x = self.x; }", false),
            ("fn at(&self, i: usize) -> f64 { data[i] }", false),
            ("fn at(&self, i: usize) -> f64 { self.data[N] }", false),
            ("fn at(&self, i: usize) -> f64 { self.data[self.at(i)] }", false),
            ("fn at(&self, i: usize) -> f64 { assert!(i > 0); self.data[i] }", false),
            ("fn at(&self, i: usize) -> f64 { return self.data[i]; }", false),
            ("fn at(&self, i: usize) -> f64 { if i > 0 { self.data[i] } else { 0.0 } }", false),
            ("fn at<T>(&self, i: usize) -> f64 { self.data[i] }", false),
            ("fn at(&self, #[no_grad] x: f64) -> f64 { self.k * x }", false),
            ("fn at(&self, x: &f64) -> f64 { self.k * x }", false),
            ("fn at(x: f64) -> f64 { x }", false),
            ("fn row(&self, i: usize) -> Vec<f64> { self.rows[i] }", false),
        ] {
            assert_eq!(closure(&method(text), None).is_some(), expected, "{text}");
        }
    }
}
