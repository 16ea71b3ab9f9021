//! Broken input: the attribute must answer with errors, never with a panic, and in time. And large input: what is
//! generated must grow no faster than the function.
//!
//! `BACKPROP_MUTANTS=100000 cargo test --release -p backprop-macro robustness` is the full run.

mod corpus;
mod size;

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
