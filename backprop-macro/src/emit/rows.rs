//! Rows: parts of slices, as long as a loop.
//!
//! ```text
//! m3 = row m1[v2; v4]                 let a_row = row(&a, start, n);
//! m3 = row m1.w[v2; v4]               let part = Look::at(&s.w).part(start, n); .. let s_row = part.cut(n);
//! m6 = row m5.w[v2; v4] apart         let mut own = taken(d_s.__d_w()); let mut look = LookMut::at(&mut own);
//!                                     let d_s_row = look.row(start, n); .. *d_s.__d_w() = own;
//! ```

use super::body::Body;
use super::place::Mode;
use super::tables::{place_ty, shadow_of};
use crate::ir::{MemId, Place, Ty, ValueId};
use proc_macro2::{Ident, TokenStream};

impl Body<'_> {
    /// The name of a row, and what it is.
    pub(super) fn declare_row(
        &mut self,
        mem: MemId,
        of: &Place,
        bounds: (ValueId, ValueId),
        (mutable, apart): (bool, bool),
    ) {
        let krate = self.krate;
        let unseen = matches!(place_ty(self.f, of), Ty::Unknown | Ty::Adt(..));
        if unseen || apart {
            self.flush();
        }
        let bounds = self.take(&[bounds.0, bounds.1]);
        let [start, len] = bounds.as_slice() else { return };
        let part = of.proj.is_empty() && self.parts.contains(&of.mem);
        let mode = if mutable { Mode::Update } else { Mode::Read };
        let path = self.path(of, mode);
        let opaque = path.opaque;
        let row = if part {
            let path = path.auto();
            q!(#path.cut(#len))
        } else if apart || (unseen && mutable) {
            let mut slot = path.exclusive();
            if apart {
                let own = self.names.temporary();
                self.out.extend(q!(let mut #own = #krate::__private::taken(#slot);));
                slot = q!(&mut #own);
                self.taken.insert(mem, own);
            }
            let look = self.names.temporary();
            self.out.extend(q!(let mut #look = #krate::__private::LookMut::at(#slot);));
            q!(#look.row(#start, #len))
        } else if unseen {
            let of = path.shared();
            self.parts.insert(mem);
            q!(#krate::__private::Look::at(#of).part(#start, #len))
        } else if mutable {
            let slot = path.exclusive();
            let len = match self.wanted.get(&of.mem) {
                Some(wanted) => q!(if #wanted { #len } else { 0 }),
                None => q!(#len),
            };
            self.slices.insert(mem, true);
            q!(#krate::__private::row_mut(#slot, #start, #len))
        } else {
            let of = path.shared();
            self.slices.insert(mem, false);
            q!(#krate::__private::row(#of, #start, #len))
        };
        self.flush();
        if opaque && shadow_of(self.f, mem).is_some() {
            self.opaque.insert(mem);
        }
        let name = self.row_name(mem, of);
        self.out.extend(q!(let #name = #row;));
    }

    fn row_name(&mut self, mem: MemId, of: &Place) -> Ident {
        let base = self.mem_ident(of.mem).to_string();
        let stem = base.trim_start_matches("r#").trim_start_matches('_').trim_end_matches("_row");
        let name = self.names.fresh(&format!("{stem}_row"));
        self.mem_names.insert(mem, name.clone());
        if self.assigned.contains(&of.mem) {
            self.assigned.insert(mem);
        }
        self.inherit_wanted(mem, of.mem);
        name
    }

    /// What was taken out of a place for a row goes back.
    pub(super) fn put_back(&mut self, place: &Place, own: &Ident) -> TokenStream {
        self.flush();
        let path = self.path(place, Mode::Update).value();
        q!(#path = #own;)
    }
}
