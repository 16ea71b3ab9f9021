//! Types as far as syntax tells: what is known of one value is passed on to those that must have the same type.
//!
//! ```text
//! v1: float = const 2.0                v1: f64 = const 2.0
//! v2 = mul(v0, v1)         →           v2: f64 = mul(v0, v1)         (v0: f64)
//! m3: [_; 2] = [v2, v1]                m3: [f64; 2] = [v2, v1]
//! ```
//! A type is only ever refined, never contradicted: where two disagree, both stay. What stays unknown is left to rustc.
//! An operator on a float and an unknown thing may be one of the user's types (`2.0 * matrix`), so a product of the two
//! is unknown; a sum is a float.

use crate::ir::ty::{ArrayLen, FloatTy};
use crate::ir::walk::Element;
use crate::ir::{
    Access, Arg, Branch, BranchKind, Bulk, Const, Cotangent, Field, Function, Init, Loop, MemId, Op, Operand,
    Place, Proj, Pullback, Range, Region, Stmt, Ty, ValueId,
};
use crate::rules::{rule, Form, Func};

#[cfg(test)]
mod tests;

/// More rounds than any program needs: each passes knowledge on along whole chains of statements.
const ROUNDS: usize = 64;

/// Refines the types of all values and objects.
pub fn propagate(f: &mut Function) {
    let body = std::mem::take(&mut f.body);
    let mut pass = Propagate { f, changed: true };
    for _ in 0..ROUNDS {
        if !pass.changed {
            break;
        }
        pass.changed = false;
        pass.region(&body);
    }
    f.body = body;
}

/// The type of what is at a place, as far as it is known.
pub fn place_ty(f: &Function, place: &Place) -> Ty {
    place.proj.iter().fold(f.mems[place.mem].ty.clone(), |ty, proj| ty.project(proj))
}

/// `ty` with what is known of a part of it.
fn refine(ty: &Ty, proj: &[Proj], part: &Ty) -> Ty {
    let Some((first, rest)) = proj.split_first() else { return merge(ty, part) };
    let inner = |t: &Ty| Box::new(refine(t, rest, part));
    match (first, ty) {
        (Proj::Index(_), Ty::Array(elem, n)) => Ty::Array(inner(elem), n.clone()),
        (Proj::Index(_), Ty::Slice(elem)) => Ty::Slice(inner(elem)),
        (Proj::Index(_), Ty::Vec(elem)) => Ty::Vec(inner(elem)),
        (Proj::Range { .. }, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) => {
            let slice = refine(&Ty::Slice(Box::new(ty.elem())), rest, part);
            with_elem(ty, &slice.elem())
        }
        (Proj::Field(Field::Index(k)), Ty::Tuple(items)) => {
            let each = items.iter().zip(0..).map(|(t, i)| if i == *k { *inner(t) } else { t.clone() });
            Ty::Tuple(each.collect())
        }
        (Proj::Payload { .. }, Ty::Option(item)) => Ty::Option(inner(item)),
        (Proj::Deref, Ty::Boxed(held)) => Ty::Boxed(inner(held)),
        (Proj::Index(_) | Proj::Range { .. } | Proj::Field(_) | Proj::Payload { .. } | Proj::Deref, _) => {
            ty.clone()
        }
    }
}

/// The same container with a better known element.
fn with_elem(ty: &Ty, elem: &Ty) -> Ty {
    match ty {
        Ty::Array(t, n) => Ty::Array(Box::new(merge(t, elem)), n.clone()),
        Ty::Slice(t) => Ty::Slice(Box::new(merge(t, elem))),
        Ty::Vec(t) => Ty::Vec(Box::new(merge(t, elem))),
        Ty::Float(_)
        | Ty::Int
        | Ty::Bool
        | Ty::Passive(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => ty.clone(),
    }
}

/// `ty`, and what `other` knows better. Arrays, slices and vectors tell each other their elements.
fn merge(ty: &Ty, other: &Ty) -> Ty {
    match (ty, other) {
        (Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) => {
            with_elem(ty, &other.elem())
        }
        (Ty::Option(a), Ty::Option(b)) => Ty::Option(Box::new(merge(a, b))),
        (Ty::Boxed(a), Ty::Boxed(b)) => Ty::Boxed(Box::new(merge(a, b))),
        (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
            Ty::Tuple(a.iter().zip(b).map(|(a, b)| merge(a, b)).collect())
        }
        _ => ty.join(other),
    }
}

/// Does it have at most `budget` nodes? Types that contain themselves would grow without end.
fn is_small(ty: &Ty, budget: &mut u32) -> bool {
    if *budget == 0 {
        return false;
    }
    *budget -= 1;
    match ty {
        Ty::Array(t, _) | Ty::Slice(t) | Ty::Vec(t) | Ty::Option(t) | Ty::Boxed(t) => is_small(t, budget),
        Ty::Tuple(items) => items.iter().all(|t| is_small(t, budget)),
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) | Ty::Adt(..) | Ty::Unknown => true,
    }
}

struct Propagate<'f> {
    f: &'f mut Function,
    changed: bool,
}

impl Propagate<'_> {
    fn ty(&self, value: ValueId) -> Ty {
        self.f.values[value].ty.clone()
    }

    fn learn(&mut self, value: ValueId, ty: &Ty) {
        let better = merge(&self.f.values[value].ty, ty);
        if better != self.f.values[value].ty && is_small(&better, &mut 256) {
            self.changed = true;
            self.f.values[value].ty = better;
        }
    }

    fn learn_mem(&mut self, mem: MemId, ty: &Ty) {
        self.learn_place(&Place::whole(mem), ty);
    }

    fn learn_place(&mut self, place: &Place, ty: &Ty) {
        let better = refine(&self.f.mems[place.mem].ty, &place.proj, ty);
        // What owns its elements is an array or a vector, or something else with elements: the slice does not say.
        let bare = matches!(better, Ty::Slice(_)) && self.f.mems[place.mem].access == Access::Owned;
        if !bare && better != self.f.mems[place.mem].ty && is_small(&better, &mut 256) {
            self.changed = true;
            self.f.mems[place.mem].ty = better;
        }
    }

    fn operand(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Value(v) => self.ty(*v),
            Operand::Mem(m) => self.f.mems[*m].ty.clone(),
            Operand::Copy(place) => place_ty(self.f, place),
        }
    }

    fn learn_operand(&mut self, operand: &Operand, ty: &Ty) {
        match operand {
            Operand::Value(v) => self.learn(*v, ty),
            Operand::Mem(m) => self.learn_mem(*m, ty),
            Operand::Copy(place) => self.learn_place(place, ty),
        }
    }

    /// All of one type.
    fn same(&mut self, values: &[ValueId]) {
        let common = values.iter().fold(Ty::Unknown, |ty, v| merge(&ty, &self.ty(*v)));
        values.iter().for_each(|v| self.learn(*v, &common));
    }

    /// A scalar at a place.
    fn holds(&mut self, place: &Place, value: ValueId) {
        let ty = place_ty(self.f, place);
        self.learn(value, &ty);
        let ty = self.ty(value);
        self.learn_place(place, &ty);
    }

    fn region(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => self.let_(*value, op),
            Stmt::Decl { mem, init } => {
                if let Some(init) = init {
                    self.init(&Place::whole(*mem), init);
                }
            }
            Stmt::Store { place, value } => self.holds(place, *value),
            Stmt::Assign { place, init } => self.init(place, init),
            Stmt::Accumulate { place, from } => self.alike(place, from),
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Pullback(pullback) => self.pullback(pullback),
            // Not seen here.
            Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. } => {}
        }
        self.indices(stmt);
    }

    /// Arrays, slices and vectors are indexed by integers.
    fn indices(&mut self, stmt: &Stmt) {
        let Some(Element { place, .. }) = stmt.element() else { return };
        let mut ty = self.f.mems[place.mem].ty.clone();
        for proj in &place.proj {
            if let (Proj::Index(i), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) = (proj, &ty) {
                self.learn(*i, &Ty::Int);
            }
            ty = ty.project(proj);
        }
    }

    fn let_(&mut self, value: ValueId, op: &Op) {
        match op {
            Op::Const(Const::Float(_)) => self.learn(value, &Ty::ANY_FLOAT),
            Op::Const(Const::Int(_) | Const::Count(_)) | Op::Len(_) => self.learn(value, &Ty::Int),
            Op::Const(Const::Bool(_)) => self.learn(value, &Ty::Bool),
            Op::Const(Const::Literal(_)) | Op::Pure(_) | Op::Once(_) => {}
            Op::Apply { func, args } | Op::Operator { func, args, .. } => self.apply(*func, args, value),
            Op::Helper { name: _, args } => {
                if !args.is_empty() && args.iter().all(|a| self.ty(*a).is_float()) {
                    let all: Vec<ValueId> = args.iter().copied().chain([value]).collect();
                    self.same(&all);
                }
            }
            Op::Cast { arg: _, to, code: _ } => self.learn(value, to),
            Op::Load(place) => self.holds(place, value),
            Op::SumOf(place) => {
                let elem = place_ty(self.f, place).elem();
                self.learn(value, &elem);
            }
            Op::Dot(a, _) => {
                let elem = place_ty(self.f, a).elem();
                self.learn(value, &elem);
            }
            Op::Select { cond, then, els } => {
                self.learn(*cond, &Ty::Bool);
                self.same(&[value, *then, *els]);
            }
            Op::Detach(arg) => self.same(&[value, *arg]),
        }
    }

    fn apply(&mut self, func: Func, args: &[ValueId], value: ValueId) {
        if func.is_predicate() {
            self.learn(value, &Ty::Bool);
            if matches!(func, Func::And | Func::Or) {
                args.iter().for_each(|a| self.learn(*a, &Ty::Bool));
            } else {
                self.literals(args);
            }
            return;
        }
        match (func, args) {
            (Func::Shl | Func::Shr, [x, _]) => self.same(&[*x, value]),
            (Func::Powi, [x, n]) => {
                self.same(&[*x, value]);
                self.learn(*n, &Ty::Int);
            }
            _ if func.form() == Form::Method => self.method(args, value),
            _ => self.operator(func, args, value),
        }
    }

    /// `x.hypot(y)`: if x is a float, so are the others.
    fn method(&mut self, args: &[ValueId], value: ValueId) {
        if args.first().is_some_and(|x| matches!(self.ty(*x), Ty::Float(_) | Ty::Int)) {
            let all: Vec<ValueId> = args.iter().copied().chain([value]).collect();
            self.same(&all);
        }
    }

    fn operator(&mut self, func: Func, args: &[ValueId], value: ValueId) {
        self.literals(args);
        let known = args.iter().filter(|a| matches!(self.ty(**a), Ty::Float(_) | Ty::Int | Ty::Bool)).count();
        let product = matches!(func, Func::Mul | Func::Div);
        if known == args.len() || (known > 0 && !product) {
            let ty = args.iter().fold(Ty::Unknown, |ty, a| merge(&ty, &self.ty(*a)));
            if matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool) {
                self.learn(value, &ty);
            }
        }
        if known == args.len() && rule(func).float {
            // The result's type says what its literals are.
            let ty = self.ty(value);
            args.iter().for_each(|a| self.adopt(*a, &ty));
        }
    }

    /// Unsuffixed literals among the operands take the type of the others.
    fn literals(&mut self, args: &[ValueId]) {
        let types = args.iter().map(|a| self.ty(*a));
        let concrete = types.into_iter().find(|t| matches!(t, Ty::Float(t) if *t != FloatTy::Any));
        if let Some(ty) = concrete {
            args.iter().for_each(|a| self.adopt(*a, &ty));
        }
    }

    /// Only a literal does.
    fn adopt(&mut self, value: ValueId, ty: &Ty) {
        if self.ty(value) == Ty::ANY_FLOAT {
            self.learn(value, ty);
        }
    }

    fn init(&mut self, place: &Place, init: &Init) {
        match init {
            Init::Array(items) => {
                let n = ArrayLen::Known(items.len() as u64);
                self.elements(place, items, |elem| Ty::Array(elem, n.clone()));
            }
            Init::Repeat { elem, len } => {
                let items = std::slice::from_ref(elem);
                self.elements(place, items, |elem| Ty::Array(elem, ArrayLen::Code(*len)));
            }
            Init::VecOf(items) => self.elements(place, items, Ty::Vec),
            Init::VecRepeat { elem, len } => {
                self.learn(*len, &Ty::Int);
                self.elements(place, std::slice::from_ref(elem), Ty::Vec);
            }
            Init::VecNew { capacity: _ } => self.elements(place, &[], Ty::Vec),
            Init::Tuple(items) => {
                let ty = Ty::Tuple(items.iter().map(|i| self.operand(i)).collect());
                self.learn_place(place, &ty);
                if let Ty::Tuple(types) = place_ty(self.f, place) {
                    items.iter().zip(&types).for_each(|(i, t)| self.learn_operand(i, t));
                }
            }
            Init::From(operand) => self.alike(place, operand),
            Init::Boxed(operand) => {
                let ty = Ty::Boxed(Box::new(self.operand(operand)));
                self.learn_place(place, &ty);
                self.alike(&place.with(Proj::Deref), operand);
            }
            Init::ToVec(source) => {
                let ty = Ty::Vec(Box::new(place_ty(self.f, source).elem()));
                self.learn_place(place, &ty);
                let elem = place_ty(self.f, place).elem();
                self.learn_place(source, &Ty::Slice(Box::new(elem)));
            }
            Init::Taken(source) => self.alike(place, &Operand::Copy(source.clone())),
            Init::ZeroOf(source) => {
                let ty = match place_ty(self.f, source) {
                    Ty::Slice(elem) => Ty::Vec(elem),
                    other => other,
                };
                self.learn_place(place, &ty);
            }
            // Types that only rustc sees.
            Init::Struct { .. } | Init::Variant { .. } | Init::Opaque(_) | Init::Row { .. } => {}
        }
    }

    /// A container of `items`.
    fn elements(&mut self, place: &Place, items: &[Operand], container: impl Fn(Box<Ty>) -> Ty) {
        let elem = items.iter().fold(Ty::Unknown, |ty, i| merge(&ty, &self.operand(i)));
        self.learn_place(place, &container(Box::new(elem)));
        let elem = place_ty(self.f, place).elem();
        items.iter().for_each(|i| self.learn_operand(i, &elem));
    }

    /// A place and an operand of one type.
    fn alike(&mut self, place: &Place, operand: &Operand) {
        let ty = self.operand(operand);
        self.learn_place(place, &ty);
        let ty = place_ty(self.f, place);
        self.learn_operand(operand, &ty);
    }

    fn bulk(&mut self, bulk: &Bulk) {
        match bulk {
            Bulk::Fill { place, value } => self.element(place, &Operand::Value(*value)),
            Bulk::Push { place, item } => self.element(place, item),
            Bulk::CopyFrom { dst: a, src: b } | Bulk::AddAssign { dst: a, src: b } | Bulk::Swap { a, b } => {
                self.alike(a, &Operand::Copy(b.clone()));
            }
            Bulk::RotateLeft { place: _, by: n } | Bulk::RotateRight { place: _, by: n } => {
                self.learn(*n, &Ty::Int)
            }
            Bulk::Truncate { place: _, len } | Bulk::Grow { place: _, len } => self.learn(*len, &Ty::Int),
            Bulk::Pop { place: _, last } => last.iter().for_each(|i| self.learn(*i, &Ty::Int)),
            Bulk::Reverse { .. } | Bulk::Zero { .. } => {}
        }
    }

    fn element(&mut self, place: &Place, item: &Operand) {
        let ty = self.operand(item);
        self.learn_place(place, &Ty::Slice(Box::new(ty)));
        let elem = place_ty(self.f, place).elem();
        self.learn_operand(item, &elem);
    }

    fn branch(&mut self, branch: &Branch) {
        let on = match branch.kind {
            BranchKind::If => Ty::Bool,
            BranchKind::Switch => Ty::Int,
        };
        self.learn(branch.on, &on);
        branch.arms.iter().for_each(|a| self.region(a));
        for phi in &branch.phis {
            let all: Vec<ValueId> = phi.inputs.iter().flatten().copied().chain([phi.value]).collect();
            self.same(&all);
        }
    }

    fn loop_(&mut self, l: &Loop) {
        if let Some(Range { index, lo, hi, .. }) = &l.range {
            self.same(&[*index, *lo, *hi]);
        }
        if let Some((header, cond)) = &l.header {
            self.region(header);
            self.learn(*cond, &Ty::Bool);
        }
        self.region(&l.body);
        l.stop.iter().for_each(|s| self.learn(*s, &Ty::Bool));
        for c in &l.carried {
            let all: Vec<ValueId> = [c.phi, c.next, c.result].into_iter().chain(c.init).collect();
            self.same(&all);
        }
    }

    /// A cotangent has the type of its argument, if that is a float.
    fn pullback(&mut self, call: &Pullback) {
        for (arg, into) in call.args.iter().zip(&call.into) {
            let (Arg::Value(v) | Arg::RefValue(v), Cotangent::Value(d)) = (arg, into) else {
                continue;
            };
            let ty = self.ty(*v);
            if ty.is_float() {
                self.learn(*d, &ty);
            }
        }
    }
}
