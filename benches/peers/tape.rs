//! The tape of every tutorial: each operation pushes a node with its local derivatives.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// Local derivatives, and where they go.
struct Node {
    weights: [f64; 2],
    parents: [usize; 2],
}

/// The list of all operations.
#[derive(Default)]
pub struct Tape(RefCell<Vec<Node>>);

/// A value on the tape.
#[derive(Clone, Copy)]
pub struct Var<'t> {
    tape: &'t Tape,
    index: usize,
    /// Its value.
    pub value: f64,
}

impl Tape {
    /// A new independent variable.
    pub fn input(&self, value: f64) -> Var<'_> {
        self.push(value, [0.0; 2], [0; 2])
    }

    fn push(&self, value: f64, weights: [f64; 2], parents: [usize; 2]) -> Var<'_> {
        let mut nodes = self.0.borrow_mut();
        nodes.push(Node { weights, parents });
        Var { tape: self, index: nodes.len() - 1, value }
    }

    /// The derivative of `output` by every node up to it.
    pub fn adjoints(&self, output: Var<'_>) -> Vec<f64> {
        let nodes = self.0.borrow();
        let mut adjoints = vec![0.0; nodes.len()];
        adjoints[output.index] = 1.0;
        for (i, node) in nodes[..=output.index].iter().enumerate().rev() {
            let a = adjoints[i];
            for (weight, parent) in node.weights.iter().zip(node.parents) {
                adjoints[parent] += weight * a;
            }
        }
        adjoints
    }
}

impl Var<'_> {
    /// A function of this variable, from its value and derivative.
    pub fn unary(self, value: f64, derivative: f64) -> Self {
        self.tape.push(value, [derivative, 0.0], [self.index, self.index])
    }
}

macro_rules! binary {
    ($trait:ident $op:ident: $value:expr, $left:expr, $right:expr) => {
        impl $trait for Var<'_> {
            type Output = Self;
            fn $op(self, other: Self) -> Self {
                let (x, y): (f64, f64) = (self.value, other.value);
                self.tape.push($value(x, y), [$left(x, y), $right(x, y)], [self.index, other.index])
            }
        }
        impl $trait<f64> for Var<'_> {
            type Output = Self;
            fn $op(self, y: f64) -> Self {
                self.unary($value(self.value, y), $left(self.value, y))
            }
        }
    };
}

binary!(Add add: |x, y| x + y, |_, _| 1.0, |_, _| 1.0);
binary!(Sub sub: |x, y| x - y, |_, _| 1.0, |_, _| -1.0);
binary!(Mul mul: |x, y| x * y, |_, y| y, |x, _| x);
binary!(Div div: |x, y| x / y, |_, y| 1.0 / y, |x: f64, y| -x / (y * y));

impl Neg for Var<'_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.unary(-self.value, -1.0)
    }
}
