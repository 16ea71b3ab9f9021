//! Runs IR on floats or on dual numbers: what a transform made must compute the right derivative, whatever it looks like.
//! Calls and carried code are not run: it panics on them, and on anything that is out of order.

mod value;

use crate::ir::hash::HashMap;
use crate::ir::*;
use value::{apply, helper};
pub(crate) use value::{Dual, Number};

/// More trips than this are a loop that does not end.
const TRIPS: usize = 1000;

/// What a value or an object holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val<N = f64> {
    F(N),
    I(i64),
    B(bool),
    /// Arrays, slices, vectors, tuples.
    List(Vec<Val<N>>),
}

/// The state of a run.
pub(crate) struct Machine<N = f64> {
    pub values: HashMap<ValueId, Val<N>>,
    pub mems: HashMap<MemId, Val<N>>,
    stacks: HashMap<StackId, Vec<Vec<Val<N>>>>,
}

impl<N> Default for Machine<N> {
    fn default() -> Self {
        Machine { values: HashMap::default(), mems: HashMap::default(), stacks: HashMap::default() }
    }
}

impl<N: Number> Machine<N> {
    /// Is anything left on a stack?
    pub fn leftovers(&self) -> bool {
        self.stacks.values().any(|s| !s.is_empty())
    }

    pub fn run(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
        assert!(!region.diverges, "diverged");
    }

    pub fn value(&self, v: ValueId) -> &Val<N> {
        self.values.get(&v).unwrap_or_else(|| panic!("{v:?} has no value"))
    }

    fn mem(&mut self, m: MemId) -> &mut Val<N> {
        self.mems.get_mut(&m).unwrap_or_else(|| panic!("{m:?} does not exist"))
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => {
                let result = self.op(op);
                self.values.insert(*value, result);
            }
            Stmt::Decl { mem, init: None } => {
                self.mems.insert(*mem, Val::List(Vec::new()));
            }
            Stmt::Decl { mem, init: Some(init) } => {
                let made = self.init(init);
                self.mems.insert(*mem, made);
            }
            Stmt::Store { place, value } => {
                let value = self.value(*value).clone();
                self.write(place, &mut |slot| *slot = value.clone());
            }
            Stmt::Assign { place, init } => {
                let made = self.init(init);
                self.write(place, &mut |slot| *slot = made.clone());
            }
            Stmt::Accumulate { place, from } => {
                let from = self.operand(from);
                self.write(place, &mut |slot| slot.add(&from));
            }
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Save { stack, place } => {
                let item = self.read(place);
                self.stacks.entry(*stack).or_default().push(vec![item]);
            }
            Stmt::Restore { stack, place } => {
                let saved = self.stacks.get_mut(stack).and_then(Vec::pop).expect("something saved");
                self.write(place, &mut |slot| slot.clone_from(&saved[0]));
            }
            Stmt::Push { stack, items } => {
                let items = items.iter().map(|i| self.operand(i)).collect();
                self.stacks.entry(*stack).or_default().push(items);
            }
            Stmt::Pop { stack, items } => {
                let popped = self.stacks.get_mut(stack).and_then(Vec::pop).expect("a push before");
                assert_eq!(popped.len(), items.len());
                for (item, val) in items.iter().zip(popped) {
                    match item {
                        Popped::Value(v) => self.values.insert(*v, val),
                        Popped::Mem(m) => self.mems.insert(*m, val),
                    };
                }
            }
            Stmt::Call(_) | Stmt::Opaque(_) | Stmt::Pullback(_) => panic!("{stmt:?} can't be run"),
        }
    }

    /// The range of a place as start and end in its list, and the rest of the path.
    fn write(&mut self, place: &Place, change: &mut dyn FnMut(&mut Val<N>)) {
        let mut whole = std::mem::replace(self.mem(place.mem), Val::B(false));
        self.descend(&mut whole, &place.proj, change);
        *self.mem(place.mem) = whole;
    }

    fn descend(&self, val: &mut Val<N>, proj: &[Proj], change: &mut dyn FnMut(&mut Val<N>)) {
        let Some((first, rest)) = proj.split_first() else { return change(val) };
        match first {
            Proj::Index(i) => {
                let i = self.index(*i);
                self.descend(&mut val.items_mut()[i], rest, change);
            }
            Proj::Range { lo, hi } => {
                let (lo, hi) =
                    (lo.map_or(0, |v| self.index(v)), hi.map_or(val.items().len(), |v| self.index(v)));
                let mut part = Val::List(val.items()[lo..hi].to_vec());
                self.descend(&mut part, rest, change);
                val.items_mut().splice(lo..hi, part.items().to_vec());
            }
            Proj::Field(Field::Index(k)) => self.descend(&mut val.items_mut()[*k as usize], rest, change),
            Proj::Deref => self.descend(val, rest, change),
            Proj::Field(Field::Named(..)) | Proj::Payload { .. } => panic!("{first:?} can't be run"),
        }
    }

    fn index(&self, v: ValueId) -> usize {
        usize::try_from(self.value(v).i()).expect("an index")
    }

    fn read(&mut self, place: &Place) -> Val<N> {
        let mut found = None;
        self.write(place, &mut |slot| found = Some(slot.clone()));
        found.expect("a place")
    }

    fn operand(&mut self, operand: &Operand) -> Val<N> {
        match operand {
            Operand::Value(v) => self.value(*v).clone(),
            Operand::Mem(m) => self.mem(*m).clone(),
            Operand::Copy(place) => self.read(place),
        }
    }

    fn init(&mut self, init: &Init) -> Val<N> {
        match init {
            Init::Array(items) | Init::VecOf(items) | Init::Tuple(items) => {
                Val::List(items.iter().map(|i| self.operand(i)).collect())
            }
            Init::VecRepeat { elem, len } => Val::List(vec![self.operand(elem); self.index(*len)]),
            Init::VecNew { capacity: _ } => Val::List(Vec::new()),
            Init::From(operand) | Init::Boxed(operand) => self.operand(operand),
            Init::ToVec(place) | Init::Taken(place) => self.read(place),
            Init::ZeroOf(place) => self.read(place).zero(),
            Init::Repeat { .. }
            | Init::Struct { .. }
            | Init::Variant { .. }
            | Init::Opaque(_)
            | Init::Row { .. } => {
                panic!("{init:?} can't be run")
            }
        }
    }

    fn op(&mut self, op: &Op) -> Val<N> {
        match op {
            Op::Const(Const::Float(x)) => Val::F(N::of(*x)),
            Op::Const(Const::Int(n)) => Val::I(*n),
            Op::Const(Const::Count(n)) => Val::I(i64::from(*n)),
            Op::Const(Const::Bool(b)) => Val::B(*b),
            Op::Apply { func, args } | Op::Operator { func, args, assigns: _ } => {
                let args: Vec<Val<N>> = args.iter().map(|a| self.value(*a).clone()).collect();
                apply(*func, &args)
            }
            Op::Helper { name, args } => {
                let args: Vec<Val<N>> = args.iter().map(|a| self.value(*a).clone()).collect();
                helper(name, &args)
            }
            Op::Cast { arg, to, code: _ } => match (self.value(*arg), to) {
                (Val::F(x), Ty::Int) => Val::I(x.re() as i64),
                (Val::I(n), Ty::Float(_)) => Val::F(N::of(*n as f64)),
                (other, _) => other.clone(),
            },
            Op::Load(place) => self.read(place),
            Op::Len(place) => Val::I(self.read(place).items().len() as i64),
            Op::SumOf(place) => Val::F(sum(self.read(place).floats())),
            Op::Dot(a, b) => {
                let (a, b) = (self.read(a).floats(), self.read(b).floats());
                Val::F(sum(a.into_iter().zip(b).map(|(a, b)| a.mul(b))))
            }
            Op::Select { cond, then, els } => {
                self.value(if self.value(*cond).b() { *then } else { *els }).clone()
            }
            Op::Detach(v) => match self.value(*v) {
                Val::F(x) => Val::F(N::of(x.re())),
                other => other.clone(),
            },
            Op::Const(Const::Literal(_)) | Op::Pure(_) | Op::Once(_) => panic!("{op:?} can't be run"),
        }
    }

    fn bulk(&mut self, bulk: &Bulk) {
        match bulk {
            Bulk::Fill { place, value } => {
                let value = self.value(*value).clone();
                self.write(place, &mut |s| s.items_mut().fill(value.clone()));
            }
            Bulk::CopyFrom { dst, src } => {
                let from = self.read(src);
                self.write(dst, &mut |s| s.items_mut().clone_from_slice(from.items()));
            }
            Bulk::AddAssign { dst, src } => {
                let from = self.read(src);
                self.write(dst, &mut |s| s.add(&from));
            }
            Bulk::Swap { a, b } => {
                let (x, y) = (self.read(a), self.read(b));
                self.write(a, &mut |s| *s = y.clone());
                self.write(b, &mut |s| *s = x.clone());
            }
            Bulk::Reverse { place } => self.write(place, &mut |s| s.items_mut().reverse()),
            Bulk::RotateLeft { place, by } => {
                let by = self.index(*by);
                self.write(place, &mut |s| s.items_mut().rotate_left(by));
            }
            Bulk::RotateRight { place, by } => {
                let by = self.index(*by);
                self.write(place, &mut |s| s.items_mut().rotate_right(by));
            }
            Bulk::Push { place, item } => {
                let item = self.operand(item);
                self.write(place, &mut |s| s.items_mut().push(item.clone()));
            }
            Bulk::Pop { place, last: _ } => self.write(place, &mut |s| {
                s.items_mut().pop();
            }),
            Bulk::Truncate { place, len } => {
                let len = self.index(*len);
                self.write(place, &mut |s| s.items_mut().truncate(len));
            }
            Bulk::Grow { place, len } => {
                let len = self.index(*len);
                self.write(place, &mut |s| s.items_mut().resize(len, Val::F(N::of(0.0))));
            }
            Bulk::Zero { place } => self.write(place, &mut |s| *s = s.zero()),
        }
    }

    fn branch(&mut self, branch: &Branch) {
        let arm = match (branch.kind, self.value(branch.on)) {
            (BranchKind::If, on) => usize::from(!on.b()),
            (BranchKind::Switch, on) => {
                usize::try_from(on.i()).map_or(usize::MAX, |n| n.min(branch.arms.len() - 1))
            }
        };
        self.run(&branch.arms[arm]);
        let joined: Vec<_> = branch
            .phis
            .iter()
            .filter_map(|p| Some((p.value, self.values.get(&p.inputs[arm]?)?.clone())))
            .collect();
        self.values.extend(joined);
    }

    fn loop_(&mut self, l: &Loop) {
        let indices = l.range.as_ref().map(|r| self.range(r));
        for c in &l.carried {
            if let Some(init) = c.init {
                let init = self.value(init).clone();
                self.values.insert(c.phi, init);
            }
        }
        let mut indices = indices.map(Vec::into_iter);
        for trip in 0.. {
            assert!(trip < TRIPS, "a loop without end");
            if let (Some(indices), Some(range)) = (&mut indices, &l.range) {
                let Some(i) = indices.next() else { break };
                self.values.insert(range.index, Val::I(i));
            }
            if let Some((header, cond)) = &l.header {
                self.run(header);
                if !self.value(*cond).b() {
                    break;
                }
            }
            self.run(&l.body);
            let next: Vec<Val<N>> = l.carried.iter().map(|c| self.value(c.next).clone()).collect();
            self.values.extend(l.carried.iter().map(|c| c.phi).zip(next));
            if l.stop.is_some_and(|s| self.value(s).b()) {
                break;
            }
        }
        let results: Vec<_> =
            l.carried.iter().filter_map(|c| Some((c.result, self.values.get(&c.phi)?.clone()))).collect();
        self.values.extend(results);
    }

    fn range(&self, range: &Range) -> Vec<i64> {
        let (lo, hi) = (self.value(range.lo).i(), self.value(range.hi).i());
        let mut all: Vec<i64> = (lo..hi + i64::from(range.inclusive)).collect();
        for adaptor in &range.adaptors {
            match adaptor {
                Adaptor::Rev => all.reverse(),
                Adaptor::StepBy(n) => all = all.into_iter().step_by(self.index(*n)).collect(),
                Adaptor::Take(n) => all.truncate(self.index(*n)),
            }
        }
        all
    }
}

/// As std sums: from `-0.0`.
fn sum<N: Number>(items: impl IntoIterator<Item = N>) -> N {
    items.into_iter().fold(N::of(-0.0), N::add)
}
