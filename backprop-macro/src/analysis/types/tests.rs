//! Before → after, as text.

use super::propagate;
use crate::ir::verify::parse::parse;
use crate::ir::{Function, MemId, ValueId};

fn typed(params: &str, body: &str) -> Function {
    let mut f = parse(&format!("fn({params}) {{\n{body}\n}}"));
    propagate(&mut f);
    f
}

/// The types of some values and objects, in the printer's notation.
fn assert_types(params: &str, body: &str, expected: &[&str]) {
    let f = typed(params, body);
    let text = f.to_string();
    for e in expected {
        let found = text.contains(&format!("{e} ="))
            || text.contains(&format!("{e},"))
            || text.contains(&format!("{e})"));
        assert!(found, "no {e} in\n{text}");
    }
}

#[test]
fn literals_adopt_the_type_of_their_users() {
    let body = "v1: float = const c0\n v2: float = const 1.0\n v3 = mul(v1, v2)\n v4 = add(v0, v3)";
    assert_types("v0: f32", body, &["v1: f32", "v2: f32", "v3: f32", "v4: f32"]);
    let body = "v1: float = const c0\n v2 = lt(v0, v1)\n v3: float = const c1\n v4 = hypot(v0, v3)";
    assert_types("v0: c7", body, &["v1: float", "v2: bool", "v3: float", "v4"]);
    assert_types("v0: f32", body, &["v1: f32", "v2: bool", "v3: f32", "v4: f32"]);
    assert_types("", "v1: float = const c0\n v2 = sin(v1)", &["v1: float", "v2: float"]);
}

#[test]
fn operations() {
    let body = "
        v3 = add(v1, v1)
        v4 = lt(v0, v2)
        v5 = and(v4, v6)
        v7 = powi(v0, v8)
        v9 = v1 as f32
        v10 = len m0
        v11 = sum m0
        v12 = select(v4, v0, v13)
        v14 = detach(v0)
        v15 = shl(v1, v2)
        v16 = powf_d0(v0, v7, v14)
        v17 = bitxor(v4, v5)
        v18 = bitand(v1, v3)
        v19 = not(v4)
        v20 = const true
        v21 = neg(v1)
        v22 = once `c0`()";
    let expected = [
        "v3: int",
        "v4: bool",
        "v5: bool",
        "v7: f64",
        "v9: f32",
        "v10: int",
        "v11: f32",
        "v12: f64",
        "v14: f64",
        "v15: int",
        "v16: f64",
        "v17: bool",
        "v18: int",
        "v19: bool",
        "v20: bool",
        "v21: int",
        "v22",
    ];
    assert_types("v0: f64, v1: int, v2: _, v6: _, v8: _, v13: _, m0: [f32]", body, &expected);
    let params = typed("v0: f64, v1: int, v2: _, v6: _, v8: _, v13: _, m0: [f32]", body).to_string();
    assert!(params.contains("fn(v0: f64, v1: int, v2, v6: bool, v8: int, v13: f64, m0: [f32])"), "{params}");
}

#[test]
fn products_with_unknown_things_are_unknown() {
    let body = "v2 = mul(v0, v1)\n v3 = add(v2, v0)\n v4 = div(v1, v0)\n v5 = add(v1, v1)";
    assert_types("v0: f64, v1: _", body, &["v2", "v3: f64", "v4", "v5"]);
}

#[test]
fn memory() {
    let body = "
        v2: float = const 1.0
        m1 = [v0, v2]
        v3 = load m1[v1]
        m2 = vec![v2; v4]
        v5 = load m2[v1]
        v6 = add(v5, v0)
        m3 = vec![]
        m3.push(v2)
        m3.push(v0)
        m4 = (v0, v1, copy m1)
        v7 = load m4.2[v1]
        v8 = load m4.1
        m5 = to_vec m1[v1..]
        m6 = zero of m0[v1..]
        m7 = [m1; c3]
        v9 = load m7[v1][v1]
        m8: Option<_>
        m8.<c4>.0 = v0
        m9: [_; 2]
        m9.fill(v0)
        m10: Vec<_>
        m10.copy_from(m0)
        m11: (_, _)
        m11.1 = v0
        m12 = copy m11
        m10.truncate(v10)
        m10.rotate_left(v11)
        m0[v1] += v12
        v13 = load m99.k";
    let expected = [
        "v2: f64",
        "m1: [f64; 2]",
        "v3: f64",
        "m2: Vec<f64>",
        "v5: f64",
        "m3: Vec<f64>",
        "m4: (f64, int, [f64; 2])",
        "v7: f64",
        "v8: int",
        "m5: Vec<f64>",
        "m6: Vec<f64>",
        "m7: [[f64; 2]; c3]",
        "v9: f64",
        "m12: (_, f64)",
        "v13",
    ];
    let params = "v0: f64, m0: [f64], v1: _, v4: _, v10: _, v11: _, v12: _";
    assert_types(params, body, &expected);
    let f = typed(params, body);
    let text = f.to_string();
    assert!(text.contains("v1: int, v4: int, v10: int, v11: int, v12: f64"), "{text}");
    let of = |m| format!("{:?}", f.mems[MemId(m)].ty);
    assert_eq!(of(8), "Option(Float(F64))");
    assert_eq!(of(9), "Array(Float(F64), Known(2))");
    assert_eq!(of(10), "Vec(Float(F64))");
}

#[test]
fn stores_tell_elements() {
    let f = typed(
        "m0: &mut [f32], v0: int",
        "m1 = vec![]\n v1: float = const 0.0\n m1.push(v1)\n v2 = load m0[v0]\n m1[v0] = v2",
    );
    assert_eq!(
        format!("{:?} {:?}", f.mems[MemId(1)].ty, f.values[ValueId(1)].ty),
        "Vec(Float(F32)) Float(F32)"
    );
}

#[test]
fn control_flow_joins_both_ways() {
    let body = "
        v2: float = const 0.0
        v3 = const 0
        loop v4 in v3..v1 carry (v5 = v2 -> v7, result v8, v20 = none -> v21, result v22) stop v9 {
          while {
            v10 = once `c0`()
          } v10
          v7 = add(v5, v0)
          v9 = once `c0`()
          v21 = load m0[v4]
        }
        v11 = once `c0`()
        if v11 phi (v12 = v13 | v8, v14 = none | v15) {
          v13: float = const 1.0
        } else {
          v15: float = const 2.0
        }
        v16 = once `c0`()
        switch v16 {
        0 {
        }";
    let expected = [
        "v2: f32",
        "v7: f32",
        "v4: int",
        "v9: bool",
        "v10: bool",
        "v11: bool",
        "v13: f32",
        "v15: float",
        "v16: int",
        "v21: f32",
    ];
    let f = typed("v0: f32, v1: _, m0: [f32]", body);
    let text = f.to_string();
    for e in expected {
        assert!(text.contains(&format!("{e} ")), "no {e} in\n{text}");
    }
    assert!(text.contains("fn(v0: f32, v1: int, m0: [f32])"), "{text}");
    assert_eq!(format!("{:?}", f.values[ValueId(22)].ty), "Float(F32)");
}

#[test]
fn cotangents_of_calls() {
    let body = "v2, v3 = forward c0(v0, v1)\n (v4, v5) = pullback v3 of v0 (v0, v1)";
    assert_types("v0: f64, v1: _", body, &["v4: f64", "v5"]);
}

#[test]
fn contradictions_and_cycles_end() {
    let body =
        "v2 = add(v0, v1)\n m0 = [v0, v1]\n m1 = vec![]\n m1.push(m1)\n m2 = [m2]\n m3 = (copy m3, copy m3)";
    let f = typed("v0: f64, v1: int", body);
    assert_eq!(format!("{:?} {:?}", f.values[ValueId(0)].ty, f.values[ValueId(1)].ty), "Float(F64) Int");
}
