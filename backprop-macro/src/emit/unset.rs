//! Objects that are declared without a value and then mentioned where rustc can't see that they have one.
//!
//! ```text
//! let z; if c { z = [x, y] } ..; if c { __d_x += z[0] }      rustc: `z` is possibly uninitialised
//! let mut z = [0.0_f64; 2]; ..
//! ```
//! The two sweeps branch on the same conditions, so the value that such an object starts with is never read.

use super::body::Body;
use super::tables::{is_plain, mem_ty, shadow_of};
use crate::ir::hash::HashSet;
use crate::ir::visit::Visitor;
use crate::ir::{Function, MemId, Place, Popped, Region, ResultOf, Stmt, Ty, ValueId};
use proc_macro2::TokenStream;

pub fn unset(f: &Function) -> HashSet<MemId> {
    let mut walk = Unset::default();
    let mut set = HashSet::default();
    walk.region(&f.body, &mut set);
    if let ResultOf::Mem(mem) = f.result {
        walk.mention(mem, &set);
    }
    walk.found
}

#[derive(Default)]
struct Unset {
    deferred: HashSet<MemId>,
    found: HashSet<MemId>,
}

#[derive(Default)]
struct Mems(Vec<MemId>);

impl Visitor for Mems {
    fn value(&mut self, _: ValueId) {}
    fn mem(&mut self, mem: MemId) {
        self.0.push(mem);
    }
}

impl Unset {
    fn mention(&mut self, mem: MemId, set: &HashSet<MemId>) {
        if self.deferred.contains(&mem) && !set.contains(&mem) {
            self.found.insert(mem);
        }
    }

    /// `set`: the deferred objects that surely have a value.
    fn region(&mut self, region: &Region, set: &mut HashSet<MemId>) {
        for stmt in &region.stmts {
            match stmt {
                Stmt::Decl { mem, init: None } => {
                    self.deferred.insert(*mem);
                    set.remove(mem);
                }
                Stmt::Branch(branch) => {
                    let ends: Vec<HashSet<MemId>> = branch
                        .arms
                        .iter()
                        .filter_map(|arm| {
                            let mut end = set.clone();
                            self.region(arm, &mut end);
                            (!arm.diverges).then_some(end)
                        })
                        .collect();
                    if let Some((first, rest)) = ends.split_first() {
                        *set = first.iter().copied().filter(|m| rest.iter().all(|e| e.contains(m))).collect();
                    }
                }
                Stmt::Loop(l) => {
                    if let Some((header, _)) = &l.header {
                        self.region(header, set);
                    }
                    self.region(&l.body, &mut set.clone());
                }
                Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Save { .. }
                | Stmt::Pop { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => self.simple(stmt, set),
            }
        }
    }

    fn simple(&mut self, stmt: &Stmt, set: &mut HashSet<MemId>) {
        let made = match stmt {
            Stmt::Assign { place, init: _ } | Stmt::Store { place, value: _ } => whole(place),
            _ => None,
        };
        let mut mems = Mems::default();
        stmt.visit_shallow(&mut mems);
        mems.0.into_iter().filter(|m| Some(*m) != made).for_each(|m| self.mention(m, set));
        set.extend(made);
        if let Stmt::Pop { stack: _, items } = stmt {
            set.extend(items.iter().filter_map(|i| match i {
                Popped::Mem(mem) => Some(*mem),
                Popped::Value(_) => None,
            }));
        }
    }
}

fn whole(place: &Place) -> Option<MemId> {
    place.proj.is_empty().then_some(place.mem)
}

impl Body<'_> {
    /// What an object starts with whose first value is never read; `None`: the type does not tell.
    pub(super) fn placeholder(&self, mem: MemId) -> Option<TokenStream> {
        let ty = mem_ty(self.f, mem);
        let shadow = shadow_of(self.f, mem).is_some();
        match &ty {
            plain if is_plain(plain) => Some(self.zero(plain)),
            Ty::Vec(_) | Ty::Option(_) => self.placeholder_of(&ty),
            _ if shadow => None,
            primal => self.placeholder_of(primal),
        }
    }

    fn placeholder_of(&self, ty: &Ty) -> Option<TokenStream> {
        let krate = self.krate;
        match ty {
            plain if is_plain(plain) => Some(self.zero(plain)),
            Ty::Int => Some(q!(0)),
            Ty::Bool => Some(q!(false)),
            Ty::Vec(_) => Some(q!(#krate::__private::Vec::new())),
            Ty::Option(_) => Some(q!(::core::option::Option::None)),
            Ty::Tuple(items) => {
                let items: Option<Vec<_>> = items.iter().map(|i| self.placeholder_of(i)).collect();
                let items = items?;
                Some(q!((#(#items,)*)))
            }
            Ty::Float(_) | Ty::Passive(_) | Ty::Array(..) | Ty::Slice(_) | Ty::Adt(_) | Ty::Unknown => None,
        }
    }
}
