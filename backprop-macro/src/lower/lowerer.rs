//! The state of lowering one function: the IR so far, the variables, and the region under construction.
//!
//! ```text
//! let mut x = a; x = x * b;   →   v2: f64 = mul(v0, v1)        (x stands for v0, then for v2)
//! ```

use super::exits::Target;
use super::flow::{End, Pending};
use super::resolve::{BinderId, Facts};
use super::value::{ClosureVal, Val};
use crate::diag::Errors;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{CodeId, Function, MemId, Op, Place, SpanId, Stmt, Ty, ValueId, ValueInfo};
use crate::source::Source;
use proc_macro2::{Ident, Span};
use std::collections::BTreeMap;
use std::rc::Rc;

/// An expression was given up: control never gets past it, or an error was reported.
#[derive(Clone, Copy, Debug)]
pub struct Stop;

pub type Lowered<T> = Result<T, Stop>;

/// What a name of the user stands for.
#[derive(Clone)]
pub enum Binding<'a> {
    /// A scalar in SSA form.
    Var(VarId),
    /// An object of its own.
    Mem(MemId),
    /// A reference, or a pattern's view of a part: resolved to what it points to.
    Alias(Place, Aliased),
    Closure(Rc<ClosureVal<'a>>),
    /// A reference to a part of a sequence that is assigned again: its bounds are variables.
    Window(Place, VarId, VarId, Aliased),
    /// An iterator that is advanced by hand, and how far it is.
    Cursor(Rc<super::iter::Iter<'a>>, VarId),
    /// Anything else that is not in memory: a tuple of references, a range, an iterator.
    Val(Val<'a>),
    /// Its declaration had an error.
    Poison,
}

/// How an alias came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aliased {
    Ref,
    RefMut,
    /// By value, out of something that is never written.
    Value,
}

pub type VarId = usize;

/// The current contents of an SSA variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slot {
    Undef,
    Val(ValueId),
    /// A flag whose value is known here.
    Flag(bool),
}

/// An SSA variable: one of the user's, an exit flag, or the value of a branch.
#[derive(Clone, Debug)]
pub struct Var {
    pub name: Option<CodeId>,
    pub ty: Ty,
    pub span: SpanId,
    /// Out of scope: joins forget it.
    pub retired: bool,
    /// Made by the compiler: written before it is read on every path that reads it.
    pub hidden: bool,
    /// How many regions were open where it was declared.
    pub home: usize,
    /// What it held first: of one type with all that it holds later.
    pub first: Option<ValueId>,
}

/// Everything.
pub struct Lowerer<'a> {
    pub f: Function,
    pub source: Source,
    pub errors: Errors,
    pub facts: Facts<'a>,
    /// Methods that are inlined.
    pub accessors: &'a [super::accessors::Accessor],
    pub results: Vec<super::results::MethodResult>,
    /// Structs that are seen.
    pub structs: Vec<(String, Ty)>,
    pub bindings: HashMap<BinderId, Binding<'a>>,
    pub vars: Vec<Var>,
    pub slots: Vec<Slot>,
    /// Variables of the open lexical scopes.
    pub scopes: Vec<Vec<VarId>>,
    /// The region under construction.
    pub out: Vec<Stmt>,
    pub pendings: Vec<Pending>,
    pub end: End,
    /// What the open regions have changed: the slots before.
    pub logs: Vec<BTreeMap<VarId, Slot>>,
    pub targets: Vec<Target>,
    pub value_taint: Vec<bool>,
    pub mem_taint: Vec<bool>,
    /// Carried values that turned out not to change.
    pub same: HashMap<ValueId, ValueId>,
    pub signature: Signature,
    /// Functions inside the body without `#[grad]`.
    pub plain_functions: HashSet<String>,
    pub items: super::items::Items,
    pub recursive: bool,
    /// Closures being inlined: a closure never contains itself.
    pub inlining: Vec<BinderId>,
    pub depth: usize,
    pub holes: usize,
    /// Objects made for an initialiser, which nothing else names yet.
    pub made: HashSet<MemId>,
    /// Owned objects that are never written after they came into being.
    pub frozen: HashSet<MemId>,
    /// Objects that became dependent on a parameter, in order.
    pub surprises: Vec<MemId>,
    /// Objects behind `#[no_grad]`.
    pub passive_mems: HashSet<MemId>,
    /// Names that are used as numbers are.
    pub numbers: super::names::Numbers,
    /// Results of operators of the user's types, whose types are not known.
    pub computed: HashSet<ValueId>,
    pub computed_mems: HashSet<MemId>,
    /// Numbers, though their types may not be known: results of arithmetic, constants of a type parameter.
    pub numeric: HashSet<ValueId>,
    /// Literals whose integer type is written at a variable, by their addresses.
    pub integers: HashMap<usize, &'static str>,
    /// What places of the user's function gave first.
    pub once: HashMap<usize, ValueId>,
    /// The operators at hand are of the user's types, wherever a type is not known.
    pub user_types: bool,
    /// Parameters that are functions, and constants here.
    pub constant_functions: HashSet<BinderId>,
    /// Local collections of std that are no sequences.
    pub collections: HashMap<BinderId, &'static str>,
    /// What an `Err` will hold is being computed: it has no derivative, so it may be text about active values.
    pub in_error: usize,
    /// Chains of iterators, by their addresses, of which each item is wanted.
    pub iterables: HashSet<usize>,
    /// Results of carried code that runs once.
    pub made_once: HashSet<ValueId>,
    /// Scalars of `#[no_grad]` parameters.
    pub passive_vars: HashSet<VarId>,
}

/// What the body needs of the signature.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    pub name: String,
    pub output: Option<Ty>,
    /// Type parameters bounded by `Real`.
    pub reals: Vec<Ident>,
    /// Const parameters.
    pub consts: Vec<Ident>,
    pub method: bool,
    /// The path of the facade.
    pub krate: proc_macro2::TokenStream,
}

impl<'a> Lowerer<'a> {
    pub fn span(&mut self, span: Span) -> SpanId {
        self.source.span(span)
    }

    pub fn emit(&mut self, stmt: Stmt) {
        self.out.push(stmt);
    }

    /// A fresh value without a definition yet.
    pub fn fresh(&mut self, ty: Ty, tainted: bool, span: Span) -> ValueId {
        let span = self.span(span);
        self.fresh_at(ty, tainted, span)
    }

    pub fn fresh_at(&mut self, ty: Ty, tainted: bool, span: SpanId) -> ValueId {
        let tainted = tainted && !ty.is_passive();
        self.value_taint.push(tainted);
        self.f.values.push(ValueInfo::new(ty, None, span))
    }

    /// `let v: ty = op;`
    pub fn let_(&mut self, op: Op, ty: Ty, tainted: bool, span: Span) -> ValueId {
        let value = self.fresh(ty, tainted, span);
        if matches!(op, Op::Once(_)) {
            self.made_once.insert(value);
        }
        if matches!(op, Op::Apply { .. }) {
            self.numeric.insert(value);
        }
        self.emit(Stmt::Let { value, op });
        value
    }

    pub fn value_tainted(&self, value: ValueId) -> bool {
        self.value_taint.get(value.0 as usize).copied().unwrap_or(true)
    }

    pub fn mem_tainted(&self, mem: MemId) -> bool {
        self.mem_taint.get(mem.0 as usize).copied().unwrap_or(true) && !self.f.mems[mem].ty.is_passive()
    }

    pub fn taint_mem(&mut self, mem: MemId, tainted: bool) {
        if let Some(bit) = self.mem_taint.get_mut(mem.0 as usize) {
            if tainted && !*bit {
                *bit = true;
                self.surprises.push(mem);
            }
        }
    }

    /// A new SSA variable, undefined.
    pub fn var(&mut self, name: Option<CodeId>, ty: Ty, span: Span) -> VarId {
        let span = self.span(span);
        let home = self.logs.len();
        self.vars.push(Var { name, ty, span, retired: false, hidden: name.is_none(), home, first: None });
        self.slots.push(Slot::Undef);
        let var = self.vars.len() - 1;
        if let (Some(scope), true) = (self.scopes.last_mut(), name.is_some()) {
            scope.push(var);
        }
        var
    }

    /// Changes a variable, remembering in the open region what it was.
    pub fn set(&mut self, var: VarId, slot: Slot) {
        let old = self.slots[var];
        if let Some(log) = self.logs.last_mut() {
            log.entry(var).or_insert(old);
        }
        self.slots[var] = slot;
        if let Slot::Val(value) = slot {
            let first = *self.vars[var].first.get_or_insert(value);
            self.alike(first, value);
        }
    }

    fn alike(&mut self, first: ValueId, value: ValueId) {
        if first != value {
            self.f.alike.push((first, value));
        }
    }

    /// Each value that comes by here is of one type with the first one: `place` is an address in the user's function, which
    /// is lowered several times where it is inlined.
    pub fn of_one_type(&mut self, place: usize, value: ValueId) {
        let first = *self.once.entry(place).or_insert(value);
        self.alike(first, value);
    }

    /// Opens a lexical scope; at its end, its variables are forgotten by joins.
    pub fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Vec::new());
        let result = f(self);
        for var in self.scopes.pop().unwrap_or_default() {
            self.vars[var].retired = true;
        }
        result
    }

    /// Binds a name of the user.
    pub fn bind(&mut self, binder: BinderId, binding: Binding<'a>) {
        self.bindings.insert(binder, binding);
    }

    pub fn name(&mut self, ident: &Ident) -> CodeId {
        self.source.code(quote::quote!(#ident))
    }

    /// A name for something that code in the side table reads.
    pub fn hole(&mut self) -> Ident {
        self.holes += 1;
        quote::format_ident!("__bp_{}", self.holes, span = Span::mixed_site())
    }
}
