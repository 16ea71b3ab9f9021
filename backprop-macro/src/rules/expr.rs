//! Derivative expressions: small trees over the operands, the result and the cotangent, written with operators.

use super::Func;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// An expression of a rule.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// The cotangent of the result (reverse mode) or the tangent of the operand (forward mode).
    D,
    /// Operand `k`, the receiver first.
    X(usize),
    /// The result.
    Y,
    Num(f64),
    Apply(Func, Vec<Expr>),
    /// A derivative helper of the runtime: `::backprop::__private::powf_d0`.
    Helper(&'static str, Vec<Expr>),
}

impl Expr {
    /// Which operands the expression reads.
    pub fn reads_operand(&self, k: usize) -> bool {
        match self {
            Expr::X(i) => *i == k,
            Expr::D | Expr::Y | Expr::Num(_) => false,
            Expr::Apply(_, args) | Expr::Helper(_, args) => args.iter().any(|a| a.reads_operand(k)),
        }
    }

    /// Whether the expression reads the result.
    pub fn reads_result(&self) -> bool {
        match self {
            Expr::Y => true,
            Expr::D | Expr::X(_) | Expr::Num(_) => false,
            Expr::Apply(_, args) | Expr::Helper(_, args) => args.iter().any(Expr::reads_result),
        }
    }
}

/// A number or a (borrowed) expression: whatever stands in a rule.
impl From<f64> for Expr {
    fn from(x: f64) -> Expr {
        Expr::Num(x)
    }
}

impl From<&Expr> for Expr {
    fn from(e: &Expr) -> Expr {
        e.clone()
    }
}

macro_rules! operators {
    ($($trait:ident $method:ident ($left:ty, $right:ty);)*) => { $(
        impl $trait<$right> for $left {
            type Output = Expr;
            fn $method(self, other: $right) -> Expr {
                Expr::Apply(Func::$trait, vec![self.into(), other.into()])
            }
        }
    )* };
    ($($trait:ident $method:ident),*) => { $( operators! {
        $trait $method (Expr, Expr);
        $trait $method (Expr, &Expr);
        $trait $method (&Expr, Expr);
        $trait $method (&Expr, &Expr);
        $trait $method (f64, Expr);
        $trait $method (f64, &Expr);
        $trait $method (Expr, f64);
        $trait $method (&Expr, f64);
    } )* };
}

operators! { Add add, Sub sub, Mul mul, Div div }

impl Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        Expr::Apply(Func::Neg, vec![self])
    }
}

impl Neg for &Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        -self.clone()
    }
}

macro_rules! methods {
    ($($name:ident $func:ident),* $(,)?) => {
        impl Expr {
            $(pub fn $name(&self) -> Expr {
                Expr::Apply(Func::$func, vec![self.clone()])
            })*
        }
    };
}

methods! {
    sqrt Sqrt, exp Exp, ln Ln, sin Sin, cos Cos, sinh Sinh, cosh Cosh,
    to_degrees ToDegrees, to_radians ToRadians,
}

impl Expr {
    pub fn helper<const N: usize>(name: &'static str, args: [&Expr; N]) -> Expr {
        Expr::Helper(name, args.map(Expr::clone).to_vec())
    }

    pub fn hypot(&self, other: f64) -> Expr {
        Expr::Apply(Func::Hypot, vec![self.clone(), Expr::Num(other)])
    }
}
