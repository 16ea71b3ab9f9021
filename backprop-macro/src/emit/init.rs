//! Expressions whose value is a memory object.
//!
//! ```text
//! [v0, copy m1[v2], m3]     [x, a[i], b]
//! zero of m1                [0.0_f64; 3], or vec_from_elem(0.0_f64, a.len()), or zero(&s)
//! ```

use super::body::Body;
use super::expr::Expr;
use super::tables;
use crate::analysis::types::place_ty;
use crate::ir::ty::FloatTy;
use crate::ir::{Field, Init, Operand, Ty};
use proc_macro2::TokenStream;

impl Body<'_> {
    pub(super) fn init(&mut self, init: &Init, ty: &Ty) -> TokenStream {
        match init {
            Init::Array(items) => {
                let items = self.items(items, true);
                q!([#(#items),*])
            }
            Init::Repeat { elem, len } => {
                let copied = self.is_copied(elem);
                let elem = self.item(elem);
                let len = tables::tokens(self.source, *len);
                if copied {
                    q!([#elem; #len])
                } else {
                    let one = self.names.temporary();
                    q!({ let #one = #elem; [(); #len].map(|()| ::core::clone::Clone::clone(&#one)) })
                }
            }
            Init::VecOf(items) => {
                let krate = self.krate;
                let items = self.items(items, true);
                q!(#krate::__private::Vec::from([#(#items),*]))
            }
            Init::VecRepeat { elem, len } => {
                let krate = self.krate;
                let elem = self.item(elem);
                let len = self.take_one(*len);
                q!(#krate::__private::vec_from_elem(#elem, #len))
            }
            Init::VecNew { capacity } => {
                let krate = self.krate;
                let elem = self.vec_elem(ty);
                let capacity = capacity.map(|c| self.take_one(c));
                match capacity {
                    Some(capacity) => q!(#krate::__private::Vec::#elem with_capacity(#capacity)),
                    None => q!(#krate::__private::Vec::#elem new()),
                }
            }
            Init::Tuple(items) => {
                let items = self.items(items, false);
                match items.as_slice() {
                    [one] => q!((#one,)),
                    many => q!((#(#many),*)),
                }
            }
            Init::Struct { path, fields, base } => {
                self.structure(&tables::tokens(self.source, *path), fields, base)
            }
            Init::Variant { path, args } => {
                let path = tables::tokens(self.source, *path);
                if args.is_empty() {
                    return path;
                }
                let args = self.items(args, false);
                q!(#path(#(#args),*))
            }
            Init::Boxed(operand) => {
                let krate = self.krate;
                let held = self.item(operand);
                q!(#krate::__private::Box::new(#held))
            }
            Init::From(operand) => self.item(operand).tokens.into(),
            Init::Taken(place) => {
                self.flush();
                let krate = self.krate;
                let slot = self.path(place, super::place::Mode::Store).exclusive();
                q!(#krate::__private::taken(#slot))
            }
            Init::ToVec(place) => {
                let path = self.path(place, super::place::Mode::Read);
                let auto = path.auto();
                q!(#auto.to_vec())
            }
            Init::Opaque(opaque) => {
                self.flush();
                self.code(opaque).tokens.into()
            }
            Init::ZeroOf(place) => self.zero_of(place, ty),
            // Declared on their own (`rows.rs`).
            Init::Row { .. } => TokenStream::new(),
        }
    }

    fn structure(
        &mut self,
        path: &TokenStream,
        fields: &[(Field, Operand)],
        base: &Option<Operand>,
    ) -> TokenStream {
        let operands: Vec<Operand> = fields.iter().map(|(_, o)| o.clone()).chain(base.clone()).collect();
        let mut values = self.items(&operands, false);
        let base = base.as_ref().and_then(|_| values.pop());
        let base = base.map(|b| q!(..#b));
        let fields = fields.iter().zip(values).map(|((name, _), value)| {
            let name = self.field(name);
            q!(#name: #value,)
        });
        q!(#path { #(#fields)* #base })
    }

    /// Operands in their order; `alike`: of one type, so that one typed literal is enough.
    fn items(&mut self, items: &[Operand], alike: bool) -> Vec<Expr> {
        let value = |item: &Operand| match item {
            Operand::Value(v) => Some(*v),
            Operand::Mem(_) | Operand::Copy(_) => None,
        };
        let values: Vec<_> = items.iter().filter_map(value).collect();
        if values.len() < items.len() {
            // Copies of places have their turn too.
            self.flush();
        }
        let mut taken = self.take(&values).into_iter();
        let mut all = Vec::new();
        for item in items {
            let expr = match value(item) {
                Some(_) => taken.next().unwrap_or_else(|| Expr::atom(q!(()))),
                None => self.aggregate(item),
            };
            all.push(expr);
        }
        let constant = all.iter().all(Expr::is_constant);
        for (k, (item, expr)) in items.iter().zip(&mut all).enumerate() {
            if let (Some(v), true) = (value(item), !alike || (k == 0 && constant)) {
                *expr = self.typed(v, expr.clone());
            }
        }
        all
    }

    fn item(&mut self, item: &Operand) -> Expr {
        let expr = self.aggregate(item);
        match item {
            Operand::Value(v) => self.typed(*v, expr),
            Operand::Mem(_) | Operand::Copy(_) => expr,
        }
    }

    /// The element of the user's array is `Copy`; its tangent need not be.
    fn is_copied(&self, elem: &Operand) -> bool {
        let (mem, ty) = match elem {
            Operand::Value(_) => return true,
            Operand::Mem(mem) => (*mem, tables::mem_ty(self.f, *mem)),
            Operand::Copy(place) => (place.mem, place_ty(self.f, place)),
        };
        tables::shadow_of(self.f, mem).is_none() || ty.is_plain()
    }

    /// `<f64>::`, where nothing else may tell.
    fn vec_elem(&self, ty: &Ty) -> Option<TokenStream> {
        match ty.elem() {
            Ty::Float(FloatTy::F32) => Some(q!(<::core::primitive::f32>::)),
            Ty::Float(FloatTy::F64) => Some(q!(<::core::primitive::f64>::)),
            _ => None,
        }
    }
}
