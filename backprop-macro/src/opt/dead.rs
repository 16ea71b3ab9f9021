//! What nobody reads is not computed: values, carried values, phis, objects, branches and loops without effect.
//!
//! ```text
//! v7 = cos(v1); return v2     →     return v2
//! ```
//! The user's own operations that may panic stay, so that the gradient panics exactly where the function does.

use crate::ir::{Function, MemId, Op, ParamKind, Region, ResultOf, Stmt, ValueId};
use crate::ir::visit::Visitor;
use std::collections::HashSet;

pub(super) fn remove(f: &mut Function, split: &mut usize, roots: &[ValueId], primal: usize) {
    loop {
        let live = Live::of(f, roots, primal);
        let mut body = std::mem::take(&mut f.body);
        let mut second = body.stmts.split_off((*split).min(body.stmts.len()));
        let before = size(&body.stmts) + size(&second);
        live.sweep(&mut body.stmts);
        live.sweep(&mut second);
        *split = body.stmts.len();
        body.stmts.extend(second);
        f.body = body;
        if size(&f.body.stmts) == before {
            return;
        }
    }
}

fn size(stmts: &[Stmt]) -> usize {
    let own = |s: &Stmt| match s {
        Stmt::Loop(l) => l.carried.len(),
        Stmt::Branch(b) => b.phis.len(),
        Stmt::Let { .. }
        | Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Push { .. }
        | Stmt::Pop { .. }
        | Stmt::Pullback(_) => 0,
    };
    stmts.iter().map(|s| 1 + own(s) + s.regions().iter().map(|r| size(&r.stmts)).sum::<usize>()).sum()
}

/// Values and objects that something with an effect depends on.
struct Live {
    values: HashSet<ValueId>,
    mems: HashSet<MemId>,
    primal: usize,
}

impl Visitor for Live {
    fn value(&mut self, value: ValueId) {
        self.values.insert(value);
    }
    fn mem(&mut self, mem: MemId) {
        self.mems.insert(mem);
    }
}

impl Live {
    fn of(f: &Function, roots: &[ValueId], primal: usize) -> Live {
        let mut live = Live { values: roots.iter().copied().collect(), mems: HashSet::new(), primal };
        match f.result {
            ResultOf::Unit => {}
            ResultOf::Value(v) => live.value(v),
            ResultOf::Mem(m) => live.mem(m),
        }
        // Parameters, the primal's objects (moved out, dropped) and shadows that are handed out.
        for param in &f.params {
            match param.kind {
                ParamKind::Value(v) => live.value(v),
                ParamKind::Mem(m) => live.mem(m),
            }
        }
        for (id, info) in f.mems.iter() {
            if info.shadow_of.is_none_or(|of| f.params.iter().any(|p| p.kind == ParamKind::Mem(of))) {
                live.mem(id);
            }
        }
        loop {
            let before = live.values.len() + live.mems.len();
            live.region(&f.body);
            if live.values.len() + live.mems.len() == before {
                return live;
            }
        }
    }

    fn region(&mut self, region: &Region) {
        for stmt in region.stmts.iter().rev() {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Branch(branch) => {
                for phi in branch.phis.iter().filter(|p| self.values.contains(&p.value)).collect::<Vec<_>>() {
                    self.values.extend(phi.inputs.iter().flatten());
                }
                branch.arms.iter().for_each(|a| self.region(a));
                if branch.arms.iter().any(|a| a.diverges || self.effective(a)) || self.any_def(stmt) {
                    self.value(branch.on);
                }
            }
            Stmt::Loop(l) => {
                for c in &l.carried {
                    if self.values.contains(&c.phi) || self.values.contains(&c.result) {
                        self.values.insert(c.next);
                        self.values.extend(c.init);
                    }
                }
                self.region(&l.body);
                l.header.iter().for_each(|(h, _)| self.region(h));
                if self.keeps(stmt) {
                    l.range.iter().for_each(|r| r.visit(self));
                    self.values.extend(l.stop);
                    self.values.extend(l.header.iter().map(|(_, c)| *c));
                }
            }
            Stmt::Let { .. }
            | Stmt::Decl { .. }
            | Stmt::Store { .. }
            | Stmt::Assign { .. }
            | Stmt::Accumulate { .. }
            | Stmt::Bulk(_)
            | Stmt::Call(_)
            | Stmt::Opaque(_)
            | Stmt::Push { .. }
            | Stmt::Pop { .. }
            | Stmt::Pullback(_) => {
                if self.keeps(stmt) {
                    stmt.visit_shallow(self);
                }
            }
        }
    }

    fn any_def(&self, stmt: &Stmt) -> bool {
        stmt.defs().iter().any(|v| self.values.contains(v))
    }

    fn effective(&self, region: &Region) -> bool {
        region.diverges || region.stmts.iter().any(|s| self.keeps(s))
    }

    /// Must the statement stay?
    fn keeps(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Let { value, op } => self.values.contains(value) || self.has_effect(*value, op),
            Stmt::Decl { mem, .. } => self.mems.contains(mem),
            Stmt::Store { place, .. } | Stmt::Assign { place, .. } | Stmt::Accumulate { place, .. } => {
                self.mems.contains(&place.mem)
            }
            Stmt::Bulk(bulk) => bulk.written().iter().any(|m| self.mems.contains(m)),
            Stmt::Branch(branch) => self.any_def(stmt) || branch.arms.iter().any(|a| self.effective(a)),
            // A loop that may not end is an effect, too: only counted ones can go.
            Stmt::Loop(l) => {
                self.any_def(stmt) || self.effective(&l.body) || l.range.is_none() || self.effective_header(l)
            }
            Stmt::Call(_) | Stmt::Opaque(_) | Stmt::Push { .. } | Stmt::Pop { .. } | Stmt::Pullback(_) => true,
        }
    }

    fn effective_header(&self, l: &crate::ir::Loop) -> bool {
        l.header.as_ref().is_some_and(|(h, _)| self.effective(h))
    }

    fn has_effect(&self, value: ValueId, op: &Op) -> bool {
        match op {
            Op::Once(_) => true,
            Op::Load(place) => !place.proj.is_empty() && (value.0 as usize) < self.primal,
            Op::Const(_)
            | Op::Apply { .. }
            | Op::Cast { .. }
            | Op::Len(_)
            | Op::Select { .. }
            | Op::Detach(_)
            | Op::Pure(_)
            | Op::Helper { .. }
            | Op::SumOf(_) => false,
        }
    }

    fn sweep(&self, stmts: &mut Vec<Stmt>) {
        for stmt in stmts.iter_mut() {
            match stmt {
                Stmt::Branch(branch) => branch.phis.retain(|p| self.values.contains(&p.value)),
                Stmt::Loop(l) => {
                    l.carried.retain(|c| self.values.contains(&c.phi) || self.values.contains(&c.result));
                }
                Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Push { .. }
                | Stmt::Pop { .. }
                | Stmt::Pullback(_) => {}
            }
            for inner in stmt.regions_mut() {
                self.sweep(&mut inner.stmts);
            }
        }
        stmts.retain(|s| self.keeps(s));
    }
}
