//! Loops over rows as functions of these rows: LLVM knows of parameters, and of nothing else, that they do not overlap.
//!
//! ```text
//! for i in 0..n { a[i] += b[i]; }   →   apart2(&mut *a, b, |a, b| for i in 0..n { a[i] += b[i]; });
//! ```
//! Else a test for overlap comes before each packed loop: in a nest, where loops are short, it costs as much as they do.

use super::body::Body;
use super::tables::value_ty;
use crate::ir::hash::HashSet;
use crate::ir::walk::{Element, ElementAccess};
use crate::ir::{Loop, MemId, Stmt, Ty};
use proc_macro2::{Ident, Span, TokenStream};

/// The runtime has functions for so many rows.
const MOST: usize = 6;

impl Body<'_> {
    /// The loop, or its rows handed to it.
    pub(super) fn rows_apart(&self, l: &Loop, written: TokenStream) -> TokenStream {
        let rows = self.rows_of(l);
        if rows.is_empty() {
            return written;
        }
        let krate = self.krate;
        let function = Ident::new(&format!("apart{}", rows.len()), Span::mixed_site());
        let names: Vec<Ident> = rows.iter().map(|(mem, _)| self.mem_ident(*mem)).collect();
        let given = rows.iter().zip(&names).map(|((_, mutable), name)| match mutable {
            true => q!(&mut *#name),
            false => q!(#name),
        });
        q!(#krate::__private::#function(#(#given,)* #[inline(always)] |#(#names),*| #written);)
    }

    /// The rows, and which of them are written, of a loop in another one that walks several of them in simple steps.
    fn rows_of(&self, l: &Loop) -> Vec<(MemId, bool)> {
        // Sums of floats are not packed.
        let counts = l.carried.iter().all(|c| c.init.is_some() && value_ty(self.f, c.phi) == Ty::Int);
        let writes = |e: &Element<'_>| e.access != ElementAccess::Read;
        if self.depth == 0
            || l.whole_range().is_none()
            || !l.body.stmts.iter().filter_map(Stmt::element).any(|e| writes(&e))
            || !counts
            || !l.body.stmts.iter().all(Stmt::is_simple)
        {
            return Vec::new();
        }
        let (mut seen, mut rows) = (HashSet::default(), Vec::new());
        for mem in l.body.stmts.iter().filter_map(Stmt::element).map(|e| e.place.mem) {
            if seen.insert(mem) {
                rows.extend(self.slices.get(&mem).map(|mutable| (mem, *mutable)));
            }
        }
        let several = seen.len() > 1 && rows.len() <= MOST && rows.iter().any(|(_, mutable)| *mutable);
        if several {
            rows
        } else {
            Vec::new()
        }
    }
}
