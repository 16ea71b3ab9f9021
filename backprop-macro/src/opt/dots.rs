//! Sums of products that only the adjoint forms, over rows: with several partial sums, apart from the loop.
//!
//! ```text
//! loop v4 in 0..v1 carry (v5 = 0.0 -> v9, v10) { v7 = load m2[v4]; v8 = mul(v7, load m3[v4]); v9 = add(v5, v8); .. }
//!   →
//! v10 = dot m2 m3; loop v4 in 0..v1 { v7 = load m2[v4]; .. }
//! ```
//! In strict order each addition waits for the one before, and the whole loop with it. Sums of the function itself stay
//! as they are, bit for bit. Adjoint of `y[i] += a * x[i]` for `a`: four times as fast from 64 elements on.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ty::FloatTy;
use crate::ir::{Carried, Const, Function, Init, Loop, MemId, Op, Place, Proj, Range, Stmt, Ty, ValueId};
use crate::rules::Func;

/// Takes such sums out of all innermost loops; the first so many values are the user's own. Returns the new length of
/// the first `split` statements.
pub(super) fn gather(f: &mut Function, split: usize, primal: usize) -> usize {
    let mut stmts = std::mem::take(&mut f.body.stmts);
    let second = stmts.split_off(split.min(stmts.len()));
    let mut gatherer = Gatherer { f, primal, rows: HashMap::default(), constants: HashMap::default() };
    let first = gatherer.stmts(stmts);
    let second = gatherer.stmts(second);
    let split = first.len();
    f.body.stmts = first.into_iter().chain(second).collect();
    split
}

struct Gatherer<'f> {
    f: &'f mut Function,
    primal: usize,
    /// Rows, and slices as a whole where their length was asked for: number of elements.
    rows: HashMap<MemId, HashSet<ValueId>>,
    constants: HashMap<ValueId, Const>,
}

/// `next = phi ± a[i] * b[i]`
struct Sum {
    /// Position among the carried values.
    carried: usize,
    /// The sum, the product and its factors, in the body: for a sum alone, perhaps.
    served: [ValueId; 4],
    negative: bool,
    a: Place,
    b: Place,
}

impl Gatherer<'_> {
    fn stmts(&mut self, stmts: Vec<Stmt>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(stmts.len());
        for mut stmt in stmts {
            self.learn(&stmt);
            for region in stmt.regions_mut() {
                region.stmts = self.stmts(std::mem::take(&mut region.stmts));
            }
            match stmt {
                Stmt::Loop(l) => self.loop_(*l, &mut out),
                other => out.push(other),
            }
        }
        out
    }

    fn learn(&mut self, stmt: &Stmt) {
        if let Stmt::Decl { mem, init: Some(Init::Row { len, .. }) } = stmt {
            self.rows.entry(*mem).or_default().insert(*len);
        }
        if let Stmt::Let { value, op: Op::Const(c) } = stmt {
            self.constants.insert(*value, c.clone());
        }
        if let Stmt::Let { value, op: Op::Len(place) } = stmt {
            if place.proj.is_empty() && matches!(self.f.mems[place.mem].ty, Ty::Slice(_)) {
                self.rows.entry(place.mem).or_default().insert(*value);
            }
        }
    }

    fn loop_(&mut self, mut l: Loop, out: &mut Vec<Stmt>) {
        let sums = self.sums(&l);
        for sum in sums.iter().rev() {
            self.before(&l.carried.remove(sum.carried), sum, out);
        }
        for sum in &sums {
            drop_unread(&mut l, &sum.served);
        }
        if sums.is_empty() || !(l.body.stmts.is_empty() && l.carried.is_empty()) {
            out.push(Stmt::Loop(Box::new(l)));
        }
    }

    /// The sum, instead of what the loop carried.
    fn before(&mut self, carried: &Carried, sum: &Sum, out: &mut Vec<Stmt>) {
        let dot = Op::Dot(sum.a.clone(), sum.b.clone());
        let zero = carried.init.and_then(|v| self.constants.get(&v)) == Some(&Const::Float(0.0));
        match carried.init {
            Some(init) if !zero || sum.negative => {
                let value = self.f.fresh_like(carried.result);
                self.f.values[value].name = None;
                out.push(Stmt::Let { value, op: dot });
                let func = if sum.negative { Func::Sub } else { Func::Add };
                let op = Op::Apply { func, args: vec![init, value] };
                out.push(Stmt::Let { value: carried.result, op });
            }
            _ => out.push(Stmt::Let { value: carried.result, op: dot }),
        }
    }

    fn sums(&self, l: &Loop) -> Vec<Sum> {
        let Some(range) = l.whole_range() else { return Vec::new() };
        let from_zero = matches!(self.constants.get(&range.lo), Some(Const::Int(0)));
        if !(range.is_plain() && !range.inclusive && from_zero) {
            return Vec::new();
        }
        let body = Body::of(l);
        let sum = |(k, c): (usize, &Carried)| self.sum(k, c, l, range, &body);
        l.carried.iter().enumerate().filter_map(sum).collect()
    }

    fn sum(&self, carried: usize, c: &Carried, l: &Loop, range: &Range, body: &Body<'_>) -> Option<Sum> {
        let (product, negative) = body.made(c.next)?.sum_with(c.phi)?;
        let once = |v: ValueId| body.uses.get(&v) == Some(&1);
        let ours = (c.next.0 as usize) >= self.primal && c.init.is_some();
        let carried_once = l.carried.iter().filter(|other| other.next == c.next).count() == 1;
        let alone = once(c.phi) && once(product) && !body.uses.contains_key(&c.next) && carried_once;
        let Op::Apply { func: Func::Mul, args } = body.made(product)? else { return None };
        let [a, b] = args.as_slice() else { return None };
        let lanes = |v: &ValueId| matches!(self.f.values[*v].ty, Ty::Float(FloatTy::Lanes(_)));
        let (a, b) = if lanes(b) { (b, a) } else { (a, b) };
        let seen = self.f.values[product].ty.is_float() && self.f.values[*a].ty == self.f.values[product].ty;
        let row = |v: &ValueId| self.row(*v, range, body);
        let served = [c.next, product, *a, *b];
        let (a, b) = (row(a)?, row(b)?);
        (ours && alone && seen).then_some(Sum { carried, served, negative, a, b })
    }

    /// The row whose element at the loop's index this is, as it was before the loop.
    fn row(&self, value: ValueId, range: &Range, body: &Body<'_>) -> Option<Place> {
        let Op::Load(place) = body.made(value)? else { return None };
        let fits = self.rows.get(&place.mem).is_some_and(|lens| lens.contains(&range.hi));
        let here = place.proj == [Proj::Index(range.index)];
        (fits && here && !body.written.contains(&place.mem)).then(|| Place::whole(place.mem))
    }
}

/// What a loop's body does, at its top.
struct Body<'l> {
    ops: HashMap<ValueId, &'l Op>,
    /// How often each value is read in the body.
    uses: HashMap<ValueId, usize>,
    written: HashSet<MemId>,
}

impl<'l> Body<'l> {
    fn of(l: &'l Loop) -> Self {
        let mut uses = HashMap::default();
        l.body.visit(&mut |v| *uses.entry(v).or_default() += 1);
        let op = |s: &'l Stmt| match s {
            Stmt::Let { value, op } => Some((*value, op)),
            _ => None,
        };
        let ops = l.body.stmts.iter().filter_map(op).collect();
        Body { ops, uses, written: l.body.deep().flat_map(Stmt::written).collect() }
    }

    fn made(&self, value: ValueId) -> Option<&'l Op> {
        self.ops.get(&value).copied()
    }
}

/// What only served a sum goes with it; the last of them first.
fn drop_unread(l: &mut Loop, served: &[ValueId]) {
    for value in served {
        let mut read = l.carried.iter().any(|c| c.next == *value);
        l.body.visit(&mut |v| read |= v == *value);
        if !read {
            l.body.stmts.retain(|s| !s.defs().contains(value));
        }
    }
}
