//! Which local variable each identifier means, and how the body uses each variable.
//!
//! ```text
//! fn f(x: f64) { let y = g(x); y.k * x }   →   y: projected (an aggregate); x: plain (a number)
//! ```
//!
//! Variables are told apart by name *and* syntax context, so that a macro's `t` is not the caller's `t`. Everything is
//! keyed by the address of the identifier in the tree. It decides nothing: lowering asks it.

use super::names::{self, Fails, Use};
use super::parse::{addr, operands, MacroArgs, Parsed};
use crate::ir::hash::HashMap;
use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Macro, Pat};

/// A variable's identity while its scope is open.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Key {
    name: String,
    context: String,
}

/// Name and syntax context; the latter is only visible in the debug form of a span (`#3 bytes(..)`).
pub fn key(ident: &Ident) -> Key {
    let debug = format!("{:?}", ident.span());
    let context = match debug.split_once(' ') {
        Some((context, _)) if context.starts_with('#') => context.to_string(),
        _ => String::new(),
    };
    Key { name: ident.to_string(), context }
}

/// The address of the identifier that binds a variable.
pub type BinderId = usize;

/// How a variable is used, over its whole scope.
#[derive(Clone, Debug, Default)]
pub struct Binder {
    pub mutable: bool,
    /// `x = ..`, `x += ..`
    pub assigned: bool,
    /// `&mut x`
    pub mut_ref: bool,
    /// `x.k`, `x[i]`, `x.iter()`
    pub projected: bool,
    /// `x.k = ..`, `x[i] = ..`, `*x = ..`, `x.push(..)`
    pub written: bool,
    /// `&x`
    pub by_ref: bool,
    /// The receiver of a method that is not known.
    pub receiver: bool,
    /// A parameter of a closure.
    pub of_closure: bool,
    /// An argument of a call, also behind `&` and `*`.
    pub argument: bool,
    pub uses: usize,
}

/// The result.
pub struct Facts<'a> {
    pub binders: HashMap<BinderId, Binder>,
    /// From the address of a using identifier.
    pub uses: HashMap<usize, BinderId>,
    /// Closures bound by `let c = |..| ..`.
    pub closures: HashMap<BinderId, &'a ExprClosure>,
    /// Variables mentioned in the tokens of a macro, or in its format strings.
    pub in_macros: HashMap<usize, Vec<(Ident, BinderId)>>,
    pub macros: &'a HashMap<usize, MacroArgs>,
}

/// Resolves the whole function.
pub fn resolve(parsed: &Parsed) -> Facts<'_> {
    let facts = Facts {
        binders: HashMap::default(),
        uses: HashMap::default(),
        closures: HashMap::default(),
        in_macros: HashMap::default(),
        macros: &parsed.macros,
    };
    let mut resolver = Resolver { facts, scopes: vec![HashMap::default()] };
    for input in &parsed.item.sig.inputs {
        match input {
            syn::FnArg::Receiver(receiver) => {
                let ident = names::self_ident(receiver);
                let mutable = receiver.mutability.is_some();
                resolver.bind_key(key(&ident), addr(receiver), mutable);
            }
            syn::FnArg::Typed(typed) => resolver.bind(&typed.pat, Fails::Never),
        }
    }
    resolver.visit_block(&parsed.item.block);
    resolver.scopes = vec![HashMap::default()];
    parsed.accessors.iter().for_each(|accessor| resolver.visit_expr_closure(accessor.closure()));
    resolver.facts
}

impl Facts<'_> {
    pub fn binder(&self, id: BinderId) -> Binder {
        self.binders.get(&id).cloned().unwrap_or_default()
    }
}

struct Resolver<'a> {
    facts: Facts<'a>,
    scopes: Vec<HashMap<Key, BinderId>>,
}

impl<'a> Resolver<'a> {
    fn scoped(&mut self, f: impl FnOnce(&mut Self)) {
        self.scopes.push(HashMap::default());
        f(self);
        self.scopes.pop();
    }

    fn bind_key(&mut self, key: Key, id: BinderId, mutable: bool) {
        self.facts.binders.insert(id, Binder { mutable, ..Binder::default() });
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(key, id);
        }
    }

    /// Binds every variable of a pattern, and resolves the expressions in it.
    fn bind(&mut self, pat: &'a Pat, fails: Fails) {
        let mut guards = Vec::new();
        let mut bind =
            |p: &'a syn::PatIdent| self.bind_key(key(&p.ident), addr(&p.ident), p.mutability.is_some());
        for_binders(pat, fails, &mut bind, &mut guards);
        guards.into_iter().for_each(|g| self.visit_expr(g));
    }

    fn lookup(&self, ident: &Ident) -> Option<BinderId> {
        let key = key(ident);
        self.scopes.iter().rev().find_map(|s| s.get(&key)).copied()
    }

    /// Records a use of the variable, if the expression is one.
    fn used(&mut self, e: &'a Expr, how: Use) -> bool {
        match names::strip(e) {
            Expr::Path(path) => {
                let Some(ident) = path.path.get_ident() else { return false };
                let Some(id) = self.lookup(ident) else { return false };
                self.facts.uses.insert(addr(ident), id);
                self.mark(id, how);
                true
            }
            _ => false,
        }
    }

    fn mark(&mut self, id: BinderId, how: Use) {
        let Some(binder) = self.facts.binders.get_mut(&id) else { return };
        binder.uses += 1;
        match how {
            Use::Plain => {}
            Use::Assigned => binder.assigned = true,
            Use::MutRef => binder.mut_ref = true,
            Use::Projected => binder.projected = true,
            Use::Written => {
                binder.projected = true;
                binder.written = true;
            }
            Use::DerefWritten => binder.written = true,
            Use::ByRef => binder.by_ref = true,
            Use::Receiver => binder.receiver = true,
        }
    }

    /// The object at the root of a place expression is used so; indices on the way are visited.
    fn root(&mut self, e: &'a Expr, how: Use) {
        let through = if how == Use::Plain { Use::Projected } else { how };
        match names::strip(e) {
            Expr::Field(field) => self.root(&field.base, through),
            Expr::Index(index) => {
                self.visit_expr(&index.index);
                self.root(&index.expr, through);
            }
            Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => {
                self.root(&unary.expr, if how == Use::Written { Use::DerefWritten } else { how });
            }
            other => {
                if !self.used(other, how) {
                    self.visit_expr(other);
                }
            }
        }
    }

    /// The left side of an assignment.
    fn target(&mut self, e: &'a Expr) {
        match names::strip(e) {
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|e| self.target(e)),
            Expr::Array(array) => array.elems.iter().for_each(|e| self.target(e)),
            Expr::Struct(s) => s.fields.iter().for_each(|f| self.target(&f.expr)),
            Expr::Call(call) => call.args.iter().for_each(|e| self.target(e)),
            Expr::Path(_) => {
                self.used(e, Use::Assigned);
            }
            other => self.root(other, Use::Written),
        }
    }

    /// What is assigned to it has parts.
    fn holds_parts(&mut self, target: &Expr) {
        let Expr::Path(path) = names::strip(target) else { return };
        let id = path.path.get_ident().and_then(|ident| self.lookup(ident));
        if let Some(binder) = id.and_then(|id| self.facts.binders.get_mut(&id)) {
            binder.projected = true;
        }
    }

    fn tokens(&mut self, mac: &'a Macro, formatted: bool) {
        let mut found = Vec::new();
        names::mentioned(&mac.tokens, formatted, &mut |ident| {
            if let Some(id) = self.lookup(ident) {
                found.push((ident.clone(), id));
            }
        });
        for (_, id) in &found {
            self.mark(*id, Use::Plain);
        }
        self.facts.in_macros.insert(addr(mac), found);
    }
}

impl<'a> Visit<'a> for Resolver<'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr_closure(&mut self, closure: &'a ExprClosure) {
        self.scoped(|r| {
            for p in &closure.inputs {
                r.bind(p, Fails::Never);
                for name in binders(p, Fails::Never) {
                    if let Some(binder) = r.facts.binders.get_mut(&addr(&name.ident)) {
                        binder.of_closure = true;
                    }
                }
            }
            r.visit_expr(&closure.body);
        });
    }

    fn visit_block(&mut self, block: &'a Block) {
        self.scoped(|r| visit::visit_block(r, block));
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        if let Some(init) = &local.init {
            match takes_apart(&local.pat) {
                true => self.root(&init.expr, Use::Projected),
                false => self.visit_expr(&init.expr),
            }
            if let Some((_, diverge)) = &init.diverge {
                self.visit_expr(diverge);
            }
        }
        let diverges = local.init.as_ref().is_some_and(|i| i.diverge.is_some());
        self.bind(&local.pat, if diverges { Fails::Maybe } else { Fails::Never });
        let closure = local.init.as_ref().map(|i| names::strip(&i.expr));
        if let (Some(Expr::Closure(closure)), Some(ident)) = (closure, names::single(&local.pat)) {
            self.facts.closures.insert(addr(ident), closure);
        }
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        self.scoped(|r| {
            r.bind(&arm.pat, Fails::Maybe);
            r.visit_expr(&arm.body);
        });
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Binary(binary) if names::is_compound(&binary.op) => {
                self.visit_expr(&binary.right);
                self.target(&binary.left);
            }
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            Expr::Assign(assign) => {
                self.visit_expr(&assign.right);
                self.target(&assign.left);
                if names::is_aggregate(&assign.right) {
                    self.holds_parts(&assign.left);
                }
            }
            Expr::Path(_) => {
                self.used(e, Use::Plain);
            }
            Expr::Field(field) => self.root(&field.base, Use::Projected),
            Expr::Index(_) => self.root(e, Use::Projected),
            Expr::Reference(reference) => self.reference(reference),
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::Closure(closure) => self.visit_expr_closure(closure),
            Expr::ForLoop(l) => {
                self.root(&l.expr, Use::Projected);
                self.scoped(|r| {
                    r.bind(&l.pat, Fails::Never);
                    r.visit_block(&l.body);
                });
                self.items_of(&l.expr, &l.pat);
            }
            Expr::If(branch) => {
                self.scoped(|r| {
                    r.visit_expr(&branch.cond);
                    r.visit_block(&branch.then_branch);
                });
                if let Some((_, els)) = &branch.else_branch {
                    self.visit_expr(els);
                }
            }
            Expr::While(l) => self.scoped(|r| {
                r.visit_expr(&l.cond);
                r.visit_block(&l.body);
            }),
            Expr::Match(m) if m.arms.iter().any(|arm| takes_apart(&arm.pat)) => {
                self.root(&m.expr, Use::Projected);
                m.arms.iter().for_each(|arm| self.visit_arm(arm));
            }
            Expr::Let(l) => {
                self.root(&l.expr, if takes_apart(&l.pat) { Use::Projected } else { Use::Plain });
                self.bind(&l.pat, Fails::Maybe);
            }
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'a Macro) {
        self.tokens(mac, true);
        let args = self.facts.macros.get(&addr(mac));
        args.into_iter().flat_map(MacroArgs::exprs).for_each(|e| self.visit_expr(e));
    }
}

impl<'a> Resolver<'a> {
    fn reference(&mut self, reference: &'a syn::ExprReference) {
        let inner = names::strip(&reference.expr);
        let mutable = reference.mutability.is_some();
        match inner {
            Expr::Path(_) => {
                if !self.used(inner, if mutable { Use::MutRef } else { Use::ByRef }) {
                    self.visit_expr(inner);
                }
            }
            Expr::Field(_) | Expr::Index(_) | Expr::Unary(_) if mutable => self.root(inner, Use::Written),
            other => self.visit_expr(other),
        }
    }

    fn method(&mut self, call: &'a syn::ExprMethodCall) {
        self.root(&call.receiver, names::receiver_use(call));
        for arg in &call.args {
            self.visit_expr(arg);
            match names::strip(arg) {
                Expr::Closure(closure) => {
                    closure.inputs.iter().for_each(|p| self.items_of(&call.receiver, p))
                }
                other => self.argument(other),
            }
        }
    }

    fn call(&mut self, call: &'a syn::ExprCall) {
        self.visit_expr(&call.func);
        if names::mem_function(&call.func).is_some() {
            for arg in &call.args {
                match names::strip(arg) {
                    Expr::Reference(r) if r.mutability.is_some() => self.target(&r.expr),
                    other => self.visit_expr(other),
                }
            }
        } else {
            for arg in &call.args {
                self.visit_expr(arg);
                self.argument(arg);
            }
        }
    }

    /// Items of a sequence that are arguments of a call make the sequence one.
    fn items_of(&mut self, sequence: &'a Expr, items: &'a Pat) {
        let all = binders(items, Fails::Never);
        if all.iter().any(|p| self.facts.binder(addr(&p.ident)).argument) {
            self.argument(sequence);
        }
    }

    fn argument(&mut self, e: &'a Expr) {
        match names::strip(e) {
            Expr::Reference(r) => self.argument(&r.expr),
            Expr::Unary(unary) => self.argument(&unary.expr),
            Expr::MethodCall(call) => self.argument(&call.receiver),
            Expr::Path(path) => {
                let id = path.path.get_ident().and_then(|ident| self.lookup(ident));
                if let Some(binder) = id.and_then(|id| self.facts.binders.get_mut(&id)) {
                    binder.argument = true;
                }
            }
            _ => {}
        }
    }
}

/// Calls `f` for each identifier that a pattern binds, and collects the guards in it.
pub fn for_binders<'a>(
    pat: &'a Pat,
    fails: Fails,
    f: &mut dyn FnMut(&'a syn::PatIdent),
    guards: &mut Vec<&'a Expr>,
) {
    match pat {
        Pat::Ident(p) => {
            if names::is_binder(p, fails) {
                f(p);
            }
            if let Some((_, sub)) = &p.subpat {
                for_binders(sub, fails, f, guards);
            }
        }
        Pat::Guard(p) => {
            for_binders(&p.pat, fails, f, guards);
            guards.push(&p.guard);
        }
        Pat::Or(p) => p.cases.iter().for_each(|c| for_binders(c, fails, f, guards)),
        Pat::Paren(p) => for_binders(&p.pat, fails, f, guards),
        Pat::Reference(p) => for_binders(&p.pat, fails, f, guards),
        Pat::Slice(p) => p.elems.iter().for_each(|c| for_binders(c, fails, f, guards)),
        Pat::Tuple(p) => p.elems.iter().for_each(|c| for_binders(c, fails, f, guards)),
        Pat::TupleStruct(p) => p.elems.iter().for_each(|c| for_binders(c, fails, f, guards)),
        Pat::Struct(p) => p.fields.iter().for_each(|c| for_binders(&c.pat, fails, f, guards)),
        Pat::Type(p) => for_binders(&p.pat, fails, f, guards),
        Pat::Const(_)
        | Pat::Lit(_)
        | Pat::Macro(_)
        | Pat::Path(_)
        | Pat::Range(_)
        | Pat::Rest(_)
        | Pat::Verbatim(_)
        | Pat::Wild(_) => {}
        // Forms that syn adds: refused where they are bound.
        _ => {}
    }
}

/// The identifiers that a pattern binds.
pub fn binders(pat: &Pat, fails: Fails) -> Vec<&syn::PatIdent> {
    let mut all = Vec::new();
    for_binders(pat, fails, &mut |p| all.push(p), &mut Vec::new());
    all
}

/// Does the pattern look into what it is matched with?
fn takes_apart(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(_) | Pat::Struct(_) => true,
        Pat::Or(or) => or.cases.iter().any(takes_apart),
        Pat::Paren(inner) => takes_apart(&inner.pat),
        Pat::Ident(named) => named.subpat.as_ref().is_some_and(|(_, sub)| takes_apart(sub)),
        _ => false,
    }
}
