//! Loops of few iterations over a constant range, which keep something for the way back, are written out before the adjoint
//! is made: what an iteration would keep on a stack is then a value like any other.
//!
//! ```text
//! loop v1 in 0..3 { v2 = load m0[v1]; .. }   →   v3 = 0; v4 = load m0[v3]; ..  v5 = 1; v6 = load m0[v5]; ..
//! ```

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Const, Function, Loop, Op, Place, Proj, Region, ResultOf, Stmt, Ty, ValueId};
use crate::rules::Func;

/// So many iterations at most, and so many statements in all.
pub(super) const FEW: i64 = 4;
const SHORT: usize = 64;

/// `keeping`: an adjoint of it, whose loops tell what they keep. `None`: nothing is to be written out.
pub(super) fn unroll(f: &Function, keeping: &Region) -> Option<Function> {
    let mut stacked = HashSet::default();
    indices_of_keeping(keeping, &mut stacked);
    if stacked.is_empty() {
        return None;
    }
    let mut f = f.clone();
    let mut body = std::mem::take(&mut f.body);
    let mut unroller = Unroller {
        f: &mut f,
        stacked,
        constants: HashMap::default(),
        same: HashMap::default(),
        changed: false,
    };
    unroller.region(&mut body);
    let Unroller { same, changed, .. } = unroller;
    body.rename(&mut |v| resolve(&same, v));
    if let ResultOf::Value(v) = &mut f.result {
        *v = resolve(&same, *v);
    }
    f.body = body;
    changed.then_some(f)
}

/// The indices of loops over ranges in which something is pushed.
fn indices_of_keeping(region: &Region, all: &mut HashSet<ValueId>) {
    for stmt in region.deep() {
        let Stmt::Loop(l) = stmt else { continue };
        let keeps = |s: &Stmt| matches!(s, Stmt::Push { .. } | Stmt::Save { .. });
        all.extend(l.range.as_ref().filter(|_| l.body.deep().any(keeps)).map(|range| range.index));
    }
}

/// What a value is, after what was written out.
fn resolve(same: &HashMap<ValueId, ValueId>, mut value: ValueId) -> ValueId {
    while let Some(next) = same.get(&value) {
        value = *next;
    }
    value
}

struct Unroller<'f> {
    f: &'f mut Function,
    /// Indices of the loops that keep something.
    stacked: HashSet<ValueId>,
    changed: bool,
    constants: HashMap<ValueId, i64>,
    /// Result of a loop that was written out → what it is.
    same: HashMap<ValueId, ValueId>,
}

impl Unroller<'_> {
    fn region(&mut self, r: &mut Region) {
        let mut out = Vec::with_capacity(r.stmts.len());
        for mut stmt in std::mem::take(&mut r.stmts) {
            self.constants.extend(stmt.int());
            stmt.regions_mut().into_iter().for_each(|inner| self.region(inner));
            match stmt {
                Stmt::Loop(l) => match self.trips(&l).filter(|_| self.pays(&l)) {
                    Some(trips) => self.write_out(*l, trips, &mut out),
                    None => out.push(Stmt::Loop(l)),
                },
                other => out.push(other),
            }
        }
        r.stmts = out;
    }

    /// The values of the index, if the loop is to be written out.
    fn trips(&self, l: &Loop) -> Option<std::ops::Range<u32>> {
        let range = l.range.as_ref()?;
        let whole = l.header.is_none() && l.stop.is_none() && range.adaptors.is_empty() && !l.body.diverges;
        let (lo, hi) = (*self.constants.get(&range.lo)?, *self.constants.get(&range.hi)?);
        let hi = hi.checked_add(i64::from(range.inclusive))?;
        let count = hi.checked_sub(lo).filter(|n| *n <= FEW)?;
        let short = usize::try_from(count).ok()?.checked_mul(l.body.deep().count())? <= SHORT;
        let plain = l.body.deep().all(is_plain) && l.carried.iter().all(|c| c.init.is_some());
        let trips = u32::try_from(lo).ok()?..u32::try_from(hi).ok()?;
        (whole && short && plain && self.counts_elements(l, range.index)).then_some(trips)
    }

    /// Does it keep something, and is that better off in registers?
    fn pays(&self, l: &Loop) -> bool {
        l.range.as_ref().is_some_and(|r| self.stacked.contains(&r.index) && self.spares_memory(l, r.index))
    }

    /// Elements of vectors stay where they are, and two of them are one packed operation: numbers that go around the loop,
    /// and arrays with no other index, are better off in registers.
    fn spares_memory(&self, l: &Loop, index: ValueId) -> bool {
        let known = |p: &Proj| match p {
            Proj::Index(v) => *v == index || self.constants.contains_key(v),
            Proj::Field(_) => true,
            Proj::Range { .. } | Proj::Payload { .. } | Proj::Deref => false,
        };
        let indexed = |place: &Place| place.proj.contains(&Proj::Index(index));
        let in_registers = |place: &Place| {
            indexed(place)
                && matches!(self.f.mems[place.mem].ty, Ty::Array(..))
                && place.proj.iter().all(known)
        };
        let carries = l.carried.iter().any(|c| self.f.values[c.phi].ty.is_float());
        carries || l.body.deep().any(|s| matches!(s, Stmt::Store { place, .. } if in_registers(place)))
    }

    /// Is the index a `usize` for sure, or not looked at?
    fn counts_elements(&self, l: &Loop, index: ValueId) -> bool {
        let mut same_type = HashSet::default();
        same_type.insert(index);
        let (mut seen, mut indexes) = (false, false);
        for stmt in l.body.deep() {
            stmt.visit_shallow(&mut |v| seen |= v == index);
            if let Stmt::Let { value, op: Op::Apply { func, args } } = stmt {
                let arithmetic = matches!(func, Func::Add | Func::Sub | Func::Mul | Func::Div | Func::Rem);
                if arithmetic
                    && self.f.values[*value].ty == Ty::Int
                    && args.iter().any(|a| same_type.contains(a))
                {
                    same_type.insert(*value);
                }
            }
            let at = |place: &Place| {
                place.proj.iter().any(|p| matches!(p, Proj::Index(v) if same_type.contains(v)))
            };
            indexes |= stmt.element().is_some_and(|e| at(e.place));
        }
        indexes || !seen
    }

    fn write_out(&mut self, l: Loop, trips: std::ops::Range<u32>, out: &mut Vec<Stmt>) {
        let Loop { range: Some(range), mut carried, mut body, .. } = l else { return };
        // Of loops inside, written out before.
        body.rename(&mut |v| resolve(&self.same, v));
        carried.iter_mut().for_each(|c| c.next = resolve(&self.same, c.next));
        self.changed = true;
        let mut now: Vec<ValueId> = carried.iter().filter_map(|c| c.init).collect();
        for trip in trips {
            let mut new = HashMap::default();
            let info = &self.f.values[range.index];
            let index = self.f.fresh(info.ty.clone(), info.span);
            out.push(Stmt::Let { value: index, op: Op::Const(Const::Count(trip)) });
            self.constants.insert(index, i64::from(trip));
            new.insert(range.index, index);
            new.extend(carried.iter().map(|c| c.phi).zip(now.iter().copied()));
            let mut copy = body.clone();
            self.f.redefine(&mut copy, &mut new);
            let rename = |v: ValueId| new.get(&v).copied().unwrap_or(v);
            copy.rename(&mut |v| rename(v));
            now = carried.iter().map(|c| rename(c.next)).collect();
            self.inner(copy.stmts, out);
            now.iter_mut().for_each(|v| *v = resolve(&self.same, *v));
        }
        self.same.extend(carried.iter().map(|c| c.result).zip(now));
    }

    /// Loops whose ends were the index of a loop around.
    fn inner(&mut self, stmts: Vec<Stmt>, out: &mut Vec<Stmt>) {
        for mut stmt in stmts {
            stmt.rename(&mut |v| resolve(&self.same, v));
            match stmt {
                Stmt::Loop(l) => match self.trips(&l) {
                    Some(trips) => self.write_out(*l, trips, out),
                    None => out.push(Stmt::Loop(l)),
                },
                other => out.push(other),
            }
        }
    }
}

/// Arithmetic and elements only; carried code may need the type of the index that it mentions.
fn is_plain(stmt: &Stmt) -> bool {
    let carried = matches!(stmt.computed(), Some((_, Op::Pure(opaque))) if !opaque.reads.is_empty());
    stmt.control().is_some() || stmt.is_simple() && !carried
}
