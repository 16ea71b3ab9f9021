//! Cotangent buffers that a caller may not want: what only adds to them is skipped where there is none.
//!
//! ```text
//! |seed, x, d_x: Option<&mut [f64]>| ..  loop { d_x[i] += d; }
//!     →    let w_x = d_x.is_some(); let d_x = d_x.unwrap_or_default();  ..  loop { if w_x { d_x[i] += d; } }
//! ```
//! A buffer that nobody reads would have to be as long as the argument, which may be the whole rest of a caller's data.
//! Where the pullback is inlined, the caller's `None` or `Some` decides before it runs.

use super::body::Body;
use super::tokens::Tokens;
use crate::ir::visit::Mentions;
use crate::ir::{Bulk, Cotangent, Init, MemId, Place, Pullback, Stmt};
use proc_macro2::{Ident, TokenStream};

impl Body<'_> {
    /// What is written next, in `if w_x { .. }` where it adds to such a buffer.
    pub(super) fn where_wanted(&mut self, mem: MemId, added: impl Into<Tokens>) {
        let added: Tokens = added.into();
        match self.wanted.get(&mem).cloned() {
            Some(wanted) => self.out.extend(q!(if #wanted { #added })),
            None => self.out.extend(q!(#added)),
        }
    }

    /// The buffer lent on, or `None` if there is none.
    pub(super) fn lent_where_wanted(&self, mem: MemId, lent: TokenStream) -> TokenStream {
        match self.wanted.get(&mem) {
            Some(wanted) => q!(if #wanted { #lent } else { ::core::option::Option::None }),
            None => lent,
        }
    }

    /// A row of such a buffer is one as well.
    pub(super) fn inherit_wanted(&mut self, row: MemId, of: MemId) {
        if let Some(wanted) = self.wanted.get(&of).cloned() {
            self.wanted.insert(row, wanted);
        }
    }

    /// From here on, the buffer is there if the variable says so.
    pub fn bind_wanted(&mut self, mem: MemId, wanted: &Ident) {
        self.wanted.insert(mem, wanted.clone());
    }
}

/// Do the statements nothing but add to it?
pub fn is_only_added_to(stmts: &[Stmt], mem: MemId) -> bool {
    stmts.iter().flat_map(Stmt::deep).all(|stmt| {
        let mentions = Mentions::of(|m| stmt.visit_shallow(m)).mems.iter().filter(|m| **m == mem).count();
        match (mentions, stmt) {
            (0, _) => true,
            (1, Stmt::Accumulate { place, .. } | Stmt::Bulk(Bulk::AddAssign { dst: place, .. })) => {
                place.mem == mem
            }
            (1, Stmt::Decl { mem: row, init: Some(Init::Row { of, mutable: true, .. }) }) => {
                *of == Place::whole(mem) && is_only_added_to(stmts, *row)
            }
            (n, Stmt::Pullback(Pullback { into, .. })) => {
                let given = into.iter().filter(|c| matches!(c, Cotangent::Place(place) if place.mem == mem));
                given.count() == n
            }
            _ => false,
        }
    })
}
