//! Objects that are declared without a value and then mentioned where rustc can't see that they have one.
//!
//! ```text
//! let z; if c { z = [x, y] } ..; if c { __d_x += z[0] }      rustc: `z` is possibly uninitialised
//! let mut z = [0.0_f64; 2]; ..
//! ```
//! The two sweeps branch on the same conditions, so the value that such an object starts with is never read. Where the
//! type does not tell any value, the object is held in an `Option`.

use super::body::Body;
use super::tables::{mem_access, mem_ty, shadow_of, value_ty};
use crate::ir::hash::HashSet;
use crate::ir::visit::Mentions;
use crate::ir::walk::Control;
use crate::ir::{Access, Function, Init, MemId, Place, Region, ResultOf, Stmt, Ty, ValueId};
use proc_macro2::TokenStream;

pub fn unset(f: &Function) -> HashSet<MemId> {
    let mut walk = Unset::default();
    let mut set = HashSet::default();
    walk.region(&f.body, &mut set);
    if let ResultOf::Mem(mem) = f.result {
        walk.mention(mem, &set);
    }
    let Unset { deferred, mut found } = walk;
    // Their tangents are handed out beside them.
    let tangent = |m: &MemId| shadow_of(f, *m).is_some_and(|primal| found.contains(&primal));
    let tangents: Vec<MemId> = deferred.into_iter().filter(tangent).collect();
    found.extend(tangents);
    found
}

/// Those of them that are held in an `Option`, and the shadows that are made from what they hold.
pub fn held(f: &Function, unset: &HashSet<MemId>) -> HashSet<MemId> {
    let owned = |m: &MemId| mem_access(f, *m) == Access::Owned;
    let mut held = unset.iter().copied().filter(|m| owned(m) && !has_placeholder(f, *m)).collect();
    if !HashSet::is_empty(&held) {
        shadows_of_held(f, &f.body, &mut held);
    }
    held
}

fn shadows_of_held(f: &Function, region: &Region, held: &mut HashSet<MemId>) {
    for stmt in region.deep() {
        if let Stmt::Decl { mem, init: Some(Init::ZeroOf(place)) } = stmt {
            if place.proj.is_empty() && held.contains(&place.mem) && !mem_ty(f, *mem).is_plain() {
                held.insert(*mem);
            }
        }
    }
}

fn has_placeholder(f: &Function, mem: MemId) -> bool {
    let ty = mem_ty(f, mem);
    let shadow = shadow_of(f, mem).is_some();
    ty.is_plain() || matches!(ty, Ty::Vec(_) | Ty::Option(_)) || (!shadow && can_stand(&ty))
}

fn can_stand(ty: &Ty) -> bool {
    match ty {
        plain if plain.is_plain() => true,
        Ty::Int | Ty::Bool | Ty::Vec(_) | Ty::Option(_) => true,
        Ty::Tuple(items) => items.iter().all(can_stand),
        Ty::Float(_)
        | Ty::Passive(_)
        | Ty::Array(..)
        | Ty::Slice(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}

#[derive(Default)]
struct Unset {
    deferred: HashSet<MemId>,
    found: HashSet<MemId>,
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
            match (stmt, stmt.control()) {
                (Stmt::Decl { mem, init: None }, _) => {
                    self.deferred.insert(*mem);
                    set.remove(mem);
                }
                (_, Some(Control::Branch(branch))) => {
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
                (_, Some(Control::Loop(l))) => {
                    if let Some((header, _)) = &l.header {
                        self.region(header, set);
                    }
                    self.region(&l.body, &mut set.clone());
                }
                (_, None) => self.simple(stmt, set),
            }
        }
    }

    fn simple(&mut self, stmt: &Stmt, set: &mut HashSet<MemId>) {
        let mut made = None;
        if let Stmt::Assign { place, init: _ } | Stmt::Store { place, value: _ } = stmt {
            made = whole(place);
        }
        let mems = Mentions::of(|m| stmt.visit_shallow(m)).mems;
        mems.into_iter().filter(|m| Some(*m) != made).for_each(|m| self.mention(m, set));
        set.extend(made);
        if let Stmt::Pop { .. } = stmt {
            set.extend(stmt.declared());
        }
    }
}

fn whole(place: &Place) -> Option<MemId> {
    place.proj.is_empty().then_some(place.mem)
}

impl Body<'_> {
    /// What an object starts with whose first value is never read; `None`: the type does not tell.
    pub(super) fn placeholder(&self, mem: MemId) -> Option<TokenStream> {
        has_placeholder(self.f, mem).then(|| self.placeholder_of(&mem_ty(self.f, mem))).flatten()
    }

    fn placeholder_of(&self, ty: &Ty) -> Option<TokenStream> {
        let krate = self.krate;
        match ty {
            plain if plain.is_plain() => Some(self.zero(plain)),
            Ty::Int => Some(q!(0)),
            Ty::Bool => Some(q!(false)),
            Ty::Vec(_) => Some(q!(#krate::__private::Vec::new())),
            Ty::Option(_) => Some(q!(::core::option::Option::None)),
            Ty::Tuple(items) => {
                let items: Option<Vec<_>> = items.iter().map(|i| self.placeholder_of(i)).collect();
                let items = items?;
                Some(q!((#(#items,)*)))
            }
            Ty::Float(_)
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => None,
        }
    }
}

impl Body<'_> {
    /// What a value that is undefined on this path holds.
    pub(super) fn undefined(&self, value: ValueId) -> TokenStream {
        if self.vars.optional.contains(&value) {
            return q!(::core::option::Option::None);
        }
        let ty = value_ty(self.f, value);
        match &ty {
            Ty::Float(_) => self.constant(&crate::ir::Const::Float(0.0), &ty, true).tokens.into(),
            Ty::Bool => q!(false),
            Ty::Int
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => q!(0),
        }
    }
}
