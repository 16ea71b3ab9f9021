//! What an adjoint stores: every push, save and copy in its forward sweep, with the loops around it.

use super::programs::{named, PROGRAMS};
use super::stages::Stages;
use crate::ir::{Function, Init, Operand, Region, Stmt, Ty, ValueId};
use std::collections::HashSet;

/// The static statements that store something.
#[derive(Debug, Default)]
struct Stored {
    pushes: Vec<Push>,
    /// Depth of loops around each [`Stmt::Save`], which takes a whole array.
    saves: Vec<usize>,
    /// Depth of loops around each copy of a whole object that the primal doesn't make.
    copies: Vec<usize>,
    /// Values at the start and at the end of an iteration.
    carried: Vec<(ValueId, ValueId)>,
    counters: HashSet<ValueId>,
}

#[derive(Debug)]
struct Push {
    items: Vec<Operand>,
    depth: usize,
}

impl Stored {
    fn of(stages: &Stages) -> Stored {
        let mut stored = Stored::default();
        stored.region(&stages.adjoint.f.body, 0, stages.primal.mems.len());
        stored
    }

    fn region(&mut self, region: &Region, depth: usize, own: usize) {
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
                Stmt::Decl { mem, init: Some(Init::From(Operand::Copy(_)) | Init::ToVec(_)) } => {
                    if mem.0 as usize >= own {
                        self.copies.push(depth);
                    }
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
                self.region(region, inner, own);
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
    for name in ["l1_mean", "l1_mixture", "l2_norm"] {
        nothing(name);
    }
}

#[test]
fn linear_updates_in_place_store_nothing() {
    nothing("l6_axpy");
}

#[test]
fn a_cheap_chain_of_iterators_stores_nothing() {
    nothing("iterators");
}

#[test]
fn runge_kutta_keeps_the_state_at_the_loop_top() {
    one_push("l3_lorenz", 3, 1);
    let (stages, stored) = stored("l3_lorenz");
    let tops: HashSet<ValueId> = stored.carried.iter().map(|c| c.0).collect();
    let pushed = stored.values();
    assert!(pushed.iter().all(|v| tops.contains(v)), "{pushed:?}\n{}", stages.print(&stages.adjoint.f));
}

#[test]
fn a_costly_cell_keeps_one_tuple_without_inputs() {
    let (stages, stored) = stored("l4_lstm");
    let text = format!("{stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert_eq!(stored.pushes.len(), 1, "{text}");
    // h and c before, four gates, tanh(c): what the partials read, and nothing that they don't.
    assert!(stored.pushes[0].items.len() <= 7, "{text}");
    assert!(stored.saves.is_empty() && stored.copies.is_empty(), "{text}");
}

#[test]
fn newton_keeps_one_number() {
    one_push("l5_newton", 1, 1);
}

#[test]
fn a_layer_keeps_one_number_per_element() {
    let (stages, stored) = stored("layers");
    let text = format!("{stored:?}\n{}", stages.print(&stages.adjoint.f));
    assert!(stored.copies.is_empty(), "{text}");
    // A push within two loops (layer, element) is one number per element; so is an array saved once per layer.
    assert!(stored.pushes.iter().all(|p| p.depth <= 2 && p.items.len() == 1), "{text}");
    assert!(stored.saves.iter().all(|depth| *depth <= 1), "{text}");
    assert_eq!(stored.pushes.len() + stored.saves.len(), 1, "{text}");
}

#[test]
fn scans_in_place_keep_the_overwritten_number() {
    one_push("scan", 1, 1);
    one_push("in_out", 1, 1);
}

#[test]
fn counters_are_never_pushed() {
    for program in PROGRAMS {
        let stages = Stages::of(program);
        let stored = Stored::of(&stages);
        let f = &stages.adjoint.f;
        let counter = |v: &ValueId| f.values[*v].ty == Ty::Int || stored.counters.contains(v);
        let pushed: Vec<ValueId> = stored.values().into_iter().filter(counter).collect();
        // `last` of "counters" is an integer, but no counter: it is the one exception, and lags one step behind.
        let allowed = usize::from(program.name == "counters");
        assert!(pushed.len() <= allowed, "{}: {pushed:?}\n{}", program.name, stages.print(f));
    }
}

#[test]
fn predicates_on_surviving_operands_are_not_pushed() {
    for program in PROGRAMS {
        let stages = Stages::of(program);
        let f = &stages.adjoint.f;
        let bools: Vec<ValueId> =
            Stored::of(&stages).values().into_iter().filter(|v| f.values[*v].ty == Ty::Bool).collect();
        assert!(bools.is_empty(), "{}: {bools:?}\n{}", program.name, stages.print(f));
    }
    one_push("branches", 1, 1);
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
            assert!(phi == next || !(distinct.contains(phi) && distinct.contains(next)), "{phi:?} is {next:?}: {text}");
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
    for stmt in &region.stmts {
        if let Stmt::Let { value, op: crate::ir::Op::Load(place) } = stmt {
            if values.contains(value) {
                out.push(place.clone());
            }
        }
        stmt.regions().into_iter().for_each(|r| collect_loads(r, values, out));
    }
}

#[test]
fn the_report_names_what_is_stored_and_why() {
    let newton = Stages::of(named("l5_newton")).report();
    assert_eq!(newton.len(), 1, "{newton:?}");
    assert!(newton[0].starts_with("loop") && newton[0].contains("`x`"), "{newton:?}");
    let scan = Stages::of(named("scan")).report();
    assert_eq!(scan.len(), 1, "{scan:?}");
    assert!(scan[0].starts_with("loop") && scan[0].contains("overwritten"), "{scan:?}");
}
