//! Which integers are of one type, and which literals have lost contact with what tells theirs.
//!
//! ```text
//! let mut n = g();            v1 n = once `g()`          v1 and v2 are of one type: v2 is not `i32`,
//! n = 100_000;                v2 n = const 100000        which rustc takes for what nothing tells
//! (n * n) as f64              v3 = mul(v2, v2)
//! ```
//! Two values are said to be of one type only where Rust wants it so. What is not known to be of one type with anything is
//! a literal of the user's function as it is.

use crate::ir::dense::{IdMap, IdSet};
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::ids::Id;
use crate::ir::visit::Visitor;
use crate::ir::{
    Adaptor, Branch, Const, Function, IntTy, Loop, MemId, Op, ParamKind, Place, Range, Region, ResultOf,
    SpanId, Stmt, Ty, ValueId,
};
use crate::rules::{Form, Func};

/// Says of the integers of a lowered function which are of one type with others.
pub fn mark(f: &mut Function) {
    let mut walk = Walk::of(f, IdSet::default());
    f.alike.iter().for_each(|(a, b)| walk.one_type(&[*a, *b]));
    let mut uses: IdMap<ValueId, usize> = IdMap::default();
    f.body.visit(&mut |v: ValueId| *uses.or_default(v) += 1);
    let mut classes: HashMap<ValueId, Vec<ValueId>> = HashMap::default();
    for value in f.values.ids() {
        classes.entry(walk.root(value)).or_default().push(value);
    }
    let literals: IdSet<ValueId> = literals(f).collect();
    let converted: IdSet<ValueId> = conversions(f).collect();
    let (mut marked, mut sources, mut sizes) = (Vec::new(), Vec::new(), IdSet::default());
    for (root, members) in classes {
        let mut names: Vec<&str> = members.iter().filter_map(|v| named(f, *v)).collect();
        names.extend(members.iter().any(|v| walk.sizes.contains(v)).then_some("usize"));
        if names.contains(&"usize") {
            sizes.extend(members.iter().copied());
        }
        let hollow = members.iter().any(|v| converted.contains(v));
        let literal = members.iter().find(|v| literals.contains(v));
        let Some(first) = literal.or(members.first().filter(|_| hollow)) else { continue };
        // Written once: as it was.
        let once = members.len() == 1 && uses.get(first).is_none_or(|n| *n < 2);
        let int = match names.as_slice() {
            [name, rest @ ..] if rest.iter().all(|other| other == name) => IntTy::Named(name),
            [] if hollow && !members.iter().any(|v| walk.meets(*v)) => IntTy::Named("i32"),
            [] if !hollow && once || !members.iter().any(|v| walk.meets(*v)) => continue,
            _ => IntTy::Same(root.0),
        };
        if let (IntTy::Same(class), true) = (int, members.iter().any(|v| walk.known.contains(v))) {
            sources.push(class);
        }
        marked.extend(members.into_iter().map(|v| (v, int)));
    }
    for (value, int) in marked {
        f.values[value].int = Some(int);
    }
    (f.alike, f.sources) = (Vec::new(), sources);
    // What is a `usize` already is not converted.
    let converted = std::mem::take(&mut f.converted);
    let same: HashMap<ValueId, ValueId> =
        converted.into_iter().filter(|c| sizes.contains(&c.2)).map(|c| (c.0, c.1)).collect();
    if !same.is_empty() {
        let resolve =
            |v: ValueId| std::iter::successors(Some(v), |v| same.get(v).copied()).last().unwrap_or(v);
        f.body.rename(&mut |v| resolve(v));
        if let ResultOf::Value(v) = &mut f.result {
            *v = resolve(*v);
        }
    }
}

/// Numbers whose class says what they become.
fn conversions(f: &Function) -> impl Iterator<Item = ValueId> + use<'_> {
    f.body.deep().filter_map(|stmt| stmt.computed().filter(|(_, op)| op.converted().is_some()).map(|c| c.0))
}

/// Nothing of a value that does not exist, which is a bug that others report.
pub fn int_of(f: &Function, value: ValueId) -> Option<IntTy> {
    (value.index() < f.values.len()).then(|| f.values[value].int).flatten()
}

fn is_int(f: &Function, value: ValueId) -> bool {
    value.index() < f.values.len() && f.values[value].ty == Ty::Int
}

/// A float of which it is not known whether it is an `f32`.
fn is_any_float(f: &Function, value: ValueId) -> bool {
    value.index() < f.values.len() && f.values[value].ty == Ty::ANY_FLOAT
}

fn named(f: &Function, value: ValueId) -> Option<&'static str> {
    match int_of(f, value) {
        Some(IntTy::Named(name)) => Some(name),
        Some(IntTy::Same(_)) | None => None,
    }
}

/// Integers that are written down, without a type.
fn literals(f: &Function) -> impl Iterator<Item = ValueId> + use<'_> {
    f.body.deep().filter_map(|stmt| match stmt.computed() {
        Some((value, Op::Const(Const::Int(_)))) => Some(value),
        Some((value, Op::Const(Const::Count(_)))) if int_of(f, value).is_some() => Some(value),
        Some((value, Op::Const(Const::Literal(_)))) if is_int(f, value) || is_any_float(f, value) => {
            Some(value)
        }
        Some((value, Op::Const(Const::Float(_)))) if is_any_float(f, value) => Some(value),
        Some((_, _)) | None => None,
    })
}

/// What the generated code has to say of the types of integers.
#[derive(Debug, Default)]
pub struct Told {
    /// Literals that nothing beside them gives a type.
    pub literals: IdSet<ValueId>,
    /// Classes of values with such literals, of a type that rustc alone knows.
    pub classes: HashSet<u32>,
    /// Values whose types are known where they come into being.
    pub known: IdSet<ValueId>,
}

impl Told {
    /// `f`: as it will be written.
    pub fn of(f: &Function) -> Told {
        let lone: IdSet<ValueId> = literals(f).filter(|v| int_of(f, *v).is_some()).collect();
        let hollow: Vec<ValueId> = conversions(f).collect();
        if lone.len() == 0 && hollow.is_empty() {
            return Told::default();
        }
        let mut walk = Walk::of(f, lone);
        let known: Vec<ValueId> = walk.known.iter().chain(walk.sizes.iter()).collect();
        let known: IdSet<ValueId> = known.into_iter().map(|v| walk.root(v)).collect();
        let mut told = Told::default();
        for (literal, beside) in std::mem::take(&mut walk.beside) {
            if !beside.is_some_and(|other| known.contains(&walk.root(other))) {
                told.literals.insert(literal);
                told.classes.extend(same(f, literal));
            }
        }
        told.classes.extend(hollow.into_iter().filter_map(|v| same(f, v)));
        told.known = walk.known;
        told
    }
}

/// A literal of a type that came from a value which is not computed any more: nobody read that.
pub fn lost(f: &Function) -> Option<SpanId> {
    let told = Told::of(f);
    let present: HashSet<u32> = told.known.iter().filter_map(|v| same(f, v)).collect();
    let gone = |class: u32| f.sources.contains(&class) && !present.contains(&class);
    let literal = told.literals.iter().find(|v| same(f, *v).is_some_and(gone))?;
    Some(f.values[literal].span)
}

fn same(f: &Function, value: ValueId) -> Option<u32> {
    match int_of(f, value)? {
        IntTy::Same(class) => Some(class),
        IntTy::Named(_) => None,
    }
}

struct Walk<'f> {
    f: &'f Function,
    parents: Vec<ValueId>,
    /// Literals, each mention of which may be of another type: they connect nothing.
    lone: IdSet<ValueId>,
    /// Their mentions, and a value of the same type beside them.
    beside: Vec<(ValueId, Option<ValueId>)>,
    /// Rustc knows the type where the value comes into being.
    known: IdSet<ValueId>,
    /// Mentioned by something that may tell the type.
    used: IdSet<ValueId>,
    /// Indices and lengths of what std indexes.
    sizes: IdSet<ValueId>,
}

impl Walk<'_> {
    fn of(f: &Function, lone: IdSet<ValueId>) -> Walk<'_> {
        let mut walk = Walk {
            f,
            parents: f.values.ids().collect(),
            lone,
            beside: Vec::new(),
            known: IdSet::default(),
            used: IdSet::default(),
            sizes: IdSet::default(),
        };
        for param in &f.params {
            if let ParamKind::Value(v) = param.kind {
                walk.known(v);
            }
        }
        walk.region(&f.body);
        walk
    }

    fn root(&mut self, value: ValueId) -> ValueId {
        let mut at = value;
        if at.index() >= self.parents.len() {
            return at;
        }
        while self.parents[at.index()] != at {
            let above = self.parents[at.index()];
            self.parents[at.index()] = self.parents[above.index()];
            at = above;
        }
        at
    }

    fn meets(&self, value: ValueId) -> bool {
        self.known.contains(&value) || self.used.contains(&value)
    }

    fn one_type(&mut self, values: &[ValueId]) {
        let first = values.iter().copied().find(|v| !self.lone.contains(v));
        for value in values {
            match first {
                _ if self.lone.contains(value) => self.beside.push((*value, first)),
                Some(first) => {
                    let (a, b) = (self.root(first), self.root(*value));
                    // The lower number stays: the first version of a variable.
                    if let Some(parent) = self.parents.get_mut(a.max(b).index()) {
                        *parent = a.min(b);
                    }
                }
                None => {}
            }
        }
    }

    /// Read by something that may tell its type, or not.
    fn used(&mut self, value: ValueId) {
        if self.lone.contains(&value) {
            self.beside.push((value, None));
        } else {
            self.used.insert(value);
        }
    }

    /// Operands of which one is of a type that is not seen: it tells that of literals, if there are others.
    fn mixed(&mut self, args: &[ValueId]) {
        let told = args.iter().any(|v| !self.lone.contains(v));
        for v in args {
            if !(told && self.lone.contains(v)) {
                self.used(*v);
            }
        }
    }

    fn known(&mut self, value: ValueId) {
        self.known.insert(value);
    }

    fn region(&mut self, region: &Region) {
        region.stmts.iter().for_each(|s| self.stmt(s));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op } => self.let_(*value, op),
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(l) => self.loop_(l),
            Stmt::Store { place, value } => {
                place.visit(self);
                self.used(*value);
            }
            Stmt::Decl { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {
                stmt.visit_shallow(self);
                stmt.defs().into_iter().for_each(|v| self.known(v));
            }
        }
    }

    fn let_(&mut self, value: ValueId, op: &Op) {
        match op {
            Op::Const(_) => return,
            Op::Apply { func, args } | Op::Operator { func, args, assigns: _ } => {
                return self.apply(value, *func, args)
            }
            Op::Select { cond: _, then, els } => return self.one_type(&[*then, *els, value]),
            Op::Detach(arg) => return self.one_type(&[*arg, value]),
            Op::Cast { arg, to: _, code: _ } => {
                if self.lone.contains(arg) {
                    self.beside.push((*arg, None));
                }
                if op.converted().is_some() {
                    return;
                }
            }
            Op::Load(place) => place.visit(self),
            Op::Len(place) => {
                place.visit(self);
                self.sizes.insert(value);
            }
            Op::Pure(opaque) | Op::Once(opaque) => opaque.visit(self),
            // A counter, and the indices of the loop.
            Op::Helper { name: "induct" | "deduct" | "advance" | "retreat", args } if args.len() == 4 => {
                self.one_type(&[args[0], args[3], value]);
                return self.one_type(&[args[1], args[2]]);
            }
            // Their parameters have types.
            Op::Helper { name: _, args } => {
                self.used.extend(args.iter().copied().filter(|v| !self.lone.contains(v)));
            }
            Op::SumOf(place) => place.visit(self),
            Op::Dot(a, b) => [a, b].into_iter().for_each(|p| p.visit(self)),
        }
        self.known(value);
    }

    fn apply(&mut self, value: ValueId, func: Func, args: &[ValueId]) {
        let ints = args.iter().all(|v| is_int(self.f, *v));
        let all = || args.iter().chain([&value]);
        if func.form() != Form::Method && all().all(|v| is_any_float(self.f, *v)) {
            let all: Vec<ValueId> = all().copied().collect();
            return self.one_type(&all);
        }
        match (func, args) {
            (Func::Shl | Func::Shr, [x, by]) => {
                if ints {
                    self.one_type(&[*x, value]);
                } else {
                    self.used(*x);
                    self.known(value);
                }
                self.used(*by);
            }
            (Func::Powi, [_, _]) => self.known(value),
            _ if func.is_predicate() && ints => self.one_type(args),
            _ if ints && is_int(self.f, value) && (func.form() != Form::Method || args.len() < 4) => {
                let all: Vec<ValueId> = args.iter().copied().chain([value]).collect();
                self.one_type(&all);
            }
            _ => {
                self.mixed(args);
                self.known(value);
            }
        }
    }

    fn branch(&mut self, branch: &Branch) {
        branch.arms.iter().for_each(|a| self.region(a));
        for phi in &branch.phis {
            let all: Vec<ValueId> = phi.inputs.iter().flatten().copied().chain([phi.value]).collect();
            self.one_type(&all);
        }
    }

    fn loop_(&mut self, l: &Loop) {
        if let Some(Range { index, lo, hi, inclusive: _, adaptors }) = &l.range {
            self.one_type(&[*index, *lo, *hi]);
            for adaptor in adaptors {
                match adaptor {
                    Adaptor::Rev => {}
                    Adaptor::StepBy(n) | Adaptor::Take(n) => self.size(*n),
                }
            }
        }
        l.header.iter().for_each(|(header, _)| self.region(header));
        self.region(&l.body);
        for c in &l.carried {
            let all: Vec<ValueId> = [c.phi, c.next, c.result].into_iter().chain(c.init).collect();
            self.one_type(&all);
        }
    }
}

impl Visitor for Walk<'_> {
    fn value(&mut self, value: ValueId) {
        self.used(value);
    }

    fn index(&mut self, place: &Place, step: usize, value: ValueId) {
        let steps = place.proj.iter().take(step);
        let of = steps.fold(mem_ty(self.f, place.mem), |ty, proj| ty.project(proj));
        if matches!(of, Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_)) {
            self.size(value);
        } else if !self.lone.contains(&value) {
            self.used(value);
        }
    }

    fn size(&mut self, value: ValueId) {
        if !self.lone.contains(&value) {
            self.sizes.insert(value);
        }
    }
}

fn mem_ty(f: &Function, mem: MemId) -> Ty {
    if mem.index() < f.mems.len() {
        f.mems[mem].ty.clone()
    } else {
        Ty::Unknown
    }
}
