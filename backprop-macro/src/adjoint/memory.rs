//! Shadows of memory objects: where they are declared, and the reverse of stores, assignments and initialisers.
//!
//! ```text
//! store a[i] = v     →   d = load d_a[i]; store d_a[i] = 0; (v gets d)
//! decl a = [v, w]    →   v gets d_a[0], w gets d_a[1]
//! ```

use super::forward::is_flat;
use super::{Refusal, Reverse};
use crate::analysis::layout::{At, RegionId};
use crate::analysis::plan::Update;
use crate::analysis::private;
use crate::analysis::types::place_ty;
use crate::ir::hash::HashMap;
use crate::ir::visit::Mentions;
use crate::ir::{
    Access, Bulk, Call, CallResult, Carried, Field, Fields, Init, Loop, MemId, MemInfo, Op, Operand, Place,
    Proj, Range, Region, Stmt, Ty, ValueId,
};
use crate::rules::Func;

impl Reverse<'_> {
    /// The object that holds the cotangents of another.
    pub(crate) fn shadow(&mut self, mem: MemId) -> MemId {
        if let Some(shadow) = self.shadows.get(&mem) {
            return *shadow;
        }
        let info = &self.f.mems[mem];
        // Shadows of borrowed objects are buffers of the caller; `&` becomes `&mut` there.
        let shadow = MemInfo { shadow_of: Some(mem), access: Access::Owned, ..info.clone() };
        let shadow = self.f.mems.push(shadow);
        self.shadows.insert(mem, shadow);
        shadow
    }

    /// The same place in the shadow, with indices as they are called here.
    pub(crate) fn shadow_place(&mut self, place: &Place) -> Place {
        let shadow = self.shadow(place.mem);
        self.demand_place(place).on(shadow)
    }

    /// Declares the shadow of an object at its zero, unless it exists.
    pub(crate) fn declare_shadow(&mut self, mem: MemId, out: &mut Vec<Stmt>) {
        let shadow = self.shadow(mem);
        if self.declared.insert(shadow) {
            out.push(Stmt::Decl { mem: shadow, init: Some(Init::ZeroOf(Place::whole(mem))) });
        }
    }

    /// At the start of a region's reverse: the shadows of its own active objects.
    pub(crate) fn declare_shadows(&mut self, id: RegionId) {
        let mut own: Vec<MemId> =
            self.layout.decls.iter().filter(|(_, r)| **r == id).map(|(m, _)| *m).collect();
        own.retain(|m| self.act.has_shadow(*m) && self.prepared.f.mems[*m].access == Access::Owned);
        own.retain(|m| !self.plan.moves.values().any(|moved| moved == m));
        own.retain(|m| !self.is_handed(*m));
        own.sort();
        let mut out = std::mem::take(&mut self.frame().out);
        for mem in own {
            self.declare_shadow(mem, &mut out);
        }
        self.frame().out = out;
    }

    /// Its shadow comes out of that of what it became a part of.
    pub(crate) fn is_handed(&self, mem: MemId) -> bool {
        self.plan.handed.values().any(|mems| mems.contains(&mem))
    }

    pub(crate) fn reverse_store(&mut self, place: &Place, value: ValueId, at: At) -> Result<(), Refusal> {
        if self.plan.stored.get(&value).is_some_and(|(store, _)| *store == at) {
            self.demand(value);
        }
        if self.plan.undo.contains(&at) {
            let old =
                super::prepare::loaded(&self.layout.region(&self.prepared.f, at.0).stmts[..at.1], place);
            let back = self.demand_place(place);
            if let Some(old) = old {
                let old = self.demand(old);
                self.push(Stmt::Store { place: back, value: old });
            }
        }
        if !self.act.mem(place.mem) {
            return Ok(());
        }
        let slot = self.shadow_place(place);
        if let Some(Update { load: _, sum: _, term, negative }) = self.plan.updates.get(&at).copied() {
            if self.act.value(term) {
                let d = self.load(&slot, term);
                let d = if negative { self.negate(d) } else { d };
                self.contribute(term, d);
            }
            return Ok(());
        }
        let d = self.load(&slot, value);
        if !self.first_touch(place, at) {
            let zero = self.zero_like(value, d);
            self.push(Stmt::Store { place: slot, value: zero });
        }
        self.contribute(value, d);
        Ok(())
    }

    /// No active read of the object can run before the store, nor another store to the same slot, so nobody will look at
    /// the slot again.
    fn first_touch(&self, place: &Place, at: At) -> bool {
        let mem = place.mem;
        let owned = self.prepared.f.mems[mem].access == Access::Owned;
        let param = self.prepared.f.params.iter().any(|p| p.kind == crate::ir::ParamKind::Mem(mem));
        let home = self.layout.home(mem);
        let touches = self.touches.get(&mem).into_iter().flatten();
        let scratch = self.private.body(mem).is_some();
        let touched = touches.into_iter().any(|t| self.layout.may_follow(*t, at, home));
        owned && !param && !scratch && !touched && !self.stored_before(place, at, home)
    }

    /// May a store have written to the slot before? In one iteration of all loops, or in an earlier one of some.
    fn stored_before(&self, place: &Place, at: At, home: RegionId) -> bool {
        let (f, layout) = (&self.prepared.f, self.layout);
        let around = layout.loops_around(at.0);
        layout.writes.get(&place.mem).into_iter().flatten().any(|earlier| {
            let Stmt::Store { place: other, value } = &layout.region(f, earlier.0).stmts[earlier.1] else {
                return false;
            };
            if !self.act.value(*value) || private::distinct(layout, other, place) {
                return false;
            }
            let loops = layout
                .loops_around(earlier.0)
                .into_iter()
                .filter(|l| around.contains(l) && *l != home && !layout.contains(*l, home));
            layout.order(at) > layout.order(*earlier)
                || loops.into_iter().any(|body| !private::disjoint(f, layout, body, other, place))
        })
    }

    /// Per object: the statements that read it, or fill it with something active.
    pub(super) fn find_touches(&mut self) {
        let mut touches: HashMap<MemId, Vec<At>> = HashMap::default();
        self.touches_of(&self.prepared.f.body, 0, &mut touches);
        self.touches = touches;
    }

    fn touches_of(&self, region: &Region, id: RegionId, touches: &mut HashMap<MemId, Vec<At>>) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            for (inner, child) in stmt.regions().into_iter().zip(self.layout.children(at)) {
                self.touches_of(inner, *child, touches);
            }
            if stmt.computed().is_some_and(|(value, _)| self.prepared.old.contains(&value)) {
                continue;
            }
            let mut mems = Mentions::of(|m| stmt.visit_shallow(m)).mems;
            mems.extend(self.filled(stmt));
            let mut written = None;
            if let Stmt::Store { place, .. } = stmt {
                written = Some(place.mem);
            }
            for mem in mems.into_iter().filter(|m| Some(*m) != written) {
                touches.entry(mem).or_default().push(at);
            }
        }
    }

    /// The object that comes into being with something active in it.
    fn filled(&self, stmt: &Stmt) -> Option<MemId> {
        match stmt {
            Stmt::Decl { mem, init: Some(init) } if self.act.init(init) => Some(*mem),
            Stmt::Call(Call { result: CallResult::Mem(mem), .. }) if self.act.mem(*mem) => Some(*mem),
            _ => None,
        }
    }

    /// What is in a shadow, as the cotangent of a primal value.
    pub(crate) fn load(&mut self, slot: &Place, of: ValueId) -> ValueId {
        let (ty, span) = self.kind_of(of);
        let ty = if ty.is_passive() { place_ty(&self.f, slot) } else { ty };
        self.build(|b| b.let_(Op::Load(slot.clone()), ty, span))
    }

    fn negate(&mut self, d: ValueId) -> ValueId {
        let (ty, span) = self.kind_of(d);
        self.build(|b| b.apply(Func::Neg, &[d], ty, span))
    }

    /// Puts back the snapshots of what a statement overwrote.
    pub(crate) fn undo(&mut self, at: At, places: &[Place], same_len: bool) {
        if !self.plan.undo.contains(&at) {
            return;
        }
        let mut snapshots = self.snapshots.get(&at).cloned().unwrap_or_default();
        for place in places.iter().rev() {
            let dst = self.demand_place(place);
            let stmt = if is_flat(&place_ty(&self.f, place), same_len) {
                Stmt::Restore { stack: self.arena(place), place: dst }
            } else {
                let Some(snapshot) = snapshots.pop() else { continue };
                match dst.proj.last() {
                    // A part of something of unseen type is no object that could be assigned.
                    Some(Proj::Range { .. }) => {
                        Stmt::Bulk(Bulk::CopyFrom { dst, src: Place::whole(snapshot) })
                    }
                    _ => Stmt::Assign { place: dst, init: Init::From(Operand::Mem(snapshot)) },
                }
            };
            self.push(stmt);
        }
    }

    pub(crate) fn reverse_assign(&mut self, place: &Place, init: &Init, at: At) -> Result<(), Refusal> {
        if let Some(from) = self.plan.moves.get(&at).copied() {
            self.move_back(place.mem, from, at);
            return Ok(());
        }
        self.undo(at, std::slice::from_ref(place), false);
        if !self.act.mem(place.mem) {
            return Ok(());
        }
        let slot = self.shadow_place(place);
        let reshaped = self.plan.undo.contains(&at) && !place_ty(&self.f, place).is_shape_known();
        let whole = slot.proj.is_empty() && self.f.mems[slot.mem].access == Access::Owned;
        let taken = if reshaped && whole { self.move_shadow(slot.mem) } else { self.take_shadow(&slot) };
        if reshaped {
            let old = self.demand_place(place);
            self.push(Stmt::Assign { place: slot, init: Init::ZeroOf(old) });
        }
        self.distribute(init, &Place::whole(taken))
    }

    /// `a = b` where `b` was gone: what `a` holds is `b` again.
    fn move_back(&mut self, to: MemId, from: MemId, at: At) {
        self.push(Stmt::Decl { mem: from, init: Some(Init::From(Operand::Mem(to))) });
        self.undo(at, &[Place::whole(to)], false);
        let (d_to, d_from) = (self.shadow(to), self.shadow(from));
        self.declared.insert(d_from);
        self.push(Stmt::Decl { mem: d_from, init: Some(Init::From(Operand::Mem(d_to))) });
        let zero = Init::ZeroOf(Place::whole(to));
        self.push(Stmt::Assign { place: Place::whole(d_to), init: zero });
    }

    /// Moves a whole shadow into a temporary; another is assigned next.
    fn move_shadow(&mut self, shadow: MemId) -> MemId {
        let info = MemInfo { name: None, ..self.f.mems[shadow].clone() };
        let temp = self.f.mems.push(info);
        self.push(Stmt::Decl { mem: temp, init: Some(Init::From(Operand::Mem(shadow))) });
        temp
    }

    /// Moves a shadow's contents into a temporary, leaving zero.
    pub(crate) fn take_shadow(&mut self, slot: &Place) -> MemId {
        let ty = place_ty(&self.f, slot);
        let info = self.f.mems[slot.mem].clone();
        let shadow_of = info.shadow_of;
        let ty = if let Ty::Slice(elem) = ty { Ty::Vec(elem) } else { ty };
        let init = match place_ty(&self.f, slot) {
            Ty::Slice(_) => Init::ToVec(slot.clone()),
            _ => Init::From(Operand::Copy(slot.clone())),
        };
        let temp =
            self.f.mems.push(MemInfo { ty, name: None, span: info.span, access: Access::Owned, shadow_of });
        self.push(Stmt::Decl { mem: temp, init: Some(init) });
        self.push(Stmt::Bulk(Bulk::Zero { place: slot.clone() }));
        temp
    }

    /// Hands the cotangent of an aggregate to what it was made of.
    pub(crate) fn distribute(&mut self, init: &Init, from: &Place) -> Result<(), Refusal> {
        match init {
            Init::Array(items) | Init::VecOf(items) => {
                for (k, item) in items.iter().enumerate() {
                    if self.act.operand(item) {
                        let span = self.f.mems[from.mem].span;
                        let index = self.build(|b| b.index(k as i64, span));
                        self.hand_over(item, &from.with(Proj::Index(index)));
                    }
                }
            }
            Init::Tuple(items) => {
                for (k, item) in (0..).zip(items) {
                    self.hand_over(item, &from.with(Proj::Field(Field::Index(k))));
                }
            }
            Init::Variant { path, args } => {
                let arity = Fields::Tuple(u32::try_from(args.len()).unwrap_or(0));
                for (k, item) in (0..).zip(args) {
                    let (variant, field, arity) = (*path, Field::Index(k), arity.clone());
                    self.hand_over(item, &from.with(Proj::Payload { variant, field, arity }));
                }
            }
            Init::Struct { path: _, fields, base } => {
                for (name, item) in fields {
                    let slot = from.with(Proj::Field(name.clone()));
                    self.hand_over(item, &slot);
                    if base.is_some() {
                        self.push(Stmt::Bulk(Bulk::Zero { place: slot }));
                    }
                }
                if let Some(base) = base {
                    self.hand_over(base, from);
                }
            }
            Init::Repeat { elem, len: _ } | Init::VecRepeat { elem, len: _ } => {
                self.hand_over_all(elem, from)
            }
            Init::Boxed(operand) => self.hand_over(operand, &from.with(Proj::Deref)),
            Init::From(operand) => self.hand_over(operand, from),
            Init::ToVec(place) if place_ty(&self.f, place) == Ty::Unknown => {
                let all = place.with(Proj::Range { lo: None, hi: None });
                self.hand_over(&Operand::Copy(all), from);
            }
            Init::ToVec(place) => self.hand_over(&Operand::Copy(place.clone()), from),
            Init::VecNew { capacity: _ }
            | Init::Taken(_)
            | Init::Opaque(_)
            | Init::ZeroOf(_)
            | Init::Row { .. } => {}
        }
        Ok(())
    }

    /// One part of an aggregate.
    pub(crate) fn hand_over(&mut self, item: &Operand, from: &Place) {
        if !self.act.operand(item) {
            return;
        }
        match item {
            Operand::Value(v) => {
                let d = self.load(from, *v);
                self.contribute(*v, d);
            }
            Operand::Mem(m) if self.is_handed(*m) => {
                let shadow = self.shadow(*m);
                self.declared.insert(shadow);
                self.push(Stmt::Decl { mem: shadow, init: Some(Init::Taken(from.clone())) });
            }
            Operand::Mem(m) => {
                let dst = Place::whole(self.shadow(*m));
                self.add_assign(dst, from);
            }
            Operand::Copy(place) => {
                let dst = self.shadow_place(place);
                self.add_assign(dst, from);
            }
        }
    }

    fn add_assign(&mut self, dst: Place, src: &Place) {
        let ty = place_ty(&self.f, &dst);
        if ty.is_scalar() && !ty.is_passive() {
            let span = self.f.mems[src.mem].span;
            let d = self.build(|b| b.let_(Op::Load(src.clone()), ty, span));
            self.push(Stmt::Accumulate { place: dst, from: Operand::Value(d) });
        } else {
            self.push(Stmt::Bulk(Bulk::AddAssign { dst, src: src.clone() }));
        }
    }

    /// The sum of a shadow's elements, each the cotangent of one copy of a value.
    pub(crate) fn sum_elements(&mut self, from: &Place, of: ValueId) -> ValueId {
        let (ty, span) = self.kind_of(of);
        if ty.is_float() {
            return self.build(|b| b.let_(Op::SumOf(from.clone()), ty, span));
        }
        let init = Some(self.zero_for(of));
        let lo = self.build(|b| b.int(0, span));
        let hi = self.build(|b| b.let_(Op::Len(from.clone()), Ty::Int, span));
        let index = self.f.fresh(Ty::Int, span);
        let [phi, part, next, result] = [(); 4].map(|()| self.fresh_cotangent(of));
        let stmts = vec![
            Stmt::Let { value: part, op: Op::Load(from.with(Proj::Index(index))) },
            Stmt::Let { value: next, op: Op::Helper { name: "sum", args: vec![phi, part] } },
        ];
        let range = Range { index, lo, hi, inclusive: false, adaptors: Vec::new() };
        let carried = vec![Carried { phi, init, next, result }];
        let body = Region { stmts, diverges: false };
        self.push(Stmt::Loop(Box::new(Loop::counted(range, carried, body, span))));
        result
    }

    /// Every element is the same operand.
    fn hand_over_all(&mut self, elem: &Operand, from: &Place) {
        if !self.act.operand(elem) {
            return;
        }
        if let Operand::Value(v) = elem {
            let d = self.sum_elements(from, *v);
            self.contribute(*v, d);
            return;
        }
        let span = self.f.mems[from.mem].span;
        let lo = self.build(|b| b.int(0, span));
        let hi = self.build(|b| b.let_(Op::Len(from.clone()), Ty::Int, span));
        let index = self.f.fresh(Ty::Int, span);
        let dst = match elem {
            Operand::Mem(m) => Place::whole(self.shadow(*m)),
            Operand::Copy(place) => self.shadow_place(place),
            Operand::Value(_) => return,
        };
        let add = Bulk::AddAssign { dst, src: from.with(Proj::Index(index)) };
        let body = Region { stmts: vec![Stmt::Bulk(add)], diverges: false };
        let range = Range { index, lo, hi, inclusive: false, adaptors: Vec::new() };
        self.push(Stmt::Loop(Box::new(Loop::counted(range, Vec::new(), body, span))));
    }
}
