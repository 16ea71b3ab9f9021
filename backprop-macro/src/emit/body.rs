//! A function's statements as Rust, in one pass.
//!
//! [`Body`] keeps what is true at the point of writing: the names in scope, the expressions that wait for their reader
//! and the position. Its parts, one file each: `ops` and `pending` (expressions), `place`, `memory`, `call`, `control`.

use super::expr::{Expr, Shape};
use super::facts::Facts;
use super::names::{ours, Holder, Names};
use super::pending::Pending;
use super::tables::{self, is_number, mem_name, shadow_of, value_name, value_ty};
use super::tokens::Tokens;
use super::vars::Vars;
use super::Krate;
use crate::analysis::integers::Told;
use crate::ir::dense::{IdMap, IdSet};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{CodeId, Function, MemId, Op, Region, StackId, Stmt, ValueId};
use crate::source::Source;
use proc_macro2::{Ident, Span, TokenStream};

/// Which transform has made the function: how its shadows are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `__d_x`
    Adjoint,
    /// `__t_x`
    Tangent,
}

/// The region around.
pub(super) struct Outer {
    out: Tokens,
    region: usize,
}

/// What the reverse half of a recursive function gets from its caller for a parameter.
#[derive(Clone)]
pub enum Down {
    /// What every pullback gets.
    Usual,
    /// The parameter again, by value.
    Again,
    /// The variable of the caller to which its cotangent is added; this is its zero.
    Cotangent(TokenStream),
}

/// Where a recursive function keeps its residuals.
pub struct Arena {
    pub name: Ident,
    /// Pullbacks of the function itself: the paths of their reverse halves. They are not kept.
    pub pullbacks: HashMap<ValueId, TokenStream>,
    /// Per stack: which of its items are in the arena.
    pub pushed: HashMap<StackId, Vec<bool>>,
    /// Per parameter: what the reverse halves get for it besides.
    pub down: Vec<Down>,
}

/// A function being written.
pub struct Body<'a> {
    pub f: &'a Function,
    pub source: &'a Source,
    pub krate: &'a Krate,
    pub facts: Facts,
    pub vars: Vars,
    pub names: Names,
    /// Types of integers, and the tokens of those that rustc alone knows.
    pub told: Told,
    pub(super) one_types: HashMap<u32, Ident>,
    /// The statements of the open region, so far.
    pub out: Tokens,
    /// Residuals go to an arena that all levels of a recursion share.
    pub arena: Option<Arena>,
    /// Stacks come from a store that the caller has passed in.
    pub store: Option<Ident>,
    /// The function's name and its companion's, where they differ.
    pub renamed: Option<(String, Ident)>,
    /// Buffers that need no zeros, and rows of them.
    pub assigned: HashSet<MemId>,
    /// Parts of what rustc alone knows; rows of cotangents behind accessors; what was moved out of its place for a row.
    pub parts: HashSet<MemId>,
    pub opaque: HashSet<MemId>,
    pub taken: HashMap<MemId, Ident>,
    /// Buffers that may be missing, and rows of them: the variables that say whether they are there.
    pub wanted: HashMap<MemId, Ident>,
    /// Tangents are of several directions at once.
    pub lanes: bool,
    /// What is held block by block.
    pub blocks: Option<super::blocks::InBlocks>,
    /// Of a closure: types are inferred.
    pub inferred: bool,
    /// The extension trait for the slots of tuples is needed.
    pub tuple_slots: bool,
    /// Accessors of what may be the tangent of a constant, which has none of its own.
    pub sinks: std::collections::BTreeSet<String>,
    pub(super) pending: Pending,
    /// Expressions already taken that will be written after the next names have been made.
    pub(super) held: Vec<Expr>,
    pub(super) stack_names: HashMap<StackId, Ident>,
    /// Stacks that have room for what the loop that is being written pushes.
    pub(super) roomy: HashSet<StackId>,
    /// Rows that are slices, and whether they may be written; how many loops there are around.
    pub(super) slices: HashMap<MemId, bool>,
    pub(super) depth: usize,
    style: Style,
    value_names: IdMap<ValueId, Ident>,
    pub(super) mem_names: HashMap<MemId, Ident>,
    /// Other names for objects: the receiver, in a closure.
    pub(super) aliases: HashMap<MemId, Ident>,
    /// Classes that have a variable in scope.
    declared: IdSet<ValueId>,
    scopes: Vec<Vec<ValueId>>,
    pos: u32,
    region: usize,
    regions: usize,
}

impl<'a> Body<'a> {
    /// `ends`: values that are read after the last statement; `more`: identifiers that must not be taken.
    pub fn new(
        f: &'a Function,
        source: &'a Source,
        krate: &'a Krate,
        style: Style,
        ends: &[ValueId],
        more: &[Ident],
    ) -> Body<'a> {
        let facts = Facts::of(f, ends);
        let vars = Vars::of(f, source, &facts);
        let mut body = Body {
            f,
            source,
            krate,
            vars,
            facts,
            names: Names::new(source, more),
            told: Told::of(f),
            one_types: HashMap::default(),
            out: Tokens::default(),
            arena: None,
            assigned: HashSet::default(),
            parts: HashSet::default(),
            opaque: HashSet::default(),
            taken: HashMap::default(),
            wanted: HashMap::default(),
            store: None,
            renamed: None,
            lanes: false,
            blocks: None,
            inferred: false,
            tuple_slots: false,
            sinks: std::collections::BTreeSet::new(),
            pending: Pending::default(),
            held: Vec::new(),
            stack_names: HashMap::default(),
            roomy: HashSet::default(),
            slices: HashMap::default(),
            depth: 0,
            style,
            value_names: IdMap::default(),
            mem_names: HashMap::default(),
            aliases: HashMap::default(),
            declared: IdSet::default(),
            scopes: Vec::new(),
            pos: 0,
            region: 0,
            regions: 1,
        };
        body.declare_types();
        body
    }

    /// A value that a parameter or pattern binds by this name.
    pub fn bind_value(&mut self, value: ValueId, name: &Ident) {
        self.names.hold(name, Holder::Value(value));
        self.value_names.insert(value, name.clone());
    }

    pub fn bind_mem(&mut self, mem: MemId, name: &Ident) {
        self.names.hold(name, Holder::Mem(mem));
        self.mem_names.insert(mem, name.clone());
    }

    /// From here on, the object goes by another name.
    pub fn alias(&mut self, mem: MemId, name: &Ident) {
        self.aliases.insert(mem, name.clone());
    }

    pub fn take_out(&mut self) -> Tokens {
        std::mem::take(&mut self.out)
    }

    pub(super) fn tokens(&self, code: CodeId) -> TokenStream {
        tables::tokens(self.source, code)
    }

    pub(super) fn is_ordered(&self, value: ValueId) -> bool {
        self.pending.is_ordered(value)
    }

    /// Statements of the outermost region.
    pub fn top(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            self.stmt(stmt);
        }
    }

    pub(super) fn stmt(&mut self, stmt: &Stmt) {
        self.tick();
        if self.region == 0 {
            self.stacks_here();
        }
        match stmt {
            Stmt::Let { value, op } => self.let_(*value, op),
            Stmt::Decl { mem, init } => self.decl(*mem, init.as_ref()),
            Stmt::Store { place, value } => self.store(place, *value),
            Stmt::Assign { place, init } => self.assign(place, init),
            Stmt::Accumulate { place, from } => self.accumulate(place, from),
            Stmt::Bulk(bulk) => self.bulk(bulk),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Call(call) => self.call(call),
            Stmt::Opaque(opaque) => self.opaque(opaque),
            Stmt::Push { stack, items } => self.push(*stack, items),
            Stmt::Pop { stack, items } => self.pop(*stack, items),
            Stmt::Save { stack, place } => self.save(*stack, place),
            Stmt::Restore { stack, place } => self.restore(*stack, place),
            Stmt::Pullback(pullback) => self.pullback(pullback),
        }
    }

    pub(super) fn is_tangent(&self) -> bool {
        self.style == Style::Tangent
    }

    /// The path of a callee. A function whose companion has another name calls itself by that.
    pub(super) fn callee(&self, code: CodeId) -> TokenStream {
        let path = self.tokens(code);
        match &self.renamed {
            Some((from, to)) if path.to_string() == *from => q!(#to),
            Some(_) | None => path,
        }
    }

    pub(super) fn tick(&mut self) {
        self.pos += 1;
    }

    pub(super) fn pos(&self) -> u32 {
        self.pos
    }

    /// The end of the open block.
    pub(super) fn end(&self) -> u32 {
        self.facts.end(self.region)
    }

    /// A block: its statements, and what `end` makes of its end.
    pub(super) fn block(
        &mut self,
        region: &Region,
        end: impl FnOnce(&mut Self) -> TokenStream,
    ) -> (TokenStream, TokenStream) {
        let outer = self.enter();
        region.stmts.iter().for_each(|s| self.stmt(s));
        self.tick();
        let tail = end(self);
        self.flush();
        let body = self.take_out().into();
        self.leave(outer);
        (body, tail)
    }

    /// Starts a region; what was written before is put aside.
    pub(super) fn enter(&mut self) -> Outer {
        let outer = Outer { out: self.take_out(), region: self.region };
        self.region = self.regions;
        self.regions += 1;
        self.open();
        outer
    }

    pub(super) fn leave(&mut self, outer: Outer) {
        self.close();
        self.out = outer.out;
        self.region = outer.region;
    }

    pub(super) fn open(&mut self) {
        self.names.open();
        self.scopes.push(Vec::new());
    }

    pub(super) fn close(&mut self) {
        self.names.close();
        for class in self.scopes.pop().unwrap_or_default() {
            self.declared.remove(&class);
        }
    }

    fn let_(&mut self, value: ValueId, op: &Op) {
        if self.facts.dead.contains(&value) || self.inline_constant(value).is_some() {
            return;
        }
        let once = matches!(op, Op::Once(_));
        if once {
            self.flush();
        }
        let expr = self.op(value, op);
        let expr = self.tied(value, op, expr);
        if self.waits(value, op, &expr) {
            self.wait(value, expr);
            return;
        }
        if expr.ordered {
            self.flush();
        }
        self.define(value, expr);
    }

    /// The value gets its variable, or its variable gets the value.
    pub(super) fn define(&mut self, value: ValueId, expr: Expr) {
        let class = self.vars.class(value);
        if self.declared.contains(&class) {
            if self.is_itself(class, &expr) {
                return;
            }
            self.flush_readers(|c| c == class);
            let name = self.value_ident(value);
            self.assignment(name, value, expr);
            return;
        }
        let expr = self.typed(value, expr);
        let name = self.declare(value);
        let mut tokens = Tokens::default();
        tokens.word("let");
        if self.vars.rewritten(value) {
            tokens.word("mut");
        }
        tokens.ident(name);
        tokens.punct("=");
        tokens.append(expr.tokens);
        tokens.punct(";");
        self.out.extend(tokens);
    }

    /// `s = s` (the variable of a detached value).
    fn is_itself(&self, class: ValueId, expr: &Expr) -> bool {
        expr.size == 0
            && expr.mems.is_empty()
            && !expr.reads.is_empty()
            && expr.reads.iter().all(|v| self.vars.class(*v) == class)
    }

    /// `s = e`, or `s += e`.
    fn assignment(&mut self, name: Ident, value: ValueId, expr: Expr) {
        let compound = match &expr.shape {
            Shape::Binary { left: Some(left), op, right }
                if self.vars.class(*left) == self.vars.class(value)
                    && self.is_number(value)
                    && !self.vars.optional.contains(left) =>
            {
                Some((*op, expr.inner(*right)))
            }
            Shape::Binary { .. } | Shape::Negated { .. } | Shape::Other | Shape::Constant => None,
        };
        let mut tokens = Tokens::from(name);
        match compound {
            Some((op, right)) => {
                tokens.punct(&format!("{op}="));
                tokens.append(right);
            }
            None => {
                tokens.punct("=");
                tokens.append(expr.tokens);
            }
        }
        tokens.punct(";");
        self.out.extend(tokens);
    }

    /// Of a type that has `+=`.
    pub(super) fn is_number(&self, value: ValueId) -> bool {
        is_number(&value_ty(self.f, value))
    }

    /// A name for the variable of a value that comes into being here.
    pub(super) fn declare(&mut self, value: ValueId) -> Ident {
        let class = self.vars.class(value);
        let name = self.choose(value, class);
        self.give_name(value, &name);
        name
    }

    pub(super) fn is_declared(&self, value: ValueId) -> bool {
        self.declared.contains(&self.vars.class(value))
    }

    /// The value is called so here.
    pub(super) fn give_name(&mut self, value: ValueId, name: &Ident) {
        let class = self.vars.class(value);
        self.value_names.insert(class, name.clone());
        self.declared.insert(class);
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(class);
        }
    }

    fn choose(&mut self, value: ValueId, class: ValueId) -> Ident {
        let members = self.vars.members(class);
        let named = std::iter::once(value).chain(members.iter().copied()).find_map(|v| value_name(self.f, v));
        let user = named.and_then(|code| tables::ident(self.source, code));
        let used = members.iter().any(|v| self.facts.count(*v) > 0);
        let Some(user) = user.filter(|_| used) else { return self.names.temporary() };
        if !self.may_hide(&user) {
            return self.names.version(&user);
        }
        self.names.hold(&user, Holder::Value(class));
        if members.iter().any(|v| self.facts.in_code.contains(v)) {
            user
        } else {
            ours(&user)
        }
    }

    /// Does nobody need, from here to the end of the block, what the name means now?
    fn may_hide(&self, name: &Ident) -> bool {
        let end = self.facts.end(self.region);
        match self.names.holder(name) {
            None => true,
            Some(Holder::Value(class)) => !self.vars.mentioned(class, self.pos, end) && !self.awaited(class),
            Some(Holder::Mem(mem)) => !self.facts.mem_mentioned(mem, self.pos, end) && !self.awaited_mem(mem),
        }
    }

    /// The variable of a value; a made-up name if it has none here, which is a bug that rustc will report.
    pub(super) fn value_ident(&self, value: ValueId) -> Ident {
        let class = self.vars.class(value);
        let known = self.value_names.get(&class).or_else(|| self.value_names.get(&value));
        known.cloned().unwrap_or_else(|| Ident::new(&format!("__undefined_v{}", value.0), Span::mixed_site()))
    }

    /// A name for an object that comes into being here.
    pub(super) fn declare_mem(&mut self, mem: MemId) -> Ident {
        let name = self.choose_mem(mem);
        self.mem_names.insert(mem, name.clone());
        name
    }

    fn choose_mem(&mut self, mem: MemId) -> Ident {
        let prefix = match self.style {
            Style::Adjoint => "d",
            Style::Tangent => "t",
        };
        if let Some(primal) = shadow_of(self.f, mem) {
            let stem = mem_name(self.f, primal).and_then(|code| tables::ident(self.source, code));
            let stem = stem.map_or_else(|| "m".to_string(), |ident| super::names::bare(&ident));
            return self.names.fresh(&format!("{prefix}_{stem}"));
        }
        let user = mem_name(self.f, mem).and_then(|code| tables::ident(self.source, code));
        let used = self.facts.mem_mentioned(mem, self.pos, u32::MAX);
        let Some(user) = user.filter(|_| used) else { return self.names.temporary() };
        if !self.may_hide(&user) {
            return self.names.version(&user);
        }
        self.names.hold(&user, Holder::Mem(mem));
        if self.facts.mems_in_code.contains(&mem) {
            user
        } else {
            ours(&user)
        }
    }

    pub(super) fn mem_ident(&self, mem: MemId) -> Ident {
        let known = self.aliases.get(&mem).or_else(|| self.mem_names.get(&mem));
        known.cloned().unwrap_or_else(|| Ident::new(&format!("__undefined_m{}", mem.0), Span::mixed_site()))
    }

    /// An object of its own, moved.
    pub(super) fn moved(&self, mem: MemId) -> TokenStream {
        let name = self.mem_ident(mem);
        if self.facts.held.contains(&mem) {
            q!(#name.unwrap())
        } else {
            q!(#name)
        }
    }
}
