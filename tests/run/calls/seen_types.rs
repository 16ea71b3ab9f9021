//! What calls return and take, where rustc alone knows the type.

use backprop::grad;

#[grad(forward)]
fn triple(x: f64) -> [f64; 3] {
    [x, x * x, x * x * x]
}

#[grad(forward)]
fn copied(x: f64, k: usize) -> f64 {
    let y = triple(x);
    let list = y.to_vec();
    let mut same = y.clone();
    same[k] = list[2] * same[k];
    list[0] * same[k] + y[1]
}

#[test]
fn an_array_from_a_call_is_copied_into_a_vector_and_cloned() {
    // x * x^3 * x^(k+1) + x^2
    for k in 0..3 {
        let n = 5.0 + k as f64;
        let expected = n * 1.3_f64.powf(n - 1.0) + 2.6;
        check!(copied(1.3, k) => [expected]);
        crate::oracle::assert_close(copied::jvp(1.3, k, 1.0).1, expected);
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Double,
    Square,
}

#[grad(forward)]
fn by_mode(#[no_grad] mode: Mode, x: f64) -> (f64, f64) {
    match mode {
        Mode::Double => (2.0 * x, x),
        Mode::Square => (x * x, x),
    }
}

#[grad(forward)]
fn passes_the_mode_on(x: f64, #[no_grad] mode: Mode) -> f64 {
    let (y, z) = by_mode(mode, x * x);
    y * z
}

#[test]
fn a_constant_of_a_type_without_a_tangent_is_passed_on() {
    check!(passes_the_mode_on(1.5, Mode::Double) => [8.0 * 1.5_f64.powi(3)]);
    check!(passes_the_mode_on(1.5, Mode::Square) => [6.0 * 1.5_f64.powi(5)]);
    let (_, slope) = passes_the_mode_on::jvp(1.5, Mode::Double, 1.0);
    crate::oracle::assert_close(slope, 8.0 * 1.5_f64.powi(3));
}

#[grad]
fn guarded(x: f64, k: usize) -> f64 {
    let mut a = [x; 5];
    let part = &mut a[1..];
    let v = match k % 4 {
        0 => x * x,
        m if m < 3 && part[m % part.len()] >= 0.7 => part[m] * 3.0,
        _ => part[1],
    };
    part[1] -= v * x;
    a[2] * v
}

#[test]
fn a_guard_looks_at_a_part_of_an_array_twice() {
    check!(guarded(2.0, 0) => [3.0 * 4.0 - 5.0 * 16.0]);
    check!(guarded(2.0, 1) => [12.0 - 27.0 * 4.0]);
    check!(guarded(0.5, 1) => [1.0 - 3.0 * 0.25]);
    check!(guarded(2.0, 3) => [4.0 - 3.0 * 4.0]);
}
