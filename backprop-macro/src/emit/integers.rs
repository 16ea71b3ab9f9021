//! The types of integers that nothing else in the generated code tells: a suffix where the type has a name; else all
//! literals of the type, and what rustc knows to be of it, go through a token of that type.
//!
//! ```text
//! let mut n = g(); n = 100_000; (n * n) as f64       user's code, which g's type runs through
//!
//! let __int = OneType::new();                        the versions of n have variables of their own
//! __int.of(g()); (__int.of(100000) * __int.of(100000)) as f64
//! ```

use super::body::Body;
use super::expr::{Expr, Prec, Shape};
use super::literal;
use crate::analysis::integers::int_of;
use crate::ir::{Const, IntTy, Op, Ty, ValueId};
use proc_macro2::{Ident, Span, TokenStream};

impl Body<'_> {
    /// Makes the tokens.
    pub(super) fn declare_types(&mut self) {
        let mut classes: Vec<u32> = self.told.classes.iter().copied().collect();
        classes.sort_unstable();
        for class in classes {
            let (krate, name) = (self.krate, self.names.fresh("int"));
            self.out.extend(super::tokens::Tokens::from(q!(let #name = #krate::__private::OneType::new();)));
            self.one_types.insert(class, name);
        }
    }

    fn one_type(&self, value: ValueId) -> Option<&Ident> {
        let open = matches!(super::tables::value_ty(self.f, value), Ty::Int | Ty::ANY_FLOAT | Ty::Unknown);
        match int_of(self.f, value).filter(|_| open)? {
            IntTy::Same(class) => self.one_types.get(&class),
            IntTy::Named(_) => None,
        }
    }

    /// A literal integer with its type, if it needs that.
    pub(super) fn typed_int(&self, value: ValueId, constant: &Const) -> Option<Expr> {
        let n = match constant {
            Const::Int(n) => Ok(*n),
            Const::Count(n) => Ok(i64::from(*n)),
            Const::Literal(code) => Err(self.tokens(*code)),
            Const::Float(x) => Err(literal::float(*x, &Ty::ANY_FLOAT, false).tokens.into()),
            Const::Bool(_) => return None,
        };
        match int_of(self.f, value)? {
            IntTy::Named(name) if self.told.literals.contains(&value) => Some(
                n.map_or_else(|tokens| literal::written_int(tokens, name), |n| literal::suffixed(n, name)),
            ),
            IntTy::Named(_) => None,
            IntTy::Same(_) => {
                let name = self.one_type(value)?;
                let plain = n.map_or_else(|tokens| literal::written(tokens, &Ty::Int, false), literal::int);
                Some(Expr { shape: Shape::Constant, ..Expr::new(q!(#name.of(#plain)), Prec::Atom) })
            }
        }
    }

    /// The type that the number of something becomes.
    pub(super) fn converted_type(&self, value: ValueId) -> TokenStream {
        match int_of(self.f, value) {
            Some(IntTy::Named(name)) => {
                let name = Ident::new(name, Span::mixed_site());
                q!(::core::primitive::#name)
            }
            Some(IntTy::Same(_)) | None => q!(_),
        }
    }

    /// What has been computed, tied to the literals of its type.
    pub(super) fn tied(&self, value: ValueId, op: &Op, expr: Expr) -> Expr {
        let known = self.told.known.contains(&value) || op.converted().is_some();
        if matches!(op, Op::Const(_)) || !known {
            return expr;
        }
        match self.one_type(value) {
            Some(name) => {
                let tied = Expr::of(q!(#name.of(#expr)), Prec::Atom, [&expr]);
                Expr { ordered: expr.ordered, ..tied }
            }
            None => expr,
        }
    }

    /// What a pattern has bound, tied to the literals of its type where it is read.
    pub(super) fn tied_read(&self, value: ValueId, expr: Expr) -> Expr {
        let computed = self.facts.defs.get(&value).is_some_and(|d| d.kind == super::facts::DefKind::Let);
        match self.one_type(value) {
            Some(name) if !computed && self.told.known.contains(&value) => {
                let tied = q!(#name.of(#expr));
                Expr { tokens: tied.into(), prec: Prec::Atom, ..expr }
            }
            Some(_) | None => expr,
        }
    }
}
