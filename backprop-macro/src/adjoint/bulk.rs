//! The reverse of built-in operations on slices and vectors: most are undone by their inverse.
//!
//! ```text
//! a.rotate_left(k)   →   d_a.rotate_right(k), and a.rotate_right(k) where the old contents are wanted
//! a.fill(v)          →   v gets the sum of d_a; d_a becomes zero
//! ```

use super::{Refusal, Reverse};
use crate::analysis::layout::At;
use crate::ir::{Bulk, Op, Operand, Place, Proj, Stmt, Ty};
use crate::rules::Func;

impl Reverse<'_> {
    pub(crate) fn reverse_bulk(&mut self, bulk: &Bulk, at: At) -> Result<(), Refusal> {
        let undo = self.plan.undo.contains(&at);
        match bulk {
            Bulk::Fill { place, value } => {
                self.undo(at, std::slice::from_ref(place), true);
                if self.act.mem(place.mem) {
                    let slot = self.shadow_place(place);
                    let d = self.sum_elements(&slot, *value);
                    self.push(Stmt::Bulk(Bulk::Zero { place: slot }));
                    self.contribute(*value, d);
                }
            }
            Bulk::CopyFrom { dst, src } => self.reverse_copy(dst, src, at),
            Bulk::Swap { a, b } => {
                let inverse = |r: &mut Self, shadow: bool| {
                    let (a, b) = (r.maybe_shadow(a, shadow), r.maybe_shadow(b, shadow));
                    Bulk::Swap { a, b }
                };
                self.inverse(undo, self.act.mem(a.mem), inverse);
            }
            Bulk::Reverse { place } => {
                let inverse =
                    |r: &mut Self, shadow: bool| Bulk::Reverse { place: r.maybe_shadow(place, shadow) };
                self.inverse(undo, self.act.mem(place.mem), inverse);
            }
            Bulk::RotateLeft { place, by } => {
                let inverse = |r: &mut Self, shadow: bool| Bulk::RotateRight {
                    place: r.maybe_shadow(place, shadow),
                    by: r.demand(*by),
                };
                self.inverse(undo, self.act.mem(place.mem), inverse);
            }
            Bulk::RotateRight { place, by } => {
                let inverse = |r: &mut Self, shadow: bool| Bulk::RotateLeft {
                    place: r.maybe_shadow(place, shadow),
                    by: r.demand(*by),
                };
                self.inverse(undo, self.act.mem(place.mem), inverse);
            }
            Bulk::Push { place, item } => self.reverse_push(place, item, undo),
            Bulk::Pop { place, last: Some(last) } => self.reverse_pop(place, *last, at),
            Bulk::Truncate { place, len } => self.reverse_truncate(place, *len, at),
            Bulk::AddAssign { dst, .. }
            | Bulk::Zero { place: dst }
            | Bulk::Grow { place: dst, .. }
            | Bulk::Pop { place: dst, last: None } => {
                return Err(self.refuse(dst.mem, "a shadow in the primal"));
            }
        }
        Ok(())
    }

    fn maybe_shadow(&mut self, place: &Place, shadow: bool) -> Place {
        if shadow {
            self.shadow_place(place)
        } else {
            self.demand_place(place)
        }
    }

    /// The inverse operation on the object, if it is to be undone, and on its shadow, if it is active.
    fn inverse(&mut self, undo: bool, active: bool, make: impl Fn(&mut Self, bool) -> Bulk) {
        for shadow in [false, true] {
            if (shadow && active) || (!shadow && undo) {
                let bulk = make(self, shadow);
                self.push(Stmt::Bulk(bulk));
            }
        }
    }

    fn reverse_copy(&mut self, dst: &Place, src: &Place, at: At) {
        self.undo(at, std::slice::from_ref(dst), true);
        if !self.act.mem(dst.mem) {
            return;
        }
        let slot = self.shadow_place(dst);
        if !self.act.mem(src.mem) {
            self.push(Stmt::Bulk(Bulk::Zero { place: slot }));
        } else if src.mem == dst.mem {
            let taken = Place::whole(self.take_shadow(&slot));
            let into = self.shadow_place(src);
            self.push(Stmt::Bulk(Bulk::AddAssign { dst: into, src: taken }));
        } else {
            let into = self.shadow_place(src);
            self.push(Stmt::Bulk(Bulk::AddAssign { dst: into, src: slot.clone() }));
            self.push(Stmt::Bulk(Bulk::Zero { place: slot }));
        }
    }

    fn reverse_push(&mut self, place: &Place, item: &Operand, undo: bool) {
        if undo {
            let back = self.demand_place(place);
            self.push(Stmt::Bulk(Bulk::Pop { place: back, last: None }));
        }
        if !self.act.mem(place.mem) {
            return;
        }
        let shadow = self.shadow_place(place);
        if self.act.operand(item) {
            let span = self.f.mems[place.mem].span;
            let last = self.build(|b| {
                let len = b.let_(Op::Len(shadow.clone()), Ty::Int, span);
                let one = b.int(1, span);
                b.apply(Func::Sub, &[len, one], Ty::Int, span)
            });
            self.hand_over(item, &shadow.with(Proj::Index(last)));
        }
        self.push(Stmt::Bulk(Bulk::Pop { place: shadow, last: None }));
    }
}
