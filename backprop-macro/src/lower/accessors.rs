//! Methods that only fetch or store a number, in the same file as their struct, are inlined where they are called: as calls
//! they would keep a pullback each, and hide from all later stages which element it is.
//!
//! ```text
//! #[grad] fn at(&self, i: usize, j: usize) -> f64 { self.data[i * self.cols + j] }
//! m.at(i, j)   →   (|this: &Matrix, i: usize, j: usize| -> f64 { this.data[i * this.cols + j] })(&m, i, j)
//! ```
//! The compiler checks that the body is the one that was read: `at` has a constant beside it whose name tells the body, and its
//! caller names it. Nothing is inlined that calls, branches, or computes more than an index and a few products.

use super::lowerer::{Lowered, Lowerer};
use super::results::{self, MethodResult};
use super::types::{float_name, is_integer_name, primitive};
use super::value::{ClosureVal, Val};
use crate::diag::{at, At};
use crate::enclosing::methods;
use crate::ir::hash::HashSet;
use crate::ir::Ty;
use crate::source::Source;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::{Expr, ExprMethodCall, FnArg, ImplItemFn, Pat, ReceiverKind, ReturnType, Stmt, Type};

/// The largest body, in nodes of its tree.
const SIZE: usize = 60;

/// A method that is inlined.
pub struct Accessor {
    /// The type, as the caller names it.
    owner: String,
    name: String,
    mutable: bool,
    closure: Box<syn::ExprClosure>,
}

impl Accessor {
    pub fn closure(&self) -> &syn::ExprClosure {
        &self.closure
    }
}

/// Those that a function may call: of types in its signature.
pub fn find(item: &ImplItemFn, source: &mut Source) -> (Vec<Accessor>, Vec<MethodResult>) {
    let mut called = HashSet::default();
    method_names(item.block.to_token_stream(), &mut called);
    called.remove(&item.sig.ident.to_string());
    let (mut all, mut results) = (Vec::new(), Vec::new());
    if called.is_empty() {
        return (all, results);
    }
    let (mut types, mut looked) = (Vec::new(), HashSet::default());
    for input in &item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => types.push(Ident::new("Self", receiver.self_token.span)),
            FnArg::Typed(typed) => type_names(typed.ty.to_token_stream(), &mut types),
        }
    }
    for owner in types {
        let text = owner.to_string();
        if !looked.insert(text.clone()) {
            continue;
        }
        let Some((own, methods)) = methods::of(&owner, &|name| called.contains(name)) else { continue };
        for method in methods {
            results.extend(results::of(&method, &owner, &own, source));
            let Some(closure) = marked(&method).then(|| closure(&method)).flatten() else { continue };
            let seal = seal(&method);
            source.checks.push(quote!(let _: () = #owner::#seal;));
            let mutable = matches!(
                method.sig.receiver().map(|r| &r.kind),
                Some(ReceiverKind::Reference(_, _, Some(_)))
            );
            let name = method.sig.ident.to_string();
            all.push(Accessor { owner: text.clone(), name, mutable, closure: Box::new(closure) });
        }
    }
    (all, results)
}

/// The name of a constant that only a method with this body has beside it; none: it is not inlined.
pub fn seal_of(item: &ImplItemFn) -> Option<Ident> {
    closure(item).map(|_| seal(item))
}

fn seal(item: &ImplItemFn) -> Ident {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let (sig, block) = (&item.sig, &item.block);
    digest(quote!(#sig #block), &mut hash);
    let name = item.sig.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name).to_uppercase();
    format_ident!("__{}_IS_{:016X}", name, hash, span = Span::mixed_site())
}

/// FNV-1a over the tokens, without their places.
fn digest(tokens: TokenStream, hash: &mut u64) {
    let add = |text: &str, hash: &mut u64| {
        for byte in text.bytes().chain([0xff]) {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                add(&format!("{:?}", group.delimiter()), hash);
                digest(group.stream(), hash);
                add("end", hash);
            }
            TokenTree::Ident(ident) => add(&ident.to_string(), hash),
            TokenTree::Punct(punct) => add(&punct.as_char().to_string(), hash),
            TokenTree::Literal(literal) => add(&literal.to_string(), hash),
        }
    }
}

/// `.name(..)`
fn method_names(tokens: TokenStream, names: &mut HashSet<String>) {
    let mut dot = false;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if dot => {
                names.insert(ident.to_string());
                dot = false;
            }
            TokenTree::Group(group) => {
                method_names(group.stream(), names);
                dot = false;
            }
            TokenTree::Punct(punct) => dot = punct.as_char() == '.',
            TokenTree::Ident(_) | TokenTree::Literal(_) => dot = false,
        }
    }
}

/// Names in a type that may be those of structs.
fn type_names(tokens: TokenStream, names: &mut Vec<Ident>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) if super::names::starts_upper(&ident) => names.push(ident),
            TokenTree::Group(group) => type_names(group.stream(), names),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// Has it `#[grad]`, for all its parameters, and nothing else that could change it?
fn marked(item: &ImplItemFn) -> bool {
    const HARMLESS: [&str; 6] = ["inline", "must_use", "allow", "expect", "doc", "cold"];
    const OPTIONS: [&str; 2] = ["forward", "second_order"];
    let mut found = 0;
    let mut plain = true;
    for attr in &item.attrs {
        let is_grad = attr.path().segments.last().is_some_and(|s| s.ident == "grad");
        match &attr.meta {
            syn::Meta::Path(_) if is_grad => found += 1,
            syn::Meta::List(list) if is_grad => {
                found += 1;
                plain &= OPTIONS.contains(&list.tokens.to_string().as_str());
            }
            _ => plain &= !is_grad && HARMLESS.iter().any(|known| attr.path().is_ident(known)),
        }
    }
    found == 1 && plain
}

/// The method as a closure, if it is one that only fetches or stores.
fn closure(item: &ImplItemFn) -> Option<syn::ExprClosure> {
    let sig = &item.sig;
    let plain = sig.generics.params.is_empty()
        && sig.generics.where_clause.is_none()
        && sig.constness.is_none()
        && sig.asyncness.is_none();
    if !plain {
        return None;
    }
    let mut body = Body { names: HashSet::default(), size: 0 };
    let mut params = TokenStream::new();
    for input in &sig.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let ReceiverKind::Reference(_, None, _) = &receiver.kind else { return None };
                if !receiver.attrs.is_empty() {
                    return None;
                }
                body.names.insert("self".to_string());
                params.extend(quote!(self,));
            }
            FnArg::Typed(typed) => {
                let name = simple(&typed.pat)?;
                if !typed.attrs.is_empty() || !is_number(&typed.ty) {
                    return None;
                }
                body.names.insert(name.to_string());
                params.extend(quote!(#typed,));
            }
        }
    }
    let result = match &sig.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => primitive(ty).is_some_and(|name| float_name(&name).is_some()),
    };
    let fits = result && body.names.contains("self") && body.block(&item.block) && body.size <= SIZE;
    let (output, block) = (&sig.output, &item.block);
    fits.then(|| syn::parse2(hidden(quote!(|#params| #output #block))).ok()).flatten()
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

/// `self` gets a name that closures may have, and all tokens lie in generated code.
fn hidden(tokens: TokenStream) -> TokenStream {
    let hide = |token| match token {
        TokenTree::Ident(ident) if ident == "self" => TokenTree::Ident(format_ident!("__self")),
        TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), hidden(group.stream()))),
        token @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => token,
    };
    let place = |mut token: TokenTree| {
        token.set_span(Span::mixed_site());
        token
    };
    tokens.into_iter().map(hide).map(place).collect()
}

/// Looks whether a body has nothing but variables of its own, fields, elements and arithmetic.
struct Body {
    names: HashSet<String>,
    size: usize,
}

impl Body {
    fn block(&mut self, block: &syn::Block) -> bool {
        block.stmts.iter().all(|stmt| match stmt {
            Stmt::Local(local) => {
                let Some(init) = local.init.as_ref().filter(|init| init.diverge.is_none()) else {
                    return false;
                };
                let fits = local.attrs.is_empty() && self.expr(&init.expr);
                simple(&local.pat).is_some_and(|name| self.names.insert(name.to_string())) && fits
            }
            Stmt::Expr(e, _) => self.expr(e),
            Stmt::Item(_) | Stmt::Macro(_) => false,
        })
    }

    fn expr(&mut self, e: &Expr) -> bool {
        self.size += 1;
        match e {
            Expr::Lit(lit) => matches!(lit.lit, syn::Lit::Int(_) | syn::Lit::Float(_)),
            Expr::Path(path) => path.path.get_ident().is_some_and(|i| self.names.contains(&i.to_string())),
            Expr::Field(field) => self.expr(&field.base),
            Expr::Index(index) => self.expr(&index.expr) && self.expr(&index.index),
            Expr::Paren(paren) => self.expr(&paren.expr),
            Expr::Binary(binary) => self.expr(&binary.left) && self.expr(&binary.right),
            Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Neg(_)) && self.expr(&unary.expr),
            Expr::Cast(cast) => is_number(&cast.ty) && self.expr(&cast.expr),
            Expr::Assign(assign) => self.expr(&assign.left) && self.expr(&assign.right),
            _ => false,
        }
    }
}

impl<'a> Lowerer<'a> {
    /// A call of a method that only fetches or stores; `None`: of another one.
    pub fn accessor(
        &mut self,
        receiver: &Val<'a>,
        call: &'a ExprMethodCall,
        span: At,
    ) -> Lowered<Option<Val<'a>>> {
        let Some(accessor) = self.find_accessor(receiver, call) else { return Ok(None) };
        let place = self.place(receiver.clone(), at(&call.receiver))?;
        let mut args = vec![Val::Ref(place, accessor.mutable)];
        for arg in &call.args {
            let val = self.expr(arg, &Ty::Unknown)?;
            args.push(self.snapshot_scalar(val, at(arg))?);
        }
        let val = ClosureVal { closure: &accessor.closure, captured: Vec::new() };
        self.inline(&val, args, &Ty::Unknown, span).map(Some)
    }

    fn find_accessor(&self, receiver: &Val<'a>, call: &'a ExprMethodCall) -> Option<&'a Accessor> {
        let accessors = self.accessors;
        let owner = self.seen_struct(receiver)?;
        if matches!(receiver, Val::Place(p) | Val::Ref(p, _) if self.passive_mems.contains(&p.mem)) {
            // What is stored there is an error of the call.
            return None;
        }
        let fits = |a: &&Accessor| a.owner == owner && call.method == a.name && call.turbofish.is_none();
        accessors.iter().find(fits).filter(|a| a.closure.inputs.len() == call.args.len() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{closure, marked, seal};

    fn method(text: &str) -> syn::ImplItemFn {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn what_is_inlined() {
        for (text, expected) in [
            ("fn at(&self, i: usize) -> f64 { self.data[i * self.n + 1] }", true),
            ("fn set(&mut self, i: usize, v: f64) { let k = i + 1; self.data[k] += v; }", true),
            ("fn at(self, i: usize) -> f64 { self.data[i] }", false),
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
            assert_eq!(closure(&method(text)).is_some(), expected, "{text}");
        }
        for (text, expected) in [
            ("#[grad] fn a() {}", true),
            ("#[backprop::grad(forward)] #[inline] fn a() {}", true),
            ("fn a() {}", false),
            ("#[grad(wrt(x))] fn a() {}", false),
            ("#[grad(vjp = rule)] fn a() {}", false),
            ("#[cfg(a)] #[grad] fn a() {}", false),
            ("#[grad] #[odd] fn a() {}", false),
        ] {
            assert_eq!(marked(&method(text)), expected, "{text}");
        }
    }

    #[test]
    fn another_body_has_another_seal() {
        let first = seal(&method("#[grad] fn at(&self, i: usize) -> f64 { self.data[i * self.n + 1] }"));
        let same = seal(&method("/// a\nfn at(&self,i:usize)->f64{ /* b */ self.data[i*self.n+1]}"));
        assert_eq!(first, same);
        for other in [
            "fn at(&self, i: usize) -> f64 { self.data[i * self.n + 2] }",
            "fn at(&self, i: usize) -> f64 { self.data[i * (self.n + 1)] }",
            "fn at(&self, i: u32) -> f64 { self.data[i * self.n + 1] }",
            "fn at(&self, n: usize) -> f64 { self.data[n * self.n + 1] }",
        ] {
            assert_ne!(first, seal(&method(other)), "{other}");
        }
    }
}
