//! Narrow loops: one number goes around, and few from outside come in. What an iteration keeps for its reverse sweep is then
//! no more than its derivatives themselves.
//!
//! ```text
//! loop carry (x: x0 -> x') { x' = tanh(sin(a x) + exp(x)) }     keep dx'/dx and dx'/da, not a x, sin, exp and tanh
//! ```

use super::activity::Activity;
use super::layout::{At, Layout, RegionId};
use super::plan::Plan;
use crate::ir::hash::HashSet;
use crate::ir::{Carried, Function, Loop, Op, Region, Stmt, ValueId};
use crate::rules::rule;
use std::collections::BTreeMap;

/// Per narrow loop the number that goes around, and the active values of outside that its iterations read.
pub type Narrow = BTreeMap<At, Vec<ValueId>>;

/// The loops that are better off so, of those whose reverse sweep runs later.
pub fn find(f: &Function, layout: &Layout, act: &Activity, plan: &Plan) -> Narrow {
    let mut finder = Finder { f, layout, act, plan, found: Narrow::new() };
    finder.region(&f.body, 0);
    finder.found
}

/// The number that goes around: the only active one.
pub fn carried<'l>(l: &'l Loop, act: &Activity) -> Option<&'l Carried> {
    let mut all = l.carried.iter().filter(|c| act.value(c.phi) || act.value(c.result));
    all.next().filter(|_| all.next().is_none())
}

struct Finder<'f> {
    f: &'f Function,
    layout: &'f Layout,
    act: &'f Activity,
    plan: &'f Plan,
    found: Narrow,
}

impl Finder<'_> {
    fn region(&mut self, region: &Region, id: RegionId) {
        for (index, stmt) in region.stmts.iter().enumerate() {
            let at = (id, index);
            let children = self.layout.children(at).to_vec();
            children.into_iter().zip(stmt.regions()).for_each(|(inner, r)| self.region(r, inner));
            if let Stmt::Loop(l) = stmt {
                let later = self.plan.reversed.contains(&at) && !self.plan.fused.contains(&at);
                if let (true, Some(inputs)) = (later, self.inputs(l, self.layout.body(at))) {
                    self.found.insert(at, inputs);
                }
            }
        }
    }

    fn inputs(&self, l: &Loop, body: RegionId) -> Option<Vec<ValueId>> {
        let around = carried(l, self.act).filter(|c| c.init.is_some())?;
        let mut inputs = vec![around.phi];
        let (mut seen, mut costly) = (HashSet::default(), false);
        for stmt in &l.body.stmts {
            let Stmt::Let { value, op } = stmt else { return None };
            let looks = op.read().iter().any(|m| self.act.mem(*m));
            if looks || matches!(op, Op::Dot(..) | Op::SumOf(_)) {
                return None;
            }
            if !self.act.value(*value) {
                continue;
            }
            costly |= matches!(op, Op::Apply { func, args: _ } if rule(*func).costly);
            for operand in op.operands().into_iter().filter(|v| self.act.value(*v) && *v != around.phi) {
                let own = self.layout.defs.get(&operand).is_some_and(|d| d.region == body);
                if !own && seen.insert(operand) {
                    inputs.push(operand);
                }
            }
        }
        let numbers = inputs.iter().all(|v| self.f.values[*v].ty.is_float());
        let kept = self.plan.keep.get(&body).map_or(0, Vec::len);
        (costly && numbers && kept >= inputs.len()).then_some(inputs)
    }
}
