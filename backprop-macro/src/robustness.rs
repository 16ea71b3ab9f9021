//! Broken input: the attribute must answer with errors, never with a panic, and in time. And large input: what is
//! generated must grow no faster than the function.
//!
//! `BACKPROP_MUTANTS=100000 cargo test --release -p backprop-macro robustness` is the full run.

use crate::pipeline::grad;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::{Duration, Instant};

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }
}

/// Tokens that a mutation may put anywhere.
const TOKENS: [&str; 84] = [
    "x",
    "y",
    "a",
    "k",
    "f64",
    "f32",
    "usize",
    "fn",
    "let",
    "mut",
    "if",
    "else",
    "match",
    "for",
    "while",
    "loop",
    "in",
    "return",
    "break",
    "continue",
    "1.0",
    "0",
    "3",
    "1e-3_f64",
    "\"s\"",
    "'c'",
    "true",
    "'a",
    "+",
    "-",
    "*",
    "/",
    "%",
    "=",
    "==",
    "<",
    ">",
    "<=",
    "&",
    "&mut",
    "&&",
    "||",
    "|",
    "!",
    "?",
    ".",
    "..",
    "..=",
    ",",
    ";",
    ":",
    "::",
    "->",
    "=>",
    "@",
    "#",
    "$",
    "_",
    "()",
    "{}",
    "[]",
    "(x)",
    "[x]",
    "{ x }",
    "[0.0; 3]",
    "sin",
    "sqrt",
    "iter",
    "sum",
    "map",
    "as",
    "ref",
    "move",
    "unsafe",
    "async",
    "const",
    "static",
    "impl",
    "where",
    "Self",
    "self",
    "r#type",
    "#[cfg(a)]",
    "#[no_grad]",
];

const ATTRIBUTES: [&str; 15] = [
    "",
    "",
    "",
    "forward",
    "wrt(x)",
    "wrt(y, x)",
    "forward, wrt(a)",
    "name = other",
    "crate = ad",
    "no_heap",
    "source, graph",
    "vjp = rule",
    "method",
    "wrt(",
    "forward forward = 3, \"x\"",
];

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

fn count(stream: TokenStream) -> usize {
    stream
        .into_iter()
        .map(|t| match t {
            TokenTree::Group(g) => 2 + count(g.stream()),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
        })
        .sum()
}

/// Changes the `at`-th place of the tree.
fn edit(stream: TokenStream, at: &mut usize, rng: &mut Rng) -> TokenStream {
    let mut trees: Vec<TokenTree> = stream.into_iter().collect();
    let mut k = 0;
    while k < trees.len() {
        if *at == 0 {
            *at = usize::MAX;
            mutate(&mut trees, k, rng);
            break;
        }
        *at -= 1;
        if let TokenTree::Group(group) = &trees[k] {
            let inside = edit(group.stream(), at, rng);
            let mut new = Group::new(group.delimiter(), inside);
            new.set_span(group.span());
            trees[k] = new.into();
            if *at == usize::MAX {
                break;
            }
        }
        k += 1;
    }
    trees.into_iter().collect()
}

fn mutate(trees: &mut Vec<TokenTree>, k: usize, rng: &mut Rng) {
    let random = |rng: &mut Rng| tokens(TOKENS[rng.below(TOKENS.len())]);
    match rng.below(9) {
        0 | 1 => drop(trees.remove(k)),
        2 => trees.insert(k, trees[k].clone()),
        3 => {
            let other = rng.below(trees.len());
            trees.swap(k, other);
        }
        4 | 5 => {
            trees.splice(k..=k, random(rng));
        }
        6 => {
            trees.splice(k..k, random(rng));
        }
        7 => trees.truncate(k),
        _ => {
            let all = trees.split_off(k).into_iter().collect();
            let delimiter =
                [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None][rng.below(4)];
            trees.push(Group::new(delimiter, all).into());
        }
    }
}

fn random_stream(rng: &mut Rng, depth: usize) -> TokenStream {
    let mut out = TokenStream::new();
    for _ in 0..rng.below(12) {
        if depth > 0 && rng.below(4) == 0 {
            let inside = random_stream(rng, depth - 1);
            let delimiter =
                [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None][rng.below(4)];
            out.extend([TokenTree::from(Group::new(delimiter, inside))]);
        } else {
            out.extend(tokens(TOKENS[rng.below(TOKENS.len())]));
        }
    }
    out
}

/// What is wrong with the answer, if anything is.
fn complaint(attr: &TokenStream, item: &TokenStream) -> Option<String> {
    let mut quickest = Duration::MAX;
    let mut out = TokenStream::new();
    for _ in 0..3 {
        let start = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| grad(attr.clone(), item.clone()))) {
            Ok(tokens) => out = tokens,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default();
                return Some(format!("panics: {text}"));
            }
        }
        quickest = quickest.min(start.elapsed());
        if quickest < Duration::from_secs(1) {
            break;
        }
    }
    if quickest >= Duration::from_secs(1) {
        return Some(format!("takes {quickest:?}"));
    }
    let text = out.to_string();
    let rejected = text.contains("compile_error");
    if text.contains("bug in backprop") {
        let at = text.find("bug in backprop").unwrap_or(0);
        return Some(format!("an internal error: {}", text[at..].chars().take(160).collect::<String>()));
    }
    // The item itself comes first, as it was: the rest is ours.
    let whole = syn::parse2::<syn::File>(item.clone()).is_ok();
    let ours =
        out.clone().into_iter().skip(if whole { 0 } else { item.clone().into_iter().count() }).collect();
    if (whole || !rejected) && syn::parse2::<syn::File>(ours).is_err() {
        return Some(format!(
            "{} with an output that doesn't parse",
            if rejected { "rejects" } else { "accepts" }
        ));
    }
    if !rejected && count(out) <= count(item.clone()) {
        return Some("neither rejects nor generates".into());
    }
    None
}

fn mutants() -> usize {
    std::env::var("BACKPROP_MUTANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)
}

/// Compares complaints by their kind, so that each is printed once.
fn report(found: Vec<(String, String)>) {
    let mut kinds: Vec<(String, usize, String)> = Vec::new();
    for (what, input) in found {
        let kind: String = what.chars().filter(|c| !c.is_ascii_digit()).take(60).collect();
        match kinds.iter_mut().find(|(k, ..)| *k == kind) {
            Some((_, n, shortest)) => {
                *n += 1;
                if input.len() + what.len() < shortest.len() {
                    *shortest = format!("{what}\n    {input}");
                }
            }
            None => kinds.push((kind, 1, format!("{what}\n    {input}"))),
        }
    }
    let text: Vec<String> = kinds.iter().map(|(_, n, one)| format!("{n} x {one}")).collect();
    assert!(kinds.is_empty(), "\n{}", text.join("\n"));
}

#[test]
fn the_corpus_is_accepted() {
    let mut found = Vec::new();
    for (attr, text) in corpus::all() {
        let out = catch_unwind(|| grad(tokens(attr), tokens(text)).to_string());
        match out {
            Ok(out) if out.contains("compile_error") => {
                let at = out.find("compile_error").unwrap_or(0);
                let message: String = out[at..].chars().take(200).collect();
                found.push((format!("rejects {text}"), message));
            }
            Ok(_) => found.extend(complaint(&tokens(attr), &tokens(text)).map(|c| (c, text.to_string()))),
            Err(_) => found.push((format!("panics on {text}"), String::new())),
        }
    }
    let text: Vec<String> = found.iter().map(|(a, b)| format!("{a}\n  {b}")).collect();
    assert!(found.is_empty(), "{} of {}:\n{}", found.len(), corpus::all().len(), text.join("\n"));
}

#[test]
fn mutants_are_answered() {
    let corpus = corpus::all();
    let mut rng = Rng(0x0DD0_57A7_E5EE_D001);
    let mut found = Vec::new();
    for _ in 0..mutants() {
        let (attr, text) = corpus[rng.below(corpus.len())];
        let mut item = tokens(text);
        for _ in 0..=rng.below(3) {
            let mut at = rng.below(count(item.clone()));
            item = edit(item, &mut at, &mut rng);
        }
        let attr = if rng.below(3) == 0 { ATTRIBUTES[rng.below(ATTRIBUTES.len())] } else { attr };
        found.extend(complaint(&tokens(attr), &item).map(|what| (what, format!("#[grad({attr})] {item}"))));
    }
    report(found);
}

#[test]
fn random_tokens_are_answered() {
    let mut rng = Rng(0xBAD5_EED0_1234_5678);
    let mut found = Vec::new();
    for k in 0..mutants() {
        let attr = if k % 2 == 0 { TokenStream::new() } else { random_stream(&mut rng, 2) };
        let body = random_stream(&mut rng, 3);
        let item = match k % 3 {
            0 => body,
            1 => tokens(&format!("fn f(x: f64, a: &[f64]) -> f64 {{ {body} }}")),
            _ => tokens(&format!("fn f(x: f64, y: f64) -> f64 {{ let mut k = 0; {body}; x * y }}")),
        };
        found.extend(complaint(&attr, &item).map(|what| (what, format!("#[grad({attr})] {item}"))));
    }
    report(found);
}

/// Deep input ends in an error, not in a stack overflow, on a stack as the compiler's threads have it.
#[test]
fn deep_input_is_answered() {
    let n = 3_000;
    let nested =
        |open: &str, inside: &str, close: &str| format!("{}{inside}{}", open.repeat(n), close.repeat(n));
    let bodies = [
        nested("(", "x", ")"),
        nested("{ ", "x", " }"),
        nested("-", "x", ""),
        format!("x{}", " + x".repeat(n)),
        format!("x{}", ".sin()".repeat(n)),
        nested("if x > 0.0 { ", "x", " } else { 0.5 }"),
        nested("if x > 0.0 { 0.5 } else { ", "x", " }"),
        nested("x.max(", "x", ")"),
        format!("let c = {}; x", nested("|| ", "x", "")),
    ];
    let run = move || {
        for body in bodies {
            let item = tokens(&format!("fn f(x: f64) -> f64 {{ {body} }}"));
            let out = grad(TokenStream::new(), item).to_string();
            assert!(out.contains("compile_error") || out.contains("enum f"), "{}", &body[..40]);
        }
    };
    let handle = std::thread::Builder::new().stack_size(8 << 20).spawn(run);
    assert!(handle.is_ok_and(|h| h.join().is_ok()));
}

mod size {
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

    /// Twice the input makes at most 2.2 times the output. (Time: `goldens::size`, in thread CPU time.)
    fn grows(name: &str, program: impl Fn(usize) -> String, n: usize) {
        let (base, one, two) = (cost(&program(1)), cost(&program(n)), cost(&program(2 * n)));
        let ratio = |a: f64, b: f64| b / a;
        let size =
            ratio((one.output - base.output.min(one.output - 1)) as f64, (two.output - base.output) as f64);
        println!(
            "{name}: {} -> {} tokens ({:.1} x), {} -> {}; growth {size:.2}, time {:.4} s -> {:.4} s",
            one.input,
            one.output,
            one.output as f64 / one.input as f64,
            two.input,
            two.output,
            one.seconds,
            two.seconds
        );
        assert!(size <= 2.2, "{name}: the output grows by {size:.2} when the input doubles");
    }

    #[test]
    #[ignore = "open: all forms of the companion together are 10 to 17 times the function where it branches or loops"]
    fn the_companion_is_at_most_eight_times_the_function() {
        let program = |n: usize| format!("fn f(x: f64, y: f64) -> f64 {{ (x * y){} }}", ".sin()".repeat(n));
        let (base, all) = (cost(&program(1)), cost(&program(200)));
        assert!(all.output <= 8 * all.input + base.output, "{} tokens of {}", all.output, all.input);
    }

    #[test]
    fn straight_line_code_grows_linearly() {
        let program = |n: usize| {
            let lines: String =
                (0..n).map(|k| format!("let t{} = t{k} * y + (t{k} - {k}.5).sin();\n", k + 1)).collect();
            format!("fn f(x: f64, y: f64) -> f64 {{ let t0 = x; {lines} t{n} }}")
        };
        grows("statements", program, 1_000);
    }

    #[test]
    fn chains_grow_linearly() {
        grows("a sum", |n| format!("fn f(x: f64, y: f64) -> f64 {{ x{} }}", " + x * y".repeat(n)), 250);
        grows("a chain", |n| format!("fn f(x: f64, y: f64) -> f64 {{ (x * y){} }}", ".sin()".repeat(n)), 100);
    }

    #[test]
    fn branches_grow_linearly() {
        let nested = |n: usize| {
            let (open, close) = ("if t > 0.5 { t = t * y; ".repeat(n), "} else { t = t.sin(); }".repeat(n));
            format!("fn f(x: f64, y: f64) -> f64 {{ let mut t = x; {open} {close} t }}")
        };
        grows("nested ifs", nested, 32);
        let chain = |n: usize| {
            let arms: String = (0..n).map(|k| format!("if x < {k}.5 {{ x * y + {k}.0 }} else ")).collect();
            format!("fn f(x: f64, y: f64) -> f64 {{ {arms} {{ y }} }}")
        };
        grows("else if", chain, 50);
        let returns = |n: usize| {
            let arms: String =
                (0..n).map(|k| format!("if t < {k}.5 {{ return t * y; }} t = t.sin() * y;\n")).collect();
            format!("fn f(x: f64, y: f64) -> f64 {{ let mut t = x; {arms} t }}")
        };
        grows("early returns", returns, 30);
        let sequence = |n: usize| {
            let ifs: String =
                (0..n).map(|k| format!("if t > {k}.5 {{ t = t * y; }} else {{ t = t.sin(); }}\n")).collect();
            format!("fn f(x: f64, y: f64) -> f64 {{ let mut t = x; {ifs} t }}")
        };
        grows("ifs in sequence", sequence, 200);
    }

    #[test]
    fn loops_grow_linearly() {
        let nested = |n: usize| {
            let open: String =
                (0..n).map(|k| format!("for i{k} in 0..3 {{ s = s * y + i{k} as f64; ")).collect();
            format!("fn f(x: f64, y: f64) -> f64 {{ let mut s = x; {open} {} s }}", "}".repeat(n))
        };
        grows("nested loops", nested, 10);
        let sequence = |n: usize| {
            let loops = "for i in 0..a.len() { s += a[i] * s.sin(); }\n".repeat(n);
            format!("fn f(x: f64, a: &[f64]) -> f64 {{ let mut s = x; {loops} s }}")
        };
        grows("loops in sequence", sequence, 100);
        let arrays = |n: usize| {
            let writes: String =
                (0..n).map(|k| format!("a[{}] = a[{}] * y + a[k % 7];\n", k % 7, (k + 3) % 7)).collect();
            format!("fn f(x: f64, y: f64, k: usize) -> f64 {{ let mut a = [x; 7]; {writes} a[k % 7] }}")
        };
        grows("element writes", arrays, 300);
    }
}

/// Valid functions, over the whole language.
mod corpus {
    /// Attribute and function.
    pub fn all() -> Vec<(&'static str, &'static str)> {
        SCALARS.iter().chain(FLOW).chain(LOOPS).chain(ARRAYS).chain(TYPES).copied().collect()
    }

    const SCALARS: &[(&str, &str)] = &[
        ("", "fn f(x: f64) -> f64 { x * x }"),
        ("forward", "pub fn f(x: f64, y: f64) -> f64 { 1.0 / (1.0 + (-(x * y + 2.0)).exp()) }"),
        ("", "/// Doc.\n#[inline]\npub(crate) fn f(mut x: f64, y: f64) -> f64 { x *= y; x += x * y; -x.powi(2) }"),
        ("wrt(y)", "fn f(x: f64, y: f64) -> f64 { let t = x.sin(); let t = t + y; t * t }"),
        ("", "fn f(x: f32, y: f64) -> f64 { (x as f64) * y + f64::max(y, 0.5) - <f64>::min(x as f64, y) }"),
        ("", "fn f(x: f64, #[no_grad] w: f64, n: usize) -> f64 { x * w * n as f64 + (n as f64).sqrt() }"),
        ("", "fn f(x: f64, y: f64) -> (f64, f64) { let (a, (b, _)) = (x * y, (x - y, 1.0)); (a + b, a.atan2(b)) }"),
        ("", "fn f(x: f64) -> f64 { const K: f64 = 0.3; let s = { let t = x * K; t * t }; s + std::f64::consts::PI * x }"),
        ("", "fn f(x: f64, y: f64) -> f64 { let r = &x; let s = &y; r * s + *r * (*s).sin() + &x * &y }"),
        ("", "fn f(x: f64, y: f64) -> f64 { let (s, c) = x.sin_cos(); s.mul_add(c, y.clamp(-1.0, 1.0)) % 0.7 }"),
        ("", "fn f(r#type: f64, théta: f64) -> f64 { r#type * théta.cos() }"),
        ("", "fn f(x: f64, y: f64) -> f64 { backprop::detach(x) * y + g(x, y * 2.0) + m::h::<f64>(x) }"),
        ("", "fn f(x: f64) -> f64 { let mut a = x; let mut b = x * 2.0; (a, b) = (b, a + 1.0); std::mem::swap(&mut a, &mut b); a - b }"),
        ("name = other, crate = ad", "fn f(x: f64) -> f64 { x.ln_1p().sqrt().tanh() }"),
    ];

    const FLOW: &[(&str, &str)] = &[
        ("", "fn f(x: f64, y: f64) -> f64 { if x > y { x * y } else if x < 0.0 { -x } else { y } }"),
        ("", "fn f(x: f64) -> f64 { if x < 0.0 { return x.exp(); } let y; if x > 1.0 { y = x } else { y = x * x } y }"),
        ("", "fn f(x: f64, k: i32) -> f64 { match k { 0 => x, 1 | 3 => x * x, 4..=7 => 0.5, n if n > 9 => x * n as f64, _ => -x } }"),
        ("", "fn f(x: f64, k: usize, b: bool) -> f64 { match (k % 2, b) { (0, true) => x.sin(), (1, _) => x.cos(), _ => 1.0 } }"),
        ("", "fn f(x: f64, o: Option<usize>) -> f64 { let Some(n) = o else { return x; }; if let Some(m) = n.checked_sub(1) { x * m as f64 } else { x * 2.0 } }"),
        ("", "fn f(x: f64, y: f64) -> f64 { let v = 'b: { if x > y { break 'b x * y; } y.sin() }; v + x }"),
        ("", "fn f(x: f64, k: u8) -> f64 { assert!(k < 9, \"k is {}\", k); debug_assert!(x.is_finite()); if matches!(k, 1 | 2) { x } else { x * 2.0 } }"),
        ("", "fn f(x: f64, y: f64) -> f64 { let mut s = x; if x > 0.0 && !(y > 1.0 || x == y) { s += y; if s > 2.0 { return s; } s *= 2.0; } s }"),
    ];

    const LOOPS: &[(&str, &str)] = &[
        ("", "fn f(x: f64, n: usize) -> f64 { let mut s = 0.0; for i in 0..n { s += x.powi(i as i32); } s }"),
        ("", "fn f(x: f64, n: usize) -> f64 { let mut a = x; let mut b = 1.0; for _ in (0..=n).rev().step_by(2) { (a, b) = (b * x, a.sin()); } a + b }"),
        ("", "fn f(x: f64) -> f64 { let mut y = x; while y.abs() < 10.0 { y = y * y + 1.0; } y }"),
        ("", "fn f(x: f64, n: i32) -> f64 { let mut k = 0; let mut s = x; let r = loop { k += 1; s *= x; if k > n { break s * 2.0; } if s > 9.0 { continue; } s += 1.0; }; r + s }"),
        ("", "fn f(x: f64) -> f64 { let mut s = x; 'o: for i in 0..5 { for j in 0..i { if s > 2.0 { continue 'o; } if j == 3 { break 'o; } s += x * s; if s < -5.0 { return s; } } s *= 0.5; } s }"),
        ("", "fn f(a: &[f64], b: &[f64]) -> f64 { let mut s = 0.0; for (x, y) in a.iter().zip(b) { s += x * y; } s }"),
        ("", "fn f(a: &[f64], w: f64) -> f64 { let mut s = 1.0; for (i, &x) in a.iter().enumerate() { if i % 2 == 0 { s *= x; } else { s += w * x; } } s }"),
        ("", "fn f(a: &[f64]) -> f64 { let mut s = 0.0; for w in a.windows(2) { s += (w[1] - w[0]).powi(2); } for c in a.chunks(3) { s += c[0] * c[c.len() - 1]; } s }"),
        ("no_heap", "fn f(x: f64, n: usize) -> f64 { let mut s = 0.0; for i in 0..n { s += x * i as f64; } s }"),
        ("", "fn f(x: f64, n: usize) -> f64 { let mut s = x; #[checkpoint(every = 10)] for _ in 0..n { s = s.sin() + x; } s }"),
        ("", "fn f(x: f64, mut k: u64) -> f64 { let mut s = x; while k != 1 { if k % 2 == 0 { k /= 2; s *= 1.1; } else { k = 3 * k + 1; s = s.sin(); } } s }"),
    ];

    const ARRAYS: &[(&str, &str)] = &[
        ("", "fn f(x: f64) -> f64 { let mut a = [x, x * x, 1.0]; a[1] *= a[0]; a[2] += a[1].sin(); a[0] + a[2] }"),
        ("", "fn f(a: [f64; 3], k: usize) -> [f64; 3] { let mut b = a; b[k % 3] = a[(k + 1) % 3] * 2.0; b }"),
        ("", "fn f(m: &[[f64; 3]; 2], v: &[f64; 3]) -> f64 { let mut s = 0.0; for i in 0..2 { for j in 0..3 { s += m[i][j] * v[j]; } } s }"),
        ("", "fn f(a: &[f64], idx: &[usize]) -> f64 { let mut b = vec![0.0; a.len()]; for (k, &i) in idx.iter().enumerate() { b[i] += a[k] * a[i]; } b.iter().sum() }"),
        ("", "fn f(a: &mut [f64], x: f64) { for v in a.iter_mut() { *v *= x; } a[0] = x; a.reverse(); a.swap(0, 1); }"),
        ("", "fn f(x: &mut f64, y: f64) -> f64 { let old = *x; *x = y * old; *x += 1.0; old }"),
        ("", "fn f(a: Vec<f64>, x: f64) -> Vec<f64> { let mut out = Vec::with_capacity(a.len()); for v in &a { out.push(v * x); } out }"),
        ("", "fn f(a: &[f64]) -> f64 { let mut b = a.to_vec(); b.rotate_left(1); b[1..3].fill(0.5); let (l, r) = b.split_at_mut(2); l[0] += r[0]; l.copy_from_slice(&a[..2]); b[0] * b[2] }"),
        ("", "fn f(x: f64) -> f64 { let [a, b, ..] = [x, x * 2.0, 3.0, 4.0]; let mut m = [[0.0; 2]; 2]; m[0] = [a, b]; m[1][0] = m[0][1]; m[1][0] * m[0][0] }"),
        ("", "fn f(a: &mut [f64]) { let n = a.len(); for i in 1..n { a[i] = a[i] + 0.5 * a[i - 1]; } let h = &mut a[1..]; h[0] *= 2.0; }"),
        ("", "fn f(a: &[f64]) -> f64 { a.iter().zip(a.iter().skip(1)).map(|(x, y)| x * y).sum::<f64>() + a.iter().fold(0.0, |s, x| s + x * x) }"),
        ("", "fn f(a: &[f64], t: f64) -> f64 { a.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(i, x)| x * t.powi(i as i32)).product() }"),
        ("", "fn f(x: f64) -> f64 { let a: [f64; 4] = std::array::from_fn(|i| x * i as f64); let b: Vec<f64> = a.iter().rev().take(3).map(|v| v.sin()).collect(); b[0] + b.len() as f64 }"),
        ("", "fn f<const N: usize>(a: [f64; N]) -> f64 { let mut m = a[0]; for i in 1..N { m = m.max(a[i]); } m }"),
    ];

    const TYPES: &[(&str, &str)] = &[
        ("", "fn f<T: backprop::Real>(x: T, y: T) -> T { let t = x * y; if t > T::from(0.5) { t.sin() } else { t } }"),
        ("wrt(p)", "fn f(p: &Point, x: f64) -> f64 { let q = Point { x: p.x * x, ..*p }; q.x * p.y + q.norm() }"),
        ("", "fn f(p: Line) -> Line { let mut q = p; q.a.x += 1.0; q.b = Point { x: q.a.x, y: p.a.y }; q }"),
        ("", "fn f(x: f64, y: f64) -> f64 { let g = |t: f64| t * x + y; let mut s = 0.0; let mut add = |v: f64| s += v * y; add(g(x)); add(2.0); s }"),
        ("", "fn f(x: Option<f64>, y: f64) -> Option<f64> { let v = x?; Some(v * y) }"),
        ("", "fn f(x: f64) -> Result<f64, String> { if x < 0.0 { return Err(\"negative\".to_string()); } Ok(x.sqrt()) }"),
        ("", "fn m(&self, x: f64) -> f64 { self.w * x + self.b.tanh() }"),
        ("", "fn m(&mut self, x: f64) { self.w *= x; self.b = self.w + x; }"),
        ("method", "fn new(x: f64) -> f64 { x * 2.0 }"),
        ("", "fn f(x: f64, n: u32) -> f64 { if n == 0 { 1.0 } else { x * f(x, n - 1) } }"),
        ("vjp = f_vjp", "fn f(x: f64, y: f64) -> f64 { extern_thing(x) + y }"),
        ("", "fn f<'a>(a: &'a [f64], s: &str) -> f64 where 'a: 'a { println!(\"{s}\"); a[0] * a.len() as f64 }"),
    ];
}
