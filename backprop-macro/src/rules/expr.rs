//! Derivative expressions: small trees over the operands, the result and the cotangent.

use super::Func;

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

impl std::ops::Add for Expr {
    type Output = Expr;
    fn add(self, other: Expr) -> Expr {
        Expr::Apply(Func::Add, vec![self, other])
    }
}

impl std::ops::Sub for Expr {
    type Output = Expr;
    fn sub(self, other: Expr) -> Expr {
        Expr::Apply(Func::Sub, vec![self, other])
    }
}

impl std::ops::Mul for Expr {
    type Output = Expr;
    fn mul(self, other: Expr) -> Expr {
        Expr::Apply(Func::Mul, vec![self, other])
    }
}

impl std::ops::Div for Expr {
    type Output = Expr;
    fn div(self, other: Expr) -> Expr {
        Expr::Apply(Func::Div, vec![self, other])
    }
}

impl std::ops::Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        Expr::Apply(Func::Neg, vec![self])
    }
}
