//! Labels, `break`, `continue`, `return` inside nests, labeled blocks, loops in branches.

use crate::oracle::{assert_matches_central, assert_same_bits, Numbers};
use backprop::grad;

#[grad]
fn with_continue(x: &[f64]) -> f64 {
    let mut y = 1.0;
    for (i, v) in x.iter().enumerate() {
        if *v < 0.0 {
            continue;
        }
        y = y * v + i as f64;
        if y > 2.0 {
            y -= v;
            continue;
        }
        y += v * v;
    }
    y
}

#[grad]
fn with_break(x: &[f64]) -> f64 {
    let mut y = 0.5;
    for v in x {
        y += v * y;
        if y > 1.0 {
            break;
        }
        y *= 1.5;
    }
    y
}

#[grad]
fn labeled_break(x: &[f64]) -> f64 {
    let mut y = 0.0;
    'outer: for i in 0..x.len() {
        for j in 0..x.len() {
            y += x[i] * x[j];
            if y > 1.0 {
                y *= x[j];
                break 'outer;
            }
            if j > i + 1 {
                break;
            }
        }
        y -= x[i];
    }
    y
}

#[grad]
fn labeled_continue(x: &[f64]) -> f64 {
    let mut y = 1.0;
    'rows: for i in 0..x.len() {
        let mut t = x[i];
        for j in i..x.len() {
            if x[j] < -0.5 {
                continue 'rows;
            }
            t *= x[j] + 1.0;
            y += t;
        }
        y *= 0.5 + t;
    }
    y
}

#[grad]
fn return_from_a_nest(x: &[f64]) -> f64 {
    let mut y = 1.0;
    for i in 0..x.len() {
        let mut j = 0;
        while j <= i {
            y += x[i] * x[j] * y;
            if y > 3.0 {
                return y * y + x[j];
            }
            if y < 0.0 {
                return x[0];
            }
            j += 1;
        }
    }
    y.sqrt()
}

#[grad]
fn labeled_loop_with_value(x: &[f64]) -> f64 {
    let mut i = 0;
    let mut y = 0.1;
    let found = 'search: loop {
        let mut k = 0;
        while k < 3 {
            y += x[i] * x[i] * (k + 1) as f64;
            if y > 2.0 {
                break 'search y * x[i];
            }
            k += 1;
        }
        i += 1;
        if i == x.len() {
            break -y;
        }
    };
    found * 2.0
}

#[test]
fn exits_at_many_inputs() {
    let mut numbers = Numbers::new(17);
    for _ in 0..40 {
        let x = numbers.vec(5);
        check_slice!(with_continue(x));
        check_slice!(with_break(x));
        check_slice!(labeled_break(x));
        check_slice!(labeled_continue(x));
        check_slice!(return_from_a_nest(x));
        check_slice!(labeled_loop_with_value(x));
    }
}

#[grad]
fn labeled_block(x: f64) -> f64 {
    let y = 'pick: {
        if x < 0.0 {
            break 'pick -x;
        }
        let t = x * x;
        if t > 4.0 {
            break 'pick t;
        }
        t * x
    };
    y + 1.0
}

#[test]
fn labeled_blocks_give_values() {
    check!(labeled_block(-1.0) => [-1.0]);
    check!(labeled_block(3.0) => [6.0]);
    check!(labeled_block(1.0) => [3.0]);
}

#[grad]
fn labeled_block_as_statement(x: f64, n: usize) -> f64 {
    let mut y = x;
    'a: {
        for i in 0..n {
            y *= x;
            if i == 2 {
                break 'a;
            }
        }
        y += 1.0;
    }
    y * y
}

#[test]
fn leaving_a_labeled_block_from_a_loop() {
    // n = 1: (x^2 + 1)^2; n = 9: x^8
    check!(labeled_block_as_statement(2.0, 1) => [2.0 * 5.0 * 4.0]);
    check!(labeled_block_as_statement(2.0, 9) => [8.0 * 128.0]);
}

#[grad]
fn loop_in_a_branch(x: f64, y: f64, n: usize) -> f64 {
    let mut r = x;
    if y > 0.0 {
        for _ in 0..n {
            r *= y;
        }
    } else {
        for i in 0..n {
            if i % 2 == 0 {
                r += x * y;
            } else {
                r -= y * r;
            }
        }
    }
    r
}

#[test]
fn loops_in_branches_and_branches_in_loops() {
    for y in [0.8, -0.8] {
        for n in [0, 1, 2, 5] {
            let (value, (dx, dy)) = loop_in_a_branch::value_and_grad(1.3, y, n);
            assert_same_bits(value, loop_in_a_branch(1.3, y, n));
            assert_matches_central(&[dx, dy], |v| loop_in_a_branch(v[0], v[1], n), &[1.3, y]);
        }
    }
}

#[grad]
fn match_in_a_loop(x: &[f64], kinds: &[u8]) -> f64 {
    let mut y = 1.0;
    for (v, kind) in x.iter().zip(kinds) {
        y = match kind {
            0 => y + v,
            1 => y * v,
            2 => {
                if *v > 0.0 {
                    continue;
                }
                y - v
            }
            3 => break,
            _ => return y * v,
        };
        y += 0.1;
    }
    y
}

#[test]
fn match_with_exits_in_a_loop() {
    let x = [0.4, -0.3, 0.9, 1.2, -0.7];
    for kinds in [[0, 1, 0, 1, 0], [1, 2, 2, 1, 2], [0, 0, 3, 1, 1], [1, 0, 1, 9, 0], [3; 5], [9; 5]] {
        let (value, gradient) = match_in_a_loop::value_and_grad(&x, &kinds);
        assert_same_bits(value, match_in_a_loop(&x, &kinds));
        assert_matches_central(&gradient, |x| match_in_a_loop(x, &kinds), &x);
    }
}

#[grad]
fn breaks_in_the_first_trip(x: &[f64]) -> f64 {
    let mut y = x[0];
    for i in 0..x.len() {
        y = y * x[i];
        if i == 0 {
            break;
        }
        y += 100.0;
    }
    y
}

/// The part of the body before the `break` must not be lost.
#[test]
fn an_iteration_that_breaks_counts_up_to_its_break() {
    check!(breaks_in_the_first_trip(&[3.0, 5.0]) => [6.0, 0.0]);
}

#[grad]
fn state_after_the_loop(x: f64, n: usize) -> f64 {
    let mut last = 0;
    let mut y = x;
    for i in 0..n {
        last = i;
        if y > 10.0 {
            break;
        }
        y *= x;
    }
    y * (last + 1) as f64
}

#[test]
fn passive_state_leaves_the_loop() {
    check!(state_after_the_loop(3.0, 9) => [3.0 * 9.0 * 3.0]);
    check!(state_after_the_loop(1.0, 4) => [5.0 * 4.0]);
}
