//! Where everything is: regions numbered, every value's and object's definition, the order of statements.
//!
//! ```text
//! r0: s0 let; s1 loop { r1: s0 let; s1 store }    →    r1 = body of (r0, 1), v7 defined at (r1, 0)
//! ```

use crate::ir::dense::IdMap;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{CallResult, Function, MemId, Op, ParamKind, Region, Stmt, ValueId};

/// Number of a region, in the order of entry.
pub type RegionId = usize;

/// A statement: its region and its index there.
pub type At = (RegionId, usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Top,
    Arm,
    Body,
    Header,
}

#[derive(Clone, Debug)]
pub struct RegionInfo {
    pub kind: Kind,
    /// The statement that holds it.
    pub parent: Option<At>,
    /// The position of its end in the order of all statements.
    pub exit: usize,
}

/// A definition: of a value by a statement, or by the entry of a region (`index` 0: parameters, phis, loop indices;
/// statement `i` has `index` `i + 1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Def {
    pub region: RegionId,
    pub index: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub regions: Vec<RegionInfo>,
    pub defs: IdMap<ValueId, Def>,
    /// The operation, for values defined by a `Let`.
    pub ops: IdMap<ValueId, Op>,
    pub decls: HashMap<MemId, RegionId>,
    /// Regions inside a statement, in order.
    children: HashMap<At, Vec<RegionId>>,
    /// Statement → position in program order.
    order: HashMap<At, usize>,
    /// Object → the statements that write it themselves, declarations apart.
    pub writes: HashMap<MemId, Vec<At>>,
    /// Assignments that overwrite nothing: see [`super::first_values`].
    pub first_values: HashSet<At>,
    next_order: usize,
}

impl Layout {
    pub fn of(f: &Function) -> Layout {
        let mut layout = Layout::default();
        layout.enter(&f.body, Kind::Top, None);
        for param in &f.params {
            match param.kind {
                ParamKind::Value(v) => {
                    layout.defs.insert(v, Def { region: 0, index: 0 });
                }
                ParamKind::Mem(m) => {
                    layout.decls.insert(m, 0);
                }
            }
        }
        layout.first_values = super::first_values::first_values(f, &layout);
        layout
    }

    fn enter(&mut self, region: &Region, kind: Kind, parent: Option<At>) -> RegionId {
        let id = self.regions.len();
        self.regions.push(RegionInfo { kind, parent, exit: 0 });
        for (index, stmt) in region.stmts.iter().enumerate() {
            self.stmt((id, index), stmt);
        }
        self.regions[id].exit = self.next_order;
        id
    }

    fn stmt(&mut self, at: At, stmt: &Stmt) {
        self.next_order += 1;
        self.order.insert(at, self.next_order);
        for value in stmt.defs() {
            self.defs.insert(value, Def { region: at.0, index: at.1 + 1 });
        }
        for mem in stmt.written() {
            self.writes.entry(mem).or_default().push(at);
        }
        match stmt {
            Stmt::Let { value, op } => {
                self.ops.insert(*value, op.clone());
            }
            Stmt::Decl { mem, init: _ } => self.declare(*mem, at),
            Stmt::Call(call) => match call.result {
                CallResult::Mem(mem) => self.declare(mem, at),
                CallResult::None | CallResult::Value(_) => {}
            },
            Stmt::Branch(branch) => {
                let arms = branch.arms.iter().map(|arm| self.enter(arm, Kind::Arm, Some(at))).collect();
                self.children.insert(at, arms);
            }
            Stmt::Loop(l) => {
                let header = l.header.as_ref().map(|(h, _)| self.enter(h, Kind::Header, Some(at)));
                let body = self.enter(&l.body, Kind::Body, Some(at));
                for value in l.enters() {
                    self.defs.insert(value, Def { region: body, index: 0 });
                }
                self.children.insert(at, header.into_iter().chain([body]).collect());
            }
            Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Save { .. }
            | Stmt::Pop { .. }
            | Stmt::Restore { .. }
            | Stmt::Pullback(_) => {}
        }
    }

    /// A declaration is no overwriting.
    fn declare(&mut self, mem: MemId, at: At) {
        self.decls.insert(mem, at.0);
        if let Some(writes) = self.writes.get_mut(&mem) {
            writes.retain(|w| *w != at);
        }
    }

    /// The regions inside a statement: arms, or header and body.
    pub fn children(&self, at: At) -> &[RegionId] {
        self.children.get(&at).map_or(&[], Vec::as_slice)
    }

    /// The region with a number.
    pub fn region<'f>(&self, f: &'f Function, id: RegionId) -> &'f Region {
        let Some((parent, index)) = self.regions[id].parent else { return &f.body };
        let k = self.children((parent, index)).iter().position(|c| *c == id).unwrap_or(0);
        self.region(f, parent).stmts[index].regions()[k]
    }

    /// The body of the loop at a statement.
    pub fn body(&self, at: At) -> RegionId {
        self.children(at).last().copied().unwrap_or(0)
    }

    pub fn order(&self, at: At) -> usize {
        self.order.get(&at).copied().unwrap_or(0)
    }

    /// The index in `region` of the statement that is, or contains, `at`; `None` if it is not inside.
    pub fn project(&self, at: At, region: RegionId) -> Option<usize> {
        let mut at = at;
        while at.0 != region {
            at = self.regions[at.0].parent?;
        }
        Some(at.1)
    }

    pub fn contains(&self, outer: RegionId, inner: RegionId) -> bool {
        self.project((inner, 0), outer).is_some()
    }

    /// The loops around a region, innermost first, as body regions; it may be one itself.
    pub fn loops_around(&self, region: RegionId) -> Vec<RegionId> {
        let mut all = Vec::new();
        let mut current = Some(region);
        while let Some(id) = current {
            if self.regions[id].kind == Kind::Body {
                all.push(id);
            }
            current = self.regions[id].parent.map(|(parent, _)| parent);
        }
        all
    }

    /// May `later` run after `earlier` on an object declared in `home`: it stands behind it, or both are in a loop
    /// that the object outlives?
    pub fn may_follow(&self, earlier: At, later: At, home: RegionId) -> bool {
        if self.order(later) > self.order(earlier) {
            return true;
        }
        let around = self.loops_around(later.0);
        self.loops_around(earlier.0)
            .iter()
            .any(|l| around.contains(l) && *l != home && !self.contains(*l, home))
    }

    pub fn home(&self, mem: MemId) -> RegionId {
        self.decls.get(&mem).copied().unwrap_or(0)
    }
}
