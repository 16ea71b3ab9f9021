//! Operators of the user's types are calls, of what `#[grad]` on their `impl` has made.
//!
//! ```text
//! a * &b   →   call mul_vr(m0, &m1)        a += b   →   call add_assign_v(&mut m0, m1)
//! ```
//! The macro does not see types: an operator is the user's where an operand or the result is known to be of a named type.
//! A number is right there too, only slower.

use super::lowerer::{Binding, Lowered, Lowerer};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{Arg, Callee, Ty};
use crate::rules::Func;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Expr, UnOp};

impl<'a> Lowerer<'a> {
    /// Is its type known to be one of the user's, or a result of an operator of such?
    pub fn is_user_typed(&self, val: &Val<'a>) -> bool {
        let computed = match val {
            Val::Value(v) | Val::RefValue(v) => self.computed.contains(v),
            Val::Place(place) | Val::Ref(place, _) => {
                place.proj.is_empty() && self.computed_mems.contains(&place.mem)
            }
            Val::Temp(mem) => self.computed_mems.contains(mem),
            Val::Unit
            | Val::Fresh(..)
            | Val::Tuple(_)
            | Val::Opt(..)
            | Val::Range(_)
            | Val::Closure(_)
            | Val::Iter(_)
            | Val::Func(_)
            | Val::Function(_) => false,
        };
        computed || self.is_user_type(&self.ty_of(val))
    }

    /// A named type, but not a type parameter of the `impl`, which the attribute does not see: those have one letter. (For
    /// operators it makes no difference but in speed: those of numbers are found as well.)
    pub fn is_user_type(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Adt(code, _) => !self.signature.method || self.source.tokens(*code).to_string().len() > 1,
            Ty::Float(_)
            | Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Array(..)
            | Ty::Slice(_)
            | Ty::Vec(_)
            | Ty::Tuple(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Unknown => false,
        }
    }

    pub fn is_user_operator(&self, operands: &[&Val<'a>], hint: &Ty) -> bool {
        let expected = self.user_types || self.is_user_type(hint);
        let open = |v: &&Val<'a>| match v {
            Val::Value(value) | Val::RefValue(value) if self.numeric.contains(value) => false,
            _ => self.ty_of(v) == Ty::Unknown,
        };
        operands.iter().any(|v| self.is_user_typed(v) || expected && open(v))
    }

    /// The type of the operands of an operator whose result has that type: of a number's, the same.
    pub fn operand_hint(&self, hint: &Ty) -> Ty {
        if self.is_user_type(hint) {
            return Ty::Unknown;
        }
        hint.clone()
    }

    /// Does an operand name something of a type of the user's?
    pub fn names_user_type(&self, e: &Expr) -> bool {
        super::parse::operands(names::strip(e)).into_iter().any(|operand| match names::strip(operand) {
            Expr::Unary(unary) if !matches!(unary.op, UnOp::Not(_)) => self.names_user_type(&unary.expr),
            Expr::Reference(r) => self.names_user_type(&r.expr),
            Expr::Binary(_) => self.names_user_type(operand),
            Expr::Struct(_) => true,
            Expr::Path(_) => self.is_user_typed_local(operand),
            _ => false,
        })
    }

    fn is_user_typed_local(&self, e: &Expr) -> bool {
        match super::effects::local(&self.facts, e).and_then(|id| self.bindings.get(&id)) {
            Some(Binding::Mem(mem)) => self.is_user_typed(&Val::Temp(*mem)),
            Some(Binding::Alias(place, _)) => self.is_user_typed(&Val::Place(place.clone())),
            Some(Binding::Val(val)) => self.is_user_typed(val),
            Some(Binding::Var(var)) => match self.slots[*var] {
                super::lowerer::Slot::Val(v) => self.is_user_typed(&Val::Value(v)),
                super::lowerer::Slot::Undef | super::lowerer::Slot::Flag(_) => false,
            },
            Some(Binding::Window(..) | Binding::Cursor(..) | Binding::Closure(_) | Binding::Poison)
            | None => false,
        }
    }

    /// `a op b`, `-a`
    pub fn user_operator(
        &mut self,
        func: Func,
        operands: Vec<Val<'a>>,
        hint: &Ty,
        here: At,
    ) -> Lowered<Val<'a>> {
        let Some(name) = method_name(func) else {
            return self.fail(catalog::aggregate_as_scalar(here, "an aggregate"));
        };
        let arguments: Lowered<Vec<_>> = operands.into_iter().map(|v| self.operand_arg(v, here)).collect();
        let arguments = arguments?;
        self.call_operator(name, &letters(&arguments), arguments, hint, here)
    }

    /// `a op= b`
    pub fn user_assignment(
        &mut self,
        func: Func,
        target: &'a Expr,
        right: Val<'a>,
        here: At,
    ) -> Lowered<Val<'a>> {
        let Some(name) = method_name(func) else {
            return self.fail(catalog::aggregate_as_scalar(at(target), "an aggregate"));
        };
        let right = self.operand_arg(right, here)?;
        let letters = letters(std::slice::from_ref(&right));
        let place = match self.expr(target, &Ty::Unknown)? {
            Val::Place(place) | Val::Ref(place, _) => place,
            _ => return self.fail(catalog::unsupported(at(target), "this target of an assignment")),
        };
        self.call_operator(
            &format!("{name}_assign"),
            &letters,
            vec![Arg::RefMut(place), right],
            &Ty::Passive(None),
            here,
        )
    }

    fn call_operator(
        &mut self,
        name: &str,
        letters: &str,
        arguments: Vec<Arg>,
        hint: &Ty,
        here: At,
    ) -> Lowered<Val<'a>> {
        let span = here.span().resolved_at(Span::mixed_site());
        let krate: TokenStream = self.signature.krate.clone().into_iter().map(|t| placed(t, span)).collect();
        let name = Ident::new(&format!("{name}_{letters}"), span);
        let code = self.source.code(quote_spanned!(span=> #krate::__private::operators::#name));
        let made = self.emit_call(Callee::Path(code), arguments, hint, here)?;
        if let Val::Value(value) = made {
            self.computed.insert(value);
        }
        Ok(made)
    }

    /// An operand, by value or by reference, as it is written.
    fn operand_arg(&mut self, val: Val<'a>, here: At) -> Lowered<Arg> {
        match val {
            Val::Ref(_, true) => self.fail(catalog::unsupported(here, "an operator on a `&mut`")),
            other => self.plain_arg(other, here),
        }
    }
}

/// How the operands are passed: `v` or `r` for each.
fn letters(arguments: &[Arg]) -> String {
    let letter = |arg: &Arg| match arg {
        Arg::Ref(_) | Arg::RefValue(_) | Arg::RefMut(_) | Arg::Receiver(_) => 'r',
        Arg::Value(_) | Arg::Mem(_) | Arg::Closure(_) | Arg::Opaque(_) => 'v',
    };
    arguments.iter().map(letter).collect()
}

/// The method of an operator's trait.
fn method_name(func: Func) -> Option<&'static str> {
    match func {
        Func::Add => Some("add"),
        Func::Sub => Some("sub"),
        Func::Mul => Some("mul"),
        Func::Div => Some("div"),
        Func::Rem => Some("rem"),
        Func::Neg => Some("neg"),
        _ => None,
    }
}

/// An error about the operator is one at the operator.
fn placed(mut token: TokenTree, span: Span) -> TokenTree {
    token.set_span(token.span().located_at(span));
    token
}
