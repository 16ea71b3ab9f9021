//! Code that is carried along without being understood: what it reads, what it may write.
//!
//! ```text
//! table.lookup(k)   (nothing active in it)   →   v2 = once c3 (reads m0, v1)
//! ```
//!
//! It works on names, not on meaning. References that the IR has resolved to places are written out again.

use super::carry::{may_write, substitute, Carry, Locals, Replacement};
use super::effects::{mentions, named};
use super::lowerer::{Aliased, Binding, Lowered, Lowerer, Slot};
use super::names;
use super::parse::{addr, macro_name, operands};
use super::resolve::{key, BinderId};
use super::value::Val;
use crate::diag::{at, catalog, At};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Access, MemId, Op, Opaque, Place, Read, Stmt, Ty, ValueId};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, ToTokens};
use syn::visit::Visit;
use syn::Expr;

/// Code under construction, with what it reads.
#[derive(Default)]
pub struct Pieces {
    tokens: TokenStream,
    holes: Vec<Ident>,
    reads: Vec<Read>,
    writes: Vec<MemId>,
}

impl Pieces {
    pub fn push(&mut self, tokens: TokenStream) {
        self.tokens.extend(tokens);
    }

    /// Moves what it reads to another; its tokens.
    pub fn take_into(self, other: &mut Pieces) -> TokenStream {
        for (hole, read) in self.holes.into_iter().zip(self.reads) {
            other.read(hole, read);
        }
        other.writes.extend(self.writes);
        self.tokens
    }

    pub fn add_read(&mut self, hole: Ident, read: Read) {
        self.read(hole, read);
    }

    fn read(&mut self, hole: Ident, read: Read) {
        if !self.reads.contains(&read) || !self.holes.contains(&hole) {
            self.holes.push(hole);
            self.reads.push(read);
        }
    }
}

impl<'a> Lowerer<'a> {
    /// May the value of the expression depend on a differentiable parameter?
    pub fn mentions_tainted(&self, e: &'a Expr) -> bool {
        mentions(&self.facts, e).iter().any(|id| self.is_tainted(*id))
    }

    pub fn is_tainted(&self, id: BinderId) -> bool {
        match self.bindings.get(&id) {
            Some(Binding::Var(var)) => matches!(self.slots[*var], Slot::Val(v) if self.value_tainted(v)),
            Some(Binding::Mem(mem)) => self.mem_tainted(*mem),
            Some(Binding::Alias(place, _) | Binding::Window(place, ..)) => self.place_tainted(place),
            Some(Binding::Cursor(iter, _)) => self.iter_tainted(iter),
            Some(Binding::Val(val)) => self.tainted(val),
            Some(Binding::Closure(_) | Binding::Poison) | None => false,
        }
    }

    /// Nothing in it may depend on a differentiable parameter, not even what it looks at in passing.
    pub fn is_passive(&self, e: &'a Expr) -> bool {
        !named(&self.facts, e).iter().any(|id| self.is_tainted(*id)) && !self.mentions_tainted(e)
    }

    /// Evaluating it twice, or not at all, makes no difference (unless it panics).
    pub fn effect_free(&self, e: &Expr) -> bool {
        let e = names::strip(e);
        match e {
            Expr::Lit(_) => true,
            // What was found in a collection is kept, not the collection.
            Expr::Path(path) => !self.names_closure(path) && self.collection(e).is_none(),
            Expr::Unary(unary) => self.effect_free(&unary.expr),
            Expr::Binary(binary) => {
                !names::is_compound(&binary.op) && operands(e).into_iter().all(|o| self.effect_free(o))
            }
            Expr::Cast(cast) => self.effect_free(&cast.expr),
            Expr::Field(field) => self.effect_free(&field.base),
            Expr::Index(index) => self.effect_free(&index.expr) && self.effect_free(&index.index),
            Expr::Reference(r) => r.mutability.is_none() && self.effect_free(&r.expr),
            Expr::Range(range) => range.start.iter().chain(&range.end).all(|e| self.effect_free(e)),
            Expr::Tuple(tuple) => tuple.elems.iter().all(|e| self.effect_free(e)),
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let known = names::is_scalar_method(&name)
                    || matches!(
                        name.as_str(),
                        "len" | "is_empty" | "is_some" | "is_none" | "is_ok" | "is_err"
                    );
                known && self.effect_free(&call.receiver) && call.args.iter().all(|a| self.effect_free(a))
            }
            Expr::Call(call) => {
                let float = super::float_call::float_path(&call.func, &self.signature).is_some();
                float && call.args.iter().all(|a| self.effect_free(a))
            }
            Expr::Macro(mac) => macro_name(&mac.mac) == "matches",
            _ => false,
        }
    }

    fn names_closure(&self, path: &syn::ExprPath) -> bool {
        let id = path.path.get_ident().and_then(|i| self.facts.uses.get(&addr(i)));
        id.is_some_and(|id| matches!(self.bindings.get(id), Some(Binding::Closure(_))))
    }

    /// A field or element of a constant: `CONFIG.k`, `TABLE[i]`.
    pub fn is_constant_rooted(&self, e: &Expr) -> bool {
        match names::strip(e) {
            Expr::Field(field) => self.is_constant_rooted(&field.base),
            Expr::Index(index) => self.is_constant_rooted(&index.expr),
            Expr::Path(path) => {
                let local = path.path.get_ident().and_then(|i| self.facts.uses.get(&addr(i)));
                local.is_none() && path.path.segments.last().is_some_and(|s| names::starts_upper(&s.ident))
            }
            _ => false,
        }
    }

    /// Can the expression stay as it is? Not if control leaves it, if it assigns scalars, or if it calls a closure that
    /// is not passive.
    pub fn can_carry(&self, e: &'a Expr) -> bool {
        self.carries(e) && self.is_passive(e)
    }

    /// The same, for code that may look at active values.
    pub fn carries(&self, e: &'a Expr) -> bool {
        let mut walk = Carry { lowerer: self, ok: true, loops: 0 };
        walk.visit_expr(e);
        walk.ok
    }

    /// The value of passive code.
    pub fn carried_value(&mut self, e: &'a Expr, pure: bool, ty: Ty, at: At) -> Lowered<Val<'a>> {
        let opaque = self.opaque(e)?;
        let op = if pure { Op::Pure(opaque) } else { Op::Once(opaque) };
        Ok(Val::Value(self.let_(op, ty, false, at.span())))
    }

    /// An expression as carried code.
    pub fn opaque(&mut self, e: &'a Expr) -> Lowered<Opaque> {
        let mut walk = Locals { lowerer: self, found: Vec::new(), inner: HashSet::default() };
        walk.visit_expr(e);
        let Locals { found, inner, .. } = walk;
        let found: Vec<(Ident, BinderId)> = found.into_iter().filter(|(_, id)| !inner.contains(id)).collect();
        self.opaque_tokens(e.to_token_stream(), &found, at(e))
    }

    /// Tokens as carried code, with the variables that they mention.
    pub fn opaque_tokens(
        &mut self,
        tokens: TokenStream,
        found: &[(Ident, BinderId)],
        at: At,
    ) -> Lowered<Opaque> {
        let mut pieces = Pieces::default();
        let mut replaced: HashMap<super::resolve::Key, Replacement> = HashMap::default();
        let mut seen = HashSet::default();
        let mut formatted = HashSet::default();
        names::captures(&tokens, &mut |ident| {
            formatted.insert(ident.to_string());
        });
        for (ident, id) in found {
            if seen.insert(key(ident)) {
                let named = formatted.contains(&ident.to_string());
                if let Some(tokens) = self.mention(&mut pieces, ident, *id, named, at)? {
                    replaced.insert(key(ident), tokens);
                }
            }
        }
        pieces.writes.extend(self.written_by(&tokens, found));
        let tokens = if replaced.is_empty() { tokens } else { substitute(tokens, &replaced) };
        pieces.tokens = tokens;
        Ok(self.opaque_from(pieces))
    }

    /// One variable mentioned by carried code; what to write instead of its name, if it isn't something of its own.
    /// `named`: a format string captures it.
    fn mention(
        &mut self,
        pieces: &mut Pieces,
        ident: &Ident,
        id: BinderId,
        named: bool,
        at: At,
    ) -> Lowered<Option<Replacement>> {
        let only = |tokens: TokenStream| Some(Replacement { tokens, place: None });
        match self.bindings.get(&id).cloned() {
            Some(Binding::Var(var)) => {
                if let Slot::Val(value) = self.slots[var] {
                    pieces.read(ident.clone(), Read::Value(value));
                }
                Ok(None)
            }
            // Operators want the number itself, not a reference that has its name.
            Some(Binding::Mem(mem)) if self.is_local_number(mem) && !named => {
                let hole = self.hole();
                pieces.read(hole.clone(), Read::Mem(mem));
                Ok(only(quote!(#hole)))
            }
            Some(Binding::Mem(mem)) => {
                pieces.read(ident.clone(), Read::Mem(mem));
                Ok(None)
            }
            Some(Binding::Alias(place, kind)) => {
                // A format string has the name itself.
                if named {
                    let read = self.read_apart(place.clone(), at);
                    pieces.read(ident.clone(), read);
                }
                let mut part = Pieces::default();
                self.piece_place(&mut part, &place, at)?;
                let inner = part.take_into(pieces);
                Ok(match kind {
                    Aliased::Ref => only(quote!((&#inner))),
                    Aliased::RefMut => {
                        pieces.writes.push(place.mem);
                        Some(Replacement { tokens: quote!((&mut #inner)), place: Some(quote!((#inner))) })
                    }
                    Aliased::Value => only(quote!((#inner))),
                })
            }
            Some(binding @ (Binding::Window(..) | Binding::Cursor(..))) => {
                let val = self.read(&binding, ident)?;
                let mut part = Pieces::default();
                self.piece(&mut part, val, at)?;
                let inner = part.take_into(pieces);
                Ok(only(quote!((#inner))))
            }
            Some(Binding::Closure(closure)) => {
                let opaque = self.opaque_closure(closure.closure)?;
                let code = self.source.codes[opaque.code].clone();
                for (hole, read) in code.holes.into_iter().zip(opaque.reads) {
                    pieces.read(hole, read);
                }
                pieces.writes.extend(opaque.writes);
                let tokens = code.tokens;
                Ok(only(quote!((#tokens))))
            }
            Some(Binding::Val(val)) => {
                if let (Val::Value(value) | Val::RefValue(value), true) = (&val, named) {
                    pieces.read(ident.clone(), Read::Value(*value));
                }
                let mut part = Pieces::default();
                self.piece(&mut part, val, at)?;
                let inner = part.take_into(pieces);
                Ok(only(quote!((#inner))))
            }
            Some(Binding::Poison) => Err(super::lowerer::Stop),
            None => Ok(None),
        }
    }

    fn is_local_number(&self, mem: MemId) -> bool {
        let info = &self.f.mems[mem];
        info.access == Access::Owned && matches!(info.ty, Ty::Float(_) | Ty::Int | Ty::Bool)
    }

    /// A closure as carried code.
    fn opaque_closure(&mut self, closure: &'a syn::ExprClosure) -> Lowered<Opaque> {
        let mut walk = Locals { lowerer: self, found: Vec::new(), inner: HashSet::default() };
        walk.visit_expr_closure(closure);
        let Locals { found, inner, .. } = walk;
        let found: Vec<(Ident, BinderId)> = found.into_iter().filter(|(_, id)| !inner.contains(id)).collect();
        self.opaque_tokens(closure.to_token_stream(), &found, at(closure))
    }

    /// Objects that passive code may write: those it names with `&mut`, as the receiver of a method, on the left of an
    /// assignment, or hands on as mutable references.
    fn written_by(&self, tokens: &TokenStream, found: &[(Ident, BinderId)]) -> Vec<MemId> {
        let mut written = Vec::new();
        for (ident, id) in found {
            let (mem, handed_on) = match self.bindings.get(id) {
                Some(Binding::Mem(mem)) => (*mem, self.f.mems[*mem].access == Access::RefMut),
                Some(Binding::Alias(place, Aliased::RefMut)) => (place.mem, true),
                _ => continue,
            };
            let mutable = handed_on || self.facts.binder(*id).mutable;
            if mutable
                && self.writable(mem)
                && (handed_on || may_write(tokens, ident))
                && !written.contains(&mem)
            {
                written.push(mem);
            }
        }
        written
    }

    /// Can the object change at all?
    pub fn writable(&self, mem: MemId) -> bool {
        self.f.mems[mem].access != Access::Ref
    }

    pub fn opaque_from(&mut self, pieces: Pieces) -> Opaque {
        let code = self.source.code_with(pieces.tokens, pieces.holes);
        Opaque { code, reads: pieces.reads, writes: pieces.writes, diverges: false }
    }

    /// A value in carried code.
    pub fn piece_value(&mut self, pieces: &mut Pieces, value: ValueId) {
        let hole = self.hole();
        pieces.push(quote!(#hole));
        pieces.read(hole, Read::Value(value));
    }

    /// Anything in carried code.
    pub fn piece(&mut self, pieces: &mut Pieces, val: Val<'a>, at: At) -> Lowered<()> {
        match val {
            Val::Value(v) => {
                self.piece_value(pieces, v);
                Ok(())
            }
            Val::RefValue(v) => {
                pieces.push(quote!(&));
                self.piece_value(pieces, v);
                Ok(())
            }
            Val::Place(place) => self.piece_place(pieces, &place, at),
            Val::Ref(place, mutable) => {
                pieces.push(if mutable { quote!(&mut) } else { quote!(&) });
                self.piece_place(pieces, &place, at)
            }
            Val::Temp(mem) => self.piece_place(pieces, &Place::whole(mem), at),
            Val::Fresh(..) | Val::Opt(..) => {
                let place = self.place(val, at)?;
                self.piece_place(pieces, &place, at)
            }
            Val::Tuple(items) => {
                let mut inner = Pieces::default();
                for item in items {
                    self.piece(&mut inner, item, at)?;
                    inner.push(quote!(,));
                }
                let tokens = inner.take_into(pieces);
                pieces.push(quote!((#tokens)));
                Ok(())
            }
            Val::Range(range) => {
                let mut inner = Pieces::default();
                if let Some(lo) = range.lo {
                    self.piece_value(&mut inner, lo);
                }
                inner.push(if range.inclusive { quote!(..=) } else { quote!(..) });
                if let Some(hi) = range.hi {
                    self.piece_value(&mut inner, hi);
                }
                let tokens = inner.take_into(pieces);
                pieces.push(quote!((#tokens)));
                Ok(())
            }
            Val::Closure(closure) => {
                let opaque = self.opaque_closure(closure.closure)?;
                let code = self.source.codes[opaque.code].clone();
                let tokens = code.tokens;
                pieces.push(quote!((#tokens)));
                for (hole, read) in code.holes.into_iter().zip(opaque.reads) {
                    pieces.read(hole, read);
                }
                Ok(())
            }
            Val::Func(path) => {
                pieces.push(path.to_token_stream());
                Ok(())
            }
            Val::Unit => {
                pieces.push(quote!(()));
                Ok(())
            }
            Val::Function(_) => self.fail(catalog::unknown_shape(
                at,
                "a function parameter in code that the macro carries along",
            )),
            Val::Iter(_) => {
                self.fail(catalog::unknown_shape(at, "an iterator in code that the macro carries along"))
            }
        }
    }

    /// Passive code for its effect.
    pub fn carry_statement(&mut self, opaque: Opaque) {
        for mem in &opaque.writes {
            self.frozen.remove(mem);
        }
        self.emit(Stmt::Opaque(opaque));
    }

    /// A passive expression of unknown type, seen by `Span`.
    pub fn pure(&mut self, pieces: Pieces, ty: Ty, span: Span) -> ValueId {
        let opaque = self.opaque_from(pieces);
        self.let_(Op::Pure(opaque), ty, false, span)
    }
}
