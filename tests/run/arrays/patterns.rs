//! Array and slice patterns.

use backprop::grad;

#[grad]
fn destructured([a, b, c]: [f64; 3]) -> f64 {
    a * b + b * c
}

#[test]
fn array_pattern_as_a_parameter() {
    check!(destructured([2.0, 3.0, 5.0]) => [3.0, 7.0, 3.0]);
}

#[grad]
fn by_reference(x: &[f64; 3]) -> f64 {
    let [a, b, c] = x;
    let &[d, _, e] = x;
    a * b * c + d * e
}

#[test]
fn array_patterns_of_references() {
    check!(by_reference(&[2.0, 3.0, 5.0]) => [15.0 + 5.0, 10.0, 6.0 + 2.0]);
}

#[grad]
fn nested(x: [[f64; 2]; 2]) -> f64 {
    let [[a, b], [c, d]] = x;
    a * d - b * c
}

#[test]
fn nested_array_patterns() {
    check!(nested([[1.0, 2.0], [3.0, 4.0]]) => [4.0, -3.0, -2.0, 1.0]);
}

#[grad]
fn with_rest(x: [f64; 4]) -> f64 {
    let [first, .., last] = x;
    let [_, middle @ ..] = x;
    first * last + middle[0] * middle[1]
}

#[test]
fn rest_patterns() {
    check!(with_rest([2.0, 3.0, 5.0, 7.0]) => [7.0, 5.0, 3.0, 2.0]);
}

#[grad]
fn slice_match(x: &[f64]) -> f64 {
    match x {
        [] => 0.0,
        [a] => a * a,
        [a, b] => a * b,
        [a, .., b] => a + b * b,
    }
}

#[test]
fn match_on_the_length_of_a_slice() {
    assert_eq!(slice_match::grad(&[]), [0.0; 0]);
    assert_eq!(slice_match::grad(&[3.0]), [6.0]);
    assert_eq!(slice_match::grad(&[3.0, 4.0]), [4.0, 3.0]);
    assert_eq!(slice_match::grad(&[3.0, 4.0, 5.0]), [1.0, 0.0, 10.0]);
}

#[grad]
fn in_a_loop(rows: &[[f64; 3]]) -> f64 {
    let mut s = 0.0;
    for [a, b, c] in rows {
        s += a * b - c * s;
    }
    s
}

#[test]
fn patterns_in_loops() {
    let gradient = in_a_loop::grad(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    // s1 = 2, s2 = 20 - 6 s1 + s1
    assert_eq!(gradient, [[-10.0, -5.0, 0.0], [5.0, 4.0, -2.0]]);
}
