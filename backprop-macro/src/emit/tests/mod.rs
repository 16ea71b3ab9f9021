//! What the statements of small functions look like, from IR text to Rust text.

mod damage;

use super::body::{Body, Style};
use super::forms;
use crate::ir::verify::parse::parse;
use crate::ir::{Function, ParamKind, Ty, ValueId};
use crate::model::{Generics, Model, Options, OutputModel, ParamModel, Pass, Receiver};
use crate::source::Source;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};

/// A function whose values have these names.
fn named(text: &str, names: &[(u32, &str)]) -> (Function, Source) {
    let mut f = parse(text);
    let mut source = Source::default();
    source.span(Span::call_site());
    for (value, name) in names {
        let ident = format_ident!("{}", name);
        f.values[ValueId(*value)].name = Some(source.code(quote!(#ident)));
    }
    (f, source)
}

/// Its statements and result; parameters are called `x0`, `x1`, ..
fn written(text: &str, names: &[(u32, &str)]) -> String {
    let (f, source) = named(text, names);
    let krate = quote!(::backprop);
    let mut body = Body::new(&f, &source, &krate, Style::Adjoint, &[], &[]);
    for (k, param) in f.params.iter().enumerate() {
        let ident = format_ident!("x{}", k);
        match param.kind {
            ParamKind::Value(v) => body.bind_value(v, &ident),
            ParamKind::Mem(m) => body.bind_mem(m, &ident),
        }
    }
    body.top(&f.body.stmts);
    let result = forms::core::result(&mut body, &f.result);
    let out = body.take_out();
    let block: TokenStream = quote!({ #out #result });
    syn::parse2::<syn::Block>(block).expect("the output is a block");
    plain(&quote!(#out #result))
}

/// Tokens with the usual spaces.
fn plain(tokens: &TokenStream) -> String {
    let text = tokens.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text
        .replace(" . ", ".")
        .replace(" ;", ";")
        .replace(" ,", ",")
        .replace(":: core :: option :: Option :: ", "");
    let text =
        text.replace(" [", "[").replace("[ ", "[").replace(" ]", "]").replace(" (", "(").replace("( ", "(");
    text.replace(" )", ")")
        .replace("& ", "&")
        .replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" .. ", "..")
}

fn check(text: &str, names: &[(u32, &str)], expected: &str) {
    assert_eq!(written(text, names), expected.split_whitespace().collect::<Vec<_>>().join(" "));
}

#[test]
fn values_that_are_read_once_stand_where_they_are_read() {
    let text = "fn(v0: f64, v1: f64) {
        v2: f64 = mul(v0, v1)
        v3: f64 = sub(v2, v0)
        v4: f64 = sin(v3)
        v5: f64 = mul(v4, v4)
        return v5
    }";
    check(text, &[], "let __v0 =(x0 * x1 - x0).sin(); __v0 * __v0");
}

#[test]
fn what_may_panic_keeps_its_turn() {
    let text = "fn(m0: &[f64], m1: &mut [f64], v0: int) {
        v1: f64 = load m0[v0]
        m1[v0] = v1
        v2: f64 = load m1[v0]
        v3: f64 = load m0[v0]
        v4: f64 = mul(v3, v2)
        return v4
    }";
    check(text, &[], "x1[x2] = x0[x2]; let __v0 = x1[x2]; let __v1 = x0[x2]; __v1 * __v0");
}

#[test]
fn a_name_is_used_again_when_its_first_holder_is_gone() {
    let text = "fn(v0: f64) {
        v1: f64 = sin(v0)
        v2: f64 = mul(v1, v1)
        v3: f64 = mul(v2, v2)
        v4: f64 = add(v3, v2)
        return v4
    }";
    check(
        text,
        &[(1, "t"), (2, "t"), (3, "t")],
        "let t = x0.sin(); let t = t * t; let __t_1 = t * t; __t_1 + t",
    );
}

#[test]
fn a_carried_value_is_one_variable() {
    let text = "fn(m0: &[f64], v0: int) {
        v1: f64 = const 0.0
        v2: int = const 0
        loop v3: int in v2..v0 carry (v4: f64 = v1 -> v6, result v7) {
            v5: f64 = load m0[v3]
            v6: f64 = add(v4, v5)
        }
        return v7
    }";
    let expected = "let mut s = 0.0_f64; for i in 0..x1 { s += x0[i]; } s";
    check(text, &[(1, "s"), (3, "i"), (4, "s"), (6, "s"), (7, "s")], expected);
}

#[test]
fn carried_values_change_places_at_once() {
    let text = "fn(v0: f64, v1: f64, v2: int) {
        v3: int = const 0
        loop v4: int in v3..v2 carry (v5: f64 = v0 -> v6, result v7, v6: f64 = v1 -> v5, result v8) {
        }
        v9: f64 = sub(v7, v8)
        return v9
    }";
    let expected =
        "let mut __v0 = x0; let mut __v1 = x1; for _ in 0..x2 {(__v0, __v1) =(__v1, __v0); } __v0 - __v1";
    check(text, &[], expected);
}

#[test]
fn a_branch_changes_a_variable_in_place() {
    let text = "fn(v0: f64, v1: int) {
        v2: int = const 0
        loop v3: int in v2..v1 carry (v4: f64 = v0 -> v8, result v9) {
            v5: f64 = const 1.0
            v6: bool = lt(v4, v5)
            if v6 phi (v8: f64 = v7 | v4) {
                v7: f64 = add(v4, v5)
            } else {
            }
        }
        return v9
    }";
    let expected = "let mut __v0 = x0; for _ in 0..x1 { if __v0 < 1.0 { __v0 += 1.0; } } __v0";
    check(text, &[], expected);
}

#[test]
fn branches_give_values() {
    let text = "fn(v0: f64, v1: int) {
        switch v1 phi (v5: f64 = v2 | v3 | v4) {
        0 {
            v2: f64 = sin(v0)
        } 1 {
            v3: f64 = cos(v0)
        } 2 {
            v4: f64 = neg(v0)
        }
        v6: f64 = mul(v5, v5)
        return v6
    }";
    let expected = "let y = match x1 { 0 => { x0.sin() } 1 => { x0.cos() } _ => { - x0 } }; y * y";
    check(text, &[(5, "y")], expected);
}

#[test]
fn a_header_is_a_while_or_a_break() {
    let simple = "fn(v0: f64) {
        loop carry (v1: f64 = v0 -> v5, result v6) {
            while {
                v2: f64 = const 2.0
                v3: bool = lt(v1, v2)
            } v3
            v5: f64 = mul(v1, v1)
        }
        return v6
    }";
    check(simple, &[], "let mut __v0 = x0; while __v0 < 2.0 { __v0 *= __v0; } __v0");
    let read_again = simple
        .replace("v5: f64 = mul(v1, v1)", "v5: f64 = mul(v1, v4)")
        .replace("v3: bool = lt(v1, v2)", "v4: f64 = sin(v1)\nv3: bool = lt(v4, v2)");
    let expected =
        "let mut __v0 = x0; loop { let __v1 = __v0.sin(); if !(__v1 < 2.0) { break; } __v0 *= __v1; } __v0";
    check(&read_again, &[], expected);
}

#[test]
fn what_is_undefined_on_a_path_is_an_option() {
    let text = "fn(v0: bool, v1: passive) {
        if v0 phi (v2: passive = v1 | none, v3: int = v4 | none) {
            v4: int = const 3
        } else {
        }
        v5: passive = detach(v2)
        return v5
    }";
    check(text, &[], "let __v0 = if x0 { Some(x1) } else { None }; __v0.unwrap()");
}

#[test]
fn residuals() {
    let text = "fn(v0: f64) {
        stack s0
        v1: f64 = sin(v0)
        push s0 (v0, v1)
        (v2: f64, v3: f64) = pop s0
        return v3
    }";
    let expected = "let mut __s0 =::backprop::__private::Stack::new(); __s0.push((x0, x0.sin())); \
        let Some((_, __v0)) = __s0.pop() else {::core::unreachable !() }; __v0";
    check(text, &[], expected);
}

/// A free function of `f64`s.
fn model(f: &Function, source: Source) -> Model {
    let params = (0..f.params.len()).map(|k| ParamModel {
        ident: format_ident!("x{}", k),
        ty: quote!(f64),
        inner: quote!(f64),
        pass: Pass::Value,
        class: Ty::Float(crate::ir::FloatTy::F64),
        differentiable: true,
        wrt: Some(k),
        span: Span::call_site(),
        function: None,
    });
    Model {
        source,
        options: Options::default(),
        ident: format_ident!("f"),
        vis: quote!(pub),
        cfgs: Vec::new(),
        generics: Generics::default(),
        params: params.collect(),
        output: OutputModel {
            ty: quote!(f64),
            class: Ty::Float(crate::ir::FloatTy::F64),
            differentiable: true,
        },
        receiver: Receiver::Free,
        span: Span::call_site(),
        recursive: false,
        closed_self: false,
    }
}

#[test]
fn a_companion_is_a_file() {
    let text = "fn(v0: f64, v1: f64) {
        v2: f64 = mul(v0, v1)
        v3: f64 = sin(v2)
        return v3
    }";
    let (f, source) = named(text, &[]);
    let forms = super::Forms {
        joint: crate::adjoint::adjoint(&f, false).ok(),
        split: crate::adjoint::adjoint(&f, true).ok(),
        ..super::Forms::default()
    };
    let model = model(&f, source);
    let file: syn::File = syn::parse2(super::companion(&model, &forms, None)).expect("a companion");
    assert_eq!(file.items.len(), 2, "an enum and its impl");
    let stub: syn::File = syn::parse2(super::stub(&model)).expect("a stub");
    assert_eq!(file.items.len(), stub.items.len());
}
