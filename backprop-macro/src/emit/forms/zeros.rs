//! The zeros of cotangents, and the one that a gradient is seeded with.
//!
//! ```text
//! f64   0.0_f64        [f64; 3]   [0.0_f64; 3]        &[f64]   vec_from_elem(0.0_f64, a.len())        P   zero(p)
//! ```

use super::signature::Signature;
use crate::emit::names::lanes;
use crate::emit::tables;
use crate::ir::ty::FloatTy;
use crate::ir::Ty;
use proc_macro2::TokenStream;

impl Signature<'_> {
    /// The zero of a cotangent, given an expression for a reference to the primal.
    pub fn zero(&self, ty: &Ty, shared: &TokenStream) -> TokenStream {
        let krate = &self.krate;
        if let Some(zero) = self.plain_zero(ty) {
            return zero;
        }
        match ty {
            Ty::Slice(elem) | Ty::Vec(elem) => match self.plain_zero(elem) {
                Some(zero) => q!(#krate::__private::vec_from_elem(#zero, (#shared).len())),
                None if self.lanes => self.zero_in_lanes(shared),
                None => q!(#krate::__private::zeros_like_slice(#shared)),
            },
            _ if self.lanes => self.zero_in_lanes(shared),
            _ => q!(#krate::__private::zero(#shared)),
        }
    }

    fn zero_in_lanes(&self, shared: &TokenStream) -> TokenStream {
        let (krate, lanes) = (&self.krate, lanes());
        q!(#krate::__private::zero_in_lanes::<#lanes, _>(#shared))
    }

    /// The zero of the elements, if those are of floats alone.
    pub fn plain_elem(&self, ty: &Ty) -> Option<TokenStream> {
        match ty {
            Ty::Slice(elem) | Ty::Vec(elem) => self.plain_zero(elem),
            Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => None,
        }
    }

    /// The zero of a type of floats alone.
    pub fn plain_zero(&self, ty: &Ty) -> Option<TokenStream> {
        let krate = &self.krate;
        Some(match ty {
            Ty::Float(float) if self.lanes => {
                let zero = self.float_zero(float);
                q!(#krate::__private::Lanes::splat(#zero))
            }
            Ty::Float(float) => self.float_zero(float),
            Ty::Array(elem, len) if elem.is_plain() => {
                let elem = self.plain_zero(elem)?;
                let len = self.len(len);
                q!([#elem; #len])
            }
            Ty::Tuple(items) if ty.is_plain() => {
                let items = items.iter().map(|t| self.plain_zero(t)).collect::<Option<Vec<_>>>()?;
                q!((#(#items,)*))
            }
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => return None,
        })
    }

    fn float_zero(&self, float: &FloatTy) -> TokenStream {
        let krate = &self.krate;
        match float {
            FloatTy::F32 => q!(0.0_f32),
            FloatTy::F64 => q!(0.0_f64),
            FloatTy::Any => q!(0.0),
            FloatTy::Param(code) => {
                let ty = tables::tokens(&self.model.source, *code);
                q!(<#ty as #krate::Real>::ZERO)
            }
            FloatTy::Lanes(inner) => self.float_zero(inner),
        }
    }

    /// The one of a float result.
    pub fn one(&self) -> TokenStream {
        let krate = &self.krate;
        match &self.model.output.class {
            Ty::Float(FloatTy::Param(code)) => {
                let ty = tables::tokens(&self.model.source, *code);
                q!(<#ty as #krate::Real>::ONE)
            }
            _ => q!(1.0),
        }
    }
}
