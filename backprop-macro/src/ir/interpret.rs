//! Runs IR on numbers: what a transform made must compute the right derivative, whatever it looks like.
//! Calls and carried code are not run: it panics on them, and on anything that is out of order.

use crate::ir::hash::HashMap;
use crate::ir::*;
use crate::rules::tests::eval;
use crate::rules::Func;

/// What a value or an object holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val {
    F(f64),
    I(i64),
    B(bool),
    /// Arrays, slices, vectors, tuples.
    List(Vec<Val>),
}

impl Val {
    pub fn list(items: &[f64]) -> Val {
        Val::List(items.iter().map(|x| Val::F(*x)).collect())
    }

    pub fn f(&self) -> f64 {
        match self {
            Val::F(x) => *x,
            other => panic!("{other:?} is no float"),
        }
    }

    fn i(&self) -> i64 {
        match self {
            Val::I(n) => *n,
            other => panic!("{other:?} is no integer"),
        }
    }

    fn b(&self) -> bool {
        match self {
            Val::B(b) => *b,
            other => panic!("{other:?} is no bool"),
        }
    }

    fn items(&self) -> &[Val] {
        match self {
            Val::List(items) => items,
            other => panic!("{other:?} is no list"),
        }
    }

    fn items_mut(&mut self) -> &mut Vec<Val> {
        match self {
            Val::List(items) => items,
            other => panic!("{other:?} is no list"),
        }
    }

    /// All floats in it, in order.
    pub fn floats(&self) -> Vec<f64> {
        match self {
            Val::F(x) => vec![*x],
            Val::I(_) | Val::B(_) => Vec::new(),
            Val::List(items) => items.iter().flat_map(Val::floats).collect(),
        }
    }

    fn zero(&self) -> Val {
        match self {
            Val::F(_) => Val::F(0.0),
            Val::I(_) | Val::B(_) => Val::List(Vec::new()),
            Val::List(items) => Val::List(items.iter().map(Val::zero).collect()),
        }
    }

    fn add(&mut self, other: &Val) {
        match (self, other) {
            (Val::F(x), Val::F(y)) => *x += y,
            (Val::List(x), Val::List(y)) => {
                assert_eq!(x.len(), y.len());
                x.iter_mut().zip(y).for_each(|(x, y)| x.add(y));
            }
            (x, y) => panic!("{x:?} += {y:?}"),
        }
    }
}

/// The state of a run.
#[derive(Default)]
pub(crate) struct Machine {
    pub values: HashMap<ValueId, Val>,
    pub mems: HashMap<MemId, Val>,
    stacks: HashMap<StackId, Vec<Vec<Val>>>,
}

impl Machine {
    pub fn run(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
        assert!(!region.diverges, "diverged");
    }

    pub fn value(&self, v: ValueId) -> &Val {
        self.values.get(&v).unwrap_or_else(|| panic!("{v:?} has no value"))
    }

    fn mem(&mut self, m: MemId) -> &mut Val {
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
            Stmt::Save { .. } | Stmt::Restore { .. } => panic!("saving is not run here"),
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
    fn write(&mut self, place: &Place, change: &mut dyn FnMut(&mut Val)) {
        let mut copy = self.read(&Place::whole(place.mem));
        self.descend(&mut copy, &place.proj, change);
        *self.mem(place.mem) = copy;
    }

    fn descend(&self, val: &mut Val, proj: &[Proj], change: &mut dyn FnMut(&mut Val)) {
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
            Proj::Field(Field::Named(..)) | Proj::Payload { .. } => panic!("{first:?} can't be run"),
        }
    }

    fn index(&self, v: ValueId) -> usize {
        usize::try_from(self.value(v).i()).expect("an index")
    }

    fn read(&mut self, place: &Place) -> Val {
        let mut found = None;
        let mut whole = self.mem(place.mem).clone();
        self.descend(&mut whole, &place.proj, &mut |slot| found = Some(slot.clone()));
        found.expect("a place")
    }

    fn operand(&mut self, operand: &Operand) -> Val {
        match operand {
            Operand::Value(v) => self.value(*v).clone(),
            Operand::Mem(m) => self.mem(*m).clone(),
            Operand::Copy(place) => self.read(place),
        }
    }

    fn init(&mut self, init: &Init) -> Val {
        match init {
            Init::Array(items) | Init::VecOf(items) | Init::Tuple(items) => {
                Val::List(items.iter().map(|i| self.operand(i)).collect())
            }
            Init::VecRepeat { elem, len } => Val::List(vec![self.operand(elem); self.index(*len)]),
            Init::VecNew { capacity: _ } => Val::List(Vec::new()),
            Init::From(operand) => self.operand(operand),
            Init::ToVec(place) => self.read(place),
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

    fn op(&mut self, op: &Op) -> Val {
        match op {
            Op::Const(Const::Float(x)) => Val::F(*x),
            Op::Const(Const::Int(n)) => Val::I(*n),
            Op::Const(Const::Count(n)) => Val::I(i64::from(*n)),
            Op::Const(Const::Bool(b)) => Val::B(*b),
            Op::Apply { func, args } => {
                let args: Vec<Val> = args.iter().map(|a| self.value(*a).clone()).collect();
                apply(*func, &args)
            }
            Op::Helper { name, args } => {
                let args: Vec<Val> = args.iter().map(|a| self.value(*a).clone()).collect();
                helper(name, &args)
            }
            Op::Cast { arg, to, code: _ } => match (self.value(*arg), to) {
                (Val::F(x), Ty::Int) => Val::I(*x as i64),
                (Val::I(n), Ty::Float(_)) => Val::F(*n as f64),
                (other, _) => other.clone(),
            },
            Op::Load(place) => self.read(place),
            Op::Len(place) => Val::I(self.read(place).items().len() as i64),
            Op::SumOf(place) => Val::F(self.read(place).floats().iter().sum()),
            Op::Dot(a, b) => {
                let (a, b) = (self.read(a).floats(), self.read(b).floats());
                Val::F(a.iter().zip(&b).map(|(a, b)| a * b).sum())
            }
            Op::Select { cond, then, els } => {
                self.value(if self.value(*cond).b() { *then } else { *els }).clone()
            }
            Op::Detach(v) => self.value(*v).clone(),
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
                self.write(place, &mut |s| s.items_mut().resize(len, Val::F(0.0)));
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
        loop {
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
            let next: Vec<Val> = l.carried.iter().map(|c| self.value(c.next).clone()).collect();
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

fn apply(func: Func, args: &[Val]) -> Val {
    match (func, args) {
        (Func::Not, [Val::B(b)]) => Val::B(!b),
        (Func::And, [x, y]) => Val::B(x.b() && y.b()),
        (Func::Or, [x, y]) => Val::B(x.b() || y.b()),
        (_, [Val::I(x), Val::I(y)]) => ints(func, *x, *y),
        (Func::Lt, [x, y]) => Val::B(x.f() < y.f()),
        (Func::Le, [x, y]) => Val::B(x.f() <= y.f()),
        (Func::Gt, [x, y]) => Val::B(x.f() > y.f()),
        (Func::Ge, [x, y]) => Val::B(x.f() >= y.f()),
        (Func::Eq, [x, y]) => Val::B(x == y),
        (Func::Ne, [x, y]) => Val::B(x != y),
        (Func::Powi, [x, n]) => Val::F(x.f().powi(n.i() as i32)),
        _ => Val::F(eval::apply(func, &args.iter().map(Val::f).collect::<Vec<_>>())),
    }
}

fn ints(func: Func, x: i64, y: i64) -> Val {
    match func {
        Func::Add => Val::I(x + y),
        Func::Sub => Val::I(x - y),
        Func::Mul => Val::I(x * y),
        Func::Div => Val::I(x / y),
        Func::Rem => Val::I(x % y),
        Func::Min => Val::I(x.min(y)),
        Func::Max => Val::I(x.max(y)),
        Func::Lt => Val::B(x < y),
        Func::Le => Val::B(x <= y),
        Func::Gt => Val::B(x > y),
        Func::Ge => Val::B(x >= y),
        Func::Eq => Val::B(x == y),
        Func::Ne => Val::B(x != y),
        other => panic!("{other:?} of integers"),
    }
}

fn helper(name: &str, args: &[Val]) -> Val {
    match (name, args) {
        ("zero_of" | "zero_of_tangent", [x]) => x.zero(),
        ("sum", [x, y]) => {
            let mut sum = x.clone();
            sum.add(y);
            sum
        }
        ("cast_forward", [Val::F(_), t]) => t.clone(),
        ("linear", [d]) => d.clone(),
        ("cast_forward", [Val::I(_), _]) => Val::F(0.0),
        _ => {
            let number = |v: &Val| if let Val::I(n) = v { *n as f64 } else { v.f() };
            Val::F(eval::helper(name, &args.iter().map(number).collect::<Vec<_>>()))
        }
    }
}
