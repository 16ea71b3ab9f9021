//! An interpreter of the IR over dual numbers.

use crate::ir::hash::HashMap;
use crate::ir::{
    Adaptor, Bulk, Const, Function, Init, Loop, MemId, Op, Operand, Place, Popped, Proj, Range, ResultOf,
    StackId, Stmt, ValueId,
};
use crate::rules::Func;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    pub re: f64,
    pub eps: f64,
}

#[derive(Clone, Debug)]
pub enum Object {
    Float(Dual),
    Int(i64),
    Bool(bool),
    List(Vec<Object>),
}

pub struct Machine<'f> {
    f: &'f Function,
    values: HashMap<ValueId, Object>,
    pub mems: HashMap<MemId, Object>,
    stacks: HashMap<StackId, Vec<Vec<Object>>>,
}

type Result<T> = std::result::Result<T, String>;

impl<'f> Machine<'f> {
    pub fn new(f: &'f Function) -> Self {
        Machine { f, values: HashMap::default(), mems: HashMap::default(), stacks: HashMap::default() }
    }

    pub fn set_float(&mut self, v: ValueId, x: Dual) {
        self.values.insert(v, Object::Float(x));
    }

    pub fn leftovers(&self) -> bool {
        self.stacks.values().any(|s| !s.is_empty())
    }

    pub fn result(&self, f: &Function) -> Result<Dual> {
        match f.result {
            ResultOf::Value(v) => self.float(v),
            ResultOf::Unit | ResultOf::Mem(_) => Err("no scalar result".into()),
        }
    }

    fn get(&self, v: ValueId) -> Result<Object> {
        self.values.get(&v).cloned().ok_or_else(|| format!("{v:?} is not defined"))
    }

    pub fn float(&self, v: ValueId) -> Result<Dual> {
        match self.get(v)? {
            Object::Float(x) => Ok(x),
            other => Err(format!("{v:?} is {other:?}")),
        }
    }

    fn int(&self, v: ValueId) -> Result<i64> {
        match self.get(v)? {
            Object::Int(x) => Ok(x),
            other => Err(format!("{v:?} is {other:?}")),
        }
    }

    fn bool(&self, v: ValueId) -> Result<bool> {
        match self.get(v)? {
            Object::Bool(x) => Ok(x),
            other => Err(format!("{v:?} is {other:?}")),
        }
    }

    pub fn floats(&self, mem: MemId) -> Result<Vec<f64>> {
        match self.mems.get(&mem) {
            Some(Object::List(items)) => items
                .iter()
                .map(|i| match i {
                    Object::Float(x) => Ok(x.re),
                    other => Err(format!("{other:?}")),
                })
                .collect(),
            other => Err(format!("{mem:?} is {other:?}")),
        }
    }

    fn slot(&mut self, place: &Place) -> Result<&mut Object> {
        let mut indices = Vec::new();
        for proj in &place.proj {
            match proj {
                Proj::Index(i) => indices.push(self.int(*i)?),
                _ => return Err("projection".into()),
            }
        }
        let mut slot =
            self.mems.get_mut(&place.mem).ok_or_else(|| format!("{:?} does not exist", place.mem))?;
        for i in indices {
            slot = match slot {
                Object::List(items) => {
                    let len = items.len();
                    items.get_mut(i as usize).ok_or_else(|| format!("index {i} of {len}"))?
                }
                other => return Err(format!("indexing {other:?}")),
            };
        }
        Ok(slot)
    }

    fn list(&mut self, place: &Place) -> Result<&mut Vec<Object>> {
        match self.slot(place)? {
            Object::List(items) => Ok(items),
            other => Err(format!("{other:?} is no list")),
        }
    }

    pub fn run(&mut self, stmts: &[Stmt]) -> Result<()> {
        stmts.iter().try_for_each(|s| self.stmt(s))
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<()> {
        match stmt {
            Stmt::Let { value, op } => {
                let x = self.op(op)?;
                self.values.insert(*value, x);
            }
            Stmt::Decl { mem, init: Some(init) } => {
                let x = self.init(init)?;
                self.mems.insert(*mem, x);
            }
            Stmt::Store { place, value } => {
                let x = self.get(*value)?;
                *self.slot(place)? = x;
            }
            Stmt::Accumulate { place, from: Operand::Value(v) } => {
                let d = self.float(*v)?;
                match self.slot(place)? {
                    Object::Float(x) => *x = Dual { re: x.re + d.re, eps: x.eps + d.eps },
                    other => return Err(format!("accumulating into {other:?}")),
                }
            }
            Stmt::Assign { place, init } => {
                let x = self.init(init)?;
                *self.slot(place)? = x;
            }
            Stmt::Bulk(bulk) => self.bulk(bulk)?,
            Stmt::Branch(b) => {
                let arm = usize::from(!self.bool(b.on)?);
                self.run(&b.arms[arm].stmts)?;
                for phi in &b.phis {
                    if let Some(input) = phi.inputs[arm] {
                        let x = self.get(input)?;
                        self.values.insert(phi.value, x);
                    }
                }
            }
            Stmt::Loop(l) => self.loop_(l)?,
            Stmt::Push { stack, items } => {
                let items = items
                    .iter()
                    .map(|i| match i {
                        Operand::Value(v) => self.get(*v),
                        Operand::Mem(m) => self.mems.get(m).cloned().ok_or_else(|| format!("{m:?}")),
                        Operand::Copy(p) => self.slot(p).cloned(),
                    })
                    .collect::<Result<Vec<_>>>()?;
                self.stacks.entry(*stack).or_default().push(items);
            }
            Stmt::Save { stack, place } => {
                let item = self.slot(place)?.clone();
                self.stacks.entry(*stack).or_default().push(vec![item]);
            }
            Stmt::Restore { stack, place } => {
                let mut item =
                    self.stacks.entry(*stack).or_default().pop().ok_or("restoring from nothing")?;
                *self.slot(place)? = item.pop().ok_or("nothing saved")?;
            }
            Stmt::Pop { stack, items } => {
                let popped = self.stacks.entry(*stack).or_default().pop().ok_or("pop of an empty stack")?;
                for (item, x) in items.iter().zip(popped) {
                    match item {
                        Popped::Value(v) => self.values.insert(*v, x),
                        Popped::Mem(m) => self.mems.insert(*m, x),
                    };
                }
            }
            other => return Err(format!("{other:?}")),
        }
        Ok(())
    }

    fn loop_(&mut self, l: &Loop) -> Result<()> {
        for c in &l.carried {
            let init = self.get(c.init.ok_or("undefined")?)?;
            self.values.insert(c.phi, init);
        }
        let indices = l.range.as_ref().map(|r| self.indices(r)).transpose()?;
        let mut trip = 0;
        while indices.as_ref().is_none_or(|i| trip < i.len()) {
            if let (Some(r), Some(i)) = (&l.range, &indices) {
                self.values.insert(r.index, Object::Int(i[trip]));
            }
            if let Some((header, cond)) = &l.header {
                self.run(&header.stmts)?;
                if !self.bool(*cond)? {
                    break;
                }
            }
            self.run(&l.body.stmts)?;
            let next = l.carried.iter().map(|c| self.get(c.next)).collect::<Result<Vec<_>>>()?;
            let stop = l.stop.map(|s| self.bool(s)).transpose()?.unwrap_or(false);
            for (c, x) in l.carried.iter().zip(next) {
                self.values.insert(c.phi, x);
            }
            trip += 1;
            if stop {
                break;
            }
            if trip > 1000 {
                return Err("endless".into());
            }
        }
        for c in &l.carried {
            let last = self.get(c.phi)?;
            self.values.insert(c.result, last);
        }
        Ok(())
    }

    fn indices(&self, r: &Range) -> Result<Vec<i64>> {
        let (lo, hi) = (self.int(r.lo)?, self.int(r.hi)?);
        let mut all: Vec<i64> = if r.inclusive { (lo..=hi).collect() } else { (lo..hi).collect() };
        for adaptor in &r.adaptors {
            match adaptor {
                Adaptor::Rev => all.reverse(),
                Adaptor::StepBy(k) => all = all.into_iter().step_by(self.int(*k)? as usize).collect(),
                Adaptor::Take(n) => all.truncate(self.int(*n)? as usize),
            }
        }
        Ok(all)
    }

    fn init(&mut self, init: &Init) -> Result<Object> {
        match init {
            Init::Array(items) | Init::VecOf(items) => {
                let mut list = Vec::new();
                for item in items {
                    list.push(match item {
                        Operand::Value(v) => self.get(*v)?,
                        Operand::Mem(m) => self.slot(&Place::whole(*m))?.clone(),
                        Operand::Copy(p) => self.slot(p)?.clone(),
                    });
                }
                Ok(Object::List(list))
            }
            Init::From(Operand::Mem(m)) => Ok(self.slot(&Place::whole(*m))?.clone()),
            Init::From(Operand::Copy(p)) | Init::ToVec(p) => Ok(self.slot(p)?.clone()),
            Init::ZeroOf(p) => Ok(zero(self.slot(p)?)),
            other => Err(format!("{other:?}")),
        }
    }

    fn bulk(&mut self, bulk: &Bulk) -> Result<()> {
        match bulk {
            Bulk::Fill { place, value } => {
                let x = self.get(*value)?;
                self.list(place)?.iter_mut().for_each(|i| *i = x.clone());
            }
            Bulk::CopyFrom { dst, src } => {
                let from = self.slot(src)?.clone();
                *self.slot(dst)? = from;
            }
            Bulk::Swap { a, b } => {
                let (x, y) = (self.slot(a)?.clone(), self.slot(b)?.clone());
                *self.slot(a)? = y;
                *self.slot(b)? = x;
            }
            Bulk::Reverse { place } => self.list(place)?.reverse(),
            Bulk::RotateLeft { place, by } => {
                let by = self.int(*by)? as usize;
                self.list(place)?.rotate_left(by);
            }
            Bulk::RotateRight { place, by } => {
                let by = self.int(*by)? as usize;
                self.list(place)?.rotate_right(by);
            }
            Bulk::AddAssign { dst, src } => {
                let from = self.slot(src)?.clone();
                add_assign(self.slot(dst)?, &from);
            }
            Bulk::Zero { place } => {
                let z = zero(self.slot(place)?);
                *self.slot(place)? = z;
            }
            other => return Err(format!("{other:?}")),
        }
        Ok(())
    }

    fn op(&mut self, op: &Op) -> Result<Object> {
        Ok(match op {
            Op::Const(Const::Float(x)) => Object::Float(Dual { re: *x, eps: 0.0 }),
            Op::Const(Const::Int(n)) => Object::Int(*n),
            Op::Const(Const::Count(n)) => Object::Int(i64::from(*n)),
            Op::Const(Const::Bool(b)) => Object::Bool(*b),
            Op::Load(place) => self.slot(place)?.clone(),
            Op::Len(place) => Object::Int(self.list(place)?.len() as i64),
            Op::SumOf(place) => {
                let mut sum = Dual { re: 0.0, eps: 0.0 };
                for item in self.list(place)? {
                    if let Object::Float(x) = item {
                        sum = Dual { re: sum.re + x.re, eps: sum.eps + x.eps };
                    }
                }
                Object::Float(sum)
            }
            Op::Select { cond, then, els } => self.get(if self.bool(*cond)? { *then } else { *els })?,
            Op::Helper { name: "trips", .. } => Object::Int(0),
            Op::Helper { name: name @ ("induct" | "deduct"), args } => {
                let a = args.iter().map(|a| self.int(*a)).collect::<Result<Vec<_>>>()?;
                let sign = if *name == "induct" { 1 } else { -1 };
                Object::Int(a[0] + sign * (a[1] - a[2]) * a[3])
            }
            Op::Helper { name: name @ ("advance" | "retreat"), args } => {
                let a = args.iter().map(|a| self.int(*a)).collect::<Result<Vec<_>>>()?;
                let sign = if *name == "advance" { 1 } else { -1 };
                Object::Int(a[0] + sign * (a[2] - a[1]).max(0) * a[3])
            }
            Op::Detach(v) => Object::Float(Dual { re: self.float(*v)?.re, eps: 0.0 }),
            Op::Apply { func, args } => {
                let args = args.iter().map(|a| self.get(*a)).collect::<Result<Vec<_>>>()?;
                apply(*func, &args)?
            }
            other => return Err(format!("{other:?} in {} values", self.f.values.len())),
        })
    }
}

fn zero(x: &Object) -> Object {
    match x {
        Object::Float(_) => Object::Float(Dual { re: 0.0, eps: 0.0 }),
        Object::List(items) => Object::List(items.iter().map(zero).collect()),
        other => other.clone(),
    }
}

fn add_assign(dst: &mut Object, src: &Object) {
    match (dst, src) {
        (Object::Float(a), Object::Float(b)) => *a = Dual { re: a.re + b.re, eps: a.eps + b.eps },
        (Object::List(a), Object::List(b)) => a.iter_mut().zip(b).for_each(|(a, b)| add_assign(a, b)),
        _ => {}
    }
}

fn apply(func: Func, args: &[Object]) -> Result<Object> {
    let d = |re: f64, eps: f64| Ok(Object::Float(Dual { re, eps }));
    match (func, args) {
        (Func::Add, [Object::Int(a), Object::Int(b)]) => Ok(Object::Int(a + b)),
        (Func::Sub, [Object::Int(a), Object::Int(b)]) => Ok(Object::Int(a - b)),
        (Func::Rem, [Object::Int(a), Object::Int(b)]) => Ok(Object::Int(a % b)),
        (Func::Not, [Object::Bool(a)]) => Ok(Object::Bool(!a)),
        (Func::And, [Object::Bool(a), Object::Bool(b)]) => Ok(Object::Bool(*a && *b)),
        (Func::Or, [Object::Bool(a), Object::Bool(b)]) => Ok(Object::Bool(*a || *b)),
        (Func::Lt, [Object::Float(a), Object::Float(b)]) => Ok(Object::Bool(a.re < b.re)),
        (Func::Lt, [Object::Int(a), Object::Int(b)]) => Ok(Object::Bool(a < b)),
        (Func::Add, [Object::Float(a), Object::Float(b)]) => d(a.re + b.re, a.eps + b.eps),
        (Func::Sub, [Object::Float(a), Object::Float(b)]) => d(a.re - b.re, a.eps - b.eps),
        (Func::Mul, [Object::Float(a), Object::Float(b)]) => d(a.re * b.re, a.eps * b.re + a.re * b.eps),
        (Func::Div, [Object::Float(a), Object::Float(b)]) => {
            d(a.re / b.re, (a.eps * b.re - a.re * b.eps) / (b.re * b.re))
        }
        (Func::Neg, [Object::Float(a)]) => d(-a.re, -a.eps),
        (Func::Sin, [Object::Float(a)]) => d(a.re.sin(), a.eps * a.re.cos()),
        (Func::Cos, [Object::Float(a)]) => d(a.re.cos(), -a.eps * a.re.sin()),
        (Func::Exp, [Object::Float(a)]) => d(a.re.exp(), a.eps * a.re.exp()),
        (Func::Tanh, [Object::Float(a)]) => d(a.re.tanh(), a.eps / a.re.cosh().powi(2)),
        (f, a) => Err(format!("{f:?} of {a:?}")),
    }
}
