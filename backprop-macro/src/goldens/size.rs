//! The expansion grows with the function, and no faster.

use super::stages::tokens;
use crate::pipeline;
use proc_macro2::{TokenStream, TokenTree};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// A function of `n` statements, each of which uses the one before and the first.
fn straight(n: usize) -> String {
    let mut text = "fn f(x: f64, y: f64) -> f64 { let t0 = x * y; ".to_string();
    for k in 0..n {
        let op = ["sin()", "tanh()", "exp()"][k % 3];
        let _ = write!(text, "let t{} = t{k} * y + (t0 - t{k}).{op}; ", k + 1);
    }
    let _ = write!(text, "t{n} }}");
    text
}

/// The same in a loop that carries its state.
fn looped(n: usize) -> String {
    let mut text = "fn f(x: f64, y: &[f64]) -> f64 { let mut t = x; for i in 0..y.len() { ".to_string();
    for k in 0..n {
        let op = ["sin()", "tanh()", "exp()"][k % 3];
        let _ = write!(text, "t = t * y[i] + (x - t).{op}; ");
    }
    text + "} t }"
}

fn leaves(stream: TokenStream) -> usize {
    let size = |tree| match tree {
        TokenTree::Group(group) => 1 + leaves(group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
    };
    stream.into_iter().map(size).sum()
}

fn ratio(program: fn(usize) -> String) -> f64 {
    let [small, large] = [200, 400].map(|n| leaves(pipeline::grad(TokenStream::new(), tokens(&program(n)))));
    large as f64 / small as f64
}

#[test]
fn twice_the_statements_make_twice_the_code() {
    for (name, program) in [("straight", straight as fn(usize) -> String), ("looped", looped)] {
        let ratio = ratio(program);
        assert!(ratio <= 2.2, "{name}: {ratio:.2}");
    }
}

#[test]
fn a_thousand_statements_take_less_than_two_seconds() {
    for (name, program) in [("straight", straight as fn(usize) -> String), ("looped", looped)] {
        let item = tokens(&program(1000));
        let time = || {
            let start = Instant::now();
            let _ = pipeline::grad(TokenStream::new(), item.clone());
            start.elapsed()
        };
        // Of three: the machine may be busy.
        let quickest = (0..3).map(|_| time()).min().unwrap_or_default();
        println!("{name}: {quickest:?}");
        assert!(quickest < Duration::from_secs(2), "{name}: {quickest:?}");
    }
}
