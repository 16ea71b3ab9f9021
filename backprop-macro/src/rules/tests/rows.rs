//! The rows against central differences, at the sample points that stand in them.

use super::eval;
use crate::rules::{docs_table, helper_partials, rule, Expr, Form, Func};

/// `∂ f / ∂ x_k` by a central difference with an error of about 1e-10.
fn difference(f: impl Fn(&[f64]) -> f64, x: &[f64], k: usize) -> f64 {
    let step = 1e-4 * x[k].abs().max(0.1);
    let at = |shift: f64| {
        let mut moved = x.to_vec();
        moved[k] += shift * step;
        f(&moved)
    };
    (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * step)
}

fn assert_near(actual: f64, expected: f64, what: &str) {
    let error = (actual - expected).abs();
    assert!(error <= 1e-8 * expected.abs().max(1.0), "{what}: {actual} instead of {expected}");
}

#[test]
fn rows_agree_with_differences() {
    for func in Func::ALL {
        let rule = rule(*func);
        assert_eq!(rule.name, func.name());
        assert_eq!(rule.partials.len(), rule.arity, "{func:?}");
        assert_eq!(rule.samples.is_empty(), !rule.float, "{func:?} has no sample");
        for sample in rule.samples {
            let v = eval::apply(*func, sample);
            for (k, partial) in rule.partials.iter().enumerate() {
                if *func == Func::Powi && k == 1 {
                    continue;
                }
                let expected = difference(|x| eval::apply(*func, x), sample, k);
                let actual = partial.as_ref().map_or(0.0, |e| eval::expr(e, 1.0, sample, v));
                assert_near(actual, expected, &format!("{func:?} at {sample:?}, operand {k}"));
            }
        }
    }
}

/// The helpers that a row calls, with the operands that it gives them.
fn helpers(e: &Expr, into: &mut Vec<(&'static str, Vec<Expr>)>) {
    match e {
        Expr::Helper(name, args) => into.push((name, args.clone())),
        Expr::Apply(_, args) => args.iter().for_each(|a| helpers(a, into)),
        Expr::D | Expr::X(_) | Expr::Y | Expr::Num(_) => {}
    }
}

#[test]
fn derivatives_of_helpers_agree_with_differences() {
    for func in Func::ALL {
        let rule = rule(*func);
        let mut calls = Vec::new();
        rule.partials.iter().flatten().for_each(|e| helpers(e, &mut calls));
        for ((name, args), sample) in calls.iter().flat_map(|c| rule.samples.iter().map(move |s| (c, s))) {
            let partials = helper_partials(name).unwrap_or_else(|| panic!("{name} has no derivative"));
            assert_eq!(partials.len(), args.len(), "{name}");
            let operands = |x: &[f64]| {
                let v = eval::apply(*func, x);
                args.iter().map(|a| eval::expr(a, f64::NAN, x, v)).collect::<Vec<_>>()
            };
            let total = |x: &[f64]| eval::helper(name, &operands(x));
            for k in (0..rule.arity).filter(|k| !(*func == Func::Powi && *k == 1)) {
                let actual = partials[k]
                    .as_ref()
                    .map_or(0.0, |e| eval::expr(e, 1.0, &operands(sample), total(sample)));
                assert_near(
                    actual,
                    difference(total, sample, k),
                    &format!("{name} at {sample:?}, operand {k}"),
                );
            }
        }
    }
}

#[test]
fn every_expression_is_linear_in_the_cotangent() {
    for func in Func::ALL {
        let rule = rule(*func);
        for (partial, sample) in
            rule.partials.iter().flatten().flat_map(|p| rule.samples.iter().map(move |s| (p, s)))
        {
            let v = eval::apply(*func, sample);
            let [one, eight] = [1.0, 8.0].map(|d| eval::expr(partial, d, sample, v));
            assert_near(eight, 8.0 * one, &format!("{func:?} at {sample:?}"));
        }
    }
}

#[test]
fn what_must_be_kept() {
    let reads = |func: Func, k: usize| {
        let partial = rule(func).partials[k].clone().expect("a derivative");
        let operands: Vec<usize> = (0..rule(func).arity).filter(|k| partial.reads_operand(*k)).collect();
        (operands, partial.reads_result())
    };
    assert_eq!(reads(Func::Add, 0), (vec![], false));
    assert_eq!(reads(Func::Mul, 0), (vec![1], false));
    assert_eq!(reads(Func::Div, 1), (vec![1], true));
    assert_eq!(reads(Func::Tanh, 0), (vec![], true));
    assert_eq!(reads(Func::Sin, 0), (vec![0], false));
    assert_eq!(reads(Func::Powf, 1), (vec![0, 1], true));
}

#[test]
fn names_and_forms() {
    assert_eq!(Func::from_method("ln_1p"), Some(Func::Ln1p));
    assert_eq!(Func::from_method("add"), None);
    assert_eq!(Func::from_method("sin_cos"), None);
    assert_eq!(Func::Rem.form(), Form::Operator("%"));
    assert!(Func::IsNan.is_predicate() && Func::And.is_predicate() && !Func::Shl.is_predicate());
    for (i, func) in Func::ALL.iter().enumerate() {
        assert_eq!(*func as usize, i);
        assert!(Func::ALL[..i].iter().all(|f| f.name() != func.name()), "{func:?} twice");
    }
}

/// `BLESS=1 cargo test -p backprop-macro docs` writes it again.
#[test]
fn the_table_in_the_docs_is_up_to_date() {
    let text = docs_table();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/functions.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &text).expect("the table is written");
    }
    assert_eq!(text, std::fs::read_to_string(path).expect("the table"), "run with BLESS=1");
}
