//! Polynomials of integer values, in normal form.

use crate::ir::build::Builder;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Bulk, Function, Init, MemId, Op, Range, SpanId, Stmt, Ty, ValueId};
use crate::rules::Func;
use std::collections::{BTreeMap, BTreeSet};

/// Coefficients of products of values; none is zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Poly(BTreeMap<Vec<ValueId>, i64>);

/// What the integers of a function are; where nothing else is known, themselves. (The number of trips from `lo` to `hi` counts
/// as `hi - lo`: where it is not, there are none.)
pub struct Polys(HashMap<ValueId, Poly>);

impl Polys {
    pub fn of(f: &Function) -> Polys {
        let mut all = Polys(HashMap::default());
        let resized: HashSet<MemId> = f.body.deep().flat_map(resized).collect();
        let mut lens: HashMap<MemId, Poly> = HashMap::default();
        for stmt in f.body.deep() {
            if let Stmt::Decl { mem, init: Some(Init::VecRepeat { elem: _, len }) } = stmt {
                lens.insert(*mem, all.get(*len));
            }
            let Some((value, op)) = stmt.computed() else { continue };
            let poly = match op {
                Op::Const(_) => op.int().map(Poly::constant),
                Op::Apply { func: Func::Add, args } => all.get(args[0]).add(&all.get(args[1])),
                Op::Apply { func: Func::Sub, args } => all.get(args[0]).sub(&all.get(args[1])),
                Op::Apply { func: Func::Mul, args } => all.get(args[0]).mul(&all.get(args[1])),
                Op::Len(of) if of.proj.is_empty() && !resized.contains(&of.mem) => lens.get(&of.mem).cloned(),
                Op::Helper { name: "extent", args } => all.get(args[1]).sub(&all.get(args[0])),
                _ => None,
            };
            if f.values[value].ty == Ty::Int {
                all.0.extend(poly.map(|poly| (value, poly)));
            }
        }
        all
    }

    pub fn get(&self, value: ValueId) -> Poly {
        self.0.get(&value).cloned().unwrap_or_else(|| Poly::atom(value))
    }
}

/// Objects that may get another length.
fn resized(stmt: &Stmt) -> Vec<MemId> {
    match stmt {
        Stmt::Assign { place, .. } if place.proj.is_empty() => vec![place.mem],
        Stmt::Bulk(Bulk::Swap { a, b }) => vec![a.mem, b.mem],
        Stmt::Bulk(bulk) => bulk.resized().map(|p| p.mem).into_iter().collect(),
        Stmt::Opaque(opaque) => opaque.writes.clone(),
        _ => Vec::new(),
    }
}

/// What indices are below, and what quotients are of.
#[derive(Default)]
pub struct Bounds {
    below: HashMap<ValueId, Vec<Poly>>,
    /// `q = a / b` of lengths and the like: `a` and `b`.
    quotients: HashMap<ValueId, (ValueId, Poly)>,
}

/// Substitutions in a row, in a proof.
const TRIES: usize = 3;

impl Bounds {
    pub fn of(f: &Function, polys: &Polys) -> Bounds {
        let mut all = Bounds::default();
        for stmt in f.body.deep() {
            if let Stmt::Loop(l) = stmt {
                all.index(l.range.as_ref(), |v| vec![polys.get(v)]);
            }
            if let Some((value, Op::Apply { func: Func::Div, args })) = stmt.computed() {
                all.quotient(value, args[0], polys.get(args[1]));
            }
        }
        all
    }

    /// The index of a loop is below what its end is at most.
    pub fn index(&mut self, range: Option<&Range>, at_most: impl FnOnce(ValueId) -> Vec<Poly>) {
        let Some(range) = range else { return };
        let mut ends = at_most(range.hi);
        if range.inclusive {
            ends = ends.iter().filter_map(|end| end.add(&Poly::constant(1))).collect();
        }
        self.below.insert(range.index, ends);
    }

    pub fn quotient(&mut self, value: ValueId, of: ValueId, by: Poly) {
        self.quotients.insert(value, (of, by));
    }

    /// Is it the end of the loop with this index?
    pub fn ends_at(&self, index: ValueId, end: &Poly) -> bool {
        self.below.get(&index).is_some_and(|ends| ends.contains(end))
    }

    /// Is one surely not less than the other, if no value is negative?
    pub fn at_least(&self, more: &Poly, less: &Poly) -> bool {
        more.sub(less).is_some_and(|rest| self.counts(&rest, TRIES, &[]))
    }

    fn counts(&self, poly: &Poly, tries: usize, divided: &[ValueId]) -> bool {
        if poly.0.values().all(|n| *n > 0) {
            return true;
        }
        let Some(tries) = tries.checked_sub(1) else { return false };
        let atoms = poly.atoms();
        let one = Poly::constant(1);
        atoms.iter().any(|atom| {
            // An index is `end - 1 - rest`; the rest goes by the name of the index.
            let index = self.below.get(atom).into_iter().flatten().any(|end| {
                let last = || end.sub(&one.add(&Poly::atom(*atom))?);
                let new = !end.atoms().contains(atom);
                new && last()
                    .and_then(|l| poly.with(*atom, &l))
                    .is_some_and(|p| self.counts(&p, tries, divided))
            });
            // `a` is `a / b * b` and a rest, which goes by the name of `a`.
            let quotient = self.quotients.get(atom).is_some_and(|(of, by)| {
                let whole = || Poly::atom(*atom).mul(by)?.add(&Poly::atom(*of));
                let divided = [divided, &[*of]].concat();
                let new = atoms.contains(of) && !divided[..divided.len() - 1].contains(of);
                new && whole()
                    .and_then(|w| poly.with(*of, &w))
                    .is_some_and(|p| self.counts(&p, tries, &divided))
            });
            index || quotient
        })
    }
}

/// Larger ones are not looked into.
const TERMS: usize = 16;
const DEGREE: usize = 6;

impl Poly {
    pub fn constant(n: i64) -> Poly {
        Poly([(Vec::new(), n)].into_iter().filter(|(_, n)| *n != 0).collect())
    }

    pub fn atom(value: ValueId) -> Poly {
        Poly([(vec![value], 1)].into())
    }

    pub fn add(&self, other: &Poly) -> Option<Poly> {
        self.plus(other, 1)
    }

    pub fn sub(&self, other: &Poly) -> Option<Poly> {
        self.plus(other, -1)
    }

    fn plus(&self, other: &Poly, times: i64) -> Option<Poly> {
        let mut sum = self.0.clone();
        for (product, n) in &other.0 {
            let entry = sum.entry(product.clone()).or_insert(0);
            *entry = entry.checked_add(n.checked_mul(times)?)?;
        }
        Poly::of(sum)
    }

    pub fn mul(&self, other: &Poly) -> Option<Poly> {
        let mut all = BTreeMap::new();
        for (a, n) in &self.0 {
            for (b, m) in &other.0 {
                let mut product = [&a[..], b].concat();
                product.sort_unstable();
                let entry = all.entry(product).or_insert(0i64);
                *entry = entry.checked_add(n.checked_mul(*m)?)?;
            }
        }
        Poly::of(all)
    }

    fn of(mut terms: BTreeMap<Vec<ValueId>, i64>) -> Option<Poly> {
        terms.retain(|_, n| *n != 0);
        let small = terms.len() <= TERMS && terms.keys().all(|p| p.len() <= DEGREE);
        small.then_some(Poly(terms))
    }

    /// The constant that it is.
    pub fn int(&self) -> Option<i64> {
        match self.0.len() {
            0 => Some(0),
            1 => self.0.get(&Vec::new()).copied(),
            _ => None,
        }
    }

    /// The values in it.
    pub fn atoms(&self) -> BTreeSet<ValueId> {
        self.0.keys().flatten().copied().collect()
    }

    /// With another in the place of a value.
    pub fn with(&self, value: ValueId, other: &Poly) -> Option<Poly> {
        let mut sum = Poly::constant(0);
        for (product, n) in &self.0 {
            let mut term = Poly::constant(*n);
            for factor in product {
                term = term.mul(&if *factor == value { other.clone() } else { Poly::atom(*factor) })?;
            }
            sum = sum.add(&term)?;
        }
        Some(sum)
    }

    /// `step * index + rest`; `None`: it is not linear in the index.
    pub fn split(&self, index: ValueId) -> Option<(Poly, Poly)> {
        let (mut step, mut rest) = (BTreeMap::new(), BTreeMap::new());
        for (product, n) in &self.0 {
            let others: Vec<ValueId> = product.iter().copied().filter(|v| *v != index).collect();
            match product.len() - others.len() {
                0 => rest.insert(others, *n),
                1 => step.insert(others, *n),
                _ => return None,
            };
        }
        Some((Poly(step), Poly(rest)))
    }

    /// Its value, which is not negative: what is subtracted comes last.
    pub fn build(&self, b: &mut Builder<'_>) -> ValueId {
        let span = SpanId(0);
        let mut sum = None;
        let mut terms: Vec<(&Vec<ValueId>, i64)> = self.0.iter().map(|(p, n)| (p, *n)).collect();
        terms.sort_by_key(|(_, n)| *n < 0);
        for (product, n) in terms {
            let mut value = (n.abs() != 1 || product.is_empty()).then(|| b.int(n.abs(), span));
            for factor in product {
                value = Some(match value {
                    Some(value) => b.apply(Func::Mul, &[value, *factor], Ty::Int, span),
                    None => *factor,
                });
            }
            sum = match (sum, value) {
                (Some(sum), Some(value)) => {
                    let func = if n < 0 { Func::Sub } else { Func::Add };
                    Some(b.apply(func, &[sum, value], Ty::Int, span))
                }
                (sum, value) => sum.or(value),
            };
        }
        sum.unwrap_or_else(|| b.int(0, span))
    }
}
