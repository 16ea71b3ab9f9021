//! Expressions under construction: tokens with their precedence, so that parentheses stand only where they must.

use super::tokens::Tokens;
use crate::ir::{MemId, ValueId};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// How strongly an expression holds together; a larger number binds tighter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prec {
    /// `if`, `match`, a range: always in parentheses as an operand.
    Low,
    Or,
    And,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Add,
    Mul,
    Cast,
    Unary,
    /// A name, a literal, a call, an index.
    Atom,
}

/// An expression with what its reader must know.
#[derive(Clone, Debug)]
pub struct Expr {
    pub tokens: Tokens,
    pub prec: Prec,
    /// It reads memory or may panic: it must be evaluated in its turn.
    pub ordered: bool,
    /// Values whose variables it reads.
    pub reads: Vec<ValueId>,
    /// Objects that it reads.
    pub mems: Vec<MemId>,
    /// Number of operations.
    pub size: u32,
    pub shape: Shape,
}

/// What the expression is at its root, for `s += e` and for typed literals.
#[derive(Clone, Debug)]
pub enum Shape {
    Other,
    /// `left op right` with an operator that has an assigning form.
    Binary {
        left: Option<ValueId>,
        op: &'static str,
        right: Inner,
    },
    /// `-e`
    Negated {
        inner: Inner,
    },
    Constant,
}

/// Where an operand stands in an expression: the rest of its tokens.
#[derive(Clone, Copy, Debug)]
pub struct Inner {
    start: usize,
    parenthesised: bool,
}

impl Expr {
    pub fn new(tokens: impl Into<Tokens>, prec: Prec) -> Expr {
        Expr {
            tokens: tokens.into(),
            prec,
            ordered: false,
            reads: Vec::new(),
            mems: Vec::new(),
            size: 0,
            shape: Shape::Other,
        }
    }

    pub fn atom(tokens: impl Into<Tokens>) -> Expr {
        Expr::new(tokens, Prec::Atom)
    }

    pub fn is_constant(&self) -> bool {
        matches!(self.shape, Shape::Constant)
    }

    /// One operation on these.
    pub fn of<'e>(
        tokens: impl Into<Tokens>,
        prec: Prec,
        operands: impl IntoIterator<Item = &'e Expr>,
    ) -> Expr {
        let mut expr = Expr::new(tokens, prec);
        expr.size = 1;
        for operand in operands {
            expr.absorb(operand);
        }
        expr
    }

    pub fn absorb(&mut self, operand: &Expr) {
        self.ordered |= operand.ordered;
        self.size += operand.size;
        self.reads.extend_from_slice(&operand.reads);
        self.mems.extend_from_slice(&operand.mems);
    }

    /// As an operand that must bind at least so tightly.
    pub fn at(&self, prec: Prec) -> Tokens {
        parenthesise(self.tokens.clone(), self.prec < prec)
    }

    /// `self op right`, or `op right`: the operand that ends it.
    pub fn then(self, op: &'static str, right: Expr, least: Prec, prec: Prec, span: Span) -> (Expr, Inner) {
        let parenthesised = right.prec < least;
        let mut expr = self;
        expr.size += 1;
        expr.prec = prec;
        expr.shape = Shape::Other;
        expr.absorb(&right);
        expr.tokens.operator(op, span);
        let inner = Inner { start: expr.tokens.len(), parenthesised };
        expr.tokens.append(parenthesise(right.tokens, parenthesised));
        (expr, inner)
    }

    /// Is it `target op right`?
    pub fn starts_with(&self, target: &Tokens, op: &str, right: Inner) -> bool {
        right.start == target.len() + op.len() && self.tokens.starts_with(target)
    }

    /// An operand without parentheses around it.
    pub fn inner(&self, inner: Inner) -> Tokens {
        self.tokens.operand_from(inner.start, inner.parenthesised)
    }
}

impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

pub fn parenthesise(tokens: Tokens, yes: bool) -> Tokens {
    if yes {
        tokens.in_parentheses()
    } else {
        tokens
    }
}

/// An operator's tokens, where the user wrote it.
pub fn operator(text: &str, span: Span) -> TokenStream {
    let mut tokens = Tokens::default();
    tokens.operator(text, span);
    tokens.into()
}

/// `place += v`, or `place -= v` if that is the same.
pub fn add_assign(place: &Tokens, expr: &Expr) -> TokenStream {
    match &expr.shape {
        Shape::Negated { inner } => {
            let inner = expr.inner(*inner);
            q!(#place -= #inner;)
        }
        Shape::Binary { .. } | Shape::Other | Shape::Constant => q!(#place += #expr;),
    }
}
