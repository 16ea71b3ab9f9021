//! Random functions: scalars that are reassigned, arrays with computed indices, branches, counted and open loops with
//! and without exits, block operations.

use crate::ir::ty::ArrayLen;
use crate::ir::{
    Access, Branch, BranchKind, Bulk, Carried, Const, FloatTy, Function, Init, Loop, MemId, MemInfo, Op,
    Operand, Param, ParamKind, Phi, Place, Proj, Range, Region, ResultOf, SpanId, Stmt, Ty, ValueId,
    ValueInfo,
};
use crate::rules::Func;

const SPAN: SpanId = SpanId(0);

pub struct Generator {
    state: u64,
    f: Function,
    /// Current value of each scalar variable.
    vars: Vec<ValueId>,
    mems: Vec<MemId>,
    ints: Vec<ValueId>,
}

fn float() -> Ty {
    Ty::Float(FloatTy::F64)
}

fn array() -> Ty {
    Ty::Array(Box::new(float()), ArrayLen::Known(4))
}

impl Generator {
    pub fn new(seed: u64) -> Self {
        let state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x1234_5678_9ABC_DEF1);
        Generator { state, f: Function::default(), vars: Vec::new(), mems: Vec::new(), ints: Vec::new() }
    }

    fn below(&mut self, n: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % n
    }

    fn pick<T: Copy>(&mut self, from: impl Fn(&Self) -> &Vec<T>) -> T {
        let n = from(self).len() as u64;
        let k = self.below(n) as usize;
        from(self)[k]
    }

    fn fresh(&mut self, ty: Ty) -> ValueId {
        self.f.values.push(ValueInfo::new(ty, None, SPAN))
    }

    fn let_(&mut self, out: &mut Vec<Stmt>, op: Op, ty: Ty) -> ValueId {
        let value = self.fresh(ty);
        out.push(Stmt::Let { value, op });
        value
    }

    fn apply(&mut self, out: &mut Vec<Stmt>, func: Func, args: &[ValueId]) -> ValueId {
        let ty = if func == Func::Lt { Ty::Bool } else { float() };
        self.let_(out, Op::Apply { func, args: args.to_vec() }, ty)
    }

    fn mem(&mut self, access: Access) -> MemId {
        self.f.mems.push(MemInfo { ty: array(), name: None, span: SPAN, access, shadow_of: None })
    }

    pub fn function(mut self) -> Function {
        for _ in 0..3 {
            let v = self.fresh(float());
            self.f.params.push(Param { kind: ParamKind::Value(v), active: true });
            self.vars.push(v);
        }
        let access = if self.below(2) == 0 { Access::Owned } else { Access::Ref };
        let m = self.mem(access);
        self.f.params.push(Param { kind: ParamKind::Mem(m), active: true });
        let mut out = Vec::new();
        if access == Access::Ref {
            let local = self.mem(Access::Owned);
            out.push(Stmt::Decl { mem: local, init: Some(Init::From(Operand::Copy(Place::whole(m)))) });
            self.mems.push(local);
        }
        self.mems.push(m);
        for k in 0..4 {
            let c = self.let_(&mut out, Op::Const(Const::Int(k)), Ty::Int);
            self.ints.push(c);
        }
        let n = 3 + self.below(6);
        self.block(&mut out, n, 3);
        let mut sum = self.vars[0];
        for v in self.vars.clone().into_iter().skip(1) {
            let s = self.apply(&mut out, Func::Sin, &[v]);
            sum = self.apply(&mut out, Func::Add, &[sum, s]);
        }
        for m in self.mems.clone() {
            for i in self.ints.clone().into_iter().take(4) {
                let x = self.let_(&mut out, Op::Load(Place::whole(m).with(Proj::Index(i))), float());
                let x = self.apply(&mut out, Func::Mul, &[x, x]);
                sum = self.apply(&mut out, Func::Add, &[sum, x]);
            }
        }
        self.f.body = Region { stmts: out, diverges: false };
        self.f.result = ResultOf::Value(sum);
        self.f
    }

    fn block(&mut self, out: &mut Vec<Stmt>, n: u64, depth: u64) {
        let (mems, ints) = (self.mems.len(), self.ints.len());
        for _ in 0..n {
            self.statement(out, depth);
        }
        self.mems.truncate(mems);
        self.ints.truncate(ints);
    }

    fn statement(&mut self, out: &mut Vec<Stmt>, depth: u64) {
        match self.below(if depth == 0 { 12 } else { 18 }) {
            0..=4 => {
                let value = self.expr(out, 3);
                let k = self.below(self.vars.len() as u64) as usize;
                self.vars[k] = value;
            }
            5 => {
                let value = self.expr(out, 2);
                self.accumulate(out, value);
            }
            6..=8 => self.store(out),
            9 => self.bulk(out),
            10 => {
                let items = (0..4).map(|_| Operand::Value(self.expr(out, 1))).collect();
                let mem = self.mem(Access::Owned);
                out.push(Stmt::Decl { mem, init: Some(Init::Array(items)) });
                self.mems.push(mem);
            }
            11 => {
                let k = self.below(self.vars.len() as u64) as usize;
                let j = self.below(self.vars.len() as u64) as usize;
                self.vars.swap(k, j);
            }
            12 | 13 => self.branch(out, depth),
            17 => self.scratch(out, depth),
            _ => self.loop_(out, depth),
        }
    }

    /// `x += e` on a variable.
    fn accumulate(&mut self, out: &mut Vec<Stmt>, value: ValueId) {
        let k = self.below(self.vars.len() as u64) as usize;
        let sum = self.apply(out, Func::Add, &[self.vars[k], value]);
        self.vars[k] = sum;
    }

    fn place(&mut self) -> Place {
        let m = self.pick(|g| &g.mems);
        let i = self.pick(|g| &g.ints);
        Place::whole(m).with(Proj::Index(i))
    }

    fn writable(&mut self) -> Option<Place> {
        let place = self.place();
        (self.f.mems[place.mem].access == Access::Owned).then_some(place)
    }

    fn store(&mut self, out: &mut Vec<Stmt>) {
        let Some(place) = self.writable() else { return };
        let mut value = self.expr(out, 2);
        if self.below(3) == 0 {
            let old = self.let_(out, Op::Load(place.clone()), float());
            let func = if self.below(2) == 0 { Func::Add } else { Func::Sub };
            value = self.apply(out, func, &[old, value]);
        }
        out.push(Stmt::Store { place, value });
    }

    fn bulk(&mut self, out: &mut Vec<Stmt>) {
        let Some(place) = self.writable() else { return };
        let whole = Place::whole(place.mem);
        let by = self.ints[1];
        let other = self.writable().map_or(place.mem, |p| p.mem);
        let bulk = match self.below(6) {
            5 if other != place.mem => Bulk::Swap { a: whole, b: Place::whole(other) },
            0 => Bulk::Fill { place: whole, value: self.expr(out, 1) },
            1 => Bulk::Reverse { place: whole },
            2 => Bulk::RotateLeft { place: whole, by },
            3 => Bulk::Swap { a: place.clone(), b: whole.with(Proj::Index(by)) },
            _ => Bulk::CopyFrom { dst: whole, src: Place::whole(self.place().mem) },
        };
        out.push(Stmt::Bulk(bulk));
    }

    fn expr(&mut self, out: &mut Vec<Stmt>, depth: u64) -> ValueId {
        if depth == 0 || self.below(4) == 0 {
            return match self.below(5) {
                0..=2 => self.pick(|g| &g.vars),
                3 => {
                    let place = self.place();
                    self.let_(out, Op::Load(place), float())
                }
                _ => {
                    let x = self.below(7) as f64 * 0.25 - 0.8;
                    self.let_(out, Op::Const(Const::Float(x)), float())
                }
            };
        }
        let a = self.expr(out, depth - 1);
        match self.below(9) {
            0 | 1 => {
                let b = self.expr(out, depth - 1);
                self.apply(out, Func::Add, &[a, b])
            }
            2 => {
                let b = self.expr(out, depth - 1);
                self.apply(out, Func::Sub, &[a, b])
            }
            3 | 4 => {
                let b = self.expr(out, depth - 1);
                let p = self.apply(out, Func::Mul, &[a, b]);
                self.apply(out, Func::Tanh, &[p])
            }
            5 => self.apply(out, Func::Sin, &[a]),
            6 => {
                let b = self.expr(out, depth - 1);
                let b = self.apply(out, Func::Tanh, &[b]);
                let b = self.apply(out, Func::Exp, &[b]);
                self.apply(out, Func::Div, &[a, b])
            }
            7 => self.apply(out, Func::Neg, &[a]),
            _ => self.let_(out, Op::Detach(a), float()),
        }
    }

    fn condition(&mut self, out: &mut Vec<Stmt>) -> ValueId {
        let a = self.expr(out, 1);
        let b = self.let_(out, Op::Const(Const::Float(0.3)), float());
        self.apply(out, Func::Lt, &[a, b])
    }

    fn branch(&mut self, out: &mut Vec<Stmt>, depth: u64) {
        let on = self.condition(out);
        let before = self.vars.clone();
        let mut arms = Vec::new();
        let mut ends = Vec::new();
        for _ in 0..2 {
            self.vars.clone_from(&before);
            let mut stmts = Vec::new();
            let n = self.below(4);
            self.block(&mut stmts, n, depth - 1);
            arms.push(Region { stmts, diverges: false });
            ends.push(self.vars.clone());
        }
        let mut phis = Vec::new();
        for (k, (a, b)) in ends[0].clone().into_iter().zip(ends[1].clone()).enumerate() {
            self.vars[k] = a;
            if a != b {
                let value = self.fresh(float());
                phis.push(Phi { value, inputs: vec![Some(a), Some(b)] });
                self.vars[k] = value;
            }
        }
        out.push(Stmt::Branch(Branch { on, kind: BranchKind::If, arms, phis }));
    }

    fn loop_(&mut self, out: &mut Vec<Stmt>, depth: u64) {
        let low = self.below(2) as usize;
        let lo = self.ints[low];
        let hi = self.pick(|g| &g.ints);
        let index = self.fresh(Ty::Int);
        let adaptors = if self.below(3) == 0 { vec![crate::ir::Adaptor::Rev] } else { Vec::new() };
        let range = Range { index, lo, hi, inclusive: self.below(2) == 0, adaptors };
        let inits = self.vars.clone();
        let phis: Vec<ValueId> = inits.iter().map(|_| self.fresh(float())).collect();
        self.vars.clone_from(&phis);
        let mut stmts = Vec::new();
        let ints = self.ints.len();
        self.ints.push(index);
        let n = 1 + self.below(3);
        let only_sums = self.below(3) == 0;
        if only_sums {
            for _ in 0..n {
                let e = self.expr_without_vars(&mut stmts);
                self.accumulate(&mut stmts, e);
            }
        } else {
            self.block(&mut stmts, n, depth - 1);
        }
        let stop = (self.below(4) == 0).then(|| self.condition(&mut stmts));
        self.ints.truncate(ints);
        let next = self.vars.clone();
        let mut carried = Vec::new();
        for k in 0..inits.len() {
            let result = self.fresh(float());
            carried.push(Carried { phi: phis[k], init: Some(inits[k]), next: next[k], result });
            self.vars[k] = result;
        }
        let mut body = Region { stmts, diverges: false };
        let (range, header) = if self.below(4) == 0 && range.adaptors.is_empty() {
            (None, Some(self.open(&range, &mut carried, &mut body)))
        } else {
            (Some(range), None)
        };
        out.push(Stmt::Loop(Box::new(Loop { range, header, carried, body, stop, blocks: None, span: SPAN })));
    }

    /// `while i < hi { ..; i += 1 }`
    fn open(&mut self, range: &Range, carried: &mut Vec<Carried>, body: &mut Region) -> (Region, ValueId) {
        let mut header = Vec::new();
        let op = Op::Apply { func: Func::Lt, args: vec![range.index, range.hi] };
        let cond = self.let_(&mut header, op, Ty::Bool);
        let one = self.let_(&mut body.stmts, Op::Const(Const::Int(1)), Ty::Int);
        let op = Op::Apply { func: Func::Add, args: vec![range.index, one] };
        let next = self.let_(&mut body.stmts, op, Ty::Int);
        let result = self.fresh(Ty::Int);
        carried.push(Carried { phi: range.index, init: Some(range.lo), next, result });
        (Region { stmts: header, diverges: false }, cond)
    }

    /// An object that every iteration overwrites first, and reads then.
    fn scratch(&mut self, out: &mut Vec<Stmt>, depth: u64) {
        let items = (0..4).map(|_| Operand::Value(self.expr(out, 0))).collect();
        let mem = self.mem(Access::Owned);
        out.push(Stmt::Decl { mem, init: Some(Init::Array(items)) });
        let four = self.let_(out, Op::Const(Const::Int(4)), Ty::Int);
        let kill = |g: &mut Self, stmts: &mut Vec<Stmt>| {
            let index = g.fresh(Ty::Int);
            let mut body = Vec::new();
            g.ints.push(index);
            let value = g.expr(&mut body, 2);
            let place = Place::whole(mem).with(Proj::Index(index));
            body.push(Stmt::Store { place: place.clone(), value });
            if g.below(2) == 0 {
                let x = g.let_(&mut body, Op::Load(place.clone()), float());
                let y = g.expr(&mut body, 1);
                let value = g.apply(&mut body, Func::Mul, &[x, y]);
                body.push(Stmt::Store { place, value });
            }
            g.ints.pop();
            let range = Range { index, lo: g.ints[0], hi: four, inclusive: false, adaptors: Vec::new() };
            let body = Region { stmts: body, diverges: false };
            let (range, header) = (Some(range), None);
            stmts.push(Stmt::Loop(Box::new(Loop {
                range,
                header,
                carried: Vec::new(),
                body,
                stop: None,
                blocks: None,
                span: SPAN,
            })));
        };
        self.counted(out, |g, stmts| {
            kill(g, stmts);
            g.mems.push(mem);
            let n = 1 + g.below(3);
            if g.below(2) == 0 {
                let e = g.expr(stmts, 2);
                g.accumulate(stmts, e);
            } else {
                for _ in 0..n {
                    g.statement(stmts, depth - 1);
                }
            }
            g.mems.retain(|m| *m != mem);
        });
    }

    /// A loop over a range with a body of its own.
    fn counted(&mut self, out: &mut Vec<Stmt>, make: impl FnOnce(&mut Self, &mut Vec<Stmt>)) {
        let index = self.fresh(Ty::Int);
        let range =
            Range { index, lo: self.ints[0], hi: self.ints[3], inclusive: false, adaptors: Vec::new() };
        let inits = self.vars.clone();
        let phis: Vec<ValueId> = inits.iter().map(|_| self.fresh(float())).collect();
        self.vars.clone_from(&phis);
        let (ints, mems) = (self.ints.len(), self.mems.len());
        self.ints.push(index);
        let mut stmts = Vec::new();
        make(self, &mut stmts);
        self.ints.truncate(ints);
        self.mems.truncate(mems);
        let mut carried = Vec::new();
        for k in 0..inits.len() {
            let result = self.fresh(float());
            carried.push(Carried { phi: phis[k], init: Some(inits[k]), next: self.vars[k], result });
            self.vars[k] = result;
        }
        let body = Region { stmts, diverges: false };
        let (range, header) = (Some(range), None);
        out.push(Stmt::Loop(Box::new(Loop {
            range,
            header,
            carried,
            body,
            stop: None,
            blocks: None,
            span: SPAN,
        })));
    }

    fn expr_without_vars(&mut self, out: &mut Vec<Stmt>) -> ValueId {
        let place = self.place();
        let x = self.let_(out, Op::Load(place), float());
        let c = self.let_(out, Op::Const(Const::Float(0.7)), float());
        let p = self.apply(out, Func::Mul, &[x, c]);
        if self.below(2) == 0 {
            self.apply(out, Func::Sin, &[p])
        } else {
            self.apply(out, Func::Mul, &[p, x])
        }
    }
}
