//! Calls, structs and enums: what is generated, as text.

use super::{forward, primal};
use crate::ir::{MemId, SpanId, ValueId};

/// The statements of forward mode, without indentation.
fn lines(text: &str, passive: &[ValueId], passive_mems: &[MemId]) -> Vec<String> {
    let made = forward(&primal(text), passive, passive_mems).unwrap_or_else(|(_, e)| panic!("{e}"));
    let text = made.f.to_string();
    text.lines().map(|l| l.trim().to_string()).skip(1).filter(|l| l != "}").collect()
}

#[test]
fn inactive_things_have_no_tangent() {
    let text = "
        fn(v0: f64, v1: f64, m0: &[f64], m1: &mut [f64]) {
          v2 = mul(v0, v1)
          v3 = const 0
          m1[v3] = v1
          m2 = [v1]
          v4 = load m2[v3]
          v6 = detach(v0)
          v7 = mul(v6, v4)
          v5 = add(v2, v7)
          return v5
        }";
    let got = lines(text, &[ValueId(1), ValueId(4)], &[MemId(2)]);
    let expected = [
        "v2: f64 = mul(v0, v1)",
        "v10: f64 = mul(v8, v1)",
        "v11: f64 = mul(v9, v0)",
        "v12: f64 = add(v10, v11)",
        "v3: int = const 0",
        "m4[v3] = v9",
        "m1[v3] = v1",
        "m2: [f64; 1] = [v1]",
        "v4: f64 = load m2[v3]",
        "v6: f64 = detach(v0)",
        "v7: f64 = mul(v6, v4)",
        "v5: f64 = add(v2, v7)",
        "return v5",
    ];
    assert_eq!(got, expected);
}

#[test]
fn a_call() {
    let text = "
        fn(v0: f64, v1: int, m0: &[f64], const m1: &[f64], m2: Vec<f64>, m3: &mut [f64]) {
          v2 = call c0(v0, v1, &m0, &m1, m2, &mut m3[v1..], `c1`(), &v0)
          v3: f64 = mul(v2, v0)
          return v3
        }";
    let expected = [
        "m7: () = ()",
        "m8: (_, _) = tangent c0(v0, v4, v1, m7, &m0, &m4, &m1, m7, m2, m5, &mut m3[v1..], &mut m6[v1..], `c1`(), m7, &v0, &v4)",
        "v2 = load m8.0",
        "v5 = load m8.1",
        "v3: f64 = mul(v2, v0)",
    ];
    assert_eq!(lines(text, &[], &[])[..5], expected);
}

#[test]
fn calls_that_stay_or_return_objects() {
    let text = "
        fn(v0: f64, v1: int) {
          v2: int = call c0(v1)
          call c1(v0)
          m0: [f64; 2] = call c2(v0)
          return m0
        }";
    let expected = [
        "v2: int = call c0(v1)",
        "call c1(v0)",
        "m2: ([f64; 2], [f64; 2]) = tangent c2(v0, v3)",
        "m0: [f64; 2] = copy m2.0",
        "m1: [f64; 2] shadow of m0 = copy m2.1",
        "return m0",
    ];
    assert_eq!(lines(text, &[], &[]), expected);
}

#[test]
fn second_order_calls() {
    let text = "
        fn(v0: f64, m0: &[f64], m1: &mut [f64]) {
          v1: f64, v2: passive = forward c0(v0, &m0)
          v3: f64 = const 1.0
          (v4: f64, += m1) = pullback v2 of v3 (v0, &m0)
          v5 = mul(v4, v1)
          return v5
        }";
    let expected = [
        "m4: (f64, f64), v2: passive = forward c0(v0, v6, &m0, &m2)",
        "v1: f64 = load m4.0",
        "v7: f64 = load m4.1",
        "v3: f64 = const 1.0",
        "v8: f64 = const 0.0",
        "m5: (f64, f64) = (v3, v8)",
        "(v4: f64, v9: f64, += m1, += m3) = pullback v2 of m5 (v0, v0, &m0, &m2)",
    ];
    assert_eq!(lines(text, &[], &[])[..7], expected);
}

#[test]
fn structs_are_filled_by_field() {
    let text = "
        fn(v0: f64, v1: int, const v2: f64, m0: c9) {
          m1: c9 = c9 { a: v0, b: v1, c: v2 }
          m2: c9 = c9 { a: v0, c: v2, b: v1, ..m0 }
          m3: Option<f64> = c8(v0)
          m4: c7 = once `c6`(v1)
          m1.b = v1
          m1.c = v2
          m3 = c5()
          return m2
        }";
    let expected = [
        "m1: c9 = c9 { a: v0, b: v1, c: v2 }",
        "m6: c9 shadow of m1 = zero of m1",
        "m6.a = v3",
        "m7: c9 shadow of m2 = m5",
        "m2: c9 = c9 { a: v0, c: v2, b: v1, ..m0 }",
        "m7.a = v3",
        "m7.c.zero()",
        "m3: Option<f64> = c8(v0)",
        "m8: Option<f64> shadow of m3 = zero of m3",
        "m8.<c8>.0 = v3",
        "m4: c7 = once `c6`(v1)",
        "m9: c7 shadow of m4 = zero of m4",
        "m1.b = v1",
        "v4: f64 = const 0.0",
        "m6.c = v4",
        "m1.c = v2",
        "m3 = c5()",
        "m8 = zero of m3",
        "return m2",
    ];
    assert_eq!(lines(text, &[], &[]), expected);
}

#[test]
fn unknown_types() {
    let text = "
        fn(v0: f64, m0: c9, const v1: _) {
          v2 = load m0.k
          v3: f64 = v2 as f64
          m0.k = v1
          m1 = [v2, v1]
          v4: f64 = mul(v3, v0)
          return v4
        }";
    let expected = [
        "v2 = load m0.k",
        "v6 = load m2.k",
        "v3: f64 = v2 as f64",
        "v7: f64 = cast_forward(v2, v6)",
        "m2.k.zero()",
        "m0.k = v1",
        "v8 = tangent_of(v2, v6)",
        "v9 = zero_of(v1)",
        "m3: [_; 2] shadow of m1 = [v8, v9]",
    ];
    assert_eq!(lines(text, &[], &[])[..9], expected);
}

#[test]
fn third_derivatives_are_refused() {
    let refused = |text: &str| forward(&primal(text), &[], &[]).map(|_| ());
    let unknown = "fn(v0: f64) {\n v1: f64 = powi_d00(v0, v0)\n return v1\n}";
    let message = "the derivative of `powi_d00` is not known: third derivatives are not supported";
    assert_eq!(refused(unknown), Err((SpanId(0), message.into())));
    let twice = "fn(v0: f64) {\n m0: (f64, f64) = tangent c0(v0, v0)\n}";
    assert_eq!(refused(twice), Err((SpanId(0), "forward mode of forward mode is not supported".into())));
    assert_eq!(refused("fn(const v0: f64) {\n v1: f64 = powi_d00(v0, v0)\n return v1\n}"), Ok(()));
}

#[test]
fn diverging_and_carried_code() {
    let text = "
        fn(v0: f64, v1: bool) {
          if v1 phi (v2: f64 = none | v3) {
            do `c0`(v0) diverges
            diverge
          } else {
            v3 = sin(v0)
          }
          loop carry (v4 = v2 -> v5, result v6) {
            diverge
          }
          return v2
        }";
    let got = lines(text, &[], &[]);
    assert_eq!(got[0], "if v1 phi (v2: f64 = none | v3, v10: f64 = none | v9) {");
}
