//! Iterators that are advanced by hand: `next`, `nth`, `peek`, and what is left of them.

use backprop::grad;

const X: [f64; 9] = [-0.5, 0.9, 0.25, -0.4, 1.0, 0.3, -0.3, 1.1, 0.5];

#[grad]
fn while_next(x: &[f64]) -> f64 {
    let mut it = x.iter().copied();
    let mut acc = 0.2;
    while let Some(v) = it.next() {
        acc = acc * v + v.sin();
        if v > 0.5 {
            if let Some(w) = it.next() {
                acc += w * w * v;
            }
        }
    }
    acc
}

#[test]
fn while_let_some_next() {
    check_slice!(while_next(X));
    check_slice!(while_next(X[..1]));
    check_slice!(while_next([]));
}

#[grad]
fn peeking(x: &[f64]) -> f64 {
    let mut it = x.iter().peekable();
    let mut acc = 1.0;
    while let Some(v) = it.next() {
        let step = match it.peek() {
            Some(n) => **n - v,
            None => 0.5 * v,
        };
        acc += step * acc * 0.3;
    }
    acc
}

#[test]
fn peekable() {
    check_slice!(peeking(X));
    check_slice!(peeking(X[..1]));
}

#[grad]
fn backwards(x: &[f64]) -> f64 {
    let mut it = x.iter().rev().map(|v| v * 2.0).zip(x.iter());
    let (a, b) = it.next().unwrap();
    let third = it.nth(1).map(|(p, q)| p * q).unwrap_or(1.0);
    let rest: f64 = it.map(|(p, q)| p - q * a).sum();
    a * b + third * rest
}

#[test]
fn next_and_nth_of_a_chain_of_adaptors() {
    check_slice!(backwards(X));
    check_slice!(backwards(X[..2]));
}

#[grad]
fn header_and_rows(x: &[f64]) -> f64 {
    let mut rows = x.chunks(3);
    let scale = rows.next().unwrap();
    let mut acc = 0.0;
    for row in rows {
        for (s, v) in scale.iter().zip(row) {
            acc += (s * v).tanh();
        }
    }
    acc
}

#[test]
fn the_first_row_apart() {
    check_slice!(header_and_rows(X));
}

#[grad]
fn alternating(x: &[f64]) -> f64 {
    let mut small = x.iter();
    let mut signs = [1.0, -1.0, 0.5].iter().cycle();
    let mut acc = 0.0;
    for k in 0..x.len() {
        if k % 3 == 2 {
            continue;
        }
        acc = acc * 0.9 + small.next().unwrap() * signs.next().unwrap();
    }
    acc + small.next().copied().unwrap_or(9.0) * acc
}

#[test]
fn several_iterators_at_their_own_pace() {
    check_slice!(alternating(X));
    check_slice!(alternating(X[..3]));
}

#[grad]
fn one_after_the_other(x: &[f64]) -> f64 {
    let mut it = x.iter();
    let mut acc = 0.3;
    for k in 0..3 {
        match it.next() {
            Some(v) if k == 1 => acc *= v,
            Some(v) => acc += v * v,
            None => {
                acc = -acc;
                break;
            }
        }
    }
    acc * it.fold(1.0, |p, v| p * v)
}

#[test]
fn what_is_left_after_a_loop() {
    check_slice!(one_after_the_other(X));
    check_slice!(one_after_the_other(X[..3]));
    check_slice!(one_after_the_other(X[..1]));
}

#[grad]
fn fresh(x: &[f64]) -> f64 {
    let first = x.iter().next().unwrap();
    let third = x.iter().map(|v| v * v).nth(2).unwrap_or(0.5);
    first * third
}

#[test]
fn nth_of_a_fresh_iterator() {
    check_slice!(fresh(X));
    check_slice!(fresh(X[..1]));
}

#[test]
fn a_missing_item_panics_as_in_the_function() {
    let message = |f: &dyn Fn()| crate::oracle::panic_message(f);
    assert_eq!(
        message(&|| {
            let _ = fresh::grad(&[]);
        }),
        message(&|| {
            fresh(&[]);
        })
    );
}
