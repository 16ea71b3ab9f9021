//! Expressions under construction: tokens with their precedence, so that parentheses stand only where they must.

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
    pub tokens: TokenStream,
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
        right: TokenStream,
    },
    /// `-e`
    Negated {
        inner: TokenStream,
        inner_prec: Prec,
    },
    Constant,
}

impl Expr {
    pub fn new(tokens: TokenStream, prec: Prec) -> Expr {
        Expr {
            tokens,
            prec,
            ordered: false,
            reads: Vec::new(),
            mems: Vec::new(),
            size: 0,
            shape: Shape::Other,
        }
    }

    pub fn atom(tokens: TokenStream) -> Expr {
        Expr::new(tokens, Prec::Atom)
    }

    pub fn is_constant(&self) -> bool {
        matches!(self.shape, Shape::Constant)
    }

    /// One operation on these.
    pub fn of<'e>(tokens: TokenStream, prec: Prec, operands: impl IntoIterator<Item = &'e Expr>) -> Expr {
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
    pub fn at(&self, prec: Prec) -> TokenStream {
        parenthesise(&self.tokens, self.prec < prec)
    }
}

impl ToTokens for Expr {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}

pub fn parenthesise(tokens: &TokenStream, yes: bool) -> TokenStream {
    if yes {
        q!((#tokens))
    } else {
        tokens.clone()
    }
}

/// An operator's tokens, where the user wrote it.
pub fn operator(text: &str, span: Span) -> TokenStream {
    use proc_macro2::{Punct, Spacing, TokenTree};
    let count = text.chars().count();
    let punct = |(i, c): (usize, char)| {
        let mut punct = Punct::new(c, if i + 1 < count { Spacing::Joint } else { Spacing::Alone });
        punct.set_span(span);
        TokenTree::Punct(punct)
    };
    text.chars().enumerate().map(punct).collect()
}
