//! Calls and pullbacks, by the protocol of `ARCHITECTURE.md`.
//!
//! ```text
//! v3, v4 = forward g(v0, &m1)                  let (y, pb) = g::__fwd(x, &a);
//! (v7, m2) = pullback v4(v5, &m1)              let (d, _) = pb(d_y, &a, Some(&mut __d_a));
//! m8 = tangent g(v0, v1, &m1, &m2)             let p = g::__jvp(x, Some(t_x), &a, Some(&t_a));
//! ```
//! The caller can't see which parameters of the callee carry derivatives. So the number of arguments depends on what is
//! visible alone (by value or by reference), and the buffers and tangents of the arguments are `Option`s: `None` for
//! what is constant here.

use super::body::{Body, Down};
use super::callee::{self, Entry};
use super::constant::Called;
use super::expr::{Expr, Prec};
use super::names::relocated;
use super::place::Mode;
use super::tables::{span, value_ty};
use crate::ir::{Arg, Call, CallResult, CallRole, Callee, Cotangent, Operand, Pullback, Ty, ValueId};
use proc_macro2::{Ident, TokenStream};

/// What a pullback gets and gives for one argument.
#[derive(Default)]
pub(super) struct Passed {
    pub args: TokenStream,
    pub pattern: TokenStream,
    pub before: TokenStream,
    pub after: TokenStream,
    /// A number under a first name: the callee may have none for it.
    pub number: Option<(ValueId, TokenStream, Ident)>,
}

impl Body<'_> {
    pub(super) fn call(&mut self, call: &Call) {
        let function = matches!(call.callee, Callee::Function(_));
        let lifted = function || call.args.iter().any(|a| matches!(a, Arg::Closure(_)));
        let entry = match call.role {
            // There is no other form of it here; its pullback is dropped.
            CallRole::Primal if lifted && self.is_tangent() => Some(Entry::Tangent),
            CallRole::Primal if lifted => Some(Entry::Forward),
            CallRole::Primal => None,
            CallRole::Checked => Some(Entry::Forward),
            CallRole::Forward(_) if self.is_tangent() => Some(Entry::ForwardTangent),
            CallRole::Forward(_) => Some(Entry::Forward),
            CallRole::Tangent if self.blocks.is_some() => Some(Entry::TangentBlocks),
            CallRole::Tangent if self.lanes => Some(Entry::TangentLanes),
            CallRole::Tangent => Some(Entry::Tangent),
        };
        let unused = lifted && call.role == CallRole::Primal;
        let value_only = unused || call.role == CallRole::Checked;
        let paired = !value_only
            && matches!(
                entry,
                Some(Entry::Tangent | Entry::TangentLanes | Entry::TangentBlocks | Entry::ForwardTangent)
            );
        let values: Vec<ValueId> = call.args.iter().flat_map(plain_values).collect();
        let delicate = call
            .args
            .iter()
            .any(|a| matches!(a, Arg::RefMut(_) | Arg::Opaque(_) | Arg::Mem(_) | Arg::Closure(_)));
        let blocks = entry == Some(Entry::TangentBlocks);
        if delicate || blocks || self.lends_what_waits(call) {
            self.flush();
        }
        let mut taken = self.take(&values).into_iter();
        let mut args = Vec::new();
        for (k, arg) in call.args.iter().enumerate() {
            if blocks && k % 2 == 1 {
                args.extend(self.tangent_in_blocks(call, k));
                continue;
            }
            let receiver = k == 0 && matches!(call.callee, Callee::Method { .. });
            let tokens = self.arg(arg, &mut taken, receiver);
            let tokens = if paired && k % 2 == 1 { self.kept(arg, tokens) } else { tokens };
            args.push(if paired && k % 2 == 1 { self.along(call, k, tokens) } else { tokens });
            if unused && self.is_tangent() {
                args.push(q!(::core::option::Option::None));
            }
        }
        self.flush();
        let own = self.own_level(call);
        args.extend(own.clone());
        let entry = if own.is_some() { Some(Entry::Up) } else { entry };
        let path = |b: &Self, code| entry.map_or_else(|| b.tokens(code), |e| callee::path(b.callee(code), e));
        let made = match &call.callee {
            Callee::Path(code) => {
                let of_ours = self.tokens(*code).to_string().contains("__private");
                let path = path(self, *code);
                let made = q!(#path(#(#args),*));
                if of_ours {
                    relocated(made, span(self.source, call.span))
                } else {
                    made
                }
            }
            Callee::Function(code) => {
                let name = self.tokens(*code);
                let at = if self.is_tangent() { 2 } else { 1 };
                args.insert(at.min(args.len()), super::lambda::constants(self.source, *code));
                q!(#name(#(#args),*))
            }
            Callee::Method { name, text } => {
                let literal = matches!(call.args.get(1), Some(Arg::Value(v)) if self.is_text(*v));
                let name = self.tokens(*name);
                let name = match entry {
                    Some(Entry::Forward) if text == "ok_or" && literal => q!(__ok_or_text_fwd),
                    Some(entry) => callee::method(name, entry),
                    None => name,
                };
                let recv = if args.is_empty() { q!(()) } else { args.remove(0) };
                q!(#recv.#name(#(#args),*))
            }
        };
        let made = if value_only { q!(#made.0) } else { made };
        if own.is_some() {
            let result = match &call.result {
                CallResult::None | CallResult::Mem(_) => q!(_),
                CallResult::Value(v) => self.pattern(*v),
            };
            self.out.extend(q!(let #result = #made;));
        } else {
            self.bind_call(call, made);
        }
    }

    /// Does a waiting expression read a tangent that is lent to the call? Its fields are reached through `&mut`.
    fn lends_what_waits(&self, call: &Call) -> bool {
        call.args.iter().any(|arg| match arg {
            Arg::Ref(place) | Arg::Receiver(place) => {
                self.f.mems[place.mem].shadow_of.is_some() && self.awaited_mem(place.mem)
            }
            Arg::Value(_)
            | Arg::RefValue(_)
            | Arg::Mem(_)
            | Arg::RefMut(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => false,
        })
    }

    /// A tangent that may be used again: the user's types may be `Copy`, their tangents are not. What is computed for it
    /// may read the value itself, which the call moves.
    fn kept(&mut self, arg: &Arg, tokens: TokenStream) -> TokenStream {
        match arg {
            Arg::Value(v) if value_ty(self.f, *v) == Ty::Unknown => {
                if tokens.clone().into_iter().nth(1).is_none() {
                    return q!(#tokens.clone());
                }
                let name = self.names.temporary();
                self.out.extend(q!(let #name = #tokens;));
                q!(#name.clone())
            }
            Arg::Value(_)
            | Arg::RefValue(_)
            | Arg::Mem(_)
            | Arg::Ref(_)
            | Arg::RefMut(_)
            | Arg::Receiver(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => tokens,
        }
    }

    /// The arena, for a call of the function itself.
    fn own_level(&self, call: &Call) -> Option<TokenStream> {
        let arena = self.arena.as_ref()?;
        let CallRole::Forward(pullback) = call.role else { return None };
        let name = &arena.name;
        arena.pullbacks.contains_key(&pullback).then(|| q!(#name))
    }

    fn bind_call(&mut self, call: &Call, made: TokenStream) {
        let result = match &call.result {
            CallResult::None => None,
            CallResult::Value(v) => Some(self.pattern(*v)),
            CallResult::Mem(m) if self.facts.mem_mentioned(*m, self.pos(), u32::MAX) => {
                Some(self.mem_pattern(*m))
            }
            CallResult::Mem(_) => Some(q!(_)),
        };
        let tokens = match (call.role, result) {
            (CallRole::Forward(pullback), result) => {
                let result = result.unwrap_or_else(|| q!(_));
                let pullback = self.pattern(pullback);
                q!(let (#result, #pullback) = #made;)
            }
            (CallRole::Primal | CallRole::Checked | CallRole::Tangent, Some(result)) => {
                q!(let #result = #made;)
            }
            (CallRole::Primal, None) => q!(#made;),
            (CallRole::Checked | CallRole::Tangent, None) => q!(let _ = #made;),
        };
        self.out.extend(tokens);
    }

    /// `()`: stands for the tangent of a constant.
    pub(super) fn is_nothing(&self, arg: &Arg) -> bool {
        matches!(arg, Arg::Mem(Operand::Mem(m)) if self.is_unit(*m))
    }

    fn arg(&mut self, arg: &Arg, taken: &mut impl Iterator<Item = Expr>, receiver: bool) -> TokenStream {
        let mut next = || taken.next().unwrap_or_else(|| Expr::atom(q!(())));
        match arg {
            Arg::Value(_) if receiver => next().at(Prec::Atom).into(),
            Arg::Value(_) => next().tokens.into(),
            Arg::RefValue(v) => {
                let expr = self.typed(*v, next());
                if receiver {
                    return expr.at(Prec::Atom).into();
                }
                let inner = expr.at(Prec::Unary);
                q!(&#inner)
            }
            Arg::Mem(operand) => self.aggregate(operand).tokens.into(),
            Arg::Ref(place) if receiver => self.path(place, Mode::Read).auto().clone().into(),
            Arg::Ref(place) => self.shared(place),
            Arg::RefMut(place) if receiver => self.path(place, Mode::Update).auto().clone().into(),
            Arg::RefMut(place) => self.exclusive(place),
            Arg::Receiver(place) => self.path(place, Mode::Read).auto().clone().into(),
            Arg::Opaque(opaque) => self.code(opaque).tokens.into(),
            Arg::Closure(closure) => self.lambda(closure),
        }
    }

    pub(super) fn pullback(&mut self, pullback: &Pullback) {
        let Pullback { pullback: function, args, seed, into, span: at } = pullback;
        let call_span = span(self.source, *at);
        self.flush();
        let stride = if self.is_tangent() { 2 } else { 1 };
        let down = self.arena.as_ref().and_then(|a| {
            let path = a.pullbacks.get(function)?.clone();
            Some((path, a.name.clone()))
        });
        let more = self.arena.as_ref().filter(|_| down.is_some()).map_or(Vec::new(), |a| a.down.clone());
        let own = down.is_some();
        let (function, arena) = match down {
            Some((path, arena)) => (path, q!(#arena)),
            None => (self.take_one(*function).tokens.into(), TokenStream::new()),
        };
        let seed = match seed {
            None => q!(()),
            Some(seed) => {
                let expr = self.aggregate(seed);
                self.flush();
                expr.tokens.into()
            }
        };
        let called = Called { at: call_span, own, plain: self.is_plain_call(*at) };
        let mut passed = Vec::new();
        let method = self.facts.methods.contains(at);
        for k in (0..args.len()).step_by(stride) {
            let receiver = method && k == 0;
            let primal = if receiver { self.receiver_again(&args[k]) } else { self.again(&args[k]) };
            let tangent = args.get(k + 1).filter(|_| stride == 2).map(|t| self.tangent_again(&args[k], t));
            let slots: Vec<Passed> = match more.get(k) {
                Some(Down::Cotangent(zero)) => vec![self.handed(zero, into.get(k))],
                Some(Down::Again) => vec![self.passed_again(&args[k])],
                Some(Down::Usual) | None => {
                    (k..k + stride).map(|i| self.slot(&args[k], into.get(i), called)).collect()
                }
            };
            let inputs = [primal, tangent.unwrap_or_default()];
            passed.push(Passed { args: inputs.into_iter().collect(), ..Passed::default() });
            passed.extend(slots);
            if let (0, Some(code)) = (k, self.facts.functions.get(at).copied()) {
                let constants = super::lambda::constants(self.source, code);
                passed.push(Passed { args: q!(#constants,), ..Passed::default() });
            }
        }
        let all =
            |part: fn(&Passed) -> &TokenStream| passed.iter().map(part).cloned().collect::<TokenStream>();
        let (before, after, inputs) = (all(|p| &p.before), all(|p| &p.after), all(|p| &p.args));
        let patterns = passed.iter().map(|p| &p.pattern).filter(|p| !p.is_empty());
        let patterns: TokenStream = patterns.map(|p| q!(#p,)).collect();
        let function = relocated(function, call_span);
        let inputs = relocated(inputs, call_span);
        let call = quote::quote_spanned!(call_span=> #function(#seed, #inputs #arena));
        let nothing = patterns.clone().into_iter().all(|t| matches!(t.to_string().as_str(), "_" | ","));
        self.out.extend(if nothing {
            q!(#before let _ = #call; #after)
        } else {
            q!(#before let (#patterns) = #call; #after)
        });
        let krate = self.krate;
        for (value, ty, name) in passed.into_iter().filter_map(|p| p.number) {
            let carried = relocated(q!(#krate::__private::carried::<#ty, _>(#name)), call_span);
            self.offer(value, Expr::atom(carried));
        }
    }

    /// A receiver, which the method may take by value or by reference.
    fn receiver_again(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::RefMut(place) => {
                let place = self.shared(place);
                q!(#place,)
            }
            Arg::RefValue(_)
            | Arg::Ref(_)
            | Arg::Receiver(_)
            | Arg::Value(_)
            | Arg::Mem(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => self.again(arg),
        }
    }

    /// An argument by reference, passed again.
    fn again(&mut self, arg: &Arg) -> TokenStream {
        match arg {
            Arg::RefValue(v) => {
                let expr = self.take_one(*v);
                let inner = self.typed(*v, expr).at(Prec::Unary);
                q!(&#inner,)
            }
            Arg::Ref(place) | Arg::Receiver(place) => {
                let place = self.shared(place);
                q!(#place,)
            }
            Arg::Opaque(opaque) if self.is_reference(opaque) => {
                let code = self.code(opaque).tokens.clone();
                q!(#code,)
            }
            Arg::Value(v) if self.is_text(*v) => {
                let text = self.read(*v).tokens;
                q!(#text,)
            }
            Arg::Value(_) | Arg::Mem(_) | Arg::RefMut(_) | Arg::Opaque(_) | Arg::Closure(_) => {
                TokenStream::new()
            }
        }
    }

    /// A string literal is a reference, though it does not look like one.
    fn is_text(&self, value: ValueId) -> bool {
        let Some(crate::ir::Const::Literal(code)) = self.facts.constants.get(&value) else { return false };
        self.tokens(*code).to_string().contains('"')
    }

    fn tangent_again(&mut self, primal: &Arg, tangent: &Arg) -> TokenStream {
        if self.again(primal).is_empty() {
            return TokenStream::new();
        }
        if self.is_nothing(tangent) {
            return q!(::core::option::Option::None,);
        }
        let inner = without_comma(self.again(tangent));
        q!(::core::option::Option::Some(#inner),)
    }

    /// Where the cotangent of an argument goes.
    fn slot(&mut self, arg: &Arg, into: Option<&Cotangent>, called: Called) -> Passed {
        let by_reference = match arg {
            Arg::RefValue(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Receiver(_) | Arg::Closure(_) => true,
            Arg::Opaque(opaque) => self.is_reference(opaque),
            Arg::Value(v) => self.is_text(*v),
            Arg::Mem(_) => false,
        };
        let hole = q!(_);
        match into {
            None | Some(Cotangent::Drop) if by_reference => {
                Passed { args: q!(::core::option::Option::None,), pattern: hole, ..Passed::default() }
            }
            None | Some(Cotangent::Drop) => Passed { pattern: hole, ..Passed::default() },
            Some(Cotangent::Value(v)) if by_reference => {
                let zero = match value_ty(self.f, *v) {
                    Ty::Float(float) => self.zero(&Ty::Float(float)),
                    _ => self.zero_for(arg),
                };
                let name = self.declare(*v);
                let lent = self.lent(arg, &q!(&mut #name), called);
                Passed {
                    args: q!(#lent,),
                    pattern: hole,
                    before: q!(let mut #name = #zero;),
                    ..Passed::default()
                }
            }
            Some(Cotangent::Value(v)) => self.returned(*v, called),
            Some(Cotangent::Place(place)) if by_reference => {
                let slot = self.exclusive(place);
                let lent = self.lent_where_wanted(place.mem, self.lent(arg, &slot, called));
                Passed { args: q!(#lent,), pattern: hole, ..Passed::default() }
            }
            Some(Cotangent::Place(place)) => {
                let krate = self.krate;
                let name = self.names.fresh("c");
                let slot = self.exclusive(place);
                let after =
                    relocated(q!(#krate::__private::Accumulate::accumulate(#slot, #name);), called.at);
                let after = match self.wanted.get(&place.mem) {
                    Some(wanted) => q!(if #wanted { #after }),
                    None => after,
                };
                Passed { pattern: q!(#name), after, ..Passed::default() }
            }
        }
    }

    /// An integer.
    fn passed_again(&mut self, arg: &Arg) -> Passed {
        let mut taken = self.take(&plain_values(arg)).into_iter();
        let argument = self.arg(arg, &mut taken, false);
        Passed { args: q!(#argument,), pattern: q!(_), ..Passed::default() }
    }

    /// The variable for the cotangent of an argument by value; one that nobody reads, if nobody wants it.
    fn handed(&mut self, zero: &TokenStream, into: Option<&Cotangent>) -> Passed {
        let slot = match into {
            Some(Cotangent::Place(place)) => self.exclusive(place),
            Some(Cotangent::Value(_) | Cotangent::Drop) | None => q!(&mut #zero),
        };
        Passed { args: q!(#slot,), pattern: q!(_), ..Passed::default() }
    }

    fn zero_for(&mut self, arg: &Arg) -> TokenStream {
        let krate = self.krate;
        let inner = without_comma(self.again(arg));
        q!(#krate::__private::zero(#inner))
    }
}

fn without_comma(tokens: TokenStream) -> TokenStream {
    let mut items: Vec<_> = tokens.into_iter().collect();
    items.pop();
    items.into_iter().collect()
}

/// The values of an argument that may wait until the call.
fn plain_values(arg: &Arg) -> Vec<ValueId> {
    match arg {
        Arg::Value(v) | Arg::RefValue(v) => vec![*v],
        Arg::Mem(_) | Arg::Ref(_) | Arg::RefMut(_) | Arg::Receiver(_) | Arg::Opaque(_) | Arg::Closure(_) => {
            Vec::new()
        }
    }
}
