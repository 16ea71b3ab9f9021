//! What is right, and everything that can be wrong.

use super::parse::parse;
use super::verify;
use crate::ir::{MemId, ParamKind, Stmt};

/// Declarations are on lines of their own; `body` may use the parameters.
fn check(body: &str) -> Result<(), String> {
    verify(&parse(&format!("fn(v0: f64, v1: int, v2: bool, m0: [f64]) {{\n stack s0\n{body}\n}}")))
}

fn assert_refused(body: &str, message: &str) {
    assert_eq!(check(body), Err(message.to_string()), "{body}");
}

#[test]
fn what_is_right() {
    let body = "
        v3 = load m0[v1]
        if v2 phi (v4 = v5 | v0) {
          v5 = sin(v3)
        } else {
        }
        loop v6 in v1..v1 carry (v7 = v4 -> v8, result v9) stop v10 {
          while {
            v11 = lt(v7, v0)
          } v11
          m1 = [v7, v0]
          v8 = load m1[v6]
          v10 = gt(v8, v0)
          push s0 (v8, m1)
        }
        switch v1 phi (v14 = v9 | none | v13) {
        0 {
          diverge
        } 1 {
        } 2 {
          (v13, m1) = pop s0
        }
        return v14";
    assert_eq!(check(body), Ok(()));
    assert_eq!(check("diverge\n return v77"), Ok(()));
}

#[test]
fn values() {
    assert_refused("v3 = sin(v4)\n v4 = sin(v0)", "v4 is not bound yet, read by v3");
    assert_refused("v3 = sin(v0)\n v3 = cos(v0)", "v3 is bound twice");
    assert_refused("v0 = cos(v0)", "v0 is bound twice");
    assert_refused("v3 = add(v0)", "add of 1 operands instead of 2");
    assert_refused("return v3", "v3 is not bound yet, read by the result");
}

#[test]
fn scopes() {
    assert_refused(
        "if v2 {\n v3 = sin(v0)\n } else {\n v4 = sin(v3)\n }",
        "v3 is not visible here, read by v4",
    );
    assert_refused(
        "if v2 {\n v3 = sin(v0)\n } else {\n }\n return v3",
        "v3 is not visible here, read by the result",
    );
    assert_refused("loop v3 in v1..v1 {\n }\n v4 = sin(v3)", "v3 is not visible here, read by v4");
    assert_refused(
        "loop carry (v3 = v0 -> v3, result v5) {\n while {\n v6 = gt(v3, v0)\n } v6\n v7 = not(v6)\n }",
        "v6 is not visible here, read by v7",
    );
}

#[test]
fn branches() {
    let arms = "{\n v4 = sin(v0)\n } else {\n }";
    assert_refused(&format!("if v2 phi (v3 = v0) {arms}"), "phi v3 of 1 inputs for 2 arms");
    assert_refused(&format!("if v2 phi (v3 = v0 | v4) {arms}"), "v4 is not visible here, read by phi v3");
    assert_refused("if v2 {\n }", "an if on v2 of 1 arms");
    assert_refused("if v9 {\n } else {\n }", "v9 is not bound yet, read by a branch");
}

#[test]
fn loops() {
    assert_refused("loop v3 in v1..v4 {\n }", "v4 is not bound yet, read by a range");
    assert_refused("loop carry (v3 = v4 -> v0, result v5) {\n }", "v4 is not bound yet, read by a loop");
    assert_refused("loop carry (v3 = v0 -> v4, result v5) {\n }", "v4 is not bound yet, read by the next v3");
    assert_refused("loop stop v4 {\n }", "v4 is not bound yet, read by a stop");
    assert_refused("loop {\n while {\n m0[v1] = v0\n } v2\n }", "a loop's header writes m0");
    assert_eq!(check("loop {\n while {\n m1 = [v0]\n m1[v1] = v0\n } v2\n }"), Ok(()));
}

#[test]
fn objects() {
    assert_refused("v3 = load m1[v1]", "m1 does not exist here, used by v3");
    assert_refused(
        "if v2 {\n m1 = [v0]\n } else {\n }\n m1[v1] = v0",
        "m1 does not exist here, used by a store to m1",
    );
    assert_refused("m0.push(m3)", "m3 does not exist here, used by a bulk operation");
    assert_refused("m1: [f64] = call c0(v0)\n m1: [f64] = call c0(v0)", "m1 is declared twice");
    assert_refused("return m3", "m3 does not exist here, used by the result");
}

#[test]
fn a_zero_by_type_needs_no_object() {
    let declared = |ty: &str| format!("if v2 {{\n m1: {ty} = once c0()\n }} else {{\n }}\n m2 = zero of m1");
    assert_eq!(check(&declared("[(f64, f32); 2]")), Ok(()));
    assert_refused(&declared("Vec<f64>"), "m1 does not exist here, used by m2");
}

#[test]
fn stacks() {
    assert_refused("push s0 (v0)\n (v3, v4) = pop s0", "[Value, Value] popped on s0, which holds [Value]");
    assert_refused("push s0 (v0)\n push s0 (m0)", "[Mem] pushed on s0, which holds [Value]");
    assert_refused("push s1 (v0)", "s1 is not in the table");
    assert_eq!(check("push s0 (v0, copy m0)\n (v3, m1) = pop s0"), Ok(()));
}

#[test]
fn pullbacks() {
    assert_refused(
        "v3, v4 = forward c0(v0)\n (v5, _) = pullback v4 of v3 (v0)",
        "a pullback of 1 arguments gives 2 cotangents",
    );
}

#[test]
fn parameters_and_tables() {
    assert_eq!(verify(&parse("fn(v0: f64, v0: f64) {\n}")), Err("v0 is bound twice".into()));
    let mut f = parse("fn(v0: f64) {\n m0 = [v0]\n}");
    f.params[0].kind = ParamKind::Mem(MemId(7));
    assert_eq!(verify(&f), Err("m7 is not in the table".into()));
    f.params.clear();
    f.body.stmts.push(Stmt::Decl { mem: MemId(9), init: None });
    assert!(verify(&f).is_err());
}
