//! Which values share one `let mut` variable.
//!
//! A loop's carried phi and its result always do. The value that is carried on, the value that the phi starts from and
//! the inputs of a branch's phi join them if nobody notices: two values may share a variable if neither is read after
//! the other has come into being.
//!
//! ```text
//! v0 = const 0.0                                let mut s = 0.0;
//! loop v1 in .. carry (v2 = v0 -> v4, v5) {     for i in .. {
//!   branch c { v3 = add(v2, x) } {}                 if c { s += x; }
//!   phi v4 = v3 | v2                            }
//! }
//! ```

use super::facts::{Def, DefKind, Facts, JoinFacts, LoopFacts};
use super::names::bare;
use super::tables::{ident, value_name, value_ty};
use crate::ir::dense::{IdMap, IdSet};
use crate::ir::hash::HashMap;
use crate::ir::{Function, Op, Region, Stmt, Ty, ValueId};
use crate::source::Source;

/// The classes.
#[derive(Debug, Default)]
pub struct Vars {
    class: IdMap<ValueId, ValueId>,
    members: HashMap<ValueId, Vec<ValueId>>,
    /// Values that are undefined on some path and have no default: held in an `Option`.
    pub optional: IdSet<ValueId>,
    /// Classes whose variable is written more than once.
    rewritten: IdSet<ValueId>,
    /// Per class: every position at which its name is written, in order.
    mentions: IdMap<ValueId, Vec<u32>>,
}

impl Vars {
    pub fn of(f: &Function, source: &Source, facts: &Facts) -> Vars {
        let vars = Vars { optional: optional(f, facts), ..Vars::default() };
        let mut merge = Merge { f, source, facts, vars };
        for l in &facts.loops {
            for c in &l.carried {
                merge.unite(c.phi, c.result);
            }
        }
        facts.loops.iter().for_each(|l| merge.loop_(l));
        facts.joins.iter().for_each(|j| merge.join(j));
        let mut vars = merge.vars;
        vars.find_mentions(facts);
        vars.find_rewritten(facts);
        vars
    }

    /// The representative of a value's class.
    pub fn class(&self, value: ValueId) -> ValueId {
        self.class.get(&value).copied().unwrap_or(value)
    }

    pub fn members(&self, class: ValueId) -> Vec<ValueId> {
        self.members.get(&class).cloned().unwrap_or_else(|| vec![class])
    }

    /// Has a variable of its own, which may change.
    pub fn mutable(&self, value: ValueId) -> bool {
        self.class.contains_key(&value)
    }

    /// Must the variable be `mut`?
    pub fn rewritten(&self, value: ValueId) -> bool {
        self.rewritten.contains(&self.class(value))
    }

    /// Is the name of the class written in `(after, until]`?
    pub fn mentioned(&self, class: ValueId, after: u32, until: u32) -> bool {
        let Some(all) = self.mentions.get(&class) else { return false };
        let next = all.partition_point(|p| *p <= after);
        all.get(next).is_some_and(|p| *p <= until)
    }

    fn find_rewritten(&mut self, facts: &Facts) {
        let mut writes: IdMap<ValueId, usize> = IdMap::default();
        let mut write = |class: ValueId| *writes.or_default(class) += 1;
        for value in self.class.keys() {
            if facts.defs.get(&value).is_some_and(|d| d.kind == DefKind::Let) {
                write(self.class(value));
            }
        }
        for c in facts.loops.iter().flat_map(|l| &l.carried) {
            let class = self.class(c.phi);
            let moved =
                [c.init, Some(c.next)].into_iter().filter(|v| v.is_none_or(|v| self.class(v) != class));
            moved.for_each(|_| write(class));
        }
        for j in &facts.joins {
            for phi in &j.phis {
                let class = self.class(phi.value);
                let members = self.members(class);
                let placed = members.iter().any(|m| facts.defs.get(m).is_some_and(|d| d.pos < j.start));
                if placed {
                    let moved = phi.inputs.iter().flatten().filter(|v| self.class(**v) != class);
                    moved.for_each(|_| write(class));
                } else {
                    write(class);
                }
            }
        }
        self.rewritten = writes.iter().filter(|(_, n)| **n > 1).map(|(class, _)| class).collect();
    }

    fn find_mentions(&mut self, facts: &Facts) {
        let mut all: IdMap<ValueId, Vec<u32>> = IdMap::default();
        for (value, def) in facts.defs.iter() {
            all.or_default(self.class(value)).push(def.pos);
        }
        for (value, uses) in facts.uses.iter() {
            all.or_default(self.class(value)).extend(uses.iter().map(|u| u.pos));
        }
        for l in &facts.loops {
            for c in &l.carried {
                all.or_default(self.class(c.phi)).extend([l.start, l.end]);
            }
        }
        for j in &facts.joins {
            for phi in &j.phis {
                all.or_default(self.class(phi.value)).extend(&j.arm_ends);
            }
        }
        all.values_mut().for_each(|positions| positions.sort_unstable());
        self.mentions = all;
    }
}

/// A default can be written down, so that "undefined" needs no `Option`.
fn has_default(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Passive(_)
        | Ty::Array(..)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => false,
    }
}

fn optional(f: &Function, facts: &Facts) -> IdSet<ValueId> {
    let mut all = IdSet::default();
    let mut edges: HashMap<ValueId, Vec<ValueId>> = HashMap::default();
    let mut work = Vec::new();
    for phi in facts.joins.iter().flat_map(|j| &j.phis) {
        if phi.inputs.iter().any(Option::is_none) && !has_default(&value_ty(f, phi.value)) {
            work.push(phi.value);
        }
        for input in phi.inputs.iter().flatten() {
            edges.entry(*input).or_default().push(phi.value);
        }
    }
    for c in facts.loops.iter().flat_map(|l| &l.carried) {
        if c.init.is_none() && !has_default(&value_ty(f, c.phi)) {
            work.push(c.phi);
        }
        edges.entry(c.phi).or_default().push(c.result);
        edges.entry(c.result).or_default().push(c.phi);
        edges.entry(c.next).or_default().push(c.phi);
        if let Some(init) = c.init {
            edges.entry(init).or_default().push(c.phi);
        }
    }
    zeros_and_sums(&f.body, &mut |of, value| edges.entry(of).or_default().push(value));
    while let Some(value) = work.pop() {
        if all.insert(value) {
            work.extend(edges.get(&value).into_iter().flatten().copied());
        }
    }
    all
}

/// The cotangent of a value that is undefined on some path is so too: there it stands for zero.
fn zeros_and_sums(region: &Region, edge: &mut impl FnMut(ValueId, ValueId)) {
    for (value, op) in region.deep().filter_map(Stmt::computed) {
        if let Op::Helper { name, args } = op {
            if OF_UNDEFINED.contains(name) {
                args.iter().for_each(|arg| edge(*arg, value));
            }
        }
    }
}

/// Helpers whose operands may be undefined; then their result is.
pub const OF_UNDEFINED: [&str; 3] = ["zero_of", "zero_of_tangent", "sum"];

struct Merge<'a> {
    f: &'a Function,
    source: &'a Source,
    facts: &'a Facts,
    vars: Vars,
}

impl Merge<'_> {
    fn loop_(&mut self, l: &LoopFacts) {
        for c in &l.carried {
            if let Some(init) = c.init {
                let joined =
                    self.kind(init).is_some_and(|k| k != DefKind::Let) || self.same_name(init, c.phi);
                if joined && !self.is_const(init) {
                    self.try_unite(init, c.phi);
                }
            }
        }
        for c in &l.carried {
            let folds = self.kind(c.next) == Some(DefKind::Let)
                && value_name(self.f, c.next).is_none()
                && self.facts.count(c.next) == 1;
            if !folds {
                self.try_unite(c.next, c.phi);
            }
        }
    }

    fn join(&mut self, j: &JoinFacts) {
        for phi in j.phis.iter().filter(|p| !self.facts.dead.contains(&p.value)) {
            let inputs: Vec<ValueId> = phi.inputs.iter().flatten().copied().collect();
            let before = |m: &Self, v: &ValueId| m.facts.defs.get(v).is_some_and(|d| d.pos < j.start);
            let outer = inputs.iter().copied().find(|v| {
                before(self, v)
                    && (self.vars.mutable(*v) || self.same_name(*v, phi.value))
                    && !self.is_const(*v)
            });
            let Some(outer) = outer else { continue };
            if !self.try_unite(phi.value, outer) {
                continue;
            }
            for input in inputs {
                if input != outer && !before(self, &input) {
                    self.try_unite(input, phi.value);
                }
            }
        }
    }

    fn kind(&self, value: ValueId) -> Option<DefKind> {
        self.facts.defs.get(&value).map(|d| d.kind)
    }

    fn is_const(&self, value: ValueId) -> bool {
        self.facts.constants.contains_key(&value)
    }

    fn name(&self, value: ValueId) -> Option<String> {
        value_name(self.f, value).and_then(|code| ident(self.source, code)).map(|i| bare(&i))
    }

    fn same_name(&self, a: ValueId, b: ValueId) -> bool {
        self.name(a).is_some() && self.name(a) == self.name(b)
    }

    fn try_unite(&mut self, a: ValueId, b: ValueId) -> bool {
        let (ca, cb) = (self.vars.class(a), self.vars.class(b));
        if ca == cb {
            return true;
        }
        let (left, right) = (self.vars.members(ca), self.vars.members(cb));
        let fits = left.iter().all(|x| right.iter().all(|y| self.fit(*x, *y)));
        if fits {
            self.unite(a, b);
        }
        fits
    }

    fn unite(&mut self, a: ValueId, b: ValueId) {
        let (ca, cb) = (self.vars.class(a), self.vars.class(b));
        let mut members = self.vars.members(ca);
        if ca != cb {
            members.extend(self.vars.members(cb));
            self.vars.members.remove(&cb);
        }
        for member in &members {
            self.vars.class.insert(*member, ca);
        }
        self.vars.members.insert(ca, members);
    }

    /// May the two share a variable?
    fn fit(&self, a: ValueId, b: ValueId) -> bool {
        let (Some(da), Some(db)) = (self.facts.defs.get(&a), self.facts.defs.get(&b)) else { return false };
        let patterns = da.kind == DefKind::Pattern || db.kind == DefKind::Pattern;
        let names = match (self.name(a), self.name(b)) {
            (Some(x), Some(y)) => x == y,
            (None, _) | (_, None) => true,
        };
        let optional = self.vars.optional.contains(&a) == self.vars.optional.contains(&b);
        let constants = self.is_const(a) || self.is_const(b);
        !patterns
            && names
            && optional
            && !constants
            && da.pos != db.pos
            && !self.live(a, da, db)
            && !self.live(b, db, da)
    }

    /// Is the value, which has come into being before, read after that point?
    fn live(&self, value: ValueId, def: &Def, at: &Def) -> bool {
        if def.pos > at.pos {
            return false;
        }
        let Some(uses) = self.facts.uses.get(&value) else { return false };
        if uses.iter().any(|u| u.pos > at.pos && !self.facts.exclusive(u.region, at.region)) {
            return true;
        }
        self.facts
            .around(at.region)
            .filter_map(|h| self.facts.loops.get(h.in_loop?))
            .any(|l| def.pos <= l.start && uses.iter().any(|u| u.pos > l.start && u.pos <= l.end))
    }
}
