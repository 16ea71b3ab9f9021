//! The types with lanes, and a `splat` where a number of the primal stands for all lanes.

use super::units::{Seeds, Units};
use super::{roots, widened, Found, Unseen};
use crate::ir::dense::IdSet;
use crate::ir::hash::HashMap;
use crate::ir::ty::ArrayLen;
use crate::ir::visit::Visitor;
use crate::ir::{
    Arg, Bulk, Call, CallRole, Callee, Field, Function, Init, Loop, MemId, Op, Operand, Place, Proj, Region,
    Stmt, Ty, ValueId, ValueInfo,
};
use crate::rules::Func;

/// A function with lanes.
pub(super) struct Spread {
    pub f: Function,
    pub found: Found,
}

impl Spread {
    /// A value that is read after the last statement.
    pub fn at_end(&mut self, value: ValueId) -> Option<ValueId> {
        let f = std::mem::take(&mut self.f);
        let (out, units, roots) = (Vec::new(), HashMap::default(), IdSet::default());
        let mut spreader =
            Spreader { f, found: &self.found, unseen: Unseen::Refused, out, seeds: None, units, roots };
        let wide = spreader.lanes(value);
        let Spreader { f, out, .. } = spreader;
        self.f = f;
        self.f.body.stmts.extend(out);
        wide
    }
}

/// Arrays live on the call stack: those of more floats would fill it.
const LARGEST: u64 = 1024;

/// How many floats a type holds on the call stack, as far as that can be seen.
fn floats(ty: &Ty) -> u64 {
    match ty {
        Ty::Array(elem, ArrayLen::Known(n)) => floats(elem).saturating_mul(*n),
        Ty::Array(elem, ArrayLen::Code(_)) | Ty::Option(elem) => floats(elem),
        Ty::Tuple(items) => items.iter().fold(0, |sum, item| floats(item).saturating_add(sum)),
        Ty::Float(_) | Ty::Adt(..) | Ty::Unknown => 1,
        Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Slice(_) | Ty::Vec(_) | Ty::Boxed(_) => 0,
    }
}

pub(super) fn spread(f: &Function, found: Found, unseen: Unseen, seeds: Option<Seeds>) -> Option<Spread> {
    let mut copy = f.clone();
    for v in f.values.ids().filter(|v| found.values.contains(v)) {
        copy.values[v].ty = match &f.values[v].ty {
            ty @ Ty::Float(_) => widened(ty)?,
            Ty::Unknown if unseen == Unseen::Carried => Ty::Unknown,
            // What a call returned.
            ty if unseen == Unseen::Carried && !ty.is_scalar() => widened(ty)?,
            _ => return None,
        };
    }
    for m in f.mems.ids().filter(|m| found.mems.contains(m)) {
        if floats(&f.mems[m].ty) > LARGEST {
            return None;
        }
        copy.mems[m].ty = match &f.mems[m].ty {
            ty @ (Ty::Unknown | Ty::Adt(..)) if unseen == Unseen::Carried => ty.clone(),
            ty => widened(ty)?,
        };
    }
    let roots = roots::find(f);
    let body = std::mem::take(&mut copy.body);
    let mut spreader =
        Spreader { f: copy, found: &found, unseen, out: Vec::new(), seeds, units: HashMap::default(), roots };
    let body = spreader.region(&body)?;
    let mut f = spreader.f;
    f.body = body;
    Some(Spread { f, found })
}

pub(super) struct Spreader<'a> {
    /// With the types of the lanes.
    pub(super) f: Function,
    found: &'a Found,
    unseen: Unseen,
    /// The region under construction.
    pub(super) out: Vec<Stmt>,
    pub(super) seeds: Option<Seeds>,
    roots: IdSet<ValueId>,
    /// What few lanes hold.
    pub(super) units: HashMap<ValueId, Units>,
}

impl Spreader<'_> {
    fn region(&mut self, region: &Region) -> Option<Region> {
        self.region_and(region, |_| Some(()))
    }

    /// `end` may add statements.
    fn region_and(&mut self, region: &Region, end: impl FnOnce(&mut Self) -> Option<()>) -> Option<Region> {
        let outer = std::mem::take(&mut self.out);
        let done = region.stmts.iter().try_for_each(|s| self.stmt(s)).and_then(|()| end(self));
        let stmts = std::mem::replace(&mut self.out, outer);
        done.map(|()| Region { stmts, diverges: region.diverges })
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<()> {
        let stmt = match stmt {
            Stmt::Let { value, op } if self.by_units(*value, op).is_some() => return Some(()),
            Stmt::Let { value, op } => Stmt::Let { value: *value, op: self.op(*value, op)? },
            Stmt::Call(call) if call.role == CallRole::Tangent => return self.call(call),
            Stmt::Decl { mem, init } if self.found.mems.contains(mem) => {
                let ty = self.f.mems[*mem].ty.clone();
                let init = match init {
                    Some(init) => Some(self.init(init, &ty)?),
                    None => None,
                };
                Stmt::Decl { mem: *mem, init }
            }
            Stmt::Store { place, value } if self.written(place)? => {
                Stmt::Store { place: place.clone(), value: self.lanes(*value)? }
            }
            Stmt::Assign { place, init } if self.written(place)? => {
                let ty = crate::analysis::types::place_ty(&self.f, place);
                Stmt::Assign { place: place.clone(), init: self.init(init, &ty)? }
            }
            Stmt::Accumulate { place, from } if self.written(place)? => {
                Stmt::Accumulate { place: place.clone(), from: self.operand(from)? }
            }
            Stmt::Bulk(bulk) if bulk.written().iter().any(|m| self.found.mems.contains(m)) => {
                Stmt::Bulk(self.bulk(bulk)?)
            }
            Stmt::Branch(branch) => return self.branch(branch),
            Stmt::Loop(l) => return self.loop_(l),
            Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Save { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => self.untouched(stmt)?,
        };
        self.out.push(stmt);
        Some(())
    }

    /// A statement that has nothing to do with lanes.
    fn untouched(&self, stmt: &Stmt) -> Option<Stmt> {
        let mut search = Search { found: self.found, hit: false };
        stmt.visit_shallow(&mut search);
        stmt.written().into_iter().for_each(|m| search.mem(m));
        (!search.hit).then(|| stmt.clone())
    }

    fn branch(&mut self, branch: &crate::ir::Branch) -> Option<()> {
        let (mut branch, found) = (branch.clone(), self.found);
        if self.has(branch.on) {
            return None;
        }
        for (k, arm) in branch.arms.iter_mut().enumerate() {
            let phis = &mut branch.phis;
            *arm = self.region_and(arm, |s| {
                for phi in phis.iter_mut().filter(|p| found.values.contains(&p.value)) {
                    phi.inputs[k] = match phi.inputs[k] {
                        Some(input) => Some(s.lanes(input)?),
                        None => None,
                    };
                }
                Some(())
            })?;
        }
        self.out.push(Stmt::Branch(branch));
        Some(())
    }

    fn loop_(&mut self, l: &Loop) -> Option<()> {
        let (mut l, found) = (l.clone(), self.found);
        let mut own = Search { found: self.found, hit: false };
        l.range.iter().for_each(|r| r.visit(&mut own));
        let conditions = l.header.iter().map(|(_, cond)| *cond).chain(l.stop);
        conditions.for_each(|c| own.value(c));
        if own.hit {
            return None;
        }
        if let Some((header, cond)) = l.header.take() {
            l.header = Some((self.region(&header)?, cond));
        }
        let carried = &mut l.carried;
        for c in carried.iter_mut().filter(|c| found.values.contains(&c.phi)) {
            c.init = match c.init {
                Some(init) => Some(self.lanes(init)?),
                None => None,
            };
        }
        l.body = self.region_and(&l.body, |s| {
            for c in carried.iter_mut().filter(|c| found.values.contains(&c.phi)) {
                c.next = s.lanes(c.next)?;
            }
            Some(())
        })?;
        self.out.push(Stmt::Loop(Box::new(l)));
        Some(())
    }

    /// Is the place one of lanes? `None`: it can't be reached in them.
    fn written(&self, place: &Place) -> Option<bool> {
        match self.found.place(place) {
            true if self.seen(place) => Some(true),
            true => None,
            false => Some(false),
        }
    }

    /// A place of lanes, with a path that is the same in them.
    fn seen(&self, place: &Place) -> bool {
        let mut ty = self.f.mems[place.mem].ty.clone();
        let mut proj = place.proj.as_slice();
        if self.found.pairs.contains(&place.mem) {
            // The pair itself is a tuple; what is in it has the type of what it becomes.
            proj = proj.get(1..).unwrap_or_default();
            ty = Ty::Unknown;
        }
        let step = |ty: Ty, proj: &Proj| match (proj, &ty) {
            (
                Proj::Index(_) | Proj::Range { .. },
                Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) | Ty::Unknown,
            ) => Some(ty.project(proj)),
            (Proj::Field(Field::Index(_)), Ty::Tuple(_)) => Some(ty.project(proj)),
            (
                Proj::Index(_) | Proj::Range { .. } | Proj::Field(_) | Proj::Payload { .. } | Proj::Deref,
                _,
            ) => None,
        };
        self.found.place(place) && proj.iter().try_fold(ty, step).is_some()
    }

    /// Arguments as they are, tangents in lanes.
    fn call(&mut self, call: &Call) -> Option<()> {
        let payload = ["unwrap", "expect", "unwrap_or", "unwrap_or_default", "ok_or"];
        if matches!(&call.callee, Callee::Method { name: _, text } if payload.contains(&text.as_str())) {
            return None;
        }
        if matches!(call.callee, Callee::Function(_)) {
            return None;
        }
        let mut args = Vec::new();
        for (k, arg) in call.args.iter().enumerate() {
            args.push(if k % 2 == 0 { self.argument(arg)? } else { self.tangent(arg)? });
        }
        self.out.push(Stmt::Call(Call { args, ..call.clone() }));
        Some(())
    }

    /// Nothing is changed by a call that may run once per direction.
    fn argument(&self, arg: &Arg) -> Option<Arg> {
        let changes = match arg {
            Arg::RefMut(_) | Arg::Closure(_) => true,
            Arg::Opaque(opaque) => !opaque.writes.is_empty(),
            Arg::Value(_) | Arg::RefValue(_) | Arg::Mem(_) | Arg::Ref(_) | Arg::Receiver(_) => false,
        };
        let mut search = Search { found: self.found, hit: changes };
        arg.visit(&mut search);
        (!search.hit).then(|| arg.clone())
    }

    fn tangent(&mut self, arg: &Arg) -> Option<Arg> {
        match arg {
            Arg::Value(v) => Some(Arg::Value(self.lanes(*v)?)),
            Arg::RefValue(v) => Some(Arg::RefValue(self.lanes(*v)?)),
            Arg::Mem(Operand::Mem(m)) if is_unit(&self.f.mems[*m].ty) => Some(arg.clone()),
            Arg::Mem(operand) => self.operand(operand).map(Arg::Mem),
            Arg::Ref(place) | Arg::Receiver(place) => self.seen(place).then(|| arg.clone()),
            Arg::RefMut(_) | Arg::Opaque(_) | Arg::Closure(_) => None,
        }
    }

    pub(super) fn has(&self, value: ValueId) -> bool {
        self.found.values.contains(&value)
    }

    /// The value, in every lane.
    fn lanes(&mut self, value: ValueId) -> Option<ValueId> {
        if self.has(value) {
            return Some(value);
        }
        let ValueInfo { ty, span, .. } = self.f.values[value].clone();
        if !ty.is_float() {
            return None;
        }
        let ty = widened(&ty)?;
        let wide = self.f.fresh(ty, span);
        self.out.push(Stmt::Let { value: wide, op: Op::Helper { name: "splat", args: vec![value] } });
        Some(wide)
    }

    fn op(&mut self, value: ValueId, op: &Op) -> Option<Op> {
        if !self.has(value) {
            // Not even as an operand: it would be of another type then.
            let mut search = Search { found: self.found, hit: false };
            match op {
                Op::Len(place) => place.visit_indices(&mut search),
                Op::Const(_)
                | Op::Apply { .. }
                | Op::Operator { .. }
                | Op::Cast { .. }
                | Op::Load(_)
                | Op::Select { .. }
                | Op::Detach(_)
                | Op::Pure(_)
                | Op::Once(_)
                | Op::Helper { .. }
                | Op::SumOf(_)
                | Op::Dot(..) => op.visit(&mut search),
            }
            return (!search.hit).then(|| op.clone());
        }
        match op {
            Op::Apply { func, args } => self.apply(*func, args),
            Op::Load(place) if self.seen(place) => Some(op.clone()),
            Op::SumOf(place) if self.seen(place) && self.f.values[value].ty.is_float() => Some(op.clone()),
            Op::Helper { name: name @ ("sum" | "linear"), args } => {
                let args = args.iter().map(|a| self.lanes(*a)).collect::<Option<_>>()?;
                Some(Op::Helper { name, args })
            }
            Op::Helper { name, args } if name.ends_with("_along") => self.along(name, args),
            Op::Load(_) | Op::SumOf(_) | Op::Dot(..) => None,
            Op::Select { cond, then, els } if !self.has(*cond) => {
                Some(Op::Select { cond: *cond, then: self.lanes(*then)?, els: self.lanes(*els)? })
            }
            Op::Const(_)
            | Op::Operator { .. }
            | Op::Cast { .. }
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Once(_)
            | Op::Helper { .. } => None,
        }
    }

    /// Linear in what has lanes. Of a product, that stands on the left: the right operand may be of a generic type. Rows share
    /// one reciprocal of a divisor.
    fn apply(&mut self, func: Func, args: &[ValueId]) -> Option<Op> {
        let args = match (func, args) {
            (Func::Add | Func::Sub, [a, b]) => vec![self.lanes(*a)?, self.lanes(*b)?],
            (Func::Mul, [a, b]) if self.has(*a) && self.has(*b) => return None,
            (Func::Mul, [a, b]) if self.has(*b) => vec![*b, *a],
            (Func::Mul, _) | (Func::Neg, [_]) => args.to_vec(),
            (Func::Div, [_, b]) if !self.has(*b) && self.unseen == Unseen::Refused => {
                let name = if self.roots.contains(b) { "quotient_by_root" } else { "quotient" };
                return Some(Op::Helper { name, args: args.to_vec() });
            }
            (Func::Div, [_, b]) if !self.has(*b) => args.to_vec(),
            _ => return None,
        };
        Some(Op::Apply { func, args })
    }

    /// An operator whose rule the runtime finds: each operand followed by its tangent.
    fn along(&mut self, name: &str, args: &[ValueId]) -> Option<Op> {
        let name = in_lanes(name)?;
        let lanes = |v: &ValueId| self.has(*v) || self.f.values[*v].ty == Ty::Passive(None);
        let fits = args.iter().enumerate().all(|(k, v)| if k % 2 == 0 { !self.has(*v) } else { lanes(v) });
        fits.then(|| Op::Helper { name, args: args.to_vec() })
    }

    fn operand(&mut self, operand: &Operand) -> Option<Operand> {
        match operand {
            Operand::Value(v) => Some(Operand::Value(self.lanes(*v)?)),
            Operand::Mem(m) => self.found.mems.contains(m).then(|| operand.clone()),
            Operand::Copy(place) => self.seen(place).then(|| operand.clone()),
        }
    }

    fn operands(&mut self, items: &[Operand]) -> Option<Vec<Operand>> {
        items.iter().map(|i| self.operand(i)).collect()
    }

    /// What makes an object of this type, which has lanes.
    fn init(&mut self, init: &Init, ty: &Ty) -> Option<Init> {
        Some(match init {
            Init::Array(items) => Init::Array(self.operands(items)?),
            Init::VecOf(items) => Init::VecOf(self.operands(items)?),
            // An item of passive type would have none.
            Init::Tuple(items) if ty.is_plain() => Init::Tuple(self.operands(items)?),
            Init::Repeat { elem, len } => Init::Repeat { elem: self.operand(elem)?, len: *len },
            Init::VecRepeat { elem, len } => Init::VecRepeat { elem: self.operand(elem)?, len: *len },
            Init::From(operand) => Init::From(self.operand(operand)?),
            Init::ToVec(place) if self.seen(place) => init.clone(),
            Init::VecNew { .. } => init.clone(),
            Init::ZeroOf(_) if has_written_zero(ty) || self.unseen == Unseen::Carried => init.clone(),
            Init::Tuple(_)
            | Init::Variant { .. }
            | Init::Struct { .. }
            | Init::Boxed(_)
            | Init::ToVec(_)
            | Init::Taken(_)
            | Init::ZeroOf(_)
            | Init::Opaque(_)
            | Init::Row { .. } => return None,
        })
    }

    fn bulk(&mut self, bulk: &Bulk) -> Option<Bulk> {
        let has = |mem: &MemId| self.found.mems.contains(mem);
        Some(match bulk {
            Bulk::Fill { place, .. }
            | Bulk::Push { place, .. }
            | Bulk::Zero { place }
            | Bulk::Reverse { place }
            | Bulk::RotateLeft { place, .. }
            | Bulk::RotateRight { place, .. }
            | Bulk::Pop { place, .. }
            | Bulk::Truncate { place, .. }
                if !self.seen(place) =>
            {
                return None
            }
            Bulk::Fill { place, value } => Bulk::Fill { place: place.clone(), value: self.lanes(*value)? },
            Bulk::Push { place, item } => Bulk::Push { place: place.clone(), item: self.operand(item)? },
            Bulk::CopyFrom { dst: a, src: b } | Bulk::AddAssign { dst: a, src: b } | Bulk::Swap { a, b } => {
                if !has(&a.mem) || !has(&b.mem) || !self.seen(a) || !self.seen(b) {
                    return None;
                }
                bulk.clone()
            }
            Bulk::Zero { place } | Bulk::Grow { place, len: _ } => {
                if !has_written_zero(&crate::analysis::types::place_ty(&self.f, place)) {
                    return None;
                }
                bulk.clone()
            }
            Bulk::Reverse { .. }
            | Bulk::RotateLeft { .. }
            | Bulk::RotateRight { .. }
            | Bulk::Pop { .. }
            | Bulk::Truncate { .. } => bulk.clone(),
        })
    }
}

/// The same in all directions at once.
fn in_lanes(name: &str) -> Option<&'static str> {
    Some(match name {
        "add_along" => "add_along_lanes",
        "sub_along" => "sub_along_lanes",
        "mul_along" => "mul_along_lanes",
        "div_along" => "div_along_lanes",
        "rem_along" => "rem_along_lanes",
        "neg_along" => "neg_along_lanes",
        _ => return None,
    })
}

/// Stands for the tangent of a constant.
fn is_unit(ty: &Ty) -> bool {
    matches!(ty, Ty::Tuple(items) if items.is_empty())
}

/// A zero that can be written down: of floats, arrays and tuples of them, and slices of those.
fn has_written_zero(ty: &Ty) -> bool {
    match ty {
        Ty::Slice(elem) | Ty::Vec(elem) => elem.is_plain(),
        Ty::Float(_)
        | Ty::Int
        | Ty::Bool
        | Ty::Passive(_)
        | Ty::Array(..)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => ty.is_plain(),
    }
}

/// Is anything with lanes mentioned?
struct Search<'a> {
    found: &'a Found,
    hit: bool,
}

impl Visitor for Search<'_> {
    fn value(&mut self, value: ValueId) {
        self.hit |= self.found.values.contains(&value);
    }

    fn mem(&mut self, mem: MemId) {
        self.hit |= self.found.mems.contains(&mem);
    }
}
