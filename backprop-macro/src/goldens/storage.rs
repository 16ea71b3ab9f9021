//! What an adjoint stores: every push, save and copy in its forward sweep, with the loops around it.
//!
//! Tests that are ignored as "open" say what should hold and does not yet; [`what_is_stored_too_much`] holds the number
//! of today, so that it only falls.

use super::programs::{named, PROGRAMS};
use super::stages::Stages;
use crate::ir::hash::HashSet;
use crate::ir::{Function, Init, Operand, Region, Stmt, Ty, ValueId};

/// The static statements that store something.
#[derive(Debug, Default)]
pub struct Stored {
    pub pushes: Vec<Push>,
    /// Depth of loops around each [`Stmt::Save`], which takes a whole array.
    pub saves: Vec<usize>,
    /// Depth of loops around each copy of a whole object that the primal doesn't make.
    pub copies: Vec<usize>,
    /// Values at the start and at the end of an iteration.
    carried: Vec<(ValueId, ValueId)>,
    counters: HashSet<ValueId>,
}

#[derive(Debug)]
pub struct Push {
    pub items: Vec<Operand>,
    pub depth: usize,
}

impl Stored {
    pub fn of(stages: &Stages) -> Stored {
        let (mut primal, mut stored) = (Stored::default(), Stored::default());
        primal.region(&stages.primal.body, 0);
        stored.region(&stages.adjoint.f.body, 0);
        // Copies that the user made are in both.
        for depth in primal.copies {
            if let Some(own) = stored.copies.iter().position(|d| *d == depth) {
                stored.copies.remove(own);
            }
        }
        stored
    }

    fn region(&mut self, region: &Region, depth: usize) {
        for stmt in &region.stmts {
            let inner = match stmt {
                Stmt::Push { stack: _, items } => {
                    self.pushes.push(Push { items: items.clone(), depth });
                    depth
                }
                Stmt::Save { .. } => {
                    self.saves.push(depth);
                    depth
                }
                Stmt::Decl { mem: _, init: Some(Init::From(Operand::Copy(_)) | Init::ToVec(_)) } => {
                    self.copies.push(depth);
                    depth
                }
                Stmt::Loop(l) => {
                    self.counters.extend(l.range.iter().map(|r| r.index));
                    self.carried.extend(l.carried.iter().map(|c| (c.phi, c.next)));
                    depth + 1
                }
                Stmt::Let { .. }
                | Stmt::Decl { .. }
                | Stmt::Store { .. }
                | Stmt::Assign { .. }
                | Stmt::Accumulate { .. }
                | Stmt::Bulk(_)
                | Stmt::Branch(_)
                | Stmt::Call(_)
                | Stmt::Opaque(_)
                | Stmt::Pop { .. }
                | Stmt::Restore { .. }
                | Stmt::Pullback(_) => depth,
            };
            for region in stmt.regions() {
                self.region(region, inner);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.pushes.is_empty() && self.saves.is_empty() && self.copies.is_empty()
    }

    fn values(&self) -> Vec<ValueId> {
        let items = self.pushes.iter().flat_map(|p| &p.items);
        let values = items.filter_map(|i| match i {
            Operand::Value(v) => Some(*v),
            Operand::Mem(_) | Operand::Copy(_) => None,
        });
        values.collect()
    }
}

fn stored(name: &str) -> (Stages, Stored) {
    let stages = Stages::of(named(name));
    let stored = Stored::of(&stages);
    (stages, stored)
}

/// One push in all, of so many floats, inside so many loops.
fn one_push(name: &str, floats: usize, depth: usize) {
    let (stages, stored) = stored(name);
    let text = || format!("{name}: {stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert!(stored.saves.is_empty() && stored.copies.is_empty(), "{}", text());
    assert_eq!(stored.pushes.len(), 1, "{}", text());
    assert_eq!(stored.pushes[0].items.len(), floats, "{}", text());
    assert_eq!(stored.pushes[0].depth, depth, "{}", text());
    let float = |v: &ValueId| stages.adjoint.f.values[*v].ty.is_float();
    assert!(stored.values().iter().all(float) && stored.values().len() == floats, "{}", text());
}

fn nothing(name: &str) {
    let (stages, stored) = stored(name);
    assert!(stored.is_empty(), "{name}: {stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert!(stages.adjoint.report.is_empty(), "{name}: {:?}", stages.adjoint.report);
}

#[test]
fn straight_line_code_stores_nothing() {
    for name in ["straight", "early_return", "l0_fixed", "fields", "subset"] {
        nothing(name);
    }
}

#[test]
fn accumulating_loops_store_nothing() {
    for name in ["l1_mean", "l2_norm"] {
        nothing(name);
    }
}

/// The outer loop of a log-sum-exp is fused: what the inner loop keeps (its cotangent is known only after it, and `exp`
/// is costly) is gone before the next point, so that storage is that of one point.
#[test]
fn a_fused_loop_stores_nothing_beyond_an_iteration() {
    let (stages, stored) = stored("l1_mixture");
    let text = format!("{stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert!(stored.saves.is_empty() && stored.copies.is_empty(), "{text}");
    assert!(stored.pushes.len() == 1 && stored.pushes[0].items.len() == 1, "{text}");
    let outer = stages.adjoint.f.body.stmts.iter().find_map(|s| match s {
        Stmt::Loop(l) => Some(&l.body),
        _ => None,
    });
    let (mut pushed, mut popped) = (0, 0);
    for stmt in outer.into_iter().flat_map(Region::deep) {
        pushed += usize::from(matches!(stmt, Stmt::Push { .. }));
        popped += usize::from(matches!(stmt, Stmt::Pop { .. }));
    }
    assert_eq!((pushed, popped), (1, 1), "{text}");
}

#[test]
fn linear_updates_in_place_store_nothing() {
    nothing("l6_axpy");
}

#[test]
fn a_cheap_chain_of_iterators_stores_nothing() {
    nothing("iterators");
}

fn keeps_the_state_at_the_loop_top(name: &str, floats: usize) {
    one_push(name, floats, 1);
    let (stages, stored) = stored(name);
    let tops: HashSet<ValueId> = stored.carried.iter().map(|c| c.0).collect();
    let pushed = stored.values();
    assert!(pushed.iter().all(|v| tops.contains(v)), "{pushed:?}\n{}", stages.print(&stages.adjoint.f));
}

#[test]
fn runge_kutta_keeps_the_state_at_the_loop_top() {
    keeps_the_state_at_the_loop_top("l3_pendulum", 3);
}

#[test]
fn runge_kutta_does_not_keep_what_the_loop_does_not_change() {
    keeps_the_state_at_the_loop_top("l3_lorenz", 3);
}

#[test]
fn a_costly_cell_keeps_one_tuple() {
    let (stages, stored) = stored("l4_lstm");
    let text = format!("{stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert_eq!(stored.pushes.len(), 1, "{text}");
    // h and c before, exp and quotient of three gates, two tanh.
    assert_eq!(stored.pushes[0].items.len(), 10, "{text}");
    assert!(stored.saves.is_empty() && stored.copies.is_empty(), "{text}");
}

#[test]
#[ignore = "open: the quotient `a / x` is kept besides x"]
fn newton_keeps_one_number() {
    one_push("l5_newton", 1, 1);
}

/// A push within two loops (layer, element) is one number per element; so is an array saved once per layer.
fn numbers_per_element(name: &str) -> usize {
    let (stages, stored) = stored(name);
    let text = format!("{stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert!(stored.copies.is_empty(), "{text}");
    assert!(stored.pushes.iter().all(|p| p.depth == 2), "{text}");
    assert!(stored.saves.iter().all(|depth| *depth == 1), "{text}");
    stored.pushes.iter().map(|p| p.items.len()).sum::<usize>() + stored.saves.len()
}

#[test]
fn a_layer_keeps_numbers_per_element_not_per_weight() {
    assert!(numbers_per_element("layers") <= 2);
}

#[test]
#[ignore = "open: tanh's result and the old h, which is the result in the layer before, are both kept"]
fn a_layer_keeps_one_number_per_element() {
    assert_eq!(numbers_per_element("layers"), 1);
}

/// Program, tuple elements over all pushes today, and what they should be.
#[test]
fn what_is_stored_too_much() {
    let excess = [("l5_newton", 2, 1), ("layers", 2, 1)];
    for (name, today, goal) in excess {
        let count = stored(name).1.values().len();
        assert!(count >= goal && count <= today, "{name}: {count} stored, {today} so far, {goal} needed");
    }
}

#[test]
fn scans_in_place_keep_the_overwritten_number() {
    one_push("scan", 1, 1);
}

/// The reverse half of an in/out parameter has lost sight of it: what it reads is on the stack, so it needs no copy.
#[test]
fn updates_in_place_keep_the_overwritten_number() {
    let (stages, stored) = stored("in_out");
    let text = format!("{stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert!(!stages.joint && stored.saves.is_empty() && stored.copies.is_empty(), "{text}");
    assert!(stored.pushes.len() == 1 && stored.pushes[0].items.len() == 1, "{text}");
}

/// Integers and bools among the pushed values.
fn pushed_passive(name: &str) -> Vec<ValueId> {
    let (stages, stored) = stored(name);
    let f = &stages.adjoint.f;
    let passive = |v: &ValueId| matches!(f.values[*v].ty, Ty::Int | Ty::Bool) || stored.counters.contains(v);
    stored.values().into_iter().filter(passive).collect()
}

#[test]
fn counters_and_predicates_are_never_pushed() {
    for program in PROGRAMS {
        assert_eq!(pushed_passive(program.name), [], "{}", program.name);
    }
    one_push("counters", 1, 1);
    one_push("branches", 1, 1);
}

#[test]
fn counters_of_while_loops_are_not_pushed() {
    one_push("while_counter", 1, 1);
}

#[test]
fn counters_in_steps_of_many_sizes_are_not_pushed() {
    one_push("packed", 1, 1);
}

#[test]
fn predicates_on_remainders_are_not_pushed() {
    one_push("remainder", 1, 1);
}

#[test]
fn nothing_is_stored_twice() {
    for program in PROGRAMS {
        let stages = Stages::of(program);
        let stored = Stored::of(&stages);
        let text = format!("{}: {stored:?}\n{}", program.name, stages.print(&stages.adjoint.f));
        let values = stored.values();
        let distinct: HashSet<&ValueId> = values.iter().collect();
        assert_eq!(values.len(), distinct.len(), "{text}");
        // The value at the end of an iteration is the value at the top of the next one.
        for (phi, next) in &stored.carried {
            assert!(
                phi == next || !(distinct.contains(phi) && distinct.contains(next)),
                "{phi:?} is {next:?}: {text}"
            );
        }
        assert!(!copies_of_each_other(&stages.adjoint.f, &values), "{text}");
    }
}

/// Two of the values are loads of one place of an object that is never written.
fn copies_of_each_other(f: &Function, values: &[ValueId]) -> bool {
    let mut loads = Vec::new();
    collect_loads(&f.body, values, &mut loads);
    loads.iter().enumerate().any(|(k, place)| loads[..k].contains(place))
}

fn collect_loads(region: &Region, values: &[ValueId], out: &mut Vec<crate::ir::Place>) {
    for stmt in region.deep() {
        if let Stmt::Let { value, op: crate::ir::Op::Load(place) } = stmt {
            if values.contains(value) {
                out.push(place.clone());
            }
        }
    }
}

#[test]
fn the_report_names_what_is_stored_and_why() {
    let newton = Stages::of(named("l5_newton")).report();
    let x = newton.iter().find(|line| line.contains("`x`"));
    assert!(
        x.is_some_and(|l| l.starts_with("loop") && l.contains("derivatives of an iteration")),
        "{newton:?}"
    );
    let scan = Stages::of(named("scan")).report();
    assert_eq!(scan.len(), 1, "{scan:?}");
    assert!(scan[0].starts_with("loop") && scan[0].contains("overwritten"), "{scan:?}");
}
