//! The plan of the reverse sweep: which statements have a reverse part, which primal values and objects it reads, and
//! how each is provided.
//!
//! A value that the reverse sweep needs is, in order of preference: still **visible** (defined in a scope that the
//! reverse code shares); **recomputed** from others, if its operation is cheap (a load is repeated where the object has
//! the same contents again); **kept** (an element of the one tuple that each execution of its region pushes).
//! A store that destroys contents that a repeated load reads is **undone** on the way back.
//!
//! ```text
//! for i in 0..n { x[i] = x[i] * c + x[i].sin() }      sin is costly, but its result is not needed: cos(x[i]) is
//! needs: old x[i] (also for the undo)                 plan: keep the old x[i], undo the store
//! ```

use super::activity::Activity;
use super::layout::{At, Kind, Layout, RegionId};
use super::narrow::Narrow;
use super::private::Private;
use super::stepped::Stepped;
use crate::adjoint::prepare::{loaded, Prepared};
use crate::ir::dense::IdMap;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{Function, MemId, Place, Region, Stmt, ValueId};
use std::collections::{BTreeMap, BinaryHeap};

/// How the reverse sweep gets a primal value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provide {
    Visible,
    Recompute,
    /// Still in the object that it was stored to: read from there, before that store is undone.
    Stored,
    Keep,
}

/// The latest point at which the reverse sweep reads a value: twice the statement's index in the value's own region, and
/// one more if that is the state behind the statement; and the statement itself.
#[derive(Clone, Copy, Debug)]
pub struct Latest {
    pub until: usize,
    pub at: At,
    pub after: bool,
}

/// `out[i] += e`: its reverse needs nothing of `out`, and leaves the shadow as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    pub load: ValueId,
    pub sum: ValueId,
    pub term: ValueId,
    pub negative: bool,
}

/// A carried integer that grows by the same step in each iteration: `init + (index - lo) * step`; or shrinks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Induction {
    pub init: ValueId,
    /// The index of the loop, or the trip counter of one without a range.
    pub index: ValueId,
    pub lo: ValueId,
    pub step: ValueId,
    pub down: bool,
}

/// The side table.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Regions whose reverse code stands in the same scope as the forward code.
    pub visible: Vec<bool>,
    /// Loops and branches whose reverse runs within their forward sweep.
    pub fused: HashSet<At>,
    /// Loops whose iterations keep their derivatives, with what comes in from outside.
    pub narrow: Narrow,
    pub provide: IdMap<ValueId, Provide>,
    /// Per region: what each execution keeps, in a fixed order.
    pub keep: BTreeMap<RegionId, Vec<ValueId>>,
    pub keep_mem: BTreeMap<RegionId, Vec<MemId>>,
    /// Counters that a loop carries, in closed form.
    pub induction: HashMap<ValueId, Induction>,
    /// Counters that a reverse loop carries too.
    pub stepped: HashMap<ValueId, Stepped>,
    /// Values that are read back from where they were stored.
    pub stored: HashMap<ValueId, (At, Place)>,
    /// Scratch objects of outer regions whose contents at the end of each execution are put back.
    pub save: BTreeMap<RegionId, Vec<MemId>>,
    /// Stores to undo.
    pub undo: HashSet<At>,
    /// Assignments of a whole object that is gone behind them, and that object.
    pub moves: BTreeMap<At, MemId>,
    /// Objects that end in what a statement makes, and whose shadow is that part of its shadow.
    pub handed: HashMap<At, HashSet<MemId>>,
    /// Statements that have a reverse part.
    pub reversed: HashSet<At>,
    pub updates: HashMap<At, Update>,
    /// Objects that the reverse sweep reads.
    pub read_back: HashSet<MemId>,
}

/// What the plan is made from.
pub struct Planner<'p> {
    pub f: &'p Function,
    pub prepared: &'p Prepared,
    pub layout: &'p Layout,
    pub act: &'p Activity,
    pub private: &'p Private,
    /// Body regions in which needed values are kept even if they could be recomputed.
    pub(super) eager: HashSet<RegionId>,
    /// Bodies whose reverse sweep is part of the forward sweep, where all is at hand.
    pub(super) narrow: HashSet<RegionId>,
    /// Latest reverse use per value.
    pub(super) latest: HashMap<ValueId, Latest>,
    /// Values to decide about, by the position of their definition.
    pub(super) waiting: BinaryHeap<(usize, ValueId)>,
    pub(super) settled: HashMap<ValueId, usize>,
    /// The store that a value goes to, if there is one.
    pub(super) store_of: HashMap<ValueId, At>,
    pub(super) use_counts: IdMap<ValueId, usize>,
    /// Constants that may refer to local objects.
    pub(super) borrowed: HashSet<MemId>,
    /// Objects that are exchanged as a whole or in part.
    pub(super) exchanged: Vec<(MemId, MemId)>,
    /// Loads that the reverse sweep repeats.
    pub(super) reloads: HashMap<MemId, HashSet<At>>,
    pub(super) plan: Plan,
}

impl<'p> Planner<'p> {
    pub fn new(
        prepared: &'p Prepared,
        layout: &'p Layout,
        act: &'p Activity,
        private: &'p Private,
        fused: HashSet<At>,
    ) -> Self {
        let mut use_counts = IdMap::default();
        prepared.f.body.visit(&mut |v| *use_counts.or_insert(v, 0) += 1);
        let mut planner = Planner {
            use_counts,
            borrowed: super::borrowed::borrowed(&prepared.f),
            exchanged: super::private::exchanged(&prepared.f.body),
            f: &prepared.f,
            prepared,
            layout,
            act,
            private,
            eager: HashSet::default(),
            narrow: HashSet::default(),
            latest: HashMap::default(),
            waiting: BinaryHeap::new(),
            settled: HashMap::default(),
            store_of: HashMap::default(),
            reloads: HashMap::default(),
            plan: Plan { fused, ..Plan::default() },
        };
        planner.visibility();
        planner.find_moves();
        planner.find_updates(&prepared.f.body, 0);
        planner
    }

    /// With these loops in their own way.
    pub fn with(mut self, narrow: Narrow) -> Self {
        self.narrow = narrow.keys().map(|at| self.layout.body(*at)).collect();
        self.plan.narrow = narrow;
        self
    }

    /// Recomputes cheap values in all loops; then, where keeping the needed values themselves takes less storage, keeps
    /// those.
    pub fn run(mut self) -> Plan {
        self.solve();
        let (lazy, lazy_objects) = (self.plan.keep.clone(), self.plan.save.clone());
        let regions = &self.layout.regions;
        self.eager = (0..regions.len()).filter(|r| regions[*r].kind == Kind::Body).collect();
        self.solve();
        let count = |keep: &BTreeMap<RegionId, Vec<ValueId>>, r: RegionId| keep.get(&r).map_or(0, Vec::len);
        let eager = &self.plan.keep;
        // What an inner loop keeps instead costs more than what it saves, unless that is whole objects.
        let objects = lazy_objects != self.plan.save;
        let inner = |r: RegionId| (0..regions.len()).filter(move |i| *i != r && self.layout.contains(r, *i));
        let pays = |r: &RegionId| {
            let no_more = || inner(*r).all(|i| count(eager, i) <= count(&lazy, i));
            count(eager, *r) < count(&lazy, *r) && (objects || no_more())
        };
        self.eager = lazy.keys().copied().filter(pays).collect();
        self.solve();
        self.plan
    }

    /// To a fixpoint: undoing needs old values, and old values need loads that other stores may have to be undone for.
    fn solve(&mut self) {
        self.plan.undo.clear();
        loop {
            self.plan.provide.clear();
            self.plan.keep.clear();
            self.plan.keep_mem.clear();
            self.plan.save.clear();
            self.plan.stored.clear();
            self.plan.induction.clear();
            self.plan.stepped.clear();
            self.plan.reversed.clear();
            self.plan.read_back.clear();
            self.latest.clear();
            self.settled.clear();
            self.reloads.clear();
            self.region(&self.f.body, 0);
            self.settle();
            if !self.find_undo() {
                break;
            }
        }
        self.drop_idle_undo();
        self.find_handed();
        self.find_kept_objects();
    }

    fn visibility(&mut self) {
        let layout = self.layout;
        for info in &layout.regions {
            let visible = match info.parent {
                None => true,
                Some(parent) => self.plan.visible[parent.0] && self.plan.fused.contains(&parent),
            };
            self.plan.visible.push(visible);
        }
    }

    fn find_updates(&mut self, region: &Region, id: RegionId) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            for (inner, r) in self.layout.children((id, index)).to_vec().into_iter().zip(stmt.regions()) {
                self.find_updates(r, inner);
            }
            let Stmt::Store { place, value } = stmt else { continue };
            self.store_of.entry(*value).or_insert((id, index));
            if let Some(update) = self.update(&region.stmts[..index], place, *value) {
                self.plan.updates.insert((id, index), update);
            }
        }
    }

    /// `place = load(place) ± term`, with the load and the sum used nowhere else.
    fn update(&self, before: &[Stmt], place: &Place, value: ValueId) -> Option<Update> {
        let load = loaded(before, place)?;
        let (term, negative) = self.layout.ops.get(&value)?.sum_with(load)?;
        let only = self.uses(load) == 1 && self.uses(value) == 1 && term != load;
        let here = before.iter().any(|s| s.defs().contains(&value));
        (only && here && self.act.mem(place.mem)).then_some(Update { load, sum: value, term, negative })
    }

    fn uses(&self, value: ValueId) -> usize {
        let result = self.f.result == crate::ir::ResultOf::Value(value);
        self.use_counts.get(&value).copied().unwrap_or(0) + usize::from(result)
    }
}
