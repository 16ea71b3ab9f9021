//! What is generated grows no faster than the function.

use super::{count, grad, tokens, Instant};
use proc_macro2::TokenStream;

struct Cost {
    input: usize,
    output: usize,
    seconds: f64,
}

fn cost(text: &str) -> Cost {
    let item = tokens(text);
    let input = count(item.clone());
    let mut seconds = f64::INFINITY;
    let mut output = 0;
    for _ in 0..3 {
        let start = Instant::now();
        let out = grad(TokenStream::new(), item.clone());
        seconds = seconds.min(start.elapsed().as_secs_f64());
        assert!(
            !out.to_string().contains("compile_error"),
            "{}",
            &out.to_string()[..200.min(out.to_string().len())]
        );
        output = count(out);
    }
    Cost { input, output, seconds }
}

/// Twice the input makes at most 2.2 times the output, and each token of the function at most `most` in the companion: eight,
/// but for what is written with loops and early returns, whose sweeps stand there twice, for `grad` and for callers, with
/// stacks and rows. (Time: `goldens::size`, in thread CPU time.)
fn grows(name: &str, program: impl Fn(usize) -> String, n: usize, most: f64) {
    let (base, one, two) = (cost(&program(1)), cost(&program(n)), cost(&program(2 * n)));
    let ratio = |a: f64, b: f64| b / a;
    let size =
        ratio((one.output - base.output.min(one.output - 1)) as f64, (two.output - base.output) as f64);
    let each = (two.output - one.output) as f64 / (two.input - one.input) as f64;
    println!(
        "{name}: {} -> {} tokens ({:.1} x, {each:.1} each), {} -> {}; growth {size:.2}, time {:.4} s -> {:.4} s",
        one.input,
        one.output,
        one.output as f64 / one.input as f64,
        two.input,
        two.output,
        one.seconds,
        two.seconds
    );
    assert!(size <= 2.2, "{name}: the output grows by {size:.2} when the input doubles");
    assert!(each <= most, "{name}: {each:.1} tokens for each of the function's");
}

#[test]
fn straight_line_code_grows_linearly() {
    let program = |n: usize| {
        let lines: String =
            (0..n).map(|k| format!("let t{} = t{k} * y + (t{k} - {k}.5).sin();\n", k + 1)).collect();
        format!("fn f(x: f64, y: f64) -> f64 {{ let t0 = x; {lines} t{n} }}")
    };
    grows("statements", program, 1_000, 8.0);
}

#[test]
fn chains_grow_linearly() {
    grows("a sum", |n| format!("fn f(x: f64, y: f64) -> f64 {{ x{} }}", " + x * y".repeat(n)), 250, 8.0);
    grows(
        "a chain",
        |n| format!("fn f(x: f64, y: f64) -> f64 {{ (x * y){} }}", ".sin()".repeat(n)),
        100,
        8.0,
    );
}

#[test]
fn branches_grow_linearly() {
    let nested = |n: usize| {
        let (open, close) = ("if t > 0.5 { t = t * y; ".repeat(n), "} else { t = t.sin(); }".repeat(n));
        format!("fn f(x: f64, y: f64) -> f64 {{ let mut t = x; {open} {close} t }}")
    };
    grows("nested ifs", nested, 32, 8.0);
    let chain = |n: usize| {
        let arms: String = (0..n).map(|k| format!("if x < {k}.5 {{ x * y + {k}.0 }} else ")).collect();
        format!("fn f(x: f64, y: f64) -> f64 {{ {arms} {{ y }} }}")
    };
    grows("else if", chain, 50, 8.0);
    let returns = |n: usize| {
        let arms: String =
            (0..n).map(|k| format!("if t < {k}.5 {{ return t * y; }} t = t.sin() * y;\n")).collect();
        format!("fn f(x: f64, y: f64) -> f64 {{ let mut t = x; {arms} t }}")
    };
    grows("early returns", returns, 30, 12.0);
    let sequence = |n: usize| {
        let ifs: String =
            (0..n).map(|k| format!("if t > {k}.5 {{ t = t * y; }} else {{ t = t.sin(); }}\n")).collect();
        format!("fn f(x: f64, y: f64) -> f64 {{ let mut t = x; {ifs} t }}")
    };
    grows("ifs in sequence", sequence, 200, 8.0);
}

#[test]
fn loops_grow_linearly() {
    let nested = |n: usize| {
        let open: String = (0..n).map(|k| format!("for i{k} in 0..3 {{ s = s * y + i{k} as f64; ")).collect();
        format!("fn f(x: f64, y: f64) -> f64 {{ let mut s = x; {open} {} s }}", "}".repeat(n))
    };
    grows("nested loops", nested, 10, 16.0);
    let sequence = |n: usize| {
        let loops = "for i in 0..a.len() { s += a[i] * s.sin(); }\n".repeat(n);
        format!("fn f(x: f64, a: &[f64]) -> f64 {{ let mut s = x; {loops} s }}")
    };
    grows("loops in sequence", sequence, 100, 16.0);
    let arrays = |n: usize| {
        let writes: String =
            (0..n).map(|k| format!("a[{}] = a[{}] * y + a[k % 7];\n", k % 7, (k + 3) % 7)).collect();
        format!("fn f(x: f64, y: f64, k: usize) -> f64 {{ let mut a = [x; 7]; {writes} a[k % 7] }}")
    };
    grows("element writes", arrays, 300, 8.0);
}
