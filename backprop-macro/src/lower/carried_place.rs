//! Places in carried code.
//!
//! ```text
//! m0[v1].k       →   a[i].k
//! m0.<Sum>.0.*   →   (*(*match &(*e) { Sum(payload, ..) => payload, _ => unreachable!() }))
//! ```

use super::lowerer::{Lowered, Lowerer};
use super::opaque::Pieces;
use super::value::Val;
use crate::diag::At;
use crate::ir::{Access, CodeId, Field, Fields, Init, Operand, Place, Proj, Read, Stmt, Ty, ValueId};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

impl<'a> Lowerer<'a> {
    /// What is at the place, under a name of its own.
    pub fn read_apart(&mut self, place: Place, at: At) -> Read {
        let ty = self.place_ty(&place);
        if ty.is_scalar() || ty == Ty::Unknown {
            return Read::Value(self.load(place, at.span()));
        }
        let ty = if let Ty::Slice(elem) = ty { Ty::Vec(elem) } else { ty };
        let mem = self.object(ty.clone(), self.place_tainted(&place), at.span());
        let init = if place.proj.iter().any(|p| matches!(p, Proj::Range { .. })) {
            Init::ToVec(place)
        } else {
            Init::From(Operand::Copy(place))
        };
        self.emit(Stmt::Decl { mem, init: Some(init) });
        Read::Mem(mem)
    }

    pub fn piece_place(&mut self, pieces: &mut Pieces, place: &Place, at: At) -> Lowered<()> {
        // A payload is read before; what a box in it holds is looked at where it is.
        let last = place.proj.iter().rposition(|p| matches!(p, Proj::Payload { .. }));
        if let Some(last) = last.filter(|k| !place.proj[*k..].contains(&Proj::Deref)) {
            let payload = Place { mem: place.mem, proj: place.proj[..=last].to_vec() };
            let rest = place.proj[last + 1..].to_vec();
            match self.read_apart(payload, at) {
                Read::Value(value) if rest.is_empty() => self.piece_value(pieces, value),
                Read::Value(value) => {
                    let mem = self.place(Val::Value(value), at)?.mem;
                    return self.piece_place(pieces, &Place { mem, proj: rest }, at);
                }
                Read::Mem(mem) => return self.piece_place(pieces, &Place { mem, proj: rest }, at),
            }
            return Ok(());
        }
        let hole = self.hole();
        let follows =
            matches!(place.proj.first(), Some(Proj::Field(_) | Proj::Index(_) | Proj::Range { .. }));
        let mut tokens = match self.f.mems[place.mem].access != Access::Owned && !follows {
            true if place.proj.is_empty() => quote!(*#hole),
            true => quote!((*#hole)),
            false => quote!(#hole),
        };
        pieces.add_read(hole, Read::Mem(place.mem));
        for proj in &place.proj {
            let index = |s: &mut Self, pieces: &mut Pieces, v: ValueId| {
                let hole = s.hole();
                pieces.add_read(hole.clone(), Read::Value(v));
                hole
            };
            tokens = match proj {
                Proj::Index(i) => {
                    let i = index(self, pieces, *i);
                    quote!(#tokens[#i])
                }
                Proj::Range { lo, hi } => {
                    let lo = lo.map(|v| index(self, pieces, v));
                    let hi = hi.map(|v| index(self, pieces, v));
                    quote!(#tokens[#lo..#hi])
                }
                Proj::Field(field) => {
                    let name = self.field_name(field);
                    quote!(#tokens.#name)
                }
                Proj::Deref => quote!((*#tokens)),
                Proj::Payload { variant, field, arity } => {
                    self.payload_piece(&tokens, *variant, field, arity)
                }
            };
        }
        pieces.push(tokens);
        Ok(())
    }

    fn field_name(&self, field: &Field) -> TokenStream {
        match field {
            Field::Named(code, _) => self.source.tokens(*code),
            Field::Index(i) => {
                let i = syn::Index::from(*i as usize);
                quote!(#i)
            }
        }
    }

    /// A payload as a place; it is known to be there.
    fn payload_piece(
        &self,
        whole: &TokenStream,
        variant: CodeId,
        field: &Field,
        arity: &Fields,
    ) -> TokenStream {
        let path = self.source.tokens(variant);
        let payload = Ident::new("__bp_payload", Span::mixed_site());
        let pattern = match (field, arity) {
            (Field::Index(k), Fields::Tuple(_)) => {
                let skipped = (0..*k).map(|_| quote!(_,));
                quote!((#(#skipped)* #payload, ..))
            }
            (Field::Named(..), _) | (Field::Index(_), Fields::Named) => {
                let name = self.field_name(field);
                quote!({ #name: #payload, .. })
            }
        };
        quote!((*match &#whole { #path #pattern => #payload, _ => ::core::unreachable!() }))
    }
}
