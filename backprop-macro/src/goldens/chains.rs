//! Iterator chains lower to the loops that one would write by hand, and get the same classes: the same values are kept, at
//! the same depth, and there are as many loops.

use super::programs::Program;
use super::stages::Stages;
use super::storage::Stored;
use crate::ir::{Region, Stmt};

/// A name, the body as a chain, and as a loop; `x` and `y` are slices, `s` is the result.
const PAIRS: [(&str, &str, &str); 17] = [
    (
        "map, sum",
        "let s: f64 = x.iter().map(|v| v.sin() * v).sum();",
        "let mut s = 0.0; for v in x { s += v.sin() * v; }",
    ),
    (
        "zip, map, sum",
        "let s: f64 = x.iter().zip(y).map(|(a, b)| a * b).sum();",
        "let mut s = 0.0; for i in 0..x.len().min(y.len()) { s += x[i] * y[i]; }",
    ),
    (
        "sum that is scaled later",
        "let s = x.iter().map(|v| v * v).sum::<f64>().sqrt();",
        "let mut s = 0.0; for v in x { s += v * v; } let s = s.sqrt();",
    ),
    (
        "windows",
        "let s: f64 = x.windows(2).map(|w| (w[1] - w[0]) * w[0]).sum();",
        "let mut s = 0.0; for i in 1..x.len() { s += (x[i] - x[i - 1]) * x[i - 1]; }",
    ),
    (
        "chunks",
        "let s: f64 = x.chunks(2).map(|c| c[0] * c[1]).sum();",
        "let mut s = 0.0; for i in 0..x.len() / 2 { s += x[2 * i] * x[2 * i + 1]; }",
    ),
    (
        "fold",
        "let s = x.iter().fold(1.0, |s, v| s * v.cos());",
        "let mut s = 1.0; for v in x { s = s * v.cos(); }",
    ),
    (
        "linear fold",
        "let s = x.iter().fold(0.0, |s, v| s * 0.5 + v);",
        "let mut s = 0.0; for v in x { s = s * 0.5 + v; }",
    ),
    (
        "product",
        "let s: f64 = x.iter().product();",
        "let mut s = 1.0; for v in x { s *= v; }",
    ),
    (
        "enumerate",
        "let s: f64 = x.iter().enumerate().map(|(i, v)| v * v * i as f64).sum();",
        "let mut s = 0.0; for i in 0..x.len() { s += x[i] * x[i] * i as f64; }",
    ),
    (
        "filter",
        "let s: f64 = x.iter().filter(|v| **v > 0.0).map(|v| v * v).sum();",
        "let mut s = 0.0; for v in x { if *v > 0.0 { s += v * v; } }",
    ),
    (
        "scan",
        "let s: f64 = x.iter().scan(1.0, |a, v| { *a = (*a * v).sin(); Some(*a) }).map(|a| a * a).sum();",
        "let (mut s, mut a) = (0.0, 1.0); for v in x { a = (a * v).sin(); s += a * a; }",
    ),
    (
        "rev, skip, take, step_by",
        "let s = x.iter().rev().skip(1).step_by(2).take(9).fold(1.0, |s, v| s * v);",
        "let mut s = 1.0; for v in x.iter().rev().skip(1).step_by(2).take(9) { s *= v; }",
    ),
    (
        "range",
        "let s: f64 = (0..x.len()).map(|i| x[i] * x[i]).sum();",
        "let mut s = 0.0; for i in 0..x.len() { s += x[i] * x[i]; }",
    ),
    (
        "flat_map",
        "let s: f64 = x.iter().flat_map(|a| y.iter().map(move |b| a * b)).sum();",
        "let mut s = 0.0; for a in x { for b in y { s += a * b; } }",
    ),
    (
        "collect",
        "let z: Vec<f64> = x.iter().map(|v| v.exp()).collect(); let s = z[0] * z[z.len() - 1];",
        "let mut z = Vec::with_capacity(x.len()); for v in x { z.push(v.exp()); } let s = z[0] * z[z.len() - 1];",
    ),
    (
        "zipped parts",
        "let d = y.len(); let mut s = 0.0; let mut o = vec![0.0; d];
         for c in x.chunks_exact(d) {
             for ((o, a), b) in o.iter_mut().zip(c).zip(y) { *o = a * b; }
             for i in 0..d { for (o, a) in o[i + 1..].iter_mut().zip(&x[i + 1..d]) { *o += a * y[i]; } }
             s += o.iter().map(|o| o * o).sum::<f64>();
         }",
        "let d = y.len(); let mut s = 0.0; let mut o = vec![0.0; d];
         for p in 0..x.len() / d {
             for j in 0..d { o[j] = x[p * d + j] * y[j]; }
             for i in 0..d { for j in i + 1..d { o[j] += x[j] * y[i]; } }
             let mut t = 0.0; for j in 0..d { t += o[j] * o[j]; }
             s += t;
         }",
    ),
    (
        "for_each",
        "let mut s = 1.0; x.iter().for_each(|v| s += s * v);",
        "let mut s = 1.0; for v in x { s += s * v; }",
    ),
];

fn stages(body: &str) -> Stages {
    let source = format!("fn f(x: &[f64], y: &[f64]) -> f64 {{ {body} s }}");
    Stages::of(&Program { name: "f", options: "", source: Box::leak(source.into_boxed_str()) })
}

fn loops(region: &Region) -> usize {
    let inner: usize = region.stmts.iter().flat_map(Stmt::regions).map(loops).sum();
    inner + region.stmts.iter().filter(|s| matches!(s, Stmt::Loop(_))).count()
}

/// How deep in loops each push is with how many values, how deep each save, each copy; and the number of loops.
type Class = (Vec<(usize, usize)>, Vec<usize>, Vec<usize>, usize);

fn class(stages: &Stages) -> Class {
    let mut stored = Stored::of(stages);
    let mut pushes: Vec<(usize, usize)> = stored.pushes.iter().map(|p| (p.depth, p.items.len())).collect();
    pushes.sort_unstable();
    stored.saves.sort_unstable();
    stored.copies.sort_unstable();
    (pushes, stored.saves, stored.copies, loops(&stages.adjoint.f.body))
}

/// The same loops, pushes, saves and copies; a push may hold less. (The variable of `scan` is in memory, where the value before
/// and the value after are one.)
fn as_good(chain: &Stages, by_hand: &Stages) -> bool {
    let (a, b) = (class(chain), class(by_hand));
    let pushes = a.0.len() == b.0.len() && a.0.iter().zip(&b.0).all(|(a, b)| a.0 == b.0 && a.1 <= b.1);
    pushes && (a.1, a.2, a.3) == (b.1, b.2, b.3)
}

#[test]
fn chains_have_the_classes_of_loops() {
    let mut differences = Vec::new();
    for (name, chain, by_hand) in PAIRS {
        let (a, b) = (stages(chain), stages(by_hand));
        if !as_good(&a, &b) {
            let print = |s: &Stages| s.print(&s.adjoint.f);
            differences.push(format!(
                "{name}: {:?} {:?}\n{}\n{}",
                class(&a),
                class(&b),
                print(&a),
                print(&b)
            ));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
