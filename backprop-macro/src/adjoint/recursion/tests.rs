//! What goes down, what comes back, what is passed again; the gradients are tested from outside.

use super::{recursive, Recursive};
use crate::adjoint::{adjoint, ParamCotangent};
use crate::analysis::recursion::own_pullbacks;
use crate::analysis::types;
use crate::ir::verify::verify_with;
use crate::ir::{Cotangent, ParamKind, Pullback, Stmt};
use crate::model::Options;
use crate::{lower, opt};

fn halves(source: &str) -> Recursive {
    let tokens = source.parse().unwrap_or_else(|e| panic!("{e}: {source}"));
    let lowered = lower::function(tokens, Options::default());
    let (model, mut f) = lowered.unwrap_or_else(|e| panic!("{:?}", e.errors.texts()));
    types::propagate(&mut f);
    opt::simplify(&mut f);
    let mut split = adjoint(&f, true).unwrap_or_else(|(_, why)| panic!("{why}"));
    split.optimise(f.values.len());
    let (forward, reverse) = split.f.body.stmts.split_at(split.split);
    let own = own_pullbacks(forward, reverse, &|c| model.source.tokens(c).to_string() == "f");
    let made = recursive(&split, &own);
    let buffers = made.adjoint.cotangents.iter().filter_map(|c| match c {
        ParamCotangent::Buffer(m) => Some(ParamKind::Mem(*m)),
        ParamCotangent::None | ParamCotangent::Value(_) | ParamCotangent::Owned(_) => None,
    });
    let seed = match made.adjoint.seed {
        crate::adjoint::Seed::Value(v) => ParamKind::Value(v),
        ref other => panic!("{other:?}"),
    };
    let given: Vec<ParamKind> = buffers.chain([seed]).collect();
    verify_with(&made.adjoint.f, &given).unwrap_or_else(|e| panic!("{e}"));
    made
}

/// The function's pullbacks of itself, and whether each is the last statement of its region.
fn calls(stmts: &[Stmt]) -> Vec<(&Pullback, bool)> {
    let mut all = Vec::new();
    for (k, stmt) in stmts.iter().enumerate() {
        if let Stmt::Pullback(p) = stmt {
            all.push((p, k + 1 == stmts.len()));
        }
        stmt.regions().into_iter().for_each(|r| all.extend(calls(&r.stmts)));
    }
    all
}

/// Per parameter: `&` goes down, `v` comes back.
fn ways(made: &Recursive) -> String {
    let way = |c: &ParamCotangent| match c {
        ParamCotangent::None => '-',
        ParamCotangent::Value(_) | ParamCotangent::Owned(_) => 'v',
        ParamCotangent::Buffer(_) => '&',
    };
    made.adjoint.cotangents.iter().map(way).collect()
}

fn comes_back(p: &Pullback) -> usize {
    p.into.iter().filter(|c| matches!(c, Cotangent::Value(_))).count()
}

fn pushed(stmts: &[Stmt]) -> usize {
    let own = |s: &Stmt| match s {
        Stmt::Push { items, .. } => items.len(),
        _ => 0,
    };
    stmts.iter().flat_map(Stmt::deep).map(own).sum()
}

#[test]
fn reverse_half_ends_in_its_call() {
    let made = halves(
        "fn f(x: f64, a: f64, n: u32) -> f64 { if n == 0 { x } else { let y = f(x, a, n - 1); y + 0.1 * (a - y * y) } }",
    );
    assert_eq!((ways(&made).as_str(), made.again.as_slice()), ("&&-", [2].as_slice()));
    let calls = calls(&made.adjoint.f.body.stmts);
    assert!(matches!(calls.as_slice(), [(p, true)] if comes_back(p) == 0));
    // The pullback, which is not kept in the end, and `y`.
    assert_eq!(pushed(&made.adjoint.f.body.stmts), 2);
}

#[test]
fn contributions_after_the_call_move_before_it() {
    let made = halves("fn f(x: f64, n: u32) -> f64 { if n == 0 { x } else { x.sin() * f(x + 0.1, n - 1) } }");
    assert_eq!(ways(&made), "&-");
    let calls = calls(&made.adjoint.f.body.stmts);
    assert!(calls.iter().all(|(p, last)| *last && comes_back(p) == 0));
}

#[test]
fn what_is_more_than_a_sum_comes_back() {
    let made = halves(
        "fn f(x: f64, y: f64, n: u32) -> f64 { if n == 0 { x * y } else { f(2.0 * x, y, n - 1) + y } }",
    );
    assert_eq!(ways(&made), "v&-");
    assert!(calls(&made.adjoint.f.body.stmts).iter().all(|(p, _)| comes_back(p) == 1));
}

#[test]
fn two_parameters_never_share_a_variable() {
    let made =
        halves("fn f(x: f64, y: f64, n: u32) -> f64 { if n == 0 { x * y } else { f(x, x, n - 1) + y } }");
    for (p, _) in calls(&made.adjoint.f.body.stmts) {
        let places: Vec<_> = p.into.iter().filter(|c| matches!(c, Cotangent::Place(_))).collect();
        assert_eq!((places.len(), comes_back(p)), (1, 1));
    }
}

#[test]
fn only_integers_that_the_caller_can_tell_are_passed_again() {
    let kept = |argument: &str| {
        let source = format!(
            "fn f(x: f64, n: usize, t: &[usize]) -> f64 {{ if n == 0 {{ x }} else {{ x * f(x, {argument}, t) }} }}"
        );
        halves(&source).again
    };
    assert_eq!(kept("n / 2 - n % 2"), [1]);
    assert_eq!(kept("3"), [1]);
    assert!(kept("t[n]").is_empty());
    assert!(kept("n - next()").is_empty());
}
