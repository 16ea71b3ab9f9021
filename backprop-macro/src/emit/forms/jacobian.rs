//! `jacobian`: Y with each float replaced by G, one row per output.
//!
//! ```text
//! fn jacobian(x: f64, y: f64) -> ((f64, f64), (f64, f64)) {
//!     let __y = f(x, y);
//!     ({ let mut __seed = zero(&__y); __seed.0 = 1.0; Self::vjp(x, y).1(__seed) }, { .. __seed.1 = 1.0; .. })
//! }
//! ```

use super::core::local;
use super::signature::{Item, Signature};
use crate::ir::ty::ArrayLen;
use crate::ir::{FloatTy, Ty};
use crate::model::Pass;
use proc_macro2::{Literal, Span, TokenStream};

/// Nothing for scalar results, for those whose shape the macro can't see, and where there are `&mut` parameters.
pub fn item(signature: &Signature<'_>) -> TokenStream {
    let output = &signature.model.output;
    let in_out = signature.params.iter().any(|p| p.model.pass == Pass::RefMut);
    if !output.differentiable || in_out || output.class.is_float() || signature.wrt().is_empty() {
        return TokenStream::new();
    }
    let maker = Maker { signature };
    let Some((rows_type, rows)) = maker.rows(&output.class, &TokenStream::new(), 0) else {
        return TokenStream::new();
    };
    let (y, arguments) = (local("y"), maker.arguments());
    let value = signature.call(&signature.hidden("fwd"), &arguments);
    let body = q! {
        let (#y, _) = #value;
        #rows
    };
    let doc = format!(
        " The Jacobian of [`{0}`]: its result with each number replaced by that number's gradient.",
        signature.model.ident
    );
    let params = signature.declarations();
    let item = Item { doc: Some(doc), params, output: rows_type, body, ..Item::default() };
    signature.item(&signature.public("jacobian"), item)
}

struct Maker<'m, 's> {
    signature: &'m Signature<'s>,
}

impl Maker<'_, '_> {
    /// The arguments, for one of several calls.
    fn arguments(&self) -> Vec<TokenStream> {
        let pairs = self.signature.arguments().into_iter().zip(&self.signature.params);
        let copy = |(argument, param): (TokenStream, &super::signature::Parameter<'_>)| {
            let owned = param.model.pass == Pass::Value && !param.model.class.is_scalar();
            if owned {
                q!(::core::clone::Clone::clone(&#argument))
            } else {
                argument
            }
        };
        pairs.map(copy).collect()
    }

    /// Type and expression of the rows for a part of the result; `path` leads to it.
    fn rows(&self, ty: &Ty, path: &TokenStream, depth: usize) -> Option<(TokenStream, TokenStream)> {
        let krate = &self.signature.krate;
        match ty {
            Ty::Float(kind) => Some((self.signature.gradient_type(), self.row(kind, path))),
            Ty::Array(elem, len) => {
                let index = local(&format!("i{depth}"));
                let (inner, row) = self.rows(elem, &q!(#path[#index]), depth + 1)?;
                let len = match len {
                    ArrayLen::Known(n) => {
                        let n = Literal::u64_unsuffixed(*n);
                        q!(#n)
                    }
                    ArrayLen::Code(code) => crate::emit::tables::tokens(&self.signature.model.source, *code),
                };
                Some((q!([#inner; #len]), q!(::core::array::from_fn(|#index| #row))))
            }
            Ty::Vec(elem) => {
                let (index, y) = (local(&format!("i{depth}")), local("y"));
                let (inner, row) = self.rows(elem, &q!(#path[#index]), depth + 1)?;
                let rows = q!(::core::iter::Iterator::collect(::core::iter::Iterator::map(0..#y #path.len(), |#index| #row)));
                Some((q!(#krate::__private::Vec<#inner>), rows))
            }
            Ty::Tuple(items) => {
                let mut types = Vec::new();
                let mut all = Vec::new();
                for (k, item) in items.iter().enumerate() {
                    let mut index = Literal::usize_unsuffixed(k);
                    index.set_span(Span::mixed_site());
                    let (inner, rows) = self.rows(item, &q!(#path.#index), depth)?;
                    types.push(inner);
                    all.push(rows);
                }
                Some((q!((#(#types,)*)), q!((#(#all,)*))))
            }
            Ty::Int | Ty::Bool | Ty::Passive(_) => Some((q!(()), q!(()))),
            Ty::Slice(_) | Ty::Option(_) | Ty::Adt(_) | Ty::Unknown => None,
        }
    }

    /// The gradient of one number of the result.
    fn row(&self, kind: &FloatTy, path: &TokenStream) -> TokenStream {
        let krate = &self.signature.krate;
        let (y, seed, pullback) = (local("y"), local("seed"), local("pullback"));
        let one = match kind {
            FloatTy::Param(code) => {
                let ty = crate::emit::tables::tokens(&self.signature.model.source, *code);
                q!(<#ty as #krate::Real>::ONE)
            }
            FloatTy::F32 | FloatTy::F64 | FloatTy::Any => q!(1.0),
        };
        let vjp = self.signature.call(&self.signature.public("vjp"), &self.arguments());
        q!({
            let mut #seed = #krate::__private::zero(&#y);
            #seed #path = #one;
            let (_, #pullback) = #vjp;
            #pullback(#seed)
        })
    }
}
