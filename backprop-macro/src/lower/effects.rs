//! What a loop changes, before it is lowered: the variables that it assigns, and through which assignments a dependence
//! on a parameter can spread in it. Everything is over-approximated; lowering checks itself against it afterwards.
//!
//! ```text
//! for i in 0..n { t = s; s += x[i]; }   →   assigned {t, s}; t ← {s}, s ← {s, x}
//! ```

use super::lowerer::VarId;
use super::names::{self, Fails};
use super::parse::{addr, operands, MacroArgs};
use super::resolve::{binders, for_binders, BinderId, Facts};
use crate::ir::hash::HashSet;
use crate::ir::MemId;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat};

#[derive(Clone, Default, Debug)]
pub struct Effects {
    pub assigned: HashSet<BinderId>,
    /// Iterators that are advanced by hand.
    pub advanced: HashSet<BinderId>,
    /// Target and sources.
    pub edges: Vec<(BinderId, HashSet<BinderId>)>,
    closures: HashSet<BinderId>,
    /// Dependent on a parameter from the start: variables bound to the items of an active iterator.
    pub seeds: HashSet<BinderId>,
    /// Variables that may be references into these objects.
    pub views: Vec<(HashSet<BinderId>, Vec<MemId>)>,
    /// Compiler-made variables that are carried, and whether they may depend on a parameter.
    pub extra: Vec<(VarId, bool)>,
    /// Those of them that tell all loops of an iterator whether to go on.
    pub going: Vec<VarId>,
}

impl Effects {
    /// Both.
    pub fn merge(&mut self, other: Effects) {
        self.assigned.extend(other.assigned);
        self.advanced.extend(other.advanced);
        self.edges.extend(other.edges);
        self.seeds.extend(other.seeds);
        self.views.extend(other.views);
        self.extra.extend(other.extra);
        self.going.extend(other.going);
    }

    /// Everything that may come to depend on something in `tainted`.
    pub fn spread(&self, mut tainted: HashSet<BinderId>) -> HashSet<BinderId> {
        tainted.extend(self.seeds.iter().copied());
        loop {
            let before = tainted.len();
            for (target, sources) in &self.edges {
                if !tainted.contains(target) && !sources.is_disjoint(&tainted) {
                    tainted.insert(*target);
                }
            }
            if tainted.len() == before {
                return tainted;
            }
        }
    }
}

/// A part of the tree.
#[derive(Clone, Copy)]
pub enum Node<'a> {
    Expr(&'a Expr),
    Block(&'a Block),
    /// A loop's pattern over what it iterates over.
    For(&'a Pat, &'a Expr),
}

/// The effects of running these.
pub fn effects<'a>(facts: &Facts<'a>, nodes: &[Node<'a>]) -> Effects {
    let mut walk = Walk { facts, effects: Effects::default() };
    for node in nodes {
        match node {
            Node::Expr(e) => walk.visit_expr(e),
            Node::Block(b) => walk.visit_block(b),
            Node::For(pat, e) => {
                walk.visit_expr(e);
                walk.bind(pat, e);
            }
        }
    }
    walk.effects
}

/// The variables that an expression's value may depend on: not those under `len()`, in indices, comparisons, casts to
/// integers or `detach`.
pub fn mentions<'a>(facts: &Facts<'a>, e: &'a Expr) -> HashSet<BinderId> {
    let mut walk = Mentions { facts, found: HashSet::default(), closures: HashSet::default() };
    walk.visit_expr(e);
    walk.found
}

/// Every local variable that is named anywhere in it.
pub fn named<'a>(facts: &Facts<'a>, e: &'a Expr) -> HashSet<BinderId> {
    let mut walk = Named { facts, found: HashSet::default() };
    walk.visit_expr(e);
    walk.found
}

struct Walk<'f, 'a> {
    facts: &'f Facts<'a>,
    effects: Effects,
}

impl<'a> Walk<'_, 'a> {
    fn edge(&mut self, target: BinderId, sources: HashSet<BinderId>) {
        self.effects.edges.push((target, sources));
    }

    fn root(&self, e: &'a Expr) -> Option<BinderId> {
        root(self.facts, e)
    }

    /// The left side of an assignment.
    fn assign(&mut self, target: &'a Expr, sources: &HashSet<BinderId>) {
        match names::strip(target) {
            Expr::Tuple(t) => t.elems.iter().for_each(|e| self.assign(e, sources)),
            Expr::Array(t) => t.elems.iter().for_each(|e| self.assign(e, sources)),
            Expr::Struct(t) => t.fields.iter().for_each(|f| self.assign(&f.expr, sources)),
            Expr::Call(t) => t.args.iter().for_each(|e| self.assign(e, sources)),
            other => {
                if let Some(root) = self.root(other) {
                    if matches!(other, Expr::Path(_)) {
                        self.effects.assigned.insert(root);
                    }
                    self.edge(root, sources.clone());
                }
                self.visit_expr(other);
            }
        }
    }

    /// A pattern's variables come from the expression; a reference among them leads back.
    fn bind(&mut self, pat: &'a Pat, e: &'a Expr) {
        let sources = mentions(self.facts, e);
        let mut bound = Vec::new();
        let mut guards = Vec::new();
        for_binders(pat, Fails::Maybe, &mut |p| bound.push(addr(&p.ident)), &mut guards);
        bound.extend(binders(pat, Fails::Never).into_iter().map(|p| addr(&p.ident)));
        for target in bound {
            self.flow(target, &sources);
        }
        guards.into_iter().for_each(|g| self.visit_expr(g));
    }

    fn flow(&mut self, target: BinderId, sources: &HashSet<BinderId>) {
        self.edge(target, sources.clone());
        let binder = self.facts.binder(target);
        if binder.written || binder.mut_ref || binder.receiver || binder.by_ref {
            for source in sources {
                self.edge(*source, [target].into_iter().collect());
            }
        }
    }

    /// Values that go into a call may come out through any mutable reference among them.
    fn call(&mut self, parts: &[&'a Expr], receiver: Option<&'a Expr>) {
        let mut all = HashSet::default();
        for part in parts.iter().copied().chain(receiver) {
            all.extend(mentions(self.facts, part));
        }
        for part in parts {
            let part = names::strip(part);
            let mutable = matches!(part, Expr::Reference(r) if r.mutability.is_some());
            if mutable || matches!(part, Expr::Path(_) | Expr::Field(_)) {
                if let Some(root) = self.root(part) {
                    self.edge(root, all.clone());
                }
            }
            if let Expr::Closure(closure) = part {
                for input in &closure.inputs {
                    binders(input, Fails::Never).into_iter().for_each(|p| self.flow(addr(&p.ident), &all));
                }
            }
        }
        if let Some(root) = receiver.and_then(|r| self.root(r)) {
            self.edge(root, all);
        }
    }

    /// A local closure runs here.
    fn closure_call(&mut self, id: BinderId, args: &[&'a Expr]) {
        let Some(closure) = self.facts.closures.get(&id).copied() else { return };
        for (input, arg) in closure.inputs.iter().zip(args) {
            self.bind(input, arg);
        }
        if self.effects.closures.insert(id) {
            self.visit_expr(&closure.body);
        }
    }
}

impl<'a> Visit<'a> for Walk<'_, 'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Binary(binary) if names::is_compound(&binary.op) => {
                let mut sources = mentions(self.facts, &binary.right);
                sources.extend(root(self.facts, &binary.left));
                self.visit_expr(&binary.right);
                self.assign(&binary.left, &sources);
            }
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            Expr::Assign(assign) => {
                let sources = mentions(self.facts, &assign.right);
                self.visit_expr(&assign.right);
                self.assign(&assign.left, &sources);
            }
            Expr::MethodCall(call) => {
                let args: Vec<&'a Expr> = call.args.iter().collect();
                self.call(&args, Some(&call.receiver));
                if super::cursor::ADVANCING.iter().any(|name| call.method == name) {
                    self.effects.advanced.extend(self.root(&call.receiver));
                }
                visit::visit_expr(self, e);
            }
            Expr::Call(call) => {
                let args: Vec<&'a Expr> = call.args.iter().collect();
                if let Some(id) = local(self.facts, &call.func) {
                    self.closure_call(id, &args);
                }
                self.call(&args, None);
                if names::mem_function(&call.func).is_some() {
                    for arg in &args {
                        let sources = args.iter().flat_map(|a| mentions(self.facts, a)).collect();
                        if let Expr::Reference(r) = names::strip(arg) {
                            self.assign(&r.expr, &sources);
                        }
                    }
                }
                visit::visit_expr(self, e);
            }
            Expr::ForLoop(l) => {
                self.bind(&l.pat, &l.expr);
                visit::visit_expr(self, e);
            }
            Expr::Let(l) => {
                self.bind(&l.pat, &l.expr);
                visit::visit_expr(self, e);
            }
            Expr::Match(m) => {
                m.arms.iter().for_each(|arm| self.bind(&arm.pat, &m.expr));
                visit::visit_expr(self, e);
            }
            Expr::Path(_) => {
                if let Some(id) = local(self.facts, e) {
                    self.closure_call(id, &[]);
                }
            }
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_local(&mut self, l: &'a syn::Local) {
        if let Some(init) = &l.init {
            self.bind(&l.pat, &init.expr);
        }
        visit::visit_local(self, l);
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        let args = self.facts.macros.get(&addr(mac));
        args.into_iter().flat_map(MacroArgs::exprs).for_each(|e| self.visit_expr(e));
    }
}

/// The variable that a path names.
pub fn local(facts: &Facts<'_>, e: &Expr) -> Option<BinderId> {
    match names::strip(e) {
        Expr::Path(path) => path.path.get_ident().and_then(|i| facts.uses.get(&addr(i))).copied(),
        _ => None,
    }
}

/// The variable at the root of a place expression.
pub fn root(facts: &Facts<'_>, e: &Expr) -> Option<BinderId> {
    match names::strip(e) {
        Expr::Path(_) => local(facts, e),
        Expr::Field(field) => root(facts, &field.base),
        Expr::Index(index) => root(facts, &index.expr),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => root(facts, &unary.expr),
        Expr::Reference(reference) => root(facts, &reference.expr),
        Expr::MethodCall(call) if names::is_known_method(&call.method.to_string()) => {
            root(facts, &call.receiver)
        }
        _ => None,
    }
}

struct Mentions<'f, 'a> {
    facts: &'f Facts<'a>,
    found: HashSet<BinderId>,
    closures: HashSet<BinderId>,
}

impl<'a> Visit<'a> for Mentions<'_, 'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Binary(binary) if is_comparison(&binary.op) => {}
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            Expr::Path(_) => {
                let Some(id) = local(self.facts, e) else { return };
                self.found.insert(id);
                if let Some(closure) = self.facts.closures.get(&id).copied() {
                    if self.closures.insert(id) {
                        self.visit_expr(&closure.body);
                    }
                }
            }
            Expr::Index(index) => self.visit_expr(&index.expr),
            Expr::MethodCall(call) if PASSIVE_METHODS.contains(&call.method.to_string().as_str()) => {}
            Expr::Cast(cast) if super::types::is_integer(&cast.ty) => {}
            Expr::Call(call) if names::last_name(&call.func).as_deref() == Some("detach") => {}
            Expr::Let(l) => self.visit_expr(&l.expr),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        if super::parse::macro_name(mac) != "vec" {
            self.found.extend(self.facts.in_macros.get(&addr(mac)).into_iter().flatten().map(|(_, id)| *id));
        }
        match self.facts.macros.get(&addr(mac)) {
            Some(MacroArgs::Exprs(all)) => all.iter().for_each(|e| self.visit_expr(e)),
            Some(MacroArgs::Repeat(pair)) => self.visit_expr(&pair.0),
            Some(MacroArgs::Matches(_) | MacroArgs::Tokens) | None => {}
        }
    }
}

/// Methods whose result never has a derivative.
pub const PASSIVE_METHODS: [&str; 17] = [
    "len",
    "is_empty",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "is_nan",
    "is_finite",
    "is_infinite",
    "is_normal",
    "is_subnormal",
    "is_sign_positive",
    "is_sign_negative",
    "partial_cmp",
    "total_cmp",
    "contains",
    "eq",
];

fn is_comparison(op: &syn::BinOp) -> bool {
    use syn::BinOp;
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

struct Named<'f, 'a> {
    facts: &'f Facts<'a>,
    found: HashSet<BinderId>,
}

impl<'a> Visit<'a> for Named<'_, 'a> {
    fn visit_item(&mut self, _: &'a syn::Item) {}

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            Expr::Path(_) => self.found.extend(local(self.facts, e)),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.found.extend(self.facts.in_macros.get(&addr(mac)).into_iter().flatten().map(|(_, id)| *id));
        let args = self.facts.macros.get(&addr(mac));
        args.into_iter().flat_map(MacroArgs::exprs).for_each(|e| self.visit_expr(e));
    }
}
