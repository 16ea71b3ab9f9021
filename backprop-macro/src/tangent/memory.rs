//! Objects: the same is done to the tangent, before it is done to the primal.

use super::{Forward, Refusal};
use crate::analysis::types::place_ty;
use crate::ir::{Bulk, Init, Operand, Place, Stmt, Ty, ValueId};

impl Forward<'_> {
    pub(super) fn store(&mut self, place: &Place, value: ValueId) -> Result<(), Refusal> {
        if let Some(slot) = self.of_place(place) {
            let ty = &self.f.values[value].ty;
            // An integer in a struct: its tangent has no such field.
            let constant = ty.is_passive() || place_ty(&self.f, place).is_passive();
            if self.of(value).is_some() || ty.is_float() {
                let seen = !matches!(place_ty(&self.f, place), Ty::Unknown | Ty::Adt(..));
                let tangent = match self.of(value) {
                    Some(tangent) if !seen => tangent,
                    Some(_) | None => self.or_zero(value),
                };
                self.out.push(Stmt::Store { place: slot, value: tangent });
            } else if !constant {
                self.out.push(Stmt::Bulk(Bulk::Zero { place: slot }));
            }
        }
        self.out.push(Stmt::Store { place: place.clone(), value });
        Ok(())
    }

    pub(super) fn accumulate(&mut self, place: &Place, from: &Operand) -> Result<(), Refusal> {
        if self.carries(from) {
            if let Some(slot) = self.of_place(place) {
                let from = self.operand(from);
                self.out.push(Stmt::Accumulate { place: slot, from });
            }
        }
        self.out.push(Stmt::Accumulate { place: place.clone(), from: from.clone() });
        Ok(())
    }

    pub(super) fn bulk(&mut self, bulk: &Bulk) -> Result<(), Refusal> {
        let mirrored = match bulk {
            Bulk::Swap { a, b } => return self.swap(a, b),
            Bulk::Fill { place, value } => self.of_place(place).map(|place| {
                let value = self.or_zero(*value);
                Bulk::Fill { place, value }
            }),
            Bulk::CopyFrom { dst, src } => self.of_place(dst).map(|dst| match self.of_place(src) {
                Some(src) => Bulk::CopyFrom { dst, src },
                None => Bulk::Zero { place: dst },
            }),
            Bulk::AddAssign { dst, src } => match (self.of_place(dst), self.of_place(src)) {
                (Some(dst), Some(src)) => Some(Bulk::AddAssign { dst, src }),
                (None, _) | (_, None) => None,
            },
            Bulk::Push { place, item } => self.of_place(place).map(|place| {
                let item = self.operand(item);
                Bulk::Push { place, item }
            }),
            Bulk::Reverse { place } => self.of_place(place).map(|place| Bulk::Reverse { place }),
            Bulk::Pop { place, last: _ } => self.of_place(place).map(|place| Bulk::Pop { place, last: None }),
            Bulk::Grow { place, len } => self.of_place(place).map(|place| Bulk::Grow { place, len: *len }),
            Bulk::Zero { place } => self.of_place(place).map(|place| Bulk::Zero { place }),
            Bulk::RotateLeft { place, by } => {
                self.of_place(place).map(|place| Bulk::RotateLeft { place, by: *by })
            }
            Bulk::RotateRight { place, by } => {
                self.of_place(place).map(|place| Bulk::RotateRight { place, by: *by })
            }
            Bulk::Truncate { place, len } => {
                self.of_place(place).map(|place| Bulk::Truncate { place, len: *len })
            }
        };
        self.out.extend(mirrored.map(Stmt::Bulk));
        self.out.push(Stmt::Bulk(bulk.clone()));
        Ok(())
    }

    /// If one of the two is a constant, the other's tangent is zero of the new shape afterwards.
    fn swap(&mut self, a: &Place, b: &Place) -> Result<(), Refusal> {
        let primal = Stmt::Bulk(Bulk::Swap { a: a.clone(), b: b.clone() });
        match (self.of_place(a), self.of_place(b)) {
            (Some(a), Some(b)) => {
                self.out.push(Stmt::Bulk(Bulk::Swap { a, b }));
                self.out.push(primal);
            }
            (Some(slot), None) => {
                self.out.push(primal);
                self.out.push(Stmt::Assign { place: slot, init: Init::ZeroOf(a.clone()) });
            }
            (None, Some(slot)) => {
                self.out.push(primal);
                self.out.push(Stmt::Assign { place: slot, init: Init::ZeroOf(b.clone()) });
            }
            (None, None) => self.out.push(primal),
        }
        Ok(())
    }
}
