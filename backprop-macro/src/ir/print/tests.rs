//! All node kinds, there and back.

use super::print;
use crate::ir::verify::parse::parse;
use crate::ir::{CodeId, Function, ParamKind};

fn assert_round_trip(text: &str) {
    let text = text.trim_start();
    assert_eq!(parse(text).to_string(), text);
}

#[test]
fn the_example() {
    assert_round_trip(
        "
fn(v0: f64, v1: int) {
  v2: f64 = const 0.0
  v3 = const 0
  loop v4 in v3..v1 carry (v5: f64 = v2 -> v7, result v8) {
    v6: f64 = sin(v0)
    v7: f64 = add(v5, v6)
  }
  return v8
}
",
    );
}

#[test]
fn types_and_parameters() {
    assert_round_trip(
        "
fn(v0: f32, const v1: float, v2: bool, v3: passive, m0: &[f64], m1: &mut [c1; 3], const m2: Vec<[f64; c2]>, \
m3: (f64, _), m4: Option<c3>) {
}
",
    );
}

#[test]
fn operations() {
    assert_round_trip(
        "
fn(v0: f64, v1: int, m0: [f64]) {
  v2: f64 = const -1.5
  v3: float = const c4
  v4: bool = const true
  v5: f64 = powf_d0(v0, v0, v0)
  v6: f32 = v0 as f32
  v7 = load m0[v1]
  v8 = load m0[v1..][..v1][..].x.0.<c3>.1
  v9: int = len m0
  v10 = sum m0[v1..v1]
  v11 = select(v4, v0, v2)
  v12 = detach(v0)
  v13 = pure `c5`(v1)
  v14 = once `c6`(v1, m0) writes m0 diverges
  return v14
}
",
    );
}

#[test]
fn objects() {
    assert_round_trip(
        "
fn(v0: f64, v1: int, m0: &mut [f64]) {
  m1: [f64; 2] = [v0, v0]
  m2 = [v0; c1]
  m3 = vec![v0, v0]
  m4 = vec![v0; v1]
  m5 = vec![]
  m6 = vec![] of v1
  m7 = (v0, m1)
  m8 = c2 { a: v0, b: copy m0[v1], ..m7 }
  m9 = c3(v0)
  m10: c4 shadow of m8 = zero of m8
  m11 = to_vec m0[v1..]
  m12 = once `c5`(v0)
  m13
  m13 = m12
  m0[v1] = v0
  m0[v1] += v0
  m8.a = [v0]
  m0.fill(v0)
  m0[v1..].copy_from(m4[..v1])
  swap(m0[v1], m4[v1])
  m0.reverse()
  m0.rotate_left(v1)
  m0.rotate_right(v1)
  m4.push(v0)
  m4.pop()
  m4.truncate(v1)
  m4 += m3
  m4.zero()
  return m4
}
",
    );
}

#[test]
fn control_flow_and_calls() {
    assert_round_trip(
        "
fn(v0: f64, v1: int, v2: bool, m0: [f64]) {
  stack s0
  slot s1
  if v2 phi (v3: f64 = v0 | v4) {
  } else {
    v4 = exp(v0)
  }
  switch v1 phi (v5 = v0 | none | v3) {
  0 {
  } 1 {
    do `c1`(v0) diverges
    diverge
  } 2 {
  }
  loop v6: int in v1..=v1 rev step_by v1 take v1 carry (v7 = none -> v0, result v8, v9 = v0 -> v9, result v10) \
stop v2 {
    while {
      v11 = lt(v9, v0)
    } v11
    push s0 (v0, m0, copy m0[v1])
  }
  v12: f64, v13 = forward c2(v0, &v0, &m0, &mut m0[v1..], m0, `c3`(v0))
  (v14, m1) = pop s1
  (v15, _, += m1, _, _, _) = pullback v13 of v12 (v0, &v0, &m0, &mut m0[v1..], m0, `c3`(v0))
  v16 = call .norm(self m0)
  m2: [f64; 3] = tangent c4(v0, v0)
  call c5()
}
",
    );
}

#[test]
fn names_come_from_outside() {
    let mut f = parse("fn(v0: f64) {\n v1: c3 = const c4\n}");
    f.values[crate::ir::ValueId(0)].name = Some(CodeId(7));
    let text =
        print(&f, Some(&|c: CodeId| ["a", "b", "c", "Meters", "1e3", "", "", "x"][c.0 as usize].to_string()));
    assert_eq!(text, "fn(v0 x: f64) {\n  v1: Meters = const 1e3\n}\n");
}

#[test]
fn it_never_fails() {
    let mut f = Function::default();
    let param = crate::ir::Param { kind: ParamKind::Mem(crate::ir::MemId(4)), active: true };
    f.params.push(param);
    f.result = crate::ir::ResultOf::Value(crate::ir::ValueId(9));
    assert_eq!(f.to_string(), "fn(m4) {\n  return v9\n}\n");
}
