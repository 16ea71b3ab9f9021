//! What values and objects hold while IR is run: floats or dual numbers, integers, bools, and lists of these.

use super::Val;
use crate::rules::tests::eval;
use crate::rules::Func;
use std::fmt::Debug;

/// What stands for a float.
pub(crate) trait Number: Copy + Debug + PartialEq {
    fn of(x: f64) -> Self;
    fn re(self) -> f64;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn apply(func: Func, args: &[Self]) -> Self;
    fn helper(name: &str, args: &[Self]) -> Self;
}

impl Number for f64 {
    fn of(x: f64) -> Self {
        x
    }
    fn re(self) -> f64 {
        self
    }
    fn add(self, other: Self) -> Self {
        self + other
    }
    fn mul(self, other: Self) -> Self {
        self * other
    }
    fn apply(func: Func, args: &[Self]) -> Self {
        eval::apply(func, args)
    }
    fn helper(name: &str, args: &[Self]) -> Self {
        eval::helper(name, args)
    }
}

/// A number and its derivative in some direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dual {
    pub re: f64,
    pub eps: f64,
}

impl Number for Dual {
    fn of(re: f64) -> Self {
        Dual { re, eps: 0.0 }
    }
    fn re(self) -> f64 {
        self.re
    }
    fn add(self, other: Self) -> Self {
        Dual { re: self.re + other.re, eps: self.eps + other.eps }
    }
    fn mul(self, other: Self) -> Self {
        Dual { re: self.re * other.re, eps: self.eps * other.re + self.re * other.eps }
    }
    /// With derivatives of its own: the rules are what it is to check.
    fn apply(func: Func, args: &[Self]) -> Self {
        let d = |re: f64, eps: f64| Dual { re, eps };
        match (func, args) {
            (Func::Add, [a, b]) => a.add(*b),
            (Func::Sub, [a, b]) => d(a.re - b.re, a.eps - b.eps),
            (Func::Mul, [a, b]) => a.mul(*b),
            (Func::Div, [a, b]) => d(a.re / b.re, (a.eps * b.re - a.re * b.eps) / (b.re * b.re)),
            (Func::Neg, [a]) => d(-a.re, -a.eps),
            (Func::Sin, [a]) => d(a.re.sin(), a.eps * a.re.cos()),
            (Func::Cos, [a]) => d(a.re.cos(), -a.eps * a.re.sin()),
            (Func::Exp, [a]) => d(a.re.exp(), a.eps * a.re.exp()),
            (Func::Tanh, [a]) => d(a.re.tanh(), a.eps / a.re.cosh().powi(2)),
            (other, _) => panic!("{other:?} of dual numbers"),
        }
    }
    fn helper(name: &str, _: &[Self]) -> Self {
        panic!("{name} of dual numbers")
    }
}

impl<N: Number> Val<N> {
    pub fn list(items: &[N]) -> Self {
        Val::List(items.iter().map(|x| Val::F(*x)).collect())
    }

    pub fn f(&self) -> N {
        match self {
            Val::F(x) => *x,
            other => panic!("{other:?} is no float"),
        }
    }

    pub fn i(&self) -> i64 {
        match self {
            Val::I(n) => *n,
            other => panic!("{other:?} is no integer"),
        }
    }

    pub fn b(&self) -> bool {
        match self {
            Val::B(b) => *b,
            other => panic!("{other:?} is no bool"),
        }
    }

    pub fn items(&self) -> &[Self] {
        match self {
            Val::List(items) => items,
            other => panic!("{other:?} is no list"),
        }
    }

    pub fn items_mut(&mut self) -> &mut Vec<Self> {
        match self {
            Val::List(items) => items,
            other => panic!("{other:?} is no list"),
        }
    }

    /// All floats in it, in order.
    pub fn floats(&self) -> Vec<N> {
        match self {
            Val::F(x) => vec![*x],
            Val::I(_) | Val::B(_) => Vec::new(),
            Val::List(items) => items.iter().flat_map(Val::floats).collect(),
        }
    }

    pub fn zero(&self) -> Self {
        match self {
            Val::F(_) => Val::F(N::of(0.0)),
            Val::I(_) | Val::B(_) => Val::List(Vec::new()),
            Val::List(items) => Val::List(items.iter().map(Val::zero).collect()),
        }
    }

    pub fn add(&mut self, other: &Self) {
        match (self, other) {
            (Val::F(x), Val::F(y)) => *x = x.add(*y),
            (Val::List(x), Val::List(y)) => {
                assert_eq!(x.len(), y.len());
                x.iter_mut().zip(y).for_each(|(x, y)| x.add(y));
            }
            (x, y) => panic!("{x:?} += {y:?}"),
        }
    }
}

pub fn apply<N: Number>(func: Func, args: &[Val<N>]) -> Val<N> {
    let compare = |x: &Val<N>, y: &Val<N>| (x.f().re(), y.f().re());
    match (func, args) {
        (Func::Not, [Val::B(b)]) => Val::B(!b),
        (Func::And, [x, y]) => Val::B(x.b() && y.b()),
        (Func::Or, [x, y]) => Val::B(x.b() || y.b()),
        (_, [Val::I(x), Val::I(y)]) => ints(func, *x, *y),
        (Func::Lt, [x, y]) => Val::B(compare(x, y).0 < compare(x, y).1),
        (Func::Le, [x, y]) => Val::B(compare(x, y).0 <= compare(x, y).1),
        (Func::Gt, [x, y]) => Val::B(compare(x, y).0 > compare(x, y).1),
        (Func::Ge, [x, y]) => Val::B(compare(x, y).0 >= compare(x, y).1),
        (Func::Eq, [x, y]) => Val::B(x == y),
        (Func::Ne, [x, y]) => Val::B(x != y),
        (Func::Powi, [x, n]) => Val::F(N::apply(func, &[x.f(), N::of(n.i() as f64)])),
        _ => Val::F(N::apply(func, &args.iter().map(Val::f).collect::<Vec<_>>())),
    }
}

fn ints<N>(func: Func, x: i64, y: i64) -> Val<N> {
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

pub fn helper<N: Number>(name: &str, args: &[Val<N>]) -> Val<N> {
    match (name, args) {
        ("zero_of" | "zero_of_tangent", [x]) => x.zero(),
        ("sum", [x, y]) => {
            let mut sum = x.clone();
            sum.add(y);
            sum
        }
        ("cast_forward", [Val::F(_), t]) => t.clone(),
        ("linear", [d]) | ("tangent_of", [_, d]) => d.clone(),
        ("cast_forward", [Val::I(_), _]) => Val::F(N::of(0.0)),
        ("least", [a, b]) => Val::I(a.i().min(b.i())),
        ("trips", [_, _]) => Val::I(0),
        ("induct", [init, index, lo, step]) => Val::I(init.i() + (index.i() - lo.i()) * step.i()),
        ("deduct", [init, index, lo, step]) => Val::I(init.i() - (index.i() - lo.i()) * step.i()),
        _ => {
            let number = |v: &Val<N>| if let Val::I(n) = v { N::of(*n as f64) } else { v.f() };
            Val::F(N::helper(name, &args.iter().map(number).collect::<Vec<_>>()))
        }
    }
}
