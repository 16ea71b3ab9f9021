//! Methods that only fetch or store a number, in the same file as their struct, are inlined where they are called: as calls
//! they would keep a pullback each, and hide from all later stages which element it is.
//!
//! ```text
//! #[grad] fn at(&self, i: usize, j: usize) -> f64 { self.data[i * self.cols + j] }
//! m.at(i, j)   →   (|this: &Matrix, i: usize, j: usize| -> f64 { this.data[i * this.cols + j] })(&m, i, j)
//! ```
//! The compiler checks that the body is the one that was read: `at` has a constant beside it whose name tells the body, and its
//! caller names it.

use super::accessor_body::{closure, is_struct};
use super::effects::local;
use super::lowerer::{Binding, Lowered, Lowerer};
use super::results::{self, all_seen, MethodResult};
use super::value::{ClosureVal, Val};
use crate::diag::{at, At};
use crate::enclosing::methods;
use crate::ir::hash::HashSet;
use crate::ir::Ty;
use crate::source::Source;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, ToTokens};
use syn::{Expr, ExprMethodCall, FnArg, ImplItemFn, ReceiverKind};

/// A method that is inlined.
pub struct Accessor {
    /// The type, as the caller names it.
    owner: String,
    name: String,
    mutable: bool,
    by_value: bool,
    /// Which of its other parameters are structs.
    structs: Vec<bool>,
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
            if method.attrs.iter().all(|attr| HARMLESS.iter().any(|known| attr.path().is_ident(known))) {
                source.unmarked.push((text.clone(), method.sig.ident.to_string()));
            }
            let Some(closure) = marked(&method).then(|| closure(&method, Some((&own, &owner)))).flatten()
            else {
                continue;
            };
            let seal = seal(&method);
            source.checks.push(quote!(let _: () = #owner::#seal;));
            let kind = method.sig.receiver().map(|r| &r.kind);
            all.push(Accessor {
                owner: text.clone(),
                name: method.sig.ident.to_string(),
                mutable: matches!(kind, Some(ReceiverKind::Reference(_, _, Some(_)))),
                by_value: matches!(kind, Some(ReceiverKind::Value)),
                structs: method.sig.inputs.iter().skip(1).map(is_struct).collect(),
                closure: Box::new(closure),
            });
        }
    }
    (all, results)
}

/// The name of a constant that only a method with this body has beside it; none: it is not inlined.
pub fn seal_of(item: &ImplItemFn) -> Option<Ident> {
    closure(item, None).map(|_| seal(item))
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

/// Attributes that leave a method without a companion.
const HARMLESS: [&str; 6] = ["inline", "must_use", "allow", "expect", "doc", "cold"];

/// Has it `#[grad]`, for all its parameters, and nothing else that could change it?
fn marked(item: &ImplItemFn) -> bool {
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

impl<'a> Lowerer<'a> {
    /// A call of a method that is inlined; `None`: of another one.
    pub fn accessor(
        &mut self,
        receiver: &Val<'a>,
        call: &'a ExprMethodCall,
        span: At,
    ) -> Lowered<Option<Val<'a>>> {
        let Some(accessor) = self.find_accessor(receiver, call) else { return Ok(None) };
        let known = self.method_result(receiver, &accessor.name);
        let place = self.place(receiver.clone(), at(&call.receiver))?;
        let mut args = vec![match accessor.by_value {
            true => Val::Place(place),
            false => Val::Ref(place, accessor.mutable),
        }];
        for arg in &call.args {
            let mark = self.out.len();
            let val = self.expr(arg, &Ty::Unknown)?;
            let val = match val {
                Val::Place(place) if matches!(self.projected_ty(&place), Ty::Adt(..)) => Val::Place(place),
                Val::Temp(_) | Val::Fresh(..) => Val::Place(self.place(val, at(arg))?),
                val => self.snapshot_scalar(val, at(arg))?,
            };
            // What is passed by value is as it was before the arguments behind it.
            let before: Vec<_> =
                args.into_iter().map(|earlier| self.settled(earlier, mark, at(arg))).collect();
            args = before;
            args.push(val);
        }
        // The body does not change it.
        let by_ref = |val| match val {
            Val::Place(place) => Val::Ref(place, false),
            val => val,
        };
        let args = args.into_iter().map(by_ref).collect();
        let val = ClosureVal { closure: &accessor.closure, captured: Vec::new() };
        let val = self.inline(&val, args, &Ty::Unknown, span)?;
        Ok(Some(match (val, known) {
            (Val::Fresh(init, ty), Some(known)) if all_seen(&known, &init) => {
                Val::Fresh(init, ty.join(&known))
            }
            (val, _) => val,
        }))
    }

    fn find_accessor(&self, receiver: &Val<'a>, call: &'a ExprMethodCall) -> Option<&'a Accessor> {
        let accessors = self.accessors;
        let owner = self.seen_struct(receiver)?;
        if matches!(receiver, Val::Place(p) | Val::Ref(p, _) if self.passive_mems.contains(&p.mem)) {
            // What is stored there is an error of the call.
            return None;
        }
        let fits = |a: &&Accessor| a.owner == owner && call.method == a.name && call.turbofish.is_none();
        let found = accessors.iter().find(fits).filter(|a| a.structs.len() == call.args.len())?;
        let seen = |(arg, is_struct): (&Expr, &bool)| !is_struct || self.is_seen(arg, &owner);
        call.args.iter().zip(&found.structs).all(seen).then_some(found)
    }

    /// Is it something of this struct, for sure?
    fn is_seen(&self, e: &Expr, owner: &str) -> bool {
        match self.ty_of_expr(e) {
            Ty::Adt(code, seen) => !seen.is_empty() && self.source.tokens(code).to_string() == owner,
            _ => false,
        }
    }

    /// The type of an expression before it is lowered, as far as the structs that are seen tell.
    fn ty_of_expr(&self, e: &Expr) -> Ty {
        match super::names::strip(e) {
            Expr::Path(_) => match local(&self.facts, e).and_then(|id| self.bindings.get(&id)) {
                Some(Binding::Mem(mem)) => self.f.mems[*mem].ty.clone(),
                Some(Binding::Alias(place, _)) => self.projected_ty(place),
                _ => Ty::Unknown,
            },
            Expr::Reference(r) if r.mutability.is_none() => self.ty_of_expr(&r.expr),
            Expr::Index(index) if !matches!(&*index.index, Expr::Range(_)) => {
                self.ty_of_expr(&index.expr).elem()
            }
            Expr::Field(field) => match (self.ty_of_expr(&field.base), &field.member) {
                (Ty::Adt(_, seen), syn::Member::Named(name)) => seen.named(&name.to_string()),
                _ => Ty::Unknown,
            },
            Expr::MethodCall(call) => match self.ty_of_expr(&call.receiver) {
                Ty::Adt(code, seen) if !seen.is_empty() => {
                    let owner = self.source.tokens(code).to_string();
                    self.result_of(&owner, &call.method.to_string()).unwrap_or(Ty::Unknown)
                }
                _ => Ty::Unknown,
            },
            Expr::Struct(literal) => self.struct_ty(&literal.path).unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{marked, seal};

    fn method(text: &str) -> syn::ImplItemFn {
        syn::parse_str(text).unwrap()
    }

    #[test]
    fn attributes() {
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
