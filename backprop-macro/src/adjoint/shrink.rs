//! The reverse of taking elements away from a vector: what went is put back, and the shadow grows by zeros.
//!
//! ```text
//! v4 = load a[v3]; a.pop(v3)   →   a.push(v4), where the old contents are wanted; d_a.push(0); (v4's load adds to d_a)
//! ```

use super::forward::grows_by_zeros;
use super::prepare::{held_as_value, loaded, measured};
use super::Reverse;
use crate::analysis::layout::At;
use crate::analysis::types::place_ty;
use crate::ir::{
    Access, Bulk, Init, Loop, MemId, MemInfo, Op, Operand, Place, Proj, Range, Region, Stmt, Ty, ValueId,
};

impl Reverse<'_> {
    pub(crate) fn reverse_pop(&mut self, place: &Place, last: ValueId, at: At) {
        let end = place.with(Proj::Index(last));
        let elem = place_ty(&self.f, &end);
        let old = loaded(&self.layout.region(&self.prepared.f, at.0).stmts[..at.1], &end);
        if self.plan.undo.contains(&at) {
            let item = match old {
                Some(old) if held_as_value(&elem) => Some(Operand::Value(self.demand(old))),
                _ => self.snapshots.get(&at).and_then(|s| s.first().copied()).map(Operand::Mem),
            };
            let back = self.demand_place(place);
            self.frame().out.extend(item.map(|item| Stmt::Bulk(Bulk::Push { place: back, item })));
        }
        if !self.act.mem(place.mem) {
            return;
        }
        let shadow = self.shadow_place(place);
        let span = self.f.mems[place.mem].span;
        let item = match old {
            Some(old) if held_as_value(&elem) => {
                let old = if elem.is_float() { old } else { self.demand(old) };
                let zero = match elem {
                    Ty::Float(_) => self.zero(elem, span),
                    unseen => {
                        self.build(|b| b.let_(Op::Helper { name: "zero_of", args: vec![old] }, unseen, span))
                    }
                };
                Operand::Value(zero)
            }
            _ => {
                let end = self.demand_place(&end);
                let mut out = std::mem::take(&mut self.frame().out);
                let zero = self.zero_object(place.mem, &end, &mut out);
                self.frame().out = out;
                Operand::Mem(zero)
            }
        };
        self.push(Stmt::Bulk(Bulk::Push { place: shadow, item }));
    }

    pub(crate) fn reverse_truncate(&mut self, place: &Place, len: ValueId, at: At) {
        let Some(old) = measured(&self.layout.region(&self.prepared.f, at.0).stmts[..at.1], place) else {
            return;
        };
        let elem = place_ty(&self.f, place).elem();
        let plain = grows_by_zeros(&elem);
        if self.plan.undo.contains(&at) {
            let (lo, old) = (self.demand(len), self.demand(old));
            let back = self.demand_place(place);
            if plain {
                self.push(Stmt::Bulk(Bulk::Grow { place: back.clone(), len: old }));
                let stack = self.arena(place);
                let place = back.with(Proj::Range { lo: Some(lo), hi: None });
                self.push(Stmt::Restore { stack, place });
            } else if let Some(tail) = self.snapshots.get(&at).and_then(|s| s.first().copied()) {
                let span = self.f.mems[tail].span;
                let zero = self.build(|b| b.int(0, span));
                let count = self.build(|b| b.let_(Op::Len(Place::whole(tail)), Ty::Int, span));
                self.push_each(zero, count, |_, i, _| {
                    let item = Operand::Copy(Place::whole(tail).with(Proj::Index(i)));
                    Bulk::Push { place: back.clone(), item }
                });
            }
        }
        if !self.act.mem(place.mem) {
            return;
        }
        let (len, old) = (self.demand(len), self.demand(old));
        let shadow = self.shadow_place(place);
        if plain {
            self.push(Stmt::Bulk(Bulk::Grow { place: shadow, len: old }));
            return;
        }
        let back = self.demand_place(place);
        self.push_each(len, old, |r, i, out| {
            let zero = r.zero_object(place.mem, &back.with(Proj::Index(i)), out);
            Bulk::Push { place: shadow.clone(), item: Operand::Mem(zero) }
        });
    }

    /// A zero that looks like what is at a place.
    fn zero_object(&mut self, of: MemId, like: &Place, out: &mut Vec<Stmt>) -> MemId {
        let ty = place_ty(&self.f, like);
        let span = self.f.mems[of].span;
        let info = MemInfo { ty, name: None, span, access: Access::Owned, shadow_of: Some(of) };
        let mem = self.f.mems.push(info);
        out.push(Stmt::Decl { mem, init: Some(Init::ZeroOf(like.clone())) });
        mem
    }

    /// A loop of pushes over `lo..hi`.
    fn push_each(
        &mut self,
        lo: ValueId,
        hi: ValueId,
        make: impl FnOnce(&mut Self, ValueId, &mut Vec<Stmt>) -> Bulk,
    ) {
        let span = self.f.values[hi].span;
        let index = self.f.fresh(Ty::Int, span);
        let mut stmts = Vec::new();
        let push = make(self, index, &mut stmts);
        stmts.push(Stmt::Bulk(push));
        let range = Range { index, lo, hi, inclusive: false, adaptors: Vec::new() };
        let body = Region { stmts, diverges: false };
        self.push(Stmt::Loop(Box::new(Loop::counted(range, Vec::new(), body, span))));
    }
}
