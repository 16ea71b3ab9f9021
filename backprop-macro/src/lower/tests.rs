//! Tests of lowering: what becomes of a function, and which functions are refused with which code.

use super::{function, Failure};
use crate::ir::{print::print, verify::verify, Function};
use crate::model::{Model, Options};

/// Lowers the text of a function.
fn lower(text: &str) -> Result<(Model, Function), Failure> {
    function(text.parse().expect("tokens"), Options::default())
}

/// The printed IR of a function that must lower and verify.
fn ir(text: &str) -> String {
    match lower(text) {
        Ok((model, f)) => {
            let names = |code| model.source.tokens(code).to_string();
            let text = print(&f, Some(&names));
            if let Err(e) = verify(&f) {
                panic!("{e}\n{text}");
            }
            text
        }
        Err(failure) => panic!("{:#?}", failure.errors.texts()),
    }
}

/// The codes of the errors of a function that must be refused.
fn codes(text: &str) -> Vec<&'static str> {
    match lower(text) {
        Ok((_, f)) => panic!("lowered:\n{}", print(&f, None)),
        Err(failure) => failure.errors.codes(),
    }
}

#[test]
#[ignore = "a tool: prints what becomes of the functions in the files named by CORPUS"]
fn corpus() {
    let files = std::env::var("CORPUS").unwrap_or_default();
    let quiet = std::env::var("QUIET").is_ok();
    let (mut good, mut bad) = (0, 0);
    for file in files.split_whitespace() {
        let text = std::fs::read_to_string(file).expect("file");
        let mut found = Found(Vec::new());
        match syn::parse_file(&text) {
            Ok(parsed) => syn::visit::visit_file(&mut found, &parsed),
            Err(e) => println!("{file}: {e}"),
        }
        for (options, item) in found.0 {
            let name = item.sig.ident.to_string();
            let options = crate::args::parse(options).unwrap_or_default();
            let tokens = quote::quote!(#item);
            match function(tokens, options) {
                Ok((model, f)) => {
                    let names = |code| model.source.tokens(code).to_string();
                    let text = print(&f, Some(&names));
                    match verify(&f) {
                        Ok(()) => good += 1,
                        Err(e) => {
                            bad += 1;
                            println!("== {file} {name}: VERIFY {e}\n{text}");
                        }
                    }
                    if !quiet {
                        println!("== {name}\n{text}");
                    }
                }
                Err(failure) => {
                    bad += 1;
                    println!("== {file} {name}: REFUSED {:#?}", failure.errors.texts());
                }
            }
        }
    }
    println!("{good} good, {bad} bad");
}

struct Found(Vec<(proc_macro2::TokenStream, syn::ItemFn)>);

/// The options of `#[grad]` among these attributes, which it leaves.
fn options_of(attrs: &mut Vec<syn::Attribute>) -> Option<proc_macro2::TokenStream> {
    let is_grad = |a: &syn::Attribute| a.path().segments.last().is_some_and(|s| s.ident == "grad");
    let attr = attrs.remove(attrs.iter().position(is_grad)?);
    Some(match attr.meta {
        syn::Meta::List(list) => list.tokens,
        _ => proc_macro2::TokenStream::new(),
    })
}

impl<'a> syn::visit::Visit<'a> for Found {
    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        let mut copy = item.clone();
        self.0.extend(options_of(&mut copy.attrs).map(|options| (options, copy)));
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        let mut copy = item.clone();
        if let Some(options) = options_of(&mut copy.attrs) {
            self.0.extend(syn::parse2(quote::quote!(#copy)).ok().map(|item| (options, item)));
        }
        syn::visit::visit_impl_item_fn(self, item);
    }
}

/// The statements between the braces, without indentation.
fn body(text: &str) -> String {
    let printed = ir(text);
    let lines: Vec<&str> = printed.lines().collect();
    let inner = lines.get(1..lines.len() - 1).unwrap_or_default();
    inner.iter().map(|l| l.trim()).collect::<Vec<_>>().join("; ")
}

#[test]
fn scalars() {
    let text = "fn f(x: f64, y: f64) -> f64 { let a = x * y; let a = a.sin() + a; f64::max(a, -y) }";
    let expected = "v2 a: f64 = mul(v0, v1); v3: f64 = sin(v2); v4 a: f64 = add(v3, v2); v5: f64 = neg(v1); \
                    v6: f64 = max(v4, v5); return v6";
    assert_eq!(body(text), expected);
}

#[test]
fn an_early_return_sinks_the_rest() {
    let text = "fn f(x: f64, y: f64) -> f64 { if x > y { return x * x; } let z = y * y; z + x }";
    let expected =
        "v2: bool = gt(v0, v1); if v2 phi (v6: f64 = v3 | v5) {; v3: f64 = mul(v0, v0); } else {; \
                    v4 z: f64 = mul(v1, v1); v5: f64 = add(v4, v0); }; return v6";
    assert_eq!(body(text), expected);
}

#[test]
fn an_exit_from_one_of_two_ways_guards_the_rest() {
    let text = "fn f(x: f64, b: bool, c: bool) -> f64 { let mut y = x; if b { if c { return y; } y = x * x; } y + x }";
    let printed = ir(text);
    assert!(printed.contains("not("), "{printed}");
}

#[test]
fn loops_carry_what_they_assign() {
    let text =
        "fn f(x: f64, n: usize) -> f64 { let mut s = 0.0; let k = x; for i in 0..n { s += k * x; } s }";
    let printed = ir(text);
    assert_eq!(printed.matches("->").count(), 1, "{printed}");
    assert!(printed.contains("s: f64 = v2 -> v7, result v8"), "{printed}");
}

#[test]
fn a_parallel_assignment_is_parallel() {
    let printed = ir(
        "fn f(x: f64, n: u32) -> f64 { let (mut a, mut b) = (x, 1.0); for _ in 0..n { (a, b) = (b, a); } a }",
    );
    assert!(!printed.contains("mul"), "{printed}");
    assert!(printed.contains("-> "), "{printed}");
}

#[test]
fn aliases_become_places() {
    let text = "fn f(a: &mut [f64], x: f64) { let (l, r) = a.split_at_mut(1); let r = &mut r[1..]; r[0] = l[0] * x; }";
    let printed = ir(text);
    assert!(printed.contains("m0["), "{printed}");
    assert!(!printed.contains("m1"), "{printed}");
}

#[test]
fn a_move_closure_keeps_what_it_captured() {
    let text = "fn f(x: f64) -> f64 { let mut k = x; let g = move |t: f64| t * k; k = k * 10.0; g(k) }";
    assert_eq!(body(text), "v1: f64 = const 10.0; v2 k: f64 = mul(v0, v1); v3: f64 = mul(v2, v0); return v3");
}

#[test]
fn variables_are_told_apart() {
    let printed = body("fn f(x: f64) -> f64 { let y = { let x = x * 2.0; x }; y + x }");
    assert!(printed.ends_with("add(v2, v0); return v3"), "{printed}");
}

#[test]
fn short_circuits_stay_short() {
    let printed =
        ir("fn f(x: &[f64], i: usize) -> f64 { if i < x.len() && x[i] > 0.0 { x[i] } else { 0.0 } }");
    assert_eq!(printed.matches("if ").count(), 2, "{printed}");
    let printed = ir("fn f(x: f64, y: f64) -> f64 { if x > 0.0 && y > 0.0 { x } else { y } }");
    assert!(printed.contains("and("), "{printed}");
}

#[test]
fn passive_code_is_carried() {
    let printed = ir("fn f(x: f64, n: usize) -> f64 { let k = table(n); println!(\"{k} {x}\"); x * k }");
    assert!(printed.contains("once `table (n)`"), "{printed}");
    assert!(printed.contains("println"), "{printed}");
}

#[test]
fn refusals() {
    let cases: [(&str, &[&str]); 26] = [
        ("fn f(x: f64) -> f64 { x.foo() }", &["E21"]),
        ("fn f(x: f64) -> u64 { x.to_bits() }", &["E09", "E02"]),
        ("fn f(x: f64) -> f64 { mac!(x) }", &["E23"]),
        ("fn f(x: f64) -> f64 { unsafe { x } }", &["E06"]),
        ("async fn f(x: f64) -> f64 { x }", &["E08"]),
        ("const fn f(x: f64) -> f64 { x }", &["E45"]),
        ("unsafe extern \"C\" fn f(x: f64) -> f64 { x }", &["E45", "E45"]),
        ("fn f(n: usize) -> f64 { 1.0 }", &["E10"]),
        ("fn f() -> f64 { 1.0 }", &["E10"]),
        ("fn f(x: f64) -> usize { 1 }", &["E09"]),
        ("fn f(x: f64) { }", &["E09"]),
        ("fn f(x: &f64) -> &f64 { x }", &["E48"]),
        ("fn f(x: *const f64) -> f64 { 1.0 }", &["E11"]),
        ("fn f64(x: f64) -> f64 { x }", &["E47"]),
        ("fn f(x: f64) -> f64 { #[cfg(a)] let x = 1.0; x }", &["E34"]),
        ("fn f(x: f64) -> f64 { let y = x.foo(); let z = y.bar(); x.baz() }", &["E21", "E21"]),
        ("struct S;", &["E44"]),
        ("fn f(x: f64, #[no_grad] k: f64) -> f64 { let mut k = k; k = x; k }", &[]),
        ("fn f(x: f64, #[no_grad] mut k: f64) -> f64 { k = x; k }", &["E03"]),
        ("fn f(x: f64, g: impl Fn(f64) -> f64) -> f64 { g(x) }", &["E24"]),
        ("fn f(x: f64) -> f64 { static K: f64 = 1.0; x }", &["E55"]),
        ("fn f(x: f64) -> f64 { let y = { const K: f64 = 2.0; x * K }; y * K }", &["E62"]),
        ("fn f(x: f64) -> f64 { let y = { use k::*; x * K }; y }", &["E62"]),
        ("fn f(x: f64) -> f64 { let s = format!(\"{x}\"); x }", &["E02"]),
        (
            "fn f(a: [f64; 2], b: [f64; 2], c: bool) -> f64 { let mut r = &mut [0.0]; r = &mut [1.0]; a[0] }",
            &["E37"],
        ),
        ("fn f(x: f64) -> f64 { loop { break 'a x; } }", &["E54"]),
    ];
    for (text, expected) in cases {
        match lower(text) {
            Ok(_) => assert!(expected.is_empty(), "lowered: {text}"),
            Err(failure) => {
                assert_eq!(failure.errors.codes(), expected, "{text}: {:#?}", failure.errors.texts());
            }
        }
    }
    assert_eq!(codes("fn f(x: f64) -> f64 { x.sni() }"), ["E21"]);
}

#[test]
fn wrt_is_checked() {
    let with = |attr: &str| {
        let options = crate::args::parse(attr.parse().expect("tokens")).expect("options");
        let item = "fn f(weight: f64, bias: f64, n: usize) -> f64 { weight * bias }".parse().expect("tokens");
        match function(item, options) {
            Ok((model, _)) => {
                model.params.iter().map(|p| format!("{:?}", p.wrt)).collect::<Vec<_>>().join(" ")
            }
            Err(failure) => failure.errors.texts().join(" | "),
        }
    };
    assert_eq!(with("wrt(bias, weight)"), "Some(1) Some(0) None");
    assert_eq!(with("forward"), "Some(0) Some(1) None");
    assert!(with("wrt(wieght)").contains("did you mean `weight`?"));
    assert!(with("wrt(n)").starts_with("E14"));
    assert!(with("wrt(bias, bias)").starts_with("E49"));
}

#[test]
fn deep_code_works_or_is_refused() {
    let nested = |open: &str, inner: &str, close: &str, n: usize| {
        format!("fn f(x: f64) -> f64 {{ {}{inner}{} }}", open.repeat(n), close.repeat(n))
    };
    let run = move || {
        for text in [
            nested("(", "x", ")", 300),
            nested("{", "x", "}", 150),
            nested("x * (1.0 + ", "x", ")", 150),
            nested("if x > 0.0 {", "x", "} else { x }", 100),
            nested("x + ", "x", "", 2000),
            nested("-", "x", "", 100),
        ] {
            if let Err(failure) = lower(&text) {
                panic!("{:?}", failure.errors.texts());
            }
        }
        for text in [
            nested("(", "x", ")", 5000),
            nested("{", "x", "}", 5000),
            nested("x + ", "x", "", 20000),
            nested("-", "x", "", 5000),
            nested("if x > 0.0 { x } else ", "{ x }", "", 5000),
            nested("x.sin().max(", "x", ")", 5000),
            nested("|t| ", "x", "", 5000),
        ] {
            match lower(&text) {
                Ok(_) => panic!("accepted"),
                Err(failure) => assert_eq!(failure.errors.codes(), ["E30"]),
            }
        }
    };
    // The size of the main thread's stack, where rustc runs macros.
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(run);
    assert!(thread.expect("a thread").join().is_ok());
}

#[test]
fn cfg_makes_variants() {
    let item = "fn f(x: f64) -> f64 { #[cfg(a)] let x = x * 2.0; #[cfg(not(a))] let x = x; x }"
        .parse()
        .expect("tokens");
    let variants = super::variants(&item).expect("variants");
    assert_eq!(variants.len(), 4);
    for variant in &variants {
        assert!(function(variant.item.clone(), Options::default()).is_ok());
    }
}
