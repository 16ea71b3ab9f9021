//! `let` in all its forms: annotations, shadowing, patterns, blocks, deferred initialisation, references.

use backprop::grad;

#[grad]
fn annotated(x: f64) -> f64 {
    let a: f64 = x * x;
    let b: f64 = 3.0;
    a * b
}

#[test]
fn let_with_annotation() {
    check!(annotated(2.0) => [12.0]);
}

#[grad]
fn shadowed(x: f64) -> f64 {
    let x = x * x;
    let x = x.sin() + x;
    let y = x;
    let x = y * x;
    x
}

#[test]
fn shadowing_makes_a_new_variable() {
    let s = 0.8f64;
    let inner = (s * s).sin() + s * s;
    check!(shadowed(s) => [2.0 * inner * ((s * s).cos() + 1.0) * 2.0 * s]);
}

#[grad]
fn shadowed_in_a_block(x: f64) -> f64 {
    let a = x * 2.0;
    let b = {
        let a = a * a;
        a + 1.0
    };
    a * b
}

#[test]
fn shadowing_ends_with_its_block() {
    // 2x (4x^2 + 1)
    check!(shadowed_in_a_block(1.5) => [24.0 * 1.5 * 1.5 + 2.0]);
}

#[grad]
fn shadowed_parameter_in_branches(x: f64, y: f64) -> f64 {
    let r = if y > 0.0 {
        let x = x * y;
        x * x
    } else {
        let y = x - y;
        y * x
    };
    r + x
}

#[test]
fn shadowing_inside_branches() {
    check!(shadowed_parameter_in_branches(2.0, 3.0) => [2.0 * 2.0 * 9.0 + 1.0, 2.0 * 4.0 * 3.0]);
    check!(shadowed_parameter_in_branches(2.0, -3.0) => [2.0 * 2.0 + 3.0 + 1.0, -2.0]);
}

#[grad]
fn tuple_patterns(x: f64, y: f64) -> f64 {
    let (a, b) = (x * y, x + y);
    let ((c, _), d) = ((a - b, a * b), b);
    let (e, ..) = (c * d, x, y);
    e
}

#[test]
fn tuple_patterns_nested_with_wildcards() {
    check_differences!(tuple_patterns(1.2, -0.7));
}

#[grad]
fn tuple_fields(x: f64, y: f64) -> f64 {
    let pair = (x.sin(), (y, x * y));
    pair.0 * pair.1 .0 + pair.1 .1
}

#[test]
fn fields_of_tuples() {
    let (x, y) = (0.3f64, 1.7f64);
    check!(tuple_fields(x, y) => [x.cos() * y + y, x.sin() + x]);
}

#[grad]
fn mixed_tuple(x: f64, n: usize) -> f64 {
    let (scaled, count, flag) = (x * 2.0, n + 1, n > 2);
    if flag {
        scaled * count as f64
    } else {
        scaled
    }
}

#[test]
fn tuples_of_active_and_passive_values() {
    check!(mixed_tuple(1.0, 3) => [8.0]);
    check!(mixed_tuple(1.0, 1) => [2.0]);
}

#[grad]
fn sin_cos_pair(x: f64) -> f64 {
    let (s, c) = x.sin_cos();
    s * s * c
}

#[test]
fn pattern_of_a_method_that_gives_a_tuple() {
    let (s, c) = 0.9f64.sin_cos();
    check!(sin_cos_pair(0.9) => [2.0 * s * c * c - s * s * s]);
}

#[grad]
fn block_value(x: f64) -> f64 {
    let y = {
        let a = x * x;
        let b = a + x;
        a * b
    };
    y * { x + 1.0 }
}

#[test]
fn blocks_are_values() {
    check_differences!(block_value(1.1));
}

#[grad]
fn deferred(x: f64, up: bool) -> f64 {
    let a;
    let b: f64;
    if up {
        a = x * x;
        b = 2.0;
    } else {
        a = -x;
        b = x;
    }
    a * b
}

#[test]
fn deferred_initialisation() {
    check!(deferred(3.0, true) => [12.0]);
    check!(deferred(3.0, false) => [-6.0]);
}

#[grad]
fn deferred_straight(x: f64) -> f64 {
    let y;
    let z = x + 1.0;
    y = z * x;
    y * y
}

#[test]
fn deferred_initialisation_in_a_straight_line() {
    check!(deferred_straight(2.0) => [2.0 * 6.0 * 5.0]);
}

#[grad]
fn references(x: f64, y: f64) -> f64 {
    let a = &x;
    let b = &y;
    let c = &(*a * *b);
    a * b + c * a - *b / a
}

#[test]
fn references_to_scalars() {
    check_differences!(references(1.4, 0.6));
}

#[grad]
fn reference_parameters(x: &f64, y: &f64) -> f64 {
    x * y + (*x).sin() + x.cos() - -*y
}

#[test]
fn parameters_by_reference() {
    let (x, y) = (0.4f64, 2.0f64);
    check!(reference_parameters(&x, &y) => [y + x.cos() - x.sin(), x + 1.0]);
}

#[grad]
fn reference_patterns(x: f64) -> f64 {
    let &a = &(x * x);
    let (b, c) = (&a, &x);
    let d = &&x;
    *b * *c * **d
}

#[test]
fn reference_patterns_bind_values() {
    check!(reference_patterns(2.0) => [32.0]);
}

#[grad]
fn mutable_parameter(mut x: f64, mut _unused: f64) -> f64 {
    x = x * x;
    x
}

#[test]
fn mutable_and_unused_parameters() {
    check!(mutable_parameter(3.0, 9.0) => [6.0, 0.0]);
}

#[grad]
fn bound_pattern(x: f64) -> f64 {
    let (a, b) = if x > 0.0 { (x, x * x) } else { (-x, 1.0) };
    let (c, d) = {
        let t = a * b;
        (t, t + 1.0)
    };
    c * d
}

#[test]
fn patterns_of_branches_and_blocks() {
    // x^3 (x^3 + 1) and -x (1 - x)
    check!(bound_pattern(1.2) => [6.0 * 1.2f64.powi(5) + 3.0 * 1.2 * 1.2]);
    check!(bound_pattern(-2.0) => [-1.0 + 2.0 * -2.0]);
}

/// The written type of a constant decides what it is.
#[grad(forward)]
fn typed_constants(x: f64, text: &str) -> f64 {
    let k: f64 = text.parse().unwrap();
    let n: usize = text.parse().unwrap_or_default();
    let all: Vec<usize> = (0..n).map(|i| i * i).collect();
    let last: i32 = 3_i8.into();
    x * x * k + f64::from(last) * x * all[2] as f64
}

#[test]
fn the_type_of_a_let_is_kept() {
    assert_eq!(typed_constants::grad(5.0, "3"), 2.0 * 5.0 * 3.0 + 3.0 * 4.0);
    assert_eq!(typed_constants::jvp(5.0, "3", 2.0).1, 2.0 * 42.0);
}
