//! Type parameters of the `impl` around a method, which the attribute does not see: those that are floats, by their use.
//!
//! ```text
//! fn norm(self) -> T { self.dot(self).sqrt() }   →   T is a float
//! ```
//! One letter tells a type parameter from a type. A guess that is wrong is a compile error, never another number.

use super::names;
use crate::model::Generics;
use proc_macro2::Ident;
use syn::visit::{visit_expr_path, visit_type_path, Visit};
use syn::{BinOp, Expr, ExprPath, FnArg, ImplItemFn, ReturnType, Stmt, Type, TypePath};

/// What `Real` has, besides the methods of floats.
const OF_REAL: [&str; 7] = ["ZERO", "ONE", "TWO", "HALF", "from_f64", "from_i32", "from_usize"];

/// The floats among them.
pub fn reals(item: &ImplItemFn, own: &Generics) -> Vec<Ident> {
    let mut walk = Walk::default();
    walk.visit_signature(&item.sig);
    walk.visit_block(&item.block);
    let numbers = names::in_arithmetic(&item.block);
    for input in &item.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let (Some(ty), Some(name)) = (bare(&typed.ty), names::single(&typed.pat)) else { continue };
        let name = name.to_string();
        if numbers.operands.contains(&name) || numbers.receivers.contains(&name) {
            walk.floats.push(ty.clone());
        }
    }
    if let (ReturnType::Type(_, ty), Some(Stmt::Expr(tail, None))) =
        (&item.sig.output, item.block.stmts.last())
    {
        walk.floats.extend(bare(ty).filter(|_| is_number(tail)).cloned());
    }
    let mut found: Vec<Ident> = Vec::new();
    for ident in walk.types {
        if walk.floats.contains(&ident) && !own.types.contains(&ident) && !found.contains(&ident) {
            found.push(ident);
        }
    }
    found
}

/// `T` or `&T`.
fn bare(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.get_ident().filter(|i| is_letter(i)),
        Type::Reference(r) => bare(&r.elem),
        Type::Paren(p) => bare(&p.elem),
        Type::Group(p) => bare(&p.elem),
        _ => None,
    }
}

fn is_letter(ident: &Ident) -> bool {
    let text = ident.to_string();
    text.len() == 1 && text.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Only numbers are computed so.
fn is_number(e: &Expr) -> bool {
    match names::strip(e) {
        Expr::Binary(binary) => {
            let arithmetic =
                matches!(binary.op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_));
            // `a + b` may be an operator of the user's.
            arithmetic && (is_number(&binary.left) || is_number(&binary.right))
        }
        Expr::Unary(unary) => is_number(&unary.expr),
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let total = matches!(name.as_str(), "sum" | "product") && call.args.is_empty();
            total || names::is_float_method(&name, call.args.len())
        }
        Expr::Lit(_) => true,
        _ => false,
    }
}

#[derive(Default)]
struct Walk {
    /// One letter, as a type.
    types: Vec<Ident>,
    /// Used as a float's type is.
    floats: Vec<Ident>,
}

impl<'a> Visit<'a> for Walk {
    fn visit_type_path(&mut self, path: &'a TypePath) {
        self.types.extend(path.path.get_ident().filter(|i| is_letter(i)).cloned());
        visit_type_path(self, path);
    }

    fn visit_expr_path(&mut self, path: &'a ExprPath) {
        let mut segments = path.path.segments.iter();
        if let (Some(ty), Some(item), None, None) =
            (segments.next(), segments.next(), segments.next(), &path.qself)
        {
            let name = item.ident.to_string();
            let of_real = OF_REAL.contains(&name.as_str()) || names::is_scalar_method(&name);
            if is_letter(&ty.ident) && of_real {
                self.types.push(ty.ident.clone());
                self.floats.push(ty.ident.clone());
            }
        }
        visit_expr_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let total = call.method == "sum" || call.method == "product";
        if let (true, Some(turbofish)) = (total, &call.turbofish) {
            for argument in &turbofish.args {
                if let syn::GenericArgument::Type(ty) = argument {
                    self.floats.extend(bare(ty).cloned());
                }
            }
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

/// `Real`, also by a path.
pub fn is_real(bound: &syn::TypeParamBound) -> bool {
    match bound {
        syn::TypeParamBound::Trait(bound) => {
            bound.path.segments.last().is_some_and(|s| s.ident == "Real" || s.ident == "Float")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::reals;
    use crate::lower::signature::generics;
    use quote::quote;

    fn found(item: proc_macro2::TokenStream) -> String {
        let item: syn::ImplItemFn = syn::parse2(item).expect("a method");
        let own = generics(&item.sig.generics);
        reals(&item, &own).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn by_their_use() {
        for (item, expected) in [
            (
                quote!(
                    fn norm(self) -> T {
                        self.dot(self).sqrt()
                    }
                ),
                "T",
            ),
            (
                quote!(
                    fn total(&self) -> T {
                        self.0.iter().copied().sum()
                    }
                ),
                "T",
            ),
            (
                quote!(
                    fn scaled(&self, k: T) -> V<T> {
                        V(self.0 * k)
                    }
                ),
                "T",
            ),
            (
                quote!(
                    fn half(&self) -> V<T> {
                        let k = T::HALF;
                        V(self.0 * k)
                    }
                ),
                "T",
            ),
            (
                quote!(
                    fn last(&self) -> T {
                        self.0.last()
                    }
                ),
                "",
            ),
            (
                quote!(
                    fn get(&self, k: T) -> T {
                        self.step(k)
                    }
                ),
                "",
            ),
            (
                quote!(
                    fn sum(&self) -> T {
                        self.a + self.b
                    }
                ),
                "",
            ),
            (
                quote!(
                    fn own<T: Real>(&self, k: T) -> T {
                        k * self.a
                    }
                ),
                "",
            ),
            (
                quote!(
                    fn other(&self) -> f64 {
                        N::ZERO.len()
                    }
                ),
                "N",
            ),
        ] {
            assert_eq!(found(item.clone()), expected, "{item}");
        }
    }
}
