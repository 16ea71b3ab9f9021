//! The forward sweep: the primal, statement for statement, with what the plan adds: old values, snapshots of what is
//! overwritten as a whole, and at the end of each region one push of all that it keeps.
//!
//! ```text
//! loop { v6 = sin(v5); v7 = mul(v6, v5) }   →   loop { v6 = sin(v5); v7 = mul(v6, v5); push s0 (v5, v6) }
//! ```

use super::prepare::held_as_value;
use super::{Refusal, Reverse};
use crate::analysis::layout::{At, RegionId};
use crate::analysis::types::place_ty;
use crate::ir::visit::Mentions;
use crate::ir::walk::Control;
use crate::ir::{
    Access, Arg, Branch, Bulk, CallResult, Init, Loop, MemId, MemInfo, Operand, ParamKind, Place, Proj,
    Region, Room, StackId, Stmt, Ty, ValueId,
};

/// So many iterations at most are kept in place.
const FEW: i64 = 16;

impl Reverse<'_> {
    pub(crate) fn forward(
        &mut self,
        region: &Region,
        id: RegionId,
        out: &mut Vec<Stmt>,
    ) -> Result<(), Refusal> {
        for (index, stmt) in region.stmts.iter().enumerate() {
            self.forward_stmt(stmt, (id, index), out)?;
            self.declare_lent((id, index), out);
        }
        Ok(())
    }

    fn forward_stmt(&mut self, stmt: &Stmt, at: At, out: &mut Vec<Stmt>) -> Result<(), Refusal> {
        match stmt {
            Stmt::Let { value, op: _ } => {
                let unused = self.prepared.old.contains(value) && !self.plan.provide.contains_key(value);
                if !unused {
                    out.push(stmt.clone());
                }
            }
            Stmt::Decl { mem, init } => {
                out.push(Stmt::Decl { mem: *mem, init: init.as_ref().map(|i| self.keep_moved(i)) });
                if self.fusion.early.contains(mem) {
                    self.declare_shadow(*mem, out);
                }
            }
            Stmt::Assign { place, init } if self.plan.moves.contains_key(&at) => {
                let old = Init::From(Operand::Mem(place.mem));
                self.snapshot_object(at, place.mem, self.f.mems[place.mem].ty.clone(), old, out);
                out.push(Stmt::Assign { place: place.clone(), init: init.clone() });
            }
            Stmt::Assign { place, init } if self.moves_out(place, init, at) => {
                let old = Init::From(Operand::Mem(place.mem));
                self.snapshot_object(at, place.mem, self.f.mems[place.mem].ty.clone(), old, out);
                out.push(Stmt::Assign { place: place.clone(), init: self.keep_moved(init) });
            }
            Stmt::Assign { place, init } => {
                self.snapshot(at, std::slice::from_ref(place), false, out);
                out.push(Stmt::Assign { place: place.clone(), init: self.keep_moved(init) });
            }
            Stmt::Bulk(bulk) => self.forward_bulk(bulk, at, out),
            Stmt::Branch(branch) if self.plan.fused.contains(&at) => self.fused_branch(branch, at, out)?,
            Stmt::Branch(branch) => {
                let mut arms = Vec::new();
                for (arm, id) in branch.arms.iter().zip(self.layout.children(at).to_vec()) {
                    arms.push(self.forward_region(arm, id)?);
                }
                out.push(Stmt::Branch(Branch { arms, ..branch.clone() }));
            }
            Stmt::Loop(l) if self.plan.fused.contains(&at) => self.fused_loop(l, at, out)?,
            Stmt::Loop(l) if self.plan.narrow.contains_key(&at) => self.narrow_loop(l, at, out)?,
            Stmt::Loop(l) => {
                let body = self.forward_region(&l.body, self.layout.body(at))?;
                out.push(Stmt::Loop(Box::new(Loop { body, ..(**l).clone() })));
            }
            Stmt::Call(call) => {
                self.snapshot(at, &call.written_places(), true, out);
                let mut call = call.clone();
                for arg in &mut call.args {
                    if let Arg::Mem(operand) = arg {
                        *operand = self.keep_operand(operand);
                    }
                }
                let result = call.result.clone();
                out.push(Stmt::Call(call));
                match result {
                    CallResult::Mem(mem) if self.fusion.early.contains(&mem) => self.declare_shadow(mem, out),
                    CallResult::Mem(_) | CallResult::Value(_) | CallResult::None => {}
                }
            }
            Stmt::Opaque(opaque) => {
                let places: Vec<Place> = opaque.writes.iter().map(|m| Place::whole(*m)).collect();
                self.snapshot(at, &places, false, out);
                out.push(stmt.clone());
            }
            Stmt::Store { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => out.push(stmt.clone()),
        }
        Ok(())
    }

    /// Is the whole object overwritten by something else, so that its contents need not be copied to be kept?
    fn moves_out(&self, place: &Place, init: &Init, at: At) -> bool {
        let info = &self.f.mems[place.mem];
        let param = self.prepared.f.params.iter().any(|p| p.kind == ParamKind::Mem(place.mem));
        place.proj.is_empty()
            && self.plan.undo.contains(&at)
            && info.access == Access::Owned
            && !is_flat(&info.ty, false)
            && !param
            && !self.prepared.outer.contains(&place.mem)
            && !self.layout.first_values.contains(&at)
            && !Mentions::of(|m| init.visit(m)).mems.contains(&place.mem)
    }

    fn forward_bulk(&mut self, bulk: &Bulk, at: At, out: &mut Vec<Stmt>) {
        match bulk {
            Bulk::Fill { place, .. } | Bulk::CopyFrom { dst: place, .. } => {
                self.snapshot(at, std::slice::from_ref(place), true, out);
            }
            Bulk::Pop { place, last: Some(last) } if self.plan.undo.contains(&at) => {
                let last = place.with(Proj::Index(*last));
                let elem = place_ty(&self.f, &last);
                if !held_as_value(&elem) {
                    self.snapshot_object(at, place.mem, elem, Init::From(Operand::Copy(last)), out);
                }
            }
            Bulk::Truncate { place, len } if self.plan.undo.contains(&at) => {
                let tail = place.with(Proj::Range { lo: Some(*len), hi: None });
                let elem = place_ty(&self.f, place).elem();
                if grows_by_zeros(&elem) {
                    let stack = self.arena(place);
                    out.push(Stmt::Save { stack, place: tail });
                } else {
                    self.snapshot_object(at, place.mem, Ty::Vec(Box::new(elem)), Init::ToVec(tail), out);
                }
            }
            // Undone by their inverses.
            Bulk::Swap { .. }
            | Bulk::Reverse { .. }
            | Bulk::RotateLeft { .. }
            | Bulk::RotateRight { .. }
            | Bulk::Push { .. }
            | Bulk::Pop { .. }
            | Bulk::Truncate { .. }
            | Bulk::Grow { .. }
            | Bulk::AddAssign { .. }
            | Bulk::Zero { .. } => {}
        }
        out.push(Stmt::Bulk(match bulk {
            Bulk::Push { place, item } => Bulk::Push { place: place.clone(), item: self.keep_operand(item) },
            other => other.clone(),
        }));
    }

    fn forward_region(&mut self, region: &Region, id: RegionId) -> Result<Region, Refusal> {
        let mut out = Vec::new();
        self.forward(region, id, &mut out)?;
        let saved = self.plan.save.get(&id).filter(|_| !region.diverges).cloned().unwrap_or_default();
        let (lists, objects): (Vec<MemId>, _) = saved.into_iter().partition(|m| self.is_list(*m));
        for mem in objects {
            let init = Init::From(Operand::Copy(Place::whole(mem)));
            self.snapshot_object(end_of(id), mem, self.f.mems[mem].ty.clone(), init, &mut out);
        }
        if let (Some(Kept { stack, items }), false) = (self.kept(id), region.diverges) {
            out.push(Stmt::Push { stack, items: items.into_iter().map(Item::operand).collect() });
        }
        for mem in lists {
            let stack = self.arena(&Place::whole(mem));
            out.push(Stmt::Save { stack, place: Place::whole(mem) });
        }
        Ok(Region { stmts: out, diverges: region.diverges })
    }

    /// Can its elements go to a flat stack?
    pub(crate) fn is_list(&self, mem: MemId) -> bool {
        matches!(self.f.mems[mem].ty, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_))
    }

    /// The stack of a region and what one execution of it keeps; `None`: nothing.
    pub(crate) fn kept(&mut self, id: RegionId) -> Option<Kept> {
        let values = self.plan.keep.get(&id).into_iter().flatten().map(|v| Item::Value(*v));
        let mems = self.plan.keep_mem.get(&id).into_iter().flatten().map(|m| Item::Mem(*m));
        let snaps = self.region_snapshots(id).into_iter().map(Item::Mem);
        let items: Vec<Item> = values.chain(mems).chain(snaps).collect();
        if items.is_empty() {
            return None;
        }
        let room = self.room_of(id);
        let stacks = &mut self.f.stacks;
        let stack = *self.stacks.entry(id).or_insert_with(|| stacks.push(room));
        Some(Kept { stack, items })
    }

    /// A loop that may end at any time, in no other loop, has few iterations more often than many; constant ends say how many.
    pub(crate) fn room_of(&self, id: RegionId) -> Room {
        let around = self.layout.loops_around(id);
        let trips = || around.iter().try_fold(1_i64, |n, body| n.checked_mul(self.trips_of(*body)?));
        match around[..] {
            [] => Room::One,
            [body] if self.loop_of(body).is_some_and(|l| l.range.is_none() || l.stop.is_some()) => Room::Few,
            [..] if trips().is_some_and(|n| n <= FEW) => Room::Few,
            [..] => Room::Many,
        }
    }

    fn loop_of(&self, body: RegionId) -> Option<&Loop> {
        let (outer, index) = self.layout.regions[body].parent?;
        match self.layout.region(&self.prepared.f, outer).stmts[index].control() {
            Some(Control::Loop(l)) => Some(l),
            Some(Control::Branch(_)) | None => None,
        }
    }

    /// Where both ends are constant.
    fn trips_of(&self, body: RegionId) -> Option<i64> {
        let range = self.loop_of(body)?.range.as_ref()?;
        let end = |v: ValueId| self.layout.ops.get(&v)?.int();
        end(range.hi)?.checked_sub(end(range.lo)?)?.checked_add(i64::from(range.inclusive))
    }

    fn region_snapshots(&self, id: RegionId) -> Vec<MemId> {
        if self.plan.visible[id] {
            return Vec::new();
        }
        let mut of_region: Vec<_> = self.snapshots.iter().filter(|(at, _)| at.0 == id).collect();
        of_region.sort();
        of_region.into_iter().flat_map(|(_, mems)| mems.iter().copied()).collect()
    }

    /// Copies what an undone statement overwrites: elements to a flat stack, anything else to an object.
    /// `same_len`: the statement does not change the length of a vector.
    fn snapshot(&mut self, at: At, places: &[Place], same_len: bool, out: &mut Vec<Stmt>) {
        if !self.plan.undo.contains(&at) {
            return;
        }
        for place in places {
            let ty = crate::analysis::types::place_ty(&self.f, place);
            if is_flat(&ty, same_len) {
                let stack = self.arena(place);
                out.push(Stmt::Save { stack, place: place.clone() });
                continue;
            }
            self.snapshot_object(at, place.mem, ty, Init::From(Operand::Copy(place.clone())), out);
        }
    }

    fn snapshot_object(&mut self, at: At, of: MemId, ty: Ty, init: Init, out: &mut Vec<Stmt>) {
        let span = self.f.mems[of].span;
        let info = MemInfo { ty, name: None, span, access: crate::ir::Access::Owned, shadow_of: None };
        let mem = self.f.mems.push(info);
        out.push(Stmt::Decl { mem, init: Some(init) });
        self.snapshots.entry(at).or_default().push(mem);
    }

    /// The flat stack for the elements of a part of an object.
    pub(crate) fn arena(&mut self, place: &Place) -> StackId {
        let stacks = &mut self.f.stacks;
        let depth = place.proj.iter().filter(|p| !matches!(p, Proj::Range { .. })).count();
        *self.arenas.entry((place.mem, depth)).or_insert_with(|| stacks.push(Room::Many))
    }

    /// An object that the reverse sweep still wants is copied where the primal moves it.
    fn keep_moved(&self, init: &Init) -> Init {
        let all = |items: &[Operand]| items.iter().map(|i| self.keep_operand(i)).collect();
        match init {
            Init::Array(items) => Init::Array(all(items)),
            Init::VecOf(items) => Init::VecOf(all(items)),
            Init::Tuple(items) => Init::Tuple(all(items)),
            Init::Variant { path, args } => Init::Variant { path: *path, args: all(args) },
            Init::Repeat { elem, len } => Init::Repeat { elem: self.keep_operand(elem), len: *len },
            Init::VecRepeat { elem, len } => Init::VecRepeat { elem: self.keep_operand(elem), len: *len },
            Init::Struct { path, fields, base } => Init::Struct {
                path: *path,
                fields: fields.iter().map(|(name, o)| (name.clone(), self.keep_operand(o))).collect(),
                base: base.as_ref().map(|b| self.keep_operand(b)),
            },
            Init::Boxed(operand) => Init::Boxed(self.keep_operand(operand)),
            Init::From(operand) => Init::From(self.keep_operand(operand)),
            Init::VecNew { .. }
            | Init::ToVec(_)
            | Init::Taken(_)
            | Init::ZeroOf(_)
            | Init::Opaque(_)
            | Init::Row { .. } => init.clone(),
        }
    }

    fn keep_operand(&self, operand: &Operand) -> Operand {
        match operand {
            Operand::Mem(m) if self.is_handed(*m) => operand.clone(),
            Operand::Mem(m) if self.plan.read_back.contains(m) || self.act.mem(*m) => {
                Operand::Copy(Place::whole(*m))
            }
            Operand::Mem(_) | Operand::Value(_) | Operand::Copy(_) => operand.clone(),
        }
    }
}

/// The stack of a region, with what each execution pushes.
pub(crate) struct Kept {
    pub stack: StackId,
    pub items: Vec<Item>,
}

pub(crate) enum Item {
    Value(ValueId),
    /// Moved there and back.
    Mem(MemId),
}

impl Item {
    fn operand(self) -> Operand {
        match self {
            Item::Value(v) => Operand::Value(v),
            Item::Mem(m) => Operand::Mem(m),
        }
    }
}

/// Elements of a vector that can grow before its contents are put back.
pub(crate) fn grows_by_zeros(elem: &Ty) -> bool {
    match elem {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Array(inner, _) => inner.is_float() || matches!(**inner, Ty::Array(..)) && grows_by_zeros(inner),
        Ty::Passive(_)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}

/// Where an object is copied when an execution of the region ends.
pub(crate) fn end_of(id: RegionId) -> At {
    (id, usize::MAX)
}

/// A run of scalars, of a length that stays.
pub(crate) fn is_flat(ty: &Ty, same_len: bool) -> bool {
    match ty {
        Ty::Vec(_) if !same_len => false,
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => {
            matches!(**elem, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Array(..))
        }
        Ty::Float(_)
        | Ty::Int
        | Ty::Bool
        | Ty::Passive(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}
