//! Operators: arithmetic, comparison, logic, casts.
//!
//! ```text
//! i < n && x[i] > 0.0   →   v2 = lt(v0, v1); branch v2 { v3 = load m0[v0]; v5 = gt(v3, v4) } { }   phi (v5, false)
//! ```

use super::flow::{Arm, End};
use super::lowerer::{Lowered, Lowerer, Slot};
use super::names;
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::{BranchKind, Const, FloatTy, Init, IntTy, Op, Operand, Place, Proj, Stmt, Ty, ValueId};
use crate::rules::Func;
use proc_macro2::Span;
use quote::ToTokens;
use std::collections::BTreeMap;
use syn::{BinOp, Expr, UnOp};

/// The operation of an operator, `None` for `&&` and `||`.
pub fn func(op: &BinOp) -> Option<Func> {
    Some(match op {
        BinOp::Add(_) | BinOp::AddAssign(_) => Func::Add,
        BinOp::Sub(_) | BinOp::SubAssign(_) => Func::Sub,
        BinOp::Mul(_) | BinOp::MulAssign(_) => Func::Mul,
        BinOp::Div(_) | BinOp::DivAssign(_) => Func::Div,
        BinOp::Rem(_) | BinOp::RemAssign(_) => Func::Rem,
        BinOp::BitXor(_) | BinOp::BitXorAssign(_) => Func::BitXor,
        BinOp::BitAnd(_) | BinOp::BitAndAssign(_) => Func::BitAnd,
        BinOp::BitOr(_) | BinOp::BitOrAssign(_) => Func::BitOr,
        BinOp::Shl(_) | BinOp::ShlAssign(_) => Func::Shl,
        BinOp::Shr(_) | BinOp::ShrAssign(_) => Func::Shr,
        BinOp::Eq(_) => Func::Eq,
        BinOp::Lt(_) => Func::Lt,
        BinOp::Le(_) => Func::Le,
        BinOp::Ne(_) => Func::Ne,
        BinOp::Ge(_) => Func::Ge,
        BinOp::Gt(_) => Func::Gt,
        _ => return None,
    })
}

fn is_comparison(func: Func) -> bool {
    matches!(func, Func::Eq | Func::Ne | Func::Lt | Func::Le | Func::Gt | Func::Ge)
}

impl<'a> Lowerer<'a> {
    pub fn apply(&mut self, func: Func, args: &[ValueId], ty: Ty, span: Span) -> ValueId {
        let tainted = args.iter().any(|a| self.value_tainted(*a));
        self.let_(Op::Apply { func, args: args.to_vec() }, ty, tainted, span)
    }

    pub fn int(&mut self, n: i64, span: Span) -> ValueId {
        self.let_(Op::Const(Const::Int(n)), Ty::Int, false, span)
    }

    /// A number of items, or the number of one.
    pub fn count(&mut self, n: i64, span: Span) -> ValueId {
        let value = self.int(n, span);
        self.f.values[value].int = Some(IntTy::Named("usize"));
        value
    }

    /// The context tells the type of a value.
    pub fn seen_as(&mut self, value: ValueId, ty: &Ty) {
        let info = &mut self.f.values[value];
        info.ty = info.ty.join(ty);
        if info.ty.is_passive() {
            self.value_taint[value.0 as usize] = false;
        }
    }

    /// The user has written its type.
    pub fn written_type(&mut self, value: ValueId, ty: &syn::Type) {
        if let Some(name) = super::types::integer_name(ty) {
            self.f.values[value].int = Some(IntTy::Named(name));
        }
    }

    /// The integer that a value is known to be.
    pub fn known_int(&self, value: ValueId) -> Option<i64> {
        self.out.iter().rev().take(4).find_map(|s| match s {
            Stmt::Let { value: v, op: Op::Const(Const::Int(n)) } if *v == value => Some(*n),
            _ => None,
        })
    }

    pub fn unary(&mut self, unary: &'a syn::ExprUnary, hint: &Ty) -> Lowered<Val<'a>> {
        let span = at(&unary.op).span();
        match &unary.op {
            UnOp::Deref(_) => {
                let inner = self.expr(&unary.expr, hint)?;
                self.deref(inner, &unary.expr, span)
            }
            UnOp::Neg(_) => {
                let inner = self.expr(&unary.expr, hint)?;
                if self.is_user_operator(&[&inner], hint) {
                    return self.user_operator(Func::Neg, vec![inner], hint, at(&unary.op));
                }
                let inner = self.scalar(inner, at(&unary.expr))?;
                if let Some(n) = self.known_int(inner) {
                    let int = self.f.values[inner].int;
                    let value = self.int(n.wrapping_neg(), span);
                    self.f.values[value].int = int;
                    return Ok(Val::Value(value));
                }
                // The smallest one has no positive counterpart.
                if let (Ty::Int, Expr::Lit(lit)) = (&self.f.values[inner].ty, names::strip(&unary.expr)) {
                    let code = self.source.code(quote::quote!(-#lit));
                    let value = self.let_(Op::Const(Const::Literal(code)), Ty::Int, false, span);
                    self.f.values[value].int = self.f.values[inner].int;
                    return Ok(Val::Value(value));
                }
                let ty = self.f.values[inner].ty.clone();
                Ok(Val::Value(self.apply(Func::Neg, &[inner], ty, span)))
            }
            UnOp::Not(_) => {
                let inner = self.expr_scalar(&unary.expr, hint)?;
                let ty = self.f.values[inner].ty.clone();
                Ok(Val::Value(self.apply(Func::Not, &[inner], ty, span)))
            }
            other => self.fail(catalog::unsupported(at(other), "this operator")),
        }
    }

    fn deref(&mut self, val: Val<'a>, e: &'a Expr, span: Span) -> Lowered<Val<'a>> {
        if self.may_be_box(&val, e) {
            return Ok(Val::Place(self.place(val, at(e))?.with(Proj::Deref)));
        }
        Ok(match val {
            Val::RefValue(value) => Val::Value(value),
            Val::Ref(place, _) => Val::Place(place),
            Val::Value(value)
                if matches!(self.f.values[value].ty, Ty::Unknown | Ty::Passive(None))
                    && !self.value_tainted(value) =>
            {
                // Something passive that is a reference, or a box.
                let mut pieces = super::opaque::Pieces::default();
                pieces.push(quote::quote!(*));
                self.piece_value(&mut pieces, value);
                let _ = e;
                let opaque = self.opaque_from(pieces);
                Val::Value(self.let_(Op::Pure(opaque), Ty::Unknown, false, span))
            }
            other => other,
        })
    }

    /// A chain of binary operators, without recursion along its left side.
    pub fn binary(&mut self, e: &'a Expr, hint: &Ty) -> Lowered<Val<'a>> {
        let mut spine = Vec::new();
        let mut first = e;
        while let Expr::Binary(binary) = first {
            if names::is_compound(&binary.op) {
                break;
            }
            spine.push(binary);
            first = &binary.left;
        }
        let compares = |b: &&syn::ExprBinary| func(&b.op).is_none_or(is_comparison);
        let compares = spine.iter().any(compares);
        let inner_hint = if compares { Ty::Unknown } else { hint.clone() };
        let outer = self.user_types;
        self.user_types = !compares && (outer || self.is_user_type(hint) || self.names_user_type(e));
        let result = self.spine(first, spine, &inner_hint);
        self.user_types = outer;
        result
    }

    /// `((first op1 a) op2 b) ..`; the operators from the last to the first.
    fn spine(&mut self, first: &'a Expr, spine: Vec<&'a syn::ExprBinary>, hint: &Ty) -> Lowered<Val<'a>> {
        let mut left = self.expr(first, &self.operand_hint(hint))?;
        let last = spine.len().saturating_sub(1);
        for (k, binary) in spine.into_iter().rev().enumerate() {
            let hint = if k == last { hint.clone() } else { self.operand_hint(hint) };
            left = match func(&binary.op) {
                None => Val::Value(self.logic(left, binary)?),
                Some(f) => self.operator(f, left, binary, &hint)?,
            };
        }
        Ok(left)
    }

    fn operator(
        &mut self,
        f: Func,
        left: Val<'a>,
        binary: &'a syn::ExprBinary,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        let here = at(&binary.op);
        let left = self.snapshot_scalar(left, here)?;
        let mark = self.out.len();
        let right = self.expr(&binary.right, &self.operand_hint(hint))?;
        let span = here.span();
        let (left, right) = (self.named(left, here), self.named(right, here));
        if !is_comparison(f) && self.is_user_operator(&[&left, &right], hint) {
            let left = self.settled(left, mark, here);
            return self.user_operator(f, vec![left, right], hint, here);
        }
        if is_comparison(f) && self.compares_whole(&left, &right) {
            return self.compare_whole(left, right, binary);
        }
        for (val, side) in [(&left, &binary.left), (&right, &binary.right)] {
            let ty = self.ty_of(val);
            let aggregate = matches!(val, Val::Fresh(..) | Val::Tuple(_) | Val::Temp(_) | Val::Opt(..));
            // A named type may be a number's: a type parameter of the `impl`.
            let named =
                matches!(ty, Ty::Adt(..)) && !matches!(val, Val::Fresh(..) | Val::Tuple(_) | Val::Opt(..));
            if !named && (aggregate || !(ty.is_scalar() || ty == Ty::Unknown)) {
                return self.fail(catalog::aggregate_as_scalar(at(&**side), "an aggregate"));
            }
        }
        let left = self.settled(left, mark, here);
        let left = self.scalar(left, here)?;
        let right = self.scalar(right, here)?;
        self.forgive(left, right, &binary.right);
        self.forgive(right, left, &binary.left);
        if let (Ty::Float(FloatTy::F32), Ty::Float(FloatTy::F64))
        | (Ty::Float(FloatTy::F64), Ty::Float(FloatTy::F32)) =
            (&self.f.values[left].ty, &self.f.values[right].ty)
        {
            return self.fail(catalog::mixed_floats(here));
        }
        let ty = self.result_ty(f, left, right);
        Ok(Val::Value(self.apply(f, &[left, right], ty, span)))
    }

    /// What carried code makes of a named type may be a number's, of a type parameter of the `impl`: it has a place.
    fn named(&mut self, val: Val<'a>, here: At) -> Val<'a> {
        match val {
            Val::Fresh(init, ty @ Ty::Adt(..)) if matches!(*init, Init::Opaque(_)) => {
                Val::Temp(self.declare(*init, ty, here.span()))
            }
            other => other,
        }
    }

    /// `x * 2`: the compiler refuses it in the user's function, and should not do so again in what is generated.
    pub fn forgive(&mut self, float: ValueId, literal: ValueId, e: &Expr) {
        let ty = self.f.values[float].ty.clone();
        let known = matches!(ty, Ty::Float(FloatTy::F32 | FloatTy::F64));
        let Some(n) = self.known_int(literal).filter(|_| known && matches!(names::strip(e), Expr::Lit(_)))
        else {
            return;
        };
        #[expect(clippy::cast_precision_loss, reason = "nothing computes with it")]
        let constant = Const::Float(n as f64);
        for stmt in self.out.iter_mut().rev().take(4) {
            if let Stmt::Let { value, op } = stmt {
                if *value == literal {
                    *op = Op::Const(constant);
                    self.f.values[literal].ty = ty;
                    return;
                }
            }
        }
    }

    /// The type of `left op right`; knowing one operand tells the other.
    pub fn result_ty(&mut self, f: Func, left: ValueId, right: ValueId) -> Ty {
        let (a, b) = (self.f.values[left].ty.clone(), self.f.values[right].ty.clone());
        if matches!(f, Func::Shl | Func::Shr) {
            return a;
        }
        let joined = match (&a, &b) {
            (Ty::Float(FloatTy::Any), Ty::Float(_)) => b.clone(),
            (Ty::Unknown, Ty::Float(FloatTy::Any)) => Ty::Unknown,
            (Ty::Float(FloatTy::Any), Ty::Unknown) => Ty::Unknown,
            (Ty::Unknown, Ty::Float(_)) if !is_comparison(f) => Ty::Unknown,
            // A number times a vector is a vector.
            (Ty::Float(_), Ty::Unknown) if matches!(f, Func::Mul | Func::Div) => Ty::Unknown,
            (Ty::Float(_), Ty::Unknown) if !is_comparison(f) => a.clone(),
            _ => a.join(&b),
        };
        if is_comparison(f) {
            return Ty::Bool;
        }
        joined
    }

    /// Neither side is known to be a number: compared as wholes, by reference.
    fn compares_whole(&self, left: &Val<'a>, right: &Val<'a>) -> bool {
        let number = |v: &Val<'a>| matches!(self.ty_of(v), Ty::Float(_) | Ty::Int | Ty::Bool);
        let lazy = |v: &Val<'a>| !matches!(v, Val::Value(_) | Val::RefValue(_));
        let tainted = self.tainted(left) && self.tainted(right);
        let unknown = |v: &Val<'a>| self.ty_of(v) == Ty::Unknown;
        if tainted && unknown(left) && unknown(right) {
            return false;
        }
        !number(left) && !number(right) && (lazy(left) || lazy(right))
    }

    fn compare_whole(
        &mut self,
        left: Val<'a>,
        right: Val<'a>,
        binary: &'a syn::ExprBinary,
    ) -> Lowered<Val<'a>> {
        let mut pieces = super::opaque::Pieces::default();
        self.piece(&mut pieces, left, at(&binary.left))?;
        pieces.push(binary.op.to_token_stream());
        self.piece(&mut pieces, right, at(&binary.right))?;
        let opaque = self.opaque_from(pieces);
        Ok(Val::Value(self.let_(Op::Pure(opaque), Ty::Bool, false, at(&binary.op).span())))
    }

    /// `a && b`, `a || b`: a branch if evaluating `b` in vain could be noticed.
    fn logic(&mut self, left: Val<'a>, binary: &'a syn::ExprBinary) -> Lowered<ValueId> {
        let span = at(&binary.op).span();
        let and = matches!(binary.op, BinOp::And(_));
        if !and && !matches!(binary.op, BinOp::Or(_)) {
            return self.fail(catalog::unsupported(at(&binary.op), "this operator"));
        }
        let left = self.scalar(left, at(&binary.op))?;
        let result = self.var(None, Ty::Bool, span);
        let saved = self.begin();
        let right = self.expr_scalar(&binary.right, &Ty::Bool);
        if let Ok(right) = right {
            self.set(result, Slot::Val(right));
        }
        let failed = right.is_err() && self.end == End::Live;
        let arm = self.finish(saved);
        if failed {
            return Err(super::lowerer::Stop);
        }
        if let (Ok(right), End::Live) = (right, arm.end) {
            let quiet =
                arm.changes.keys().all(|v| *v == result) && arm.stmts.iter().all(|s| self.is_quiet(s));
            if quiet {
                self.out.extend(arm.stmts);
                let func = if and { Func::And } else { Func::Or };
                return Ok(self.apply(func, &[left, right], Ty::Bool, span));
            }
        }
        let changes = BTreeMap::from([(result, Slot::Flag(!and))]);
        let skipped = Arm { stmts: Vec::new(), changes, end: End::Live };
        let arms = if and { vec![arm, skipped] } else { vec![skipped, arm] };
        self.join_arms(left, BranchKind::If, arms, span);
        self.vars[result].retired = true;
        let mut stmts = std::mem::take(&mut self.out);
        let value = self.materialise(self.slots[result], &mut stmts, span);
        self.out = stmts;
        match value {
            Some(value) => Ok(value),
            None => self.fail(catalog::bug(at(binary), "a condition without a value")),
        }
    }

    /// Can't panic and has no effect.
    fn is_quiet(&self, stmt: &Stmt) -> bool {
        let Stmt::Let { value, op } = stmt else { return false };
        match op {
            Op::Const(_) | Op::Cast { .. } | Op::Detach(_) | Op::Select { .. } => true,
            Op::Apply { .. } => matches!(self.f.values[*value].ty, Ty::Float(_) | Ty::Bool),
            Op::Load(place) | Op::Len(place) => place.proj.iter().all(|p| matches!(p, Proj::Field(_))),
            Op::Pure(opaque) => opaque.reads.is_empty(),
            Op::Operator { .. } | Op::Once(_) | Op::Helper { .. } | Op::SumOf(_) | Op::Dot(..) => false,
        }
    }

    pub fn cast(&mut self, cast: &'a syn::ExprCast) -> Lowered<Val<'a>> {
        let to = self.ty(&cast.ty);
        let arg = self.expr(&cast.expr, &Ty::Unknown)?;
        let span = at(cast).span();
        if !to.is_scalar() && to != Ty::Unknown {
            if self.tainted(&arg) {
                return self.fail(catalog::unsupported(at(&cast.ty), "a cast to this type"));
            }
            let whole = self.carried_cast(cast)?;
            return Ok(whole);
        }
        if matches!(&arg, Val::Closure(_) | Val::Func(_) | Val::Function(_)) {
            return self.fail(catalog::dynamic_call(at(cast), "a function pointer"));
        }
        let arg = self.scalar(arg, at(&cast.expr))?;
        let code = self.source.code(cast.ty.to_token_stream());
        let tainted = self.value_tainted(arg);
        let value = self.let_(Op::Cast { arg, to: to.clone(), code }, to, tainted, span);
        self.written_type(value, &cast.ty);
        Ok(Val::Value(value))
    }

    fn carried_cast(&mut self, cast: &'a syn::ExprCast) -> Lowered<Val<'a>> {
        self.fail(catalog::unsupported(at(cast), "a cast to this type"))
    }

    /// An operand that an operand after it changes is what it was before: a copy is made where it stood, which is `mark`.
    pub fn settle(&mut self, operand: &mut Operand, mark: usize, at: At) {
        let place = match operand {
            Operand::Copy(place) => place.clone(),
            // Written later, so it was copied, not moved.
            Operand::Mem(mem) => Place::whole(*mem),
            Operand::Value(_) => return,
        };
        let later = self.out.get(mark..).unwrap_or_default();
        if later.iter().any(|s| s.writes_deep(place.mem)) {
            let (ty, tainted) = (self.place_ty(&place), self.place_tainted(&place));
            let mem = self.object(ty, tainted, at.span());
            let init = Some(Init::From(Operand::Copy(place)));
            self.out.insert(mark, Stmt::Decl { mem, init });
            *operand = Operand::Mem(mem);
        }
    }

    /// The same of a value that is still to be read.
    pub fn settled(&mut self, val: Val<'a>, mark: usize, at: At) -> Val<'a> {
        let Val::Place(place) = &val else { return val };
        let mut operand = Operand::Copy(place.clone());
        self.settle(&mut operand, mark, at);
        match operand {
            // Of an unknown type, it may be a number.
            Operand::Mem(mem) => Val::Place(Place::whole(mem)),
            Operand::Copy(_) | Operand::Value(_) => val,
        }
    }
}
