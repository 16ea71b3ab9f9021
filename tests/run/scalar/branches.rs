//! `if`, early return, short-circuit conditions, `if let` and `let else` on passive values.

use backprop::grad;

#[grad]
fn if_value(x: f64) -> f64 {
    let y = if x > 0.0 { x * x } else { -3.0 * x };
    y + x
}

#[test]
fn if_as_a_value() {
    check!(if_value(2.0) => [5.0]);
    check!(if_value(-2.0) => [-2.0]);
    check!(if_value(0.0) => [-2.0]);
}

#[grad]
fn if_statement(x: f64, y: f64) -> f64 {
    let mut r = x;
    if y > x {
        r = r * y;
        r += y;
    }
    r
}

#[test]
fn if_as_a_statement_without_else() {
    check!(if_statement(2.0, 3.0) => [3.0, 3.0]);
    check!(if_statement(3.0, 2.0) => [1.0, 0.0]);
}

#[grad]
fn else_if_chain(x: f64) -> f64 {
    if x < -1.0 {
        -x
    } else if x < 0.0 {
        x * x
    } else if x == 0.0 {
        5.0 * x
    } else if x <= 2.0 {
        x.powi(3)
    } else {
        8.0
    }
}

#[test]
fn else_if_chains_take_the_executed_branch() {
    check!(else_if_chain(-2.0) => [-1.0]);
    check!(else_if_chain(-1.0) => [-2.0]);
    check!(else_if_chain(-0.5) => [-1.0]);
    check!(else_if_chain(0.0) => [5.0]);
    check!(else_if_chain(2.0) => [12.0]);
    check!(else_if_chain(2.5) => [0.0]);
}

#[grad]
fn nested(x: f64, y: f64) -> f64 {
    if x > 0.0 {
        if y > 0.0 {
            x * y
        } else {
            let t = x - y;
            if t > 3.0 {
                t * t
            } else {
                t
            }
        }
    } else {
        y
    }
}

#[test]
fn nested_branches() {
    check!(nested(2.0, 3.0) => [3.0, 2.0]);
    check!(nested(2.0, -3.0) => [10.0, -10.0]);
    check!(nested(1.0, -1.0) => [1.0, -1.0]);
    check!(nested(-1.0, 7.0) => [0.0, 1.0]);
}

#[grad]
fn condition_with_blocks(x: f64, limit: f64) -> f64 {
    let far = {
        let d = (x - limit).abs();
        d > 1.0
    };
    if far && x > limit || !far && limit < 0.0 {
        x * limit
    } else {
        x + limit
    }
}

#[test]
fn boolean_variables_and_short_circuits() {
    check!(condition_with_blocks(5.0, 2.0) => [2.0, 5.0]);
    check!(condition_with_blocks(-5.0, 2.0) => [1.0, 1.0]);
    check!(condition_with_blocks(-1.2, -1.0) => [-1.0, -1.2]);
    check!(condition_with_blocks(1.2, 1.0) => [1.0, 1.0]);
}

#[grad]
fn branch_on_nan(x: f64) -> f64 {
    if x.is_nan() || x.is_infinite() {
        0.0
    } else if x.is_sign_negative() {
        -x
    } else {
        x * 2.0
    }
}

#[test]
fn predicates_of_floats_are_passive() {
    check!(branch_on_nan(f64::NAN) => [0.0]);
    check!(branch_on_nan(3.0) => [2.0]);
    check!(branch_on_nan(-3.0) => [-1.0]);
}

#[grad]
fn early_return(x: f64) -> f64 {
    if x < 0.0 {
        return -x;
    }
    let y = x * x;
    if y > 100.0 {
        return y.sqrt() * 3.0;
    }
    y * x
}

#[test]
fn early_return_at_statement_level() {
    check!(early_return(-2.0) => [-1.0]);
    check!(early_return(20.0) => [3.0]);
    check!(early_return(3.0) => [27.0]);
}

#[grad]
fn early_return_nested(x: f64, n: i32) -> f64 {
    let mut y = x;
    if n > 0 {
        y = y * x;
        if n > 1 {
            y += 1.0;
            if n > 2 {
                return y * y;
            } else {
                return y;
            }
        }
        y *= 2.0;
    }
    y - x
}

#[test]
fn early_return_from_nested_branches() {
    let x = 1.5f64;
    check!(early_return_nested(x, 0) => [0.0]);
    check!(early_return_nested(x, 1) => [4.0 * x - 1.0]);
    check!(early_return_nested(x, 2) => [2.0 * x]);
    check!(early_return_nested(x, 3) => [2.0 * (x * x + 1.0) * 2.0 * x]);
}

#[grad]
fn return_in_an_expression(x: f64) -> f64 {
    let y = if x > 1.0 { x * x } else { return 7.0 * x };
    let z: f64 = match y as i32 {
        0..=3 => y,
        4..=8 => return y * 10.0,
        _ => -y,
    };
    z + x
}

#[test]
fn return_as_a_value_of_a_branch() {
    check!(return_in_an_expression(0.5) => [7.0]);
    check!(return_in_an_expression(1.5) => [4.0]);
    check!(return_in_an_expression(2.5) => [50.0]);
    check!(return_in_an_expression(4.0) => [-7.0]);
}

#[grad]
#[allow(clippy::needless_return)]
fn explicit_return_at_the_end(x: f64) -> f64 {
    let y = x * 2.0;
    return y * y;
}

#[test]
fn explicit_return_at_the_end_of_the_body() {
    check!(explicit_return_at_the_end(1.0) => [8.0]);
}

#[grad]
fn both_branches_return(x: f64) -> f64 {
    if x > 0.0 {
        return x * x;
    } else {
        return -x;
    }
}

#[test]
fn both_branches_return_their_value() {
    check!(both_branches_return(2.0) => [4.0]);
    check!(both_branches_return(-2.0) => [-1.0]);
}

#[grad]
fn if_let_passive(x: f64, n: Option<usize>) -> f64 {
    if let Some(k) = n {
        x * k as f64
    } else {
        x * x
    }
}

#[test]
fn if_let_on_a_passive_option() {
    check!(if_let_passive(3.0, Some(5)) => [5.0]);
    check!(if_let_passive(3.0, None) => [6.0]);
}

#[grad]
fn let_else_passive(x: f64, n: Option<i32>) -> f64 {
    let Some(k) = n else {
        return x.sin();
    };
    x.powi(k)
}

#[test]
fn let_else_on_a_passive_option() {
    check!(let_else_passive(2.0, Some(3)) => [12.0]);
    check!(let_else_passive(2.0, None) => [2.0f64.cos()]);
}

#[grad]
fn no_eager_branch(x: f64) -> f64 {
    if x > 0.0 {
        x.sqrt()
    } else {
        0.0
    }
}

#[test]
fn the_branch_not_taken_contributes_nothing() {
    check!(no_eager_branch(0.0) => [0.0]);
    check!(no_eager_branch(4.0) => [0.25]);
}

#[grad]
fn variables_only_set_in_one_branch(x: f64, flag: bool) -> f64 {
    let mut a = x;
    let mut b = x * x;
    if flag {
        let t = a;
        a = b;
        b = t * 3.0;
    } else {
        b = a;
    }
    a * a + b
}

#[test]
fn assignments_in_branches_merge() {
    check!(variables_only_set_in_one_branch(2.0, true) => [4.0 * 8.0 + 3.0]);
    check!(variables_only_set_in_one_branch(2.0, false) => [5.0]);
}

#[grad]
fn predicate_overwritten_after_the_branch(x: f64) -> f64 {
    let mut s = x;
    if s > 1.0 {
        s = s * -5.0;
    } else {
        s = s * s;
    }
    s
}

#[test]
fn a_predicate_is_that_of_the_time_of_the_branch() {
    check!(predicate_overwritten_after_the_branch(2.0) => [-5.0]);
    check!(predicate_overwritten_after_the_branch(0.5) => [1.0]);
}
