//! Whole objects: declarations and assignments.
//!
//! ```text
//! m2 = [v0, v1]         →  m5 = [v3, v4]; m2 = [v0, v1]
//! m2 = S { a: v0, n }   →  m2 = S { a: v0, n }; m5 = zero of m2; m5.a = v3
//! ```
//! A struct's tangent has another type and lacks the constant fields, so it is filled by field.

use super::{Forward, Refusal};
use crate::analysis::types::place_ty;
use crate::ir::{Bulk, CodeId, Field, Fields, Init, MemId, Op, Operand, Place, Proj, Stmt, Ty};

/// How the tangent of a new object is made.
enum Plan {
    /// From tangents alone; before the primal, whose operands may be moved.
    Mirrored(Init),
    /// Zero in the shape of the primal, then the parts that have a tangent; after it.
    Filled(Vec<(Proj, Operand)>),
    /// Another struct's, then the parts that differ; `None`: a constant.
    Updated(Operand, Vec<(Proj, Option<Operand>)>),
}

impl Forward<'_> {
    pub(super) fn decl(&mut self, mem: MemId, init: Option<&Init>) -> Result<(), Refusal> {
        let primal = Stmt::Decl { mem, init: init.cloned() };
        let Some(tangent) = self.of_mem(mem) else {
            self.out.push(primal);
            return Ok(());
        };
        let Some(init) = init else {
            self.out.push(primal);
            self.out.push(Stmt::Decl { mem: tangent, init: None });
            return Ok(());
        };
        let make = |init| Stmt::Decl { mem: tangent, init: Some(init) };
        self.make(init, primal, &Place::whole(mem), &Place::whole(tangent), &make);
        Ok(())
    }

    pub(super) fn assign(&mut self, place: &Place, init: &Init) -> Result<(), Refusal> {
        let primal = Stmt::Assign { place: place.clone(), init: init.clone() };
        let constant = place_ty(&self.f, place).is_passive();
        match self.of_place(place) {
            Some(slot) if !constant => {
                let make = |init| Stmt::Assign { place: slot.clone(), init };
                self.make(init, primal, place, &slot, &make);
            }
            Some(_) | None => self.out.push(primal),
        }
        Ok(())
    }

    /// `primal` makes what is at `place`; `make` makes its tangent, which is at `slot` then.
    fn make(&mut self, init: &Init, primal: Stmt, place: &Place, slot: &Place, make: &dyn Fn(Init) -> Stmt) {
        let floats = place_ty(&self.f, place).elem().is_float();
        match self.plan(init, floats) {
            Plan::Mirrored(init) => self.out.extend([make(init), primal]),
            Plan::Filled(parts) => {
                self.out.extend([primal, make(Init::ZeroOf(place.clone()))]);
                for (proj, part) in parts {
                    let place = slot.with(proj);
                    let unseen = match &part {
                        Operand::Value(v) => self.uncertain.contains(v),
                        Operand::Copy(from) => place_ty(&self.f, from) == Ty::Unknown,
                        Operand::Mem(_) => false,
                    };
                    // A constant, perhaps, that goes where one is wanted.
                    if unseen {
                        self.out.push(Stmt::Accumulate { place, from: part });
                    } else {
                        self.fill(place, &part);
                    }
                }
            }
            Plan::Updated(base, parts) => {
                self.out.extend([make(Init::From(base)), primal]);
                for (proj, part) in parts {
                    match part {
                        Some(part) => self.fill(slot.with(proj), &part),
                        None => self.out.push(Stmt::Bulk(Bulk::Zero { place: slot.with(proj) })),
                    }
                }
            }
        }
    }

    fn fill(&mut self, place: Place, part: &Operand) {
        self.out.push(match part {
            Operand::Value(v) => Stmt::Store { place, value: *v },
            Operand::Mem(_) | Operand::Copy(_) => Stmt::Assign { place, init: Init::From(part.clone()) },
        });
    }

    /// `floats`: the elements are known to be.
    fn plan(&mut self, init: &Init, floats: bool) -> Plan {
        match init {
            Init::Array(items) if floats => Plan::Mirrored(Init::Array(self.numbers(items))),
            Init::VecOf(items) if floats => Plan::Mirrored(Init::VecOf(self.numbers(items))),
            Init::Array(items) => Plan::Mirrored(Init::Array(self.operands(items))),
            Init::VecOf(items) => Plan::Mirrored(Init::VecOf(self.operands(items))),
            Init::Tuple(items) => Plan::Mirrored(Init::Tuple(self.operands(items))),
            Init::Repeat { elem, len } => {
                Plan::Mirrored(Init::Repeat { elem: self.operand(elem), len: *len })
            }
            Init::VecRepeat { elem, len } => {
                Plan::Mirrored(Init::VecRepeat { elem: self.operand(elem), len: *len })
            }
            Init::VecNew { .. } | Init::ZeroOf(_) => Plan::Mirrored(init.clone()),
            Init::Struct { path: _, fields, base } => self.plan_struct(fields, base.as_ref()),
            Init::Variant { path, args } => Plan::Filled(self.payload(*path, args)),
            Init::Boxed(operand) => Plan::Mirrored(Init::Boxed(self.operand(operand))),
            Init::From(operand) if self.carries(operand) => Plan::Mirrored(Init::From(self.operand(operand))),
            Init::ToVec(place) => match self.of_place(place) {
                Some(slot) => Plan::Mirrored(Init::ToVec(slot)),
                None => Plan::Filled(Vec::new()),
            },
            Init::Taken(place) => self.plan(&Init::From(Operand::Copy(place.clone())), floats),
            Init::From(_) | Init::Opaque(_) | Init::Row { .. } => Plan::Filled(Vec::new()),
        }
    }

    fn operands(&mut self, items: &[Operand]) -> Vec<Operand> {
        items.iter().map(|i| self.operand(i)).collect()
    }

    /// Fields among them may be constants, which have no tangent.
    fn numbers(&mut self, items: &[Operand]) -> Vec<Operand> {
        let number = |this: &mut Self, item: &Operand| match item {
            Operand::Copy(place) if place_ty(&this.f, place) == Ty::Unknown => {
                let slot = this.of_place(place)?;
                let (ty, span) = (Ty::ANY_FLOAT, this.f.mems[place.mem].span);
                Some(this.build(|b| {
                    let value = b.let_(Op::Load(place.clone()), ty.clone(), span);
                    let tangent = b.let_(Op::Load(slot), ty.clone(), span);
                    b.let_(Op::Helper { name: "tangent_of", args: vec![value, tangent] }, ty, span)
                }))
            }
            Operand::Copy(_) | Operand::Value(_) | Operand::Mem(_) => None,
        };
        let all = items.iter().map(|item| match number(self, item) {
            Some(tangent) => Operand::Value(tangent),
            None => self.operand(item),
        });
        all.collect()
    }

    fn plan_struct(&mut self, fields: &[(Field, Operand)], base: Option<&Operand>) -> Plan {
        let mut parts = Vec::new();
        for (name, item) in fields {
            let constant = match item {
                Operand::Value(v) => self.f.values[*v].ty.is_passive(),
                Operand::Mem(m) => self.f.mems[*m].ty.is_passive(),
                Operand::Copy(place) => place_ty(&self.f, place).is_passive(),
            };
            if !constant {
                let part = match item {
                    Operand::Value(v) => self.of(*v).map(Operand::Value),
                    Operand::Mem(_) | Operand::Copy(_) => self.carries(item).then(|| self.operand(item)),
                };
                parts.push((Proj::Field(name.clone()), part));
            }
        }
        match base {
            Some(base) if self.carries(base) => Plan::Updated(self.operand(base), parts),
            Some(_) | None => {
                Plan::Filled(parts.into_iter().filter_map(|(proj, p)| p.map(|p| (proj, p))).collect())
            }
        }
    }

    fn payload(&mut self, variant: CodeId, args: &[Operand]) -> Vec<(Proj, Operand)> {
        let arity = Fields::Tuple(u32::try_from(args.len()).unwrap_or(u32::MAX));
        let mut parts = Vec::new();
        for (k, item) in (0..).zip(args) {
            if self.carries(item) {
                let proj = Proj::Payload { variant, field: Field::Index(k), arity: arity.clone() };
                parts.push((proj, self.operand(item)));
            }
        }
        parts
    }
}
