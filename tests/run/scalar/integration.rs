//! How the gradient lives with the rest of Rust (V04–V20 of the behaviours, as far as they are not elsewhere: V01–V05, V11,
//! V13 in `hygiene`, V06 and V15 in `tests/ui/signature`, V12 in `tests/hygiene`, V17 in `tests/ui.rs`, V18 in the goldens).

use crate::oracle::{assert_all_close, assert_close};
use backprop::{grad, Real};

#[grad(forward)]
fn bounded<'a, T, const N: usize>(a: &'a [T; N], b: &[T], k: T) -> T
where
    T: Real,
{
    let mut s = k;
    for i in 0..N {
        s += a[i] * b[i] * k;
    }
    s
}

#[test]
fn v04_lifetimes_bounds_and_constants() {
    let (a, b) = ([1.0, 2.0], [3.0, 5.0]);
    let (da, db, dk) = bounded::grad::<f64, 2>(&a, &b, 2.0);
    assert_eq!((da, db, dk), ([6.0, 10.0], vec![2.0, 4.0], 14.0));
    let (_, t) = bounded::jvp(&a, &b, 2.0_f64, ([1.0, 0.0], &[0.0, 1.0], 1.0));
    assert_close(t, 6.0 + 4.0 + 14.0);
}

#[grad]
fn with_macros(x: f64, n: usize) -> f64 {
    assert!(n < 10, "too many: {}", n);
    debug_assert!(x.is_finite());
    assert_eq!(n, n);
    let weights = vec![x; n];
    let kind = if matches!(n, 0..=2) { 2.0 } else { 3.0 };
    if n == 9 {
        unreachable!("never {n}");
    }
    let mut s = 0.0;
    for w in &weights {
        s += kind * w * w;
    }
    s
}

#[test]
fn v07_macros_of_std() {
    assert_eq!(with_macros::grad(5.0, 2), 2.0 * 2.0 * 2.0 * 5.0);
    assert_eq!(with_macros::grad(5.0, 3), 3.0 * 3.0 * 2.0 * 5.0);
    let message = crate::oracle::panic_message(|| with_macros::grad(5.0, 10));
    assert!(message.contains("too many: 10"), "{message}");
}

#[grad]
fn by_method(x: f64, y: f64) -> f64 {
    x.sin().max(y.powi(2)).sqrt() + (x * 2.0_f64.powf(y)).mul_add(1e-1, -y)
}

#[grad]
fn by_path(x: f64, y: f64) -> f64 {
    f64::sqrt(<f64>::max(f64::sin(x), f64::powi(y, 2)))
        + core::primitive::f64::mul_add(x * f64::powf(2.0_f64, y), 1e-1, -y)
}

#[test]
fn v08_paths_and_methods_are_the_same() {
    for (x, y) in [(0.3, 0.2), (0.1, -1.5), (2.0, 0.7)] {
        assert_eq!(by_method::value_and_grad(x, y), by_path::value_and_grad(x, y));
    }
    check_differences!(by_path(0.3, 0.2));
}

#[grad]
fn with_references(x: f64, y: &f64) -> f64 {
    let (r, mut t) = (&x, 0.5);
    let u = &mut t;
    *u += r * y;
    *u *= &x * y;
    (&*u).sin() + *y
}

#[test]
fn v09_operators_on_references() {
    let f = |v: &[f64]| with_references(v[0], &v[1]);
    let (dx, dy) = with_references::grad(0.7, &1.3);
    crate::oracle::assert_matches_central(&[dx, dy], f, &[0.7, 1.3]);
}

#[grad]
fn with_two_phase_borrows(x: f64, n: usize) -> f64 {
    let mut v = vec![x];
    for _ in 0..n {
        v.push(v[v.len() - 1] * x);
    }
    let last = v.len() - 1;
    v[last] += v[0];
    {
        let (head, tail) = v.split_at_mut(1);
        tail[0] *= head[0];
    }
    v.iter().sum()
}

#[test]
fn v10_two_phase_borrows() {
    let f = |v: &[f64]| with_two_phase_borrows(v[0], 3);
    crate::oracle::assert_matches_central(&[with_two_phase_borrows::grad(1.1, 3)], f, &[1.1]);
}

#[grad]
fn two_widths(x: f32, y: f64) -> f64 {
    let wide = f64::from(x) * y;
    let narrow = wide as f32;
    (narrow * x) as f64 + y
}

/// A cast between floats has derivative one.
#[test]
fn v14_f32_and_f64_in_one_function() {
    let (dx, dy) = two_widths::grad(1.5, 2.0);
    assert_eq!((dx, dy), (2.0 * 1.5 * 2.0, 1.5 * 1.5 + 1.0));
}

#[grad(name = square_companion)]
fn taken(x: f64) -> f64 {
    x * x
}

#[allow(non_camel_case_types, dead_code)]
struct taken {}

/// T15: a type of the function's name is there already.
#[test]
fn v15_another_name_for_the_companion() {
    assert_eq!((square_companion::grad(3.0), square_companion::value(3.0)), (6.0, 9.0));
}

#[allow(clippy::too_many_arguments)]
#[grad]
fn hundred(
    x0: f64,
    x1: f64,
    x2: f64,
    x3: f64,
    x4: f64,
    x5: f64,
    x6: f64,
    x7: f64,
    x8: f64,
    x9: f64,
    x10: f64,
    x11: f64,
    x12: f64,
    x13: f64,
    x14: f64,
    x15: f64,
    x16: f64,
    x17: f64,
    x18: f64,
    x19: f64,
    x20: f64,
    x21: f64,
    x22: f64,
    x23: f64,
    x24: f64,
    x25: f64,
    x26: f64,
    x27: f64,
    x28: f64,
    x29: f64,
    x30: f64,
    x31: f64,
    x32: f64,
    x33: f64,
    x34: f64,
    x35: f64,
    x36: f64,
    x37: f64,
    x38: f64,
    x39: f64,
    x40: f64,
    x41: f64,
    x42: f64,
    x43: f64,
    x44: f64,
    x45: f64,
    x46: f64,
    x47: f64,
    x48: f64,
    x49: f64,
    x50: f64,
    x51: f64,
    x52: f64,
    x53: f64,
    x54: f64,
    x55: f64,
    x56: f64,
    x57: f64,
    x58: f64,
    x59: f64,
    x60: f64,
    x61: f64,
    x62: f64,
    x63: f64,
    x64: f64,
    x65: f64,
    x66: f64,
    x67: f64,
    x68: f64,
    x69: f64,
    x70: f64,
    x71: f64,
    x72: f64,
    x73: f64,
    x74: f64,
    x75: f64,
    x76: f64,
    x77: f64,
    x78: f64,
    x79: f64,
    x80: f64,
    x81: f64,
    x82: f64,
    x83: f64,
    x84: f64,
    x85: f64,
    x86: f64,
    x87: f64,
    x88: f64,
    x89: f64,
    x90: f64,
    x91: f64,
    x92: f64,
    x93: f64,
    x94: f64,
    x95: f64,
    x96: f64,
    x97: f64,
    x98: f64,
    x99: f64,
) -> f64 {
    1.0 * x0
        + 2.0 * x1
        + 3.0 * x2
        + 4.0 * x3
        + 5.0 * x4
        + 6.0 * x5
        + 7.0 * x6
        + 8.0 * x7
        + 9.0 * x8
        + 10.0 * x9
        + 11.0 * x10
        + 12.0 * x11
        + 13.0 * x12
        + 14.0 * x13
        + 15.0 * x14
        + 16.0 * x15
        + 17.0 * x16
        + 18.0 * x17
        + 19.0 * x18
        + 20.0 * x19
        + 21.0 * x20
        + 22.0 * x21
        + 23.0 * x22
        + 24.0 * x23
        + 25.0 * x24
        + 26.0 * x25
        + 27.0 * x26
        + 28.0 * x27
        + 29.0 * x28
        + 30.0 * x29
        + 31.0 * x30
        + 32.0 * x31
        + 33.0 * x32
        + 34.0 * x33
        + 35.0 * x34
        + 36.0 * x35
        + 37.0 * x36
        + 38.0 * x37
        + 39.0 * x38
        + 40.0 * x39
        + 41.0 * x40
        + 42.0 * x41
        + 43.0 * x42
        + 44.0 * x43
        + 45.0 * x44
        + 46.0 * x45
        + 47.0 * x46
        + 48.0 * x47
        + 49.0 * x48
        + 50.0 * x49
        + 51.0 * x50
        + 52.0 * x51
        + 53.0 * x52
        + 54.0 * x53
        + 55.0 * x54
        + 56.0 * x55
        + 57.0 * x56
        + 58.0 * x57
        + 59.0 * x58
        + 60.0 * x59
        + 61.0 * x60
        + 62.0 * x61
        + 63.0 * x62
        + 64.0 * x63
        + 65.0 * x64
        + 66.0 * x65
        + 67.0 * x66
        + 68.0 * x67
        + 69.0 * x68
        + 70.0 * x69
        + 71.0 * x70
        + 72.0 * x71
        + 73.0 * x72
        + 74.0 * x73
        + 75.0 * x74
        + 76.0 * x75
        + 77.0 * x76
        + 78.0 * x77
        + 79.0 * x78
        + 80.0 * x79
        + 81.0 * x80
        + 82.0 * x81
        + 83.0 * x82
        + 84.0 * x83
        + 85.0 * x84
        + 86.0 * x85
        + 87.0 * x86
        + 88.0 * x87
        + 89.0 * x88
        + 90.0 * x89
        + 91.0 * x90
        + 92.0 * x91
        + 93.0 * x92
        + 94.0 * x93
        + 95.0 * x94
        + 96.0 * x95
        + 97.0 * x96
        + 98.0 * x97
        + 99.0 * x98
        + 100.0 * x99
}

macro_rules! call_hundred {
    ($f:expr, $($x:ident)*) => {{
        $(let $x = 0.5;)*
        $f($($x),*)
    }};
}

#[test]
fn v16_a_hundred_parameters() {
    let g = call_hundred!(hundred::grad, x0 x1 x2 x3 x4 x5 x6 x7 x8 x9 x10 x11 x12 x13 x14 x15 x16 x17 x18 x19 x20 x21 x22 x23 x24 x25 x26 x27 x28 x29 x30 x31 x32 x33 x34 x35 x36 x37 x38 x39 x40 x41 x42 x43 x44 x45 x46 x47 x48 x49 x50 x51 x52 x53 x54 x55 x56 x57 x58 x59 x60 x61 x62 x63 x64 x65 x66 x67 x68 x69 x70 x71 x72 x73 x74 x75 x76 x77 x78 x79 x80 x81 x82 x83 x84 x85 x86 x87 x88 x89 x90 x91 x92 x93 x94 x95 x96 x97 x98 x99);
    assert_all_close(&[g.0, g.11, g.12, g.25, g.98, g.99], &[1.0, 12.0, 13.0, 26.0, 99.0, 100.0]);
}

/// ```
/// # use backprop::grad;
/// ```
#[grad]
fn documented(x: f64) -> f64 {
    x * x * x
}

/// As a value: in a table, through a `fn` pointer, on another thread.
#[test]
fn v20_the_gradient_is_an_ordinary_function() {
    let table: [fn(f64) -> f64; 2] = [documented, documented::grad];
    assert_eq!(table.map(|f| f(2.0)), [8.0, 12.0]);
    let slopes: Vec<f64> = [1.0, 2.0].into_iter().map(documented::grad).collect();
    assert_eq!(slopes, [3.0, 12.0]);
    let other = std::thread::spawn(|| documented::value_and_grad(3.0));
    assert_eq!(other.join().unwrap(), (27.0, 27.0));
}

/// No derive: `wrt` leaves it out.
struct Plain {
    k: f64,
}

#[grad(wrt(x), forward)]
fn without_a_tangent(p: &Plain, x: f64) -> f64 {
    p.k * x * x
}

#[test]
fn what_wrt_leaves_out_needs_no_derive() {
    assert_eq!(without_a_tangent::grad(&Plain { k: 3.0 }, 2.0), 12.0);
    assert_eq!(without_a_tangent::jvp(&Plain { k: 3.0 }, 2.0, 0.5).1, 6.0);
}
