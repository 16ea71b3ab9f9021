//! Calls by path: constructors, `detach`, closures, and everything else.
//!
//! ```text
//! g(x, &a) → call c1(v0, &m0)      table(k)  (passive) → once c2
//! ```

use super::effects::local;
use super::float_call::{float_path, float_path_of};
use super::iter::Iter;
use super::lowerer::{Binding, Lowered, Lowerer, Slot};
use super::names;
use super::value::{ClosureVal, Val};
use crate::diag::{at, catalog, At};
use crate::enclosing;
use crate::ir::ty::Seen;
use crate::ir::{Arg, Call, CallResult, CallRole, Callee, Init, Op, Place, Stmt, Ty};
use quote::ToTokens;
use std::rc::Rc;
use syn::Expr;

impl<'a> Lowerer<'a> {
    pub fn call(&mut self, e: &'a Expr, call: &'a syn::ExprCall, hint: &Ty) -> Lowered<Val<'a>> {
        if let Some(id) = local(&self.facts, &call.func) {
            return match self.bindings.get(&id).cloned() {
                Some(Binding::Closure(closure)) => {
                    let args: Lowered<Vec<_>> = call.args.iter().map(|a| self.argument_value(a)).collect();
                    self.inline(&closure, args?, hint, at(e))
                }
                Some(Binding::Val(Val::Func(path))) => {
                    let args: Lowered<Vec<_>> = call.args.iter().map(|a| self.argument_value(a)).collect();
                    self.apply_path(path, args?, hint, at(e))
                }
                Some(Binding::Val(Val::Function(function))) => {
                    let args: Lowered<Vec<_>> = call.args.iter().map(|a| self.argument_value(a)).collect();
                    self.apply_function(&function, args?, at(e))
                }
                Some(Binding::Poison) => Err(super::lowerer::Stop),
                _ if self.can_carry(e) => self.carried_value(e, false, hint.clone(), at(e)),
                binding => {
                    let name = call.func.to_token_stream().to_string();
                    let dynamic = binding.is_some_and(|b| self.is_function_value(&b));
                    self.fail(if dynamic {
                        catalog::dynamic_call(at(&call.func), &format!("`{name}`"))
                    } else {
                        catalog::callee_shadowed(at(&call.func), &name)
                    })
                }
            };
        }
        let callee = names::strip(&call.func);
        if let Expr::Closure(closure) = callee {
            let args: Lowered<Vec<_>> = call.args.iter().map(|a| self.argument_value(a)).collect();
            return self.inline(&ClosureVal { closure, captured: Vec::new() }, args?, hint, at(e));
        }
        if let Some((ty, name)) = float_path(callee, &self.signature) {
            return self.float_call(&ty, &name, call);
        }
        if let Some(name) = names::mem_function(callee) {
            return self.mem_call(name, call, at(e));
        }
        let Expr::Path(path) = callee else {
            if self.can_carry(e) {
                return self.carried_value(e, false, hint.clone(), at(e));
            }
            return self.fail(catalog::dynamic_call(at(&call.func), "a function value"));
        };
        if let Some(val) = self.known_call(e, path, call, hint)? {
            return Ok(val);
        }
        if self.can_carry(e) && !self.calls_closure(e) && !self.is_self_call(callee) {
            return self.carried_value(e, false, hint.clone(), at(e));
        }
        if names::last_name(callee).is_some_and(|n| n == "transmute") {
            return self.fail(catalog::unsafe_code(at(callee), "`transmute`"));
        }
        self.unknown_call(path, call, hint, at(e))
    }

    /// Declared as a `fn` pointer or as a trait object.
    fn is_function_value(&self, binding: &Binding<'a>) -> bool {
        let ty = match binding {
            Binding::Var(var) => match self.slots[*var] {
                Slot::Val(value) => &self.f.values[value].ty,
                Slot::Undef | Slot::Flag(_) => return false,
            },
            Binding::Mem(mem) => &self.f.mems[*mem].ty,
            Binding::Alias(..)
            | Binding::Window(..)
            | Binding::Cursor(..)
            | Binding::Closure(_)
            | Binding::Val(_)
            | Binding::Poison => return false,
        };
        let Ty::Passive(Some(code)) = ty else { return false };
        let words = self.source.tokens(*code).to_string();
        words.split_whitespace().any(|word| word == "dyn" || word.starts_with("fn"))
    }

    /// An argument of something inlined.
    fn argument_value(&mut self, e: &'a Expr) -> Lowered<Val<'a>> {
        let val = self.expr(e, &Ty::Unknown)?;
        self.snapshot_scalar(val, at(e))
    }

    pub fn is_self_call(&self, callee: &Expr) -> bool {
        let Expr::Path(path) = names::strip(callee) else { return false };
        let mut segments = path.path.segments.iter().rev();
        let last = segments.next().is_some_and(|s| s.ident == self.signature.name);
        last && match segments.next() {
            None => !self.signature.method,
            Some(s) => s.ident == "Self" && self.signature.method,
        }
    }

    /// Functions of the standard library and of the facade.
    fn known_call(
        &mut self,
        e: &'a Expr,
        path: &'a syn::ExprPath,
        call: &'a syn::ExprCall,
        hint: &Ty,
    ) -> Lowered<Option<Val<'a>>> {
        let names: Vec<String> = path.path.segments.iter().map(|s| s.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let args: Vec<&'a Expr> = call.args.iter().collect();
        let span = at(e);
        Ok(Some(match (names.as_slice(), args.as_slice()) {
            ([.., "detach"], [x]) => self.detach(x, span)?,
            ([_, "from_f64" | "from_i32" | "from_usize"], [x])
                if self.makes_real(path) && self.can_carry(e) && self.effect_free(x) =>
            {
                let ty = self.source.code(path.path.segments[0].ident.to_token_stream());
                let ty = Ty::Float(crate::ir::FloatTy::Param(ty));
                self.carried_value(e, true, ty, span)?
            }
            ([.., "Vec", "new"], []) => {
                Val::Fresh(Box::new(Init::VecNew { capacity: None }), Ty::Vec(Box::new(hint.elem())))
            }
            ([.., "Vec", "with_capacity"], [n]) => {
                let n = self.expr_scalar(n, &Ty::Int)?;
                self.seen_as(n, &Ty::Int);
                Val::Fresh(Box::new(Init::VecNew { capacity: Some(n) }), Ty::Vec(Box::new(hint.elem())))
            }
            ([.., "Vec", "from"], [x]) => self.vector_from(x, span)?,
            ([.., "array", "from_fn"], [f]) => self.array_from_fn(f, hint, span)?,
            ([.., "iter", "once"], [x]) if !self.is_passive(x) => {
                let val = self.argument_value(x)?;
                Val::Iter(Rc::new(Iter::Once(Box::new(val))))
            }
            ([.., "iter", "repeat"], [x]) if !self.is_passive(x) => {
                let val = self.argument_value(x)?;
                Val::Iter(Rc::new(Iter::Repeat(Box::new(val))))
            }
            ([.., "cell", "Cell", "new"] | [.., "RefCell" | "Mutex" | "RwLock" | "OnceCell", "new"], [x])
                if !self.is_passive(x) =>
            {
                let what = format!(
                    "`{}` of a value that depends on a parameter",
                    names[names.len() - 2..].join("::")
                );
                return self.fail(catalog::interior_mutability(span, &what));
            }
            ([.., "drop"], [x]) if names.len() == 1 || names.contains(&"mem") => {
                self.expr(x, &Ty::Unknown)?;
                Val::Unit
            }
            ([.., "f64" | "f32", "from"], [x]) if !self.is_passive(x) => {
                let to = super::types::float_name(names[names.len() - 2]).map_or(Ty::Unknown, Ty::Float);
                let arg = self.expr_scalar(x, &Ty::Unknown)?;
                let ty = syn::Ident::new(names[names.len() - 2], span.span());
                let code = self.source.code(ty.to_token_stream());
                let tainted = self.value_tainted(arg);
                Val::Value(self.let_(Op::Cast { arg, to: to.clone(), code }, to, tainted, span.span()))
            }
            ([.., ty @ ("f64" | "f32"), name], _) if !self.is_passive(e) => {
                if *name == "from_bits" {
                    // What made the bits is to blame.
                    for arg in args {
                        self.expr(arg, &Ty::Unknown)?;
                    }
                }
                return self.refuse_method(ty, name, path);
            }
            ([.., "Box", "new"], [x]) => self.boxed(x, hint)?,
            _ => {
                let constructor = path.path.segments.last().is_some_and(|s| names::starts_upper(&s.ident));
                if !constructor || path.qself.is_some() {
                    return Ok(None);
                }
                self.variant_call(path, call, hint)?
            }
        }))
    }

    /// `T::from_f64(..)` of a parameter that is a float: the same number each time, which need not be kept.
    fn makes_real(&self, path: &syn::ExprPath) -> bool {
        path.qself.is_none()
            && path.path.segments.first().is_some_and(|s| self.signature.reals.contains(&s.ident))
    }

    /// `backprop::detach(x)`
    fn detach(&mut self, x: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let val = self.expr(x, &Ty::Unknown)?;
        self.detached(val, span)
    }

    fn detached(&mut self, val: Val<'a>, span: At) -> Lowered<Val<'a>> {
        match val {
            Val::Tuple(items) => {
                let items: Lowered<Vec<_>> = items.into_iter().map(|i| self.detached(i, span)).collect();
                Ok(Val::Tuple(items?))
            }
            val if !self.tainted(&val) => Ok(val),
            val => {
                let ty = self.ty_of(&val);
                let aggregate = matches!(val, Val::Fresh(..) | Val::Temp(_) | Val::Opt(..));
                if aggregate || !(ty.is_scalar() || ty == Ty::Unknown) {
                    return self.fail(catalog::detach_aggregate(span));
                }
                let value = self.scalar(val, span)?;
                Ok(Val::Value(self.let_(Op::Detach(value), ty, false, span.span())))
            }
        }
    }

    /// `Some(x)`, `V3(a, b, c)`, `Shape::Circle(r)`
    fn variant_call(
        &mut self,
        path: &'a syn::ExprPath,
        call: &'a syn::ExprCall,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        let some = path.path.segments.last().is_some_and(|s| s.ident == "Some");
        if let (true, Some(arg), 1) = (some, call.args.first(), call.args.len()) {
            let inner = match hint {
                Ty::Option(inner) => (**inner).clone(),
                _ => Ty::Unknown,
            };
            let val = self.expr(arg, &inner)?;
            let val = self.snapshot_scalar(val, at(arg))?;
            return Ok(Val::Opt(super::lowerer::Slot::Flag(true), Some(Box::new(val))));
        }
        let mut args = Vec::new();
        let error = path.path.segments.last().is_some_and(|s| s.ident == "Err");
        for arg in &call.args {
            let mark = self.out.len();
            let val =
                if error { self.error_value(arg, &Ty::Unknown)? } else { self.expr(arg, &Ty::Unknown)? };
            let operand = self.operand(val, at(arg))?;
            args.iter_mut().for_each(|earlier| self.settle(earlier, mark, at(arg)));
            args.push(operand);
        }
        let code = self.source.code(path.to_token_stream());
        let qualified = path.path.segments.len() > 1;
        let result =
            matches!(path.path.segments.last().map(|s| s.ident.to_string()).as_deref(), Some("Ok" | "Err"));
        let ty = match hint {
            ty @ Ty::Adt(..) => ty.clone(),
            _ if qualified || result => Ty::Unknown,
            _ => Ty::Adt(code, Seen::default()),
        };
        Ok(Val::Fresh(Box::new(Init::Variant { path: code, args }), ty))
    }

    /// A call of a function that must be differentiable.
    fn unknown_call(
        &mut self,
        path: &'a syn::ExprPath,
        call: &'a syn::ExprCall,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        if self.is_self_call(&call.func) {
            self.recursive = true;
        }
        if let Some(name) = path.path.get_ident().filter(|i| self.plain_functions.contains(&i.to_string())) {
            return self.fail(catalog::call_not_differentiable(at(name), &name.to_string()));
        }
        let mut args = Vec::new();
        let active = call.args.iter().any(|a| self.mentions_tainted(a));
        for (number, arg) in call.args.iter().enumerate() {
            let mark = self.out.len();
            let lowered = match (self.arg(arg, active)?, path.path.get_ident()) {
                // A variable that is `&mut` may be handed on as `&`, and looks the same.
                (Arg::RefMut(place), Some(name))
                    if matches!(names::strip(arg), Expr::Path(_))
                        && enclosing::takes_shared(name, number) =>
                {
                    Arg::Ref(place)
                }
                (lowered, _) => lowered,
            };
            for earlier in &mut args {
                if let Arg::Mem(operand) = earlier {
                    self.settle(operand, mark, at(arg));
                }
            }
            args.push(lowered);
        }
        let code = self.source.code(path.to_token_stream());
        let ty = if self.is_self_call(&call.func) {
            self.signature.output.clone().unwrap_or(Ty::Unknown)
        } else {
            hint.clone()
        };
        self.emit_call(Callee::Path(code), args, &ty, span)
    }

    /// One argument of a call that is kept.
    pub fn arg(&mut self, e: &'a Expr, active: bool) -> Lowered<Arg> {
        if active && self.is_constant_function(e) {
            let why = "it is a constant here, and the function that it is handed to may differentiate it";
            return self.fail(catalog::closure_escapes(at(e), why));
        }
        if active && self.is_function(e) {
            let val = self.expr(e, &Ty::Unknown)?;
            if let Some(arg) = self.function_arg(&val, at(e))? {
                return Ok(arg);
            }
            return self.arg_of(val, e);
        }
        if self.is_carried_argument(e) {
            return Ok(Arg::Opaque(self.opaque(e)?));
        }
        let val = self.expr(e, &Ty::Unknown)?;
        self.arg_of(val, e)
    }

    /// Passive and of a kind that the IR has no values for.
    fn is_carried_argument(&self, e: &'a Expr) -> bool {
        let kind = match names::strip(e) {
            Expr::Closure(_) | Expr::Macro(_) => true,
            Expr::Reference(r) => {
                matches!(names::strip(&r.expr), Expr::Closure(_) | Expr::Macro(_) | Expr::Lit(_))
            }
            _ => false,
        };
        kind && self.can_carry(e)
            && !matches!(names::strip(e), Expr::Macro(m) if super::parse::macro_name(&m.mac) == "vec")
    }

    fn arg_of(&mut self, val: Val<'a>, e: &'a Expr) -> Lowered<Arg> {
        Ok(match val {
            Val::Value(value) => Arg::Value(value),
            Val::RefValue(value) => Arg::RefValue(value),
            Val::Ref(place, false) => Arg::Ref(place),
            Val::Ref(place, true) => {
                if self.passive_mems.contains(&place.mem) {
                    self.frozen.remove(&place.mem);
                }
                Arg::RefMut(place)
            }
            Val::Place(place)
                if matches!(self.place_ty(&place), Ty::Unknown) || self.place_ty(&place).is_scalar() =>
            {
                Arg::Value(self.load(place, at(e).span()))
            }
            other @ (Val::Place(_) | Val::Temp(_) | Val::Fresh(..) | Val::Tuple(_) | Val::Opt(..)) => {
                Arg::Mem(self.operand(other, at(e))?)
            }
            Val::Closure(closure) => {
                if self.mentions_tainted(&closure.closure.body) {
                    let why = "it is passed to a function that the macro does not know";
                    return self.fail(catalog::closure_escapes(at(e), why));
                }
                let mut pieces = super::opaque::Pieces::default();
                self.piece(&mut pieces, Val::Closure(closure), at(e))?;
                Arg::Opaque(self.opaque_from(pieces))
            }
            other @ (Val::Unit | Val::Range(_) | Val::Iter(_) | Val::Func(_) | Val::Function(_)) => {
                let mut pieces = super::opaque::Pieces::default();
                self.piece(&mut pieces, other, at(e))?;
                Arg::Opaque(self.opaque_from(pieces))
            }
        })
    }

    /// Emits a call; its result is an object if its type says so.
    pub fn emit_call(&mut self, callee: Callee, args: Vec<Arg>, ty: &Ty, span: At) -> Lowered<Val<'a>> {
        let active = args.iter().any(|a| self.arg_tainted(a));
        for arg in &args {
            if let Arg::RefMut(place) = arg {
                self.taint_mem(place.mem, active);
            }
        }
        let span_id = self.span(span.span());
        let role = CallRole::Primal;
        if matches!(ty, Ty::Passive(_)) {
            self.emit(Stmt::Call(Call { callee, args, result: CallResult::None, role, span: span_id }));
            return Ok(Val::Unit);
        }
        if ty.is_scalar() || *ty == Ty::Unknown {
            let value = self.fresh(ty.clone(), active, span.span());
            let result = CallResult::Value(value);
            self.emit(Stmt::Call(Call { callee, args, result, role, span: span_id }));
            return Ok(Val::Value(value));
        }
        let mem = self.object(ty.clone(), active, span.span());
        self.emit(Stmt::Call(Call { callee, args, result: CallResult::Mem(mem), role, span: span_id }));
        Ok(Val::Temp(mem))
    }

    pub fn arg_tainted(&self, arg: &Arg) -> bool {
        match arg {
            Arg::Value(v) | Arg::RefValue(v) => self.value_tainted(*v),
            Arg::Mem(operand) => self.operand_tainted(operand),
            Arg::Ref(place) | Arg::RefMut(place) | Arg::Receiver(place) => self.place_tainted(place),
            Arg::Closure(closure) => self.place_tainted(&closure.env),
            Arg::Opaque(_) => false,
        }
    }

    /// A function given by its path, applied to values: `fold(0.0, f64::max)`, `map(sigmoid)`.
    pub fn apply_path(
        &mut self,
        path: &'a syn::ExprPath,
        args: Vec<Val<'a>>,
        hint: &Ty,
        span: At,
    ) -> Lowered<Val<'a>> {
        let float = float_path_of(path, &self.signature);
        if let Some((ty, name)) = float {
            let args: Lowered<Vec<_>> = args.into_iter().map(|a| self.scalar(a, span)).collect();
            return self.float_method(&name, &args?, &ty, at(path));
        }
        let active = args.iter().any(|a| self.tainted(a));
        if !active {
            let mut pieces = super::opaque::Pieces::default();
            let mut inner = super::opaque::Pieces::default();
            for arg in args {
                self.piece(&mut inner, arg, span)?;
                inner.push(quote::quote!(,));
            }
            pieces.append_call(path.to_token_stream(), inner);
            let opaque = self.opaque_from(pieces);
            let ty = if hint.is_scalar() { hint.clone() } else { self.constant_ty(path) };
            return Ok(Val::Value(self.let_(Op::Once(opaque), ty, false, span.span())));
        }
        let mut lowered = Vec::new();
        for arg in args {
            lowered.push(self.plain_arg(arg, span)?);
        }
        let code = self.source.code(path.to_token_stream());
        self.emit_call(Callee::Path(code), lowered, hint, span)
    }

    /// `slice.to_vec()`, `Vec::from(array)`
    fn vector_from(&mut self, x: &'a Expr, span: At) -> Lowered<Val<'a>> {
        let val = self.expr(x, &Ty::Unknown)?;
        let elem = self.ty_of(&val).elem();
        let place: Place = self.place(val, span)?;
        Ok(Val::Fresh(Box::new(Init::ToVec(place)), Ty::Vec(Box::new(elem))))
    }
}
