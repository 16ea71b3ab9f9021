//! Polynomials of integer values, in normal form.

use crate::ir::build::Builder;
use crate::ir::hash::HashMap;
use crate::ir::{Function, Op, SpanId, Stmt, Ty, ValueId};
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
        for (value, op) in f.body.deep().filter_map(Stmt::computed) {
            let poly = match op {
                Op::Const(_) => op.int().map(Poly::constant),
                Op::Apply { func: Func::Add, args } => all.get(args[0]).add(&all.get(args[1])),
                Op::Apply { func: Func::Sub, args } => all.get(args[0]).sub(&all.get(args[1])),
                Op::Apply { func: Func::Mul, args } => all.get(args[0]).mul(&all.get(args[1])),
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

    /// Is it surely not negative, if no value is?
    pub fn counts(&self) -> bool {
        self.0.values().all(|n| *n > 0)
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
