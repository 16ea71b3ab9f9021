//! Pure operations as expressions.

use super::body::Body;
use super::expr::{parenthesise, Expr, Prec, Shape};
use super::names::{generated, relocated};
use super::tables::{span, value_span, value_ty};
use super::tokens::Tokens;
use super::{dead, tables};
use crate::ir::{Const, FloatTy, Op, Ty, ValueId};
use crate::rules::{Form, Func};
use proc_macro2::{Delimiter, Span, TokenStream};

/// How tightly an operator binds.
fn precedence(op: &str) -> Prec {
    match op {
        "||" => Prec::Or,
        "&&" => Prec::And,
        "|" => Prec::BitOr,
        "^" => Prec::BitXor,
        "&" => Prec::BitAnd,
        "<<" | ">>" => Prec::Shift,
        "+" | "-" => Prec::Add,
        "*" | "/" | "%" => Prec::Mul,
        _ => Prec::Compare,
    }
}

impl Body<'_> {
    /// As the user wrote it; by the type alone for casts that a transform made.
    fn cast_type(&self, to: &Ty, code: crate::ir::CodeId) -> TokenStream {
        let written = self.tokens(code);
        match to {
            Ty::Float(FloatTy::F32) if written.is_empty() => q!(::core::primitive::f32),
            Ty::Float(FloatTy::F64) if written.is_empty() => q!(::core::primitive::f64),
            Ty::Float(FloatTy::Param(ty)) if written.is_empty() => self.tokens(*ty),
            _ => written,
        }
    }

    /// The operation, with its operands taken.
    pub(super) fn op(&mut self, value: ValueId, op: &Op) -> Expr {
        let ty = value_ty(self.f, value);
        match op {
            Op::Const(constant) => {
                self.typed_int(value, constant).unwrap_or_else(|| self.constant(constant, &ty, true))
            }
            Op::Apply { func, args } | Op::Operator { func, args, assigns: false } => {
                self.apply(value, *func, args, &ty)
            }
            Op::Operator { func, args, assigns: true } => self.assigned(value, *func, args),
            Op::Cast { arg, to, code } => {
                let arg = self.take_one(*arg);
                let ty = match op.converted() {
                    Some(_) => self.converted_type(value),
                    None => self.cast_type(to, *code),
                };
                let inner = arg.at(Prec::Cast);
                Expr::of(q!(#inner as #ty), Prec::Cast, [&arg])
            }
            Op::Load(place) => {
                let error = !ty.is_scalar() && self.is_error(place);
                let place = self.place_expr(place);
                if error {
                    // The reverse sweep looks at the whole again.
                    let inner = place.at(Prec::Unary);
                    let copy = Expr::of(q!(::core::clone::Clone::clone(&#inner)), Prec::Atom, [&place]);
                    return Expr { ordered: true, ..copy };
                }
                Expr { ordered: true, ..place }
            }
            // A payload as a value would be cloned.
            Op::Len(place) if matches!(place.proj.last(), Some(crate::ir::Proj::Payload { .. })) => {
                let path = self.path(place, super::place::Mode::Read);
                let auto = path.auto();
                Expr { ordered: true, ..Expr::of(q!(#auto.len()), Prec::Atom, [&path.expr]) }
            }
            Op::Len(place) => {
                let may_panic = dead::may_panic(place);
                let place = self.place_expr(place);
                let inner = place.at(Prec::Atom);
                let expr = Expr::of(q!(#inner.len()), Prec::Atom, [&place]);
                Expr { ordered: may_panic || place.ordered || self.grows(&place), ..expr }
            }
            Op::SumOf(place) => self.sum_of(place, &ty),
            Op::Dot(a, b) => self.dot(a, b),
            Op::Select { cond, then, els } => self.select(*cond, *then, *els),
            Op::Detach(arg) => {
                let expr = self.take_one(*arg);
                self.typed(*arg, expr)
            }
            Op::Pure(opaque) | Op::Once(opaque) => self.code(opaque),
            Op::Helper { name, args } => self.helper(name, args, &ty),
        }
    }

    fn grows(&self, place: &Expr) -> bool {
        place.mems.iter().any(|m| self.facts.written.contains(m))
    }

    fn apply(&mut self, value: ValueId, func: Func, args: &[ValueId], ty: &Ty) -> Expr {
        let span = value_span(self.f, value).map_or_else(Span::mixed_site, |s| tables::span(self.source, s));
        let lazy = matches!(func, Func::And | Func::Or);
        let operands = self.take(args);
        if let Some(expr) = self.with_number(func, args, &operands) {
            return expr;
        }
        let mut expr = match (func.form(), operands.as_slice()) {
            (Form::Operator(op), [_, _]) => {
                let both = operands.iter().all(Expr::is_constant);
                let mut two = operands.into_iter();
                match (two.next(), two.next()) {
                    (Some(left), Some(right)) => {
                        let left = if both { self.typed(args[0], left) } else { left };
                        infix(op, args[0], left, right, span)
                    }
                    _ => Expr::atom(q!(())),
                }
            }
            (form, _) => {
                let mut all = operands.into_iter();
                match (all.next(), form) {
                    (None, _) => Expr::atom(q!(())),
                    (Some(only), Form::Operator(op)) => prefix(op, self.typed(args[0], only), span),
                    (Some(recv), Form::Method) => {
                        let recv = self.typed(args[0], recv);
                        method(func.name(), recv, all.as_slice(), ty, span)
                    }
                }
            }
        };
        let exact = matches!(ty, Ty::Float(_) | Ty::Bool) && !func.may_panic(false);
        expr.ordered |= !exact && !lazy;
        expr
    }

    /// A number of the compiler's with a value that may be of a type parameter: a literal would be an `f64`.
    fn with_number(&self, func: Func, args: &[ValueId], operands: &[Expr]) -> Option<Expr> {
        if !self.source.open || self.lanes {
            return None;
        }
        let number = |k: usize| match self.facts.constants.get(args.get(k)?) {
            Some(Const::Float(x)) if operands.get(k).is_some_and(Expr::is_constant) => Some(*x),
            Some(_) | None => None,
        };
        let unknown =
            |k: usize| args.get(k).is_some_and(|v| matches!(value_ty(self.f, *v), Ty::Unknown | Ty::Adt(..)));
        let name = match func {
            Func::Add => "add",
            Func::Sub => "sub",
            Func::Mul => "mul",
            Func::Div => "div",
            _ => return None,
        };
        let (name, at) = match (number(0), number(1)) {
            (Some(_), None) if unknown(1) => (format!("number_{name}"), 0),
            (None, Some(_)) if unknown(0) => (format!("{name}_number"), 1),
            _ => return None,
        };
        let (krate, ident) = (self.krate, generated(&name, Span::mixed_site()));
        let f64 = Ty::Float(FloatTy::F64);
        let printed = |k: usize| match number(k) {
            Some(x) if k == at => super::literal::float(x, &f64, false),
            Some(_) | None => operands[k].clone(),
        };
        let (left, right) = (printed(0), printed(1));
        let tokens = q!(#krate::__private::#ident(#left, #right));
        Some(Expr { ordered: operands[1 - at].ordered, ..Expr::of(tokens, Prec::Atom, [&operands[1 - at]]) })
    }

    /// `{ let mut t = a; t += b; t }`
    fn assigned(&mut self, value: ValueId, func: Func, args: &[ValueId]) -> Expr {
        let at = value_span(self.f, value).map_or_else(Span::mixed_site, |s| tables::span(self.source, s));
        let all = self.take(args);
        let (Form::Operator(op), [left, right]) = (func.form(), all.as_slice()) else {
            return Expr::atom(q!(()));
        };
        let assign = super::expr::operator(&format!("{op}="), at);
        let changed = self.names.fresh("changed");
        let tokens = q!({ let mut #changed = #left; #changed #assign #right; #changed });
        Expr { ordered: true, ..Expr::of(tokens, Prec::Low, &all) }
    }

    fn select(&mut self, cond: ValueId, then: ValueId, els: ValueId) -> Expr {
        // The arms are evaluated only if needed: nothing that has its turn may stand there.
        for v in [then, els] {
            if self.is_ordered(v) {
                self.bind_pending(v);
            }
        }
        let all = self.take(&[cond, then, els]);
        let [cond, first, second] = all.as_slice() else { return Expr::atom(q!(())) };
        let first = self.typed(then, first.clone());
        Expr::of(q!(if #cond { #first } else { #second }), Prec::Low, &all)
    }

    /// On operands that may be undefined: `None` stands for zero.
    fn helper_of_undefined(&mut self, name: &str, args: &[ValueId]) -> Expr {
        let krate = self.krate;
        let private = q!(#krate::__private);
        let all = self.take(args);
        let held = |(value, expr): (&ValueId, &Expr)| {
            if self.vars.optional.contains(value) {
                let name = self.value_ident(*value);
                q!(#name.clone())
            } else {
                q!(::core::option::Option::Some(#expr))
            }
        };
        let held: Vec<TokenStream> = args.iter().zip(&all).map(held).collect();
        let (part, sum) = (self.names.fresh("part"), self.names.fresh("sum"));
        let tokens = match (name, held.as_slice()) {
            ("sum", [a, b]) => q!({
                let mut #sum = #a;
                match (&mut #sum, #b) {
                    (::core::option::Option::Some(#sum), ::core::option::Option::Some(#part)) => {
                        #private::Accumulate::accumulate(#sum, #part);
                    }
                    (#sum, ::core::option::Option::Some(#part)) => *#sum = ::core::option::Option::Some(#part),
                    (_, ::core::option::Option::None) => {}
                }
                #sum
            }),
            ("zero_of", [x]) => q!(#x.map(|#part| #private::zero(&#part))),
            (_, held) => q!(#(#held)*.map(|#part| #private::zero_like(&#part))),
        };
        Expr::of(tokens, Prec::Atom, &all)
    }

    /// A helper of the runtime: a derivative that is not an expression, or an operation on an unknown type.
    fn helper(&mut self, name: &str, args: &[ValueId], ty: &Ty) -> Expr {
        let private = {
            let krate = self.krate;
            q!(#krate::__private)
        };
        if super::vars::OF_UNDEFINED.contains(&name) && args.iter().any(|a| self.vars.optional.contains(a)) {
            return self.helper_of_undefined(name, args);
        }
        let all = self.take(args);
        let tokens = match (name, all.as_slice()) {
            ("sum", [a, b]) => {
                let sum = self.names.fresh("sum");
                q!({ let mut #sum = #a; #private::Accumulate::accumulate(&mut #sum, #b); #sum })
            }
            ("linear", [d]) => {
                let at = args.first().and_then(|v| value_span(self.f, *v));
                let at = at.map_or_else(Span::mixed_site, |at| span(self.source, at));
                // The error is at the operator if the path begins there.
                relocated(q!(#private::linear(#d)), at)
            }
            ("splat", [x]) => {
                let number = args.first().map_or_else(|| x.clone(), |v| self.typed(*v, x.clone()));
                self.splat(&number)
            }
            ("in_lane", [x, lane]) => {
                let number = args.first().map_or_else(|| x.clone(), |v| self.typed(*v, x.clone()));
                let lanes = super::names::lanes();
                q!(#private::in_lane::<_, #lanes>(#number, #lane))
            }
            ("part_0" | "part_1", [both]) => {
                let index = proc_macro2::Literal::usize_unsuffixed(usize::from(name == "part_1"));
                let both = both.at(Prec::Atom);
                q!(#both.#index)
            }
            (_, operands)
                if name.ends_with("_along")
                    || name.ends_with("_along_lanes")
                    || name.ends_with("_back") && name != "cast_back" =>
            {
                self.operator(&private, name, args, operands)
            }
            ("tangent_of", [x, t]) => {
                let x = x.at(Prec::Unary);
                q!(#private::operators::tangent_of(&#x, #t))
            }
            ("no_tangent", []) => q!(#private::NoTangent),
            ("zero_of", [x]) => {
                let x = x.at(Prec::Unary);
                q!(#private::zero(&#x))
            }
            ("zero_of_tangent", [x]) => {
                let x = x.at(Prec::Unary);
                q!(#private::zero_like(&#x))
            }
            ("cast_back" | "cast_forward", [x, d]) => {
                let x = x.at(Prec::Unary);
                let ident = generated(name, Span::mixed_site());
                {
                    // Forward: nothing else tells the type of the result.
                    let to = (name == "cast_forward").then(|| self.cast_type(ty, crate::ir::CodeId::NONE));
                    let to = to.filter(|t| !t.is_empty()).map(|t| q!(::<#t>));
                    q!(#private::Cast::#ident #to(&#x, #d))
                }
            }
            _ => {
                let typed: Vec<Expr> =
                    args.iter().zip(&all).map(|(v, e)| self.typed(*v, e.clone())).collect();
                let ident = generated(name, Span::mixed_site());
                // `powf_d0`: a partial derivative.
                let module = if name.contains("_d") { q!(partials::) } else { q!() };
                q!(#private::#module #ident(#(#typed),*))
            }
        };
        let prec = if name == "sum" { Prec::Low } else { Prec::Atom };
        Expr::of(tokens, prec, &all)
    }

    /// The derivative of an operator by the rule that the runtime finds. Operands are read again; tangents are used up.
    fn operator(
        &mut self,
        private: &TokenStream,
        name: &str,
        args: &[ValueId],
        operands: &[Expr],
    ) -> TokenStream {
        let at = args.first().and_then(|v| value_span(self.f, *v));
        let at = at.map_or_else(Span::mixed_site, |at| span(self.source, at));
        let ident = generated(name, at);
        let back = name.ends_with("_back");
        let mut all = Vec::new();
        for (k, (value, operand)) in args.iter().zip(operands).enumerate() {
            let operand = self.typed(*value, operand.clone());
            let tight = operand.at(Prec::Unary);
            all.push(match (back, k) {
                (true, 0) => q!(#operand),
                (true, _) => q!(&#tight),
                (false, k) if k % 2 == 0 => q!(&#tight),
                (false, _) => q!(::core::clone::Clone::clone(&#tight)),
            });
        }
        let lanes = name.ends_with("_along_lanes").then(|| {
            let (types, lanes) = (args.iter().map(|_| q!(_,)), super::names::lanes());
            q!(::<#(#types)* #lanes>)
        });
        relocated(q!(#private::operators::#ident #lanes (#(#all),*)), at)
    }
}

fn prefix(op: &'static str, inner: Expr, span: Span) -> Expr {
    // `--x` reads badly, and `-x` of a literal is one.
    let least = if inner.prec == Prec::Unary { Prec::Atom } else { Prec::Unary };
    let (mut expr, inner) =
        Expr::new(Tokens::default(), Prec::Unary).then(op, inner, least, Prec::Unary, span);
    if op == "-" {
        expr.shape = Shape::Negated { inner };
    }
    expr
}

fn infix(op: &'static str, left_value: ValueId, left: Expr, right: Expr, span: Span) -> Expr {
    let prec = precedence(op);
    let next = match prec {
        Prec::Or => Prec::And,
        Prec::And => Prec::Compare,
        Prec::Compare => Prec::BitOr,
        Prec::BitOr => Prec::BitXor,
        Prec::BitXor => Prec::BitAnd,
        Prec::BitAnd => Prec::Shift,
        Prec::Shift => Prec::Unary,
        Prec::Add => Prec::Mul,
        Prec::Mul => Prec::Cast,
        Prec::Low | Prec::Cast | Prec::Unary | Prec::Atom => Prec::Atom,
    };
    // `a as usize < b` would be a generic argument; comparisons do not chain; shifts are clearer apart.
    let least = match prec {
        Prec::Compare | Prec::Shift => next,
        _ => prec,
    };
    let cast = left.prec == Prec::Cast && op.starts_with('<');
    let variable = left.size == 0 && left.prec == Prec::Atom && left.reads.contains(&left_value);
    let mut left = left;
    left.tokens = parenthesise(left.tokens, left.prec < if cast { Prec::Atom } else { least });
    // `x + k as f64 < y`: the same, seen from the right.
    let next = if right.prec == Prec::Cast { Prec::Atom } else { next };
    let (mut expr, right) = left.then(op, right, next, prec, span);
    if matches!(op, "+" | "-" | "*" | "/" | "%") {
        expr.shape = Shape::Binary { left: variable.then_some(left_value), op, right };
    }
    expr
}

fn method(name: &str, recv: Expr, rest: &[Expr], ty: &Ty, span: Span) -> Expr {
    let ident = generated(name, span);
    if recv.is_constant() && *ty == Ty::Int && matches!(name, "max" | "min" | "clamp") {
        let all = std::iter::once(&recv).chain(rest);
        return Expr::of(q!(::core::cmp::Ord::#ident(#recv, #(#rest),*)), Prec::Atom, all);
    }
    let mut arguments = Tokens::default();
    for (k, argument) in rest.iter().enumerate() {
        if k > 0 {
            arguments.punct(",");
        }
        arguments.append(argument.tokens.clone());
    }
    let parenthesised = recv.prec < Prec::Atom;
    let mut expr = Expr { shape: Shape::Other, prec: Prec::Atom, size: recv.size + 1, ..recv };
    expr.tokens = parenthesise(expr.tokens, parenthesised);
    expr.tokens.punct(".");
    expr.tokens.ident(ident);
    expr.tokens.group(Delimiter::Parenthesis, arguments);
    rest.iter().for_each(|argument| expr.absorb(argument));
    expr
}

impl Body<'_> {
    /// What an `Err` holds: of a type without a tangent, which may not be `Copy`.
    fn is_error(&self, place: &crate::ir::Place) -> bool {
        match place.proj.last() {
            Some(crate::ir::Proj::Payload { variant, .. }) => {
                self.tokens(*variant).into_iter().last().is_some_and(|t| t.to_string() == "Err")
            }
            Some(_) | None => false,
        }
    }
}
