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

#[grad(forward)]
fn maybe(x: f64, k: usize) -> Option<f64> {
    if k % 4 == 3 {
        return None;
    }
    Some(x * x + 1.0)
}

#[grad(forward)]
fn chained(x: f64, k: usize) -> Option<f64> {
    let y = maybe(x, k)?;
    let z = maybe(y, k + 1)?;
    Some(if k < 1 { z } else { y }.tanh() * 0.5 + y)
}

#[grad(forward)]
fn with_default(x: f64, k: usize) -> f64 {
    let y: f64 = maybe(x, k).unwrap_or(x.sin());
    let z: f64 = maybe(2.0 * x, k + 1).unwrap_or(0.5);
    y * z
}

fn slope_of_chained(x: f64, k: usize) -> Option<f64> {
    let (y, dy) = (x * x + 1.0, 2.0 * x);
    let (z, dz) = (y * y + 1.0, 2.0 * y * dy);
    let (last, slope) = if k < 1 { (z, dz) } else { (y, dy) };
    (k % 4 < 2).then(|| (1.0 - last.tanh().powi(2)) * slope * 0.5 + dy)
}

#[test]
fn options_of_calls_in_both_modes() {
    for k in 0..4 {
        let (y, pullback) = chained::vjp(0.4, k);
        assert_eq!(y, chained(0.4, k));
        let expected = slope_of_chained(0.4, k);
        assert_eq!(y.is_some(), expected.is_some());
        let gradient = pullback(expected.map(|_| 1.0));
        crate::oracle::assert_close(gradient, expected.unwrap_or(0.0));
        crate::oracle::assert_close(chained::jvp(0.4, k, 1.0).1.unwrap_or(0.0), expected.unwrap_or(0.0));

        let x: f64 = 0.4;
        let (a, da) = if k % 4 == 3 { (x.sin(), x.cos()) } else { (x * x + 1.0, 2.0 * x) };
        let (b, db) = if k % 4 == 2 { (0.5, 0.0) } else { (4.0 * x * x + 1.0, 8.0 * x) };
        check!(with_default(x, k) => [da * b + a * db]);
        crate::oracle::assert_close(with_default::jvp(x, k, 1.0).1, da * b + a * db);
    }
}

#[derive(backprop::Differentiable, Clone, Copy)]
struct Line {
    slope: f64,
    start: f64,
}

impl Line {
    #[grad(forward)]
    fn at(&self, x: f64) -> f64 {
        self.slope * x + self.start
    }

    #[grad(forward)]
    fn squared(self, x: f64) -> f64 {
        self.at(x) * self.at(x)
    }
}

#[grad(forward)]
fn line(slope: f64, start: f64) -> Line {
    Line { slope, start }
}

#[grad(forward)]
fn receivers(l: Line, x: f64) -> f64 {
    let mut own = Line { slope: x, start: l.start };
    own.slope += 1.0;
    l.at(x) * l.squared(2.0) + own.at(3.0) + line(x, 2.0).squared(x)
}

#[test]
fn tangents_of_receivers() {
    let (l, x) = (Line { slope: 0.5, start: -0.3 }, 1.2);
    let direction = (LineTangent { slope: 0.7, start: -0.2 }, 1.5);
    let f = |t: f64| receivers(Line { slope: 0.5 + 0.7 * t, start: -0.3 - 0.2 * t }, 1.2 + 1.5 * t);
    let expected = crate::oracle::central(|t| f(t[0]), &[0.0])[0];
    crate::oracle::assert_close_to(receivers::jvp(l, x, direction).1, expected, crate::oracle::DIFFERENCES);
    let (d, dx) = receivers::grad(l, x);
    crate::oracle::assert_close_to(
        d.slope * 0.7 - d.start * 0.2 + dx * 1.5,
        expected,
        crate::oracle::DIFFERENCES,
    );
}

#[grad(forward)]
fn update(out: &mut f64, x: f64) -> f64 {
    let old = *out;
    *out = old * x;
    old - x
}

#[grad(forward)]
fn lent_in_a_branch(x: f64, k: usize) -> f64 {
    let Some(y) = maybe(x, k) else {
        return x;
    };
    let mut a = [y.tan(); 3];
    let old = update(&mut a[0], y);
    a[0] * a[1] + old
}

#[test]
fn an_object_lent_in_a_branch_that_is_gone_in_the_reverse_sweep() {
    let (x, y): (f64, f64) = (0.3, 1.09);
    let t = y.tan();
    // t * y * t + t - y
    let slope = (2.0 * t * y * (1.0 + t * t) + t * t + 1.0 + t * t - 1.0) * 2.0 * x;
    check!(lent_in_a_branch(0.3, 0) => [slope]);
    check!(lent_in_a_branch(0.3, 3) => [1.0]);
    crate::oracle::assert_close(lent_in_a_branch::jvp(0.3, 0, 1.0).1, slope);
}

#[grad(forward)]
fn unused_default(x: f64, n: usize) -> f64 {
    let mut y = x;
    for k in 0..n {
        let z: f64 = maybe(0.25, k).unwrap_or(y * x);
        let _unused = z + y;
        y *= x;
    }
    y
}

#[test]
fn a_default_that_nothing_is_made_of() {
    check!(unused_default(1.5, 5) => [6.0 * 1.5_f64.powi(5)]);
}

#[grad(forward)]
fn copied_twice(x: f64, y: f64) -> f64 {
    let first = line(x * y, y);
    let t = first.slope;
    let second = halved(first, first.start.tanh());
    second.start - t * first.start
}

#[grad(forward)]
fn halved(l: Line, by: f64) -> Line {
    Line { slope: 0.5 * l.slope * by, start: l.start * l.slope }
}

#[test]
fn the_tangent_of_a_struct_that_is_copied_into_a_call() {
    // y * (x y) - (x y) * y = 0
    check!(copied_twice(1.5, 0.7) => [0.0, 0.0]);
    crate::oracle::assert_close(copied_twice::jvp(1.5, 0.7, (1.0, 2.0)).1, 0.0);
}

fn plain(k: f64, n: usize) -> f64 {
    k * n as f64 + 0.5
}

#[grad(forward)]
fn constant_before_it_is_active(x: f64) -> f64 {
    let mut a = [0.25, 2.0];
    let k = plain(a[1] * a[1] + 0.5, 3);
    a[0] = k * x;
    for _ in 0..2 {
        a[1] = a[0] * x;
    }
    a[0] * a[1] * k
}

#[test]
fn an_array_that_is_constant_at_first() {
    // k = 14; k x * k x^2 * k
    check!(constant_before_it_is_active(1.5) => [3.0 * 14.0_f64.powi(3) * 1.5 * 1.5]);
    crate::oracle::assert_close(constant_before_it_is_active::jvp(1.5, 1.0).1, 3.0 * 14.0_f64.powi(3) * 2.25);
}

#[grad(forward)]
fn overwritten_result(x: f64, y: f64) -> f64 {
    let mut l = line(x * x, y);
    l.slope = y * y;
    let mut a = triple(x);
    a[1] = y;
    l.slope * l.start + a[1] * a[0]
}

/// The store clears the slot, or the overwritten part's cotangent would flow back into the call.
#[test]
fn a_part_of_what_a_call_returned_is_overwritten() {
    // y^3 + y x
    check!(overwritten_result(1.5, 0.7) => [0.7, 3.0 * 0.49 + 1.5]);
    crate::oracle::assert_close(overwritten_result::jvp(1.5, 0.7, (1.0, 1.0)).1, 0.7 + 3.0 * 0.49 + 1.5);
}

#[grad(forward)]
fn overwritten_twice(x: f64, y: f64, k: usize) -> f64 {
    let mut a = [0.0; 2];
    a[k] = x * x;
    a[0] = y;
    a[k] = x * y;
    let mut p = (0.0, 1.0);
    p.0 = x;
    p.0 = y;
    p.1 = x;
    a[0] + 2.0 * a[1] + p.0 * p.1
}

#[test]
fn a_place_is_overwritten_before_anything_reads_it() {
    // k = 0: x y + x y; k = 1: y + 2 x y + x y
    check!(overwritten_twice(1.5, 0.7, 0) => [1.4, 3.0]);
    check!(overwritten_twice(1.5, 0.7, 1) => [2.1, 5.5]);
}

#[grad(forward)]
fn overwritten_in_a_loop(x: f64, n: usize) -> f64 {
    let mut last = [0.0; 2];
    let mut all = [0.0; 4];
    for k in 0..n {
        last[1] = x * (k as f64 + 1.0);
        all[k % 3] = x * x * k as f64;
        all[3] = last[1];
    }
    last[1] * all[1] + all[3]
}

#[test]
fn a_place_is_overwritten_again_and_again() {
    // n = 5: last = 5x, all[1] = 4 x^2, all[3] = 5x
    check!(overwritten_in_a_loop(0.5, 5) => [60.0 * 0.25 + 5.0]);
    crate::oracle::assert_close(overwritten_in_a_loop::jvp(0.5, 5, 1.0).1, 20.0);
}
