//! Independent oracles and the comparisons of all tests: central differences, dual numbers of `num-dual`, and
//! closeness with a stated tolerance. Nothing here calls generated code.

use num_dual::Dual64;

/// Relative tolerance for a gradient against an exact formula or dual numbers.
pub const EXACT: f64 = 1e-12;
/// Relative tolerance for a gradient against central differences.
pub const DIFFERENCES: f64 = 2e-6;

/// `|actual - expected| <= rel * max(1, |expected|)`, or the same bits, or both NaN.
pub fn is_close(actual: f64, expected: f64, rel: f64) -> bool {
    actual == expected
        || (actual.is_nan() && expected.is_nan())
        || (expected.is_finite() && (actual - expected).abs() <= rel * expected.abs().max(1.0))
}

#[track_caller]
pub fn assert_close_to(actual: f64, expected: f64, rel: f64) {
    assert!(is_close(actual, expected, rel), "got {actual:e}, expected {expected:e} (tolerance {rel:e})");
}

#[track_caller]
pub fn assert_close(actual: f64, expected: f64) {
    assert_close_to(actual, expected, EXACT);
}

#[track_caller]
pub fn assert_all_close_to(actual: &[f64], expected: &[f64], rel: f64) {
    assert_eq!(actual.len(), expected.len(), "got {actual:?}, expected {expected:?}");
    for (k, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!(
            is_close(*a, *e, rel),
            "entry {k}: got {a:e}, expected {e:e} (tolerance {rel:e})\n{actual:?}\n{expected:?}"
        );
    }
}

#[track_caller]
pub fn assert_all_close(actual: &[f64], expected: &[f64]) {
    assert_all_close_to(actual, expected, EXACT);
}

/// The same value bit for bit; any two NaNs count as the same.
#[track_caller]
pub fn assert_same_bits(actual: f64, expected: f64) {
    assert!(
        actual.to_bits() == expected.to_bits() || (actual.is_nan() && expected.is_nan()),
        "got {actual:e}, expected {expected:e}, bit for bit"
    );
}

#[track_caller]
pub fn assert_all_same_bits(actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len());
    for (a, e) in actual.iter().zip(expected) {
        assert_same_bits(*a, *e);
    }
}

#[track_caller]
pub fn assert_close_f32(actual: f32, expected: f32) {
    let error = (actual - expected).abs();
    assert!(
        actual == expected || error <= 2e-6 * expected.abs().max(1.0),
        "got {actual:e}, expected {expected:e}"
    );
}

/// Gradient by central differences with the step `cbrt(eps) * max(1, |x|)`.
pub fn central(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    let mut at = x.to_vec();
    let mut partial = |k: usize| {
        let h = f64::EPSILON.cbrt() * x[k].abs().max(1.0);
        at[k] = x[k] + h;
        let (above, upper) = (f(&at), at[k]);
        at[k] = x[k] - h;
        let (below, lower) = (f(&at), at[k]);
        at[k] = x[k];
        (above - below) / (upper - lower)
    };
    (0..x.len()).map(&mut partial).collect()
}

/// A gradient against central differences of the function itself.
#[track_caller]
pub fn assert_matches_central(gradient: &[f64], f: impl Fn(&[f64]) -> f64, x: &[f64]) {
    assert_all_close_to(gradient, &central(f, x), DIFFERENCES);
}

/// Value and gradient by forward dual numbers, one pass per input.
pub fn dual(f: impl Fn(&[Dual64]) -> Dual64, x: &[f64]) -> (f64, Vec<f64>) {
    let pass = |seeded: usize| {
        let lift = |(k, v): (usize, &f64)| Dual64::new(*v, if k == seeded { 1.0 } else { 0.0 });
        f(&x.iter().enumerate().map(lift).collect::<Vec<_>>())
    };
    (pass(usize::MAX).re, (0..x.len()).map(|k| pass(k).eps).collect())
}

/// A gradient against dual numbers.
#[track_caller]
pub fn assert_matches_dual(gradient: &[f64], f: impl Fn(&[Dual64]) -> Dual64, x: &[f64]) {
    assert_all_close(gradient, &dual(f, x).1);
}

/// The message of a panic; fails if there is none.
#[track_caller]
pub fn panic_message<R>(f: impl FnOnce() -> R) -> String {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(f));
    let Err(payload) = caught else { panic!("no panic") };
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| payload.downcast_ref::<&str>().map(ToString::to_string))
        .unwrap_or_default()
}

/// The floats of a gradient in order, whatever its shape.
pub trait Flat {
    fn append_to(&self, out: &mut Vec<f64>);

    fn flat(&self) -> Vec<f64> {
        let mut out = vec![];
        self.append_to(&mut out);
        out
    }
}

impl Flat for f64 {
    fn append_to(&self, out: &mut Vec<f64>) {
        out.push(*self);
    }
}

impl Flat for f32 {
    fn append_to(&self, out: &mut Vec<f64>) {
        out.push(f64::from(*self));
    }
}

impl<T: Flat> Flat for [T] {
    fn append_to(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.append_to(out));
    }
}

impl<T: Flat, const N: usize> Flat for [T; N] {
    fn append_to(&self, out: &mut Vec<f64>) {
        self.as_slice().append_to(out);
    }
}

impl<T: Flat> Flat for Vec<T> {
    fn append_to(&self, out: &mut Vec<f64>) {
        self.as_slice().append_to(out);
    }
}

impl<T: Flat> Flat for Option<T> {
    fn append_to(&self, out: &mut Vec<f64>) {
        self.iter().for_each(|x| x.append_to(out));
    }
}

macro_rules! flat_tuple {
    ($($t:ident $k:tt),+) => {
        impl<$($t: Flat),+> Flat for ($($t,)+) {
            fn append_to(&self, out: &mut Vec<f64>) {
                $(self.$k.append_to(out);)+
            }
        }
    };
}
flat_tuple!(A 0, B 1);
flat_tuple!(A 0, B 1, C 2);
flat_tuple!(A 0, B 1, C 2, D 3);
flat_tuple!(A 0, B 1, C 2, D 3, E 4);
flat_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

/// `check!(f(args..) => expected)`: the value is that of `f` bit for bit, `grad` and `value_and_grad` agree bit
/// for bit, and the gradient, flattened, is the expected one.
macro_rules! check {
    ($f:ident($($x:expr),* $(,)?) => $expected:expr) => {{
        use $crate::oracle::Flat as _;
        let (value, gradient) = $f::value_and_grad($($x),*);
        $crate::oracle::assert_all_same_bits(&value.flat(), &$f($($x),*).flat());
        $crate::oracle::assert_all_same_bits(&$f::grad($($x),*).flat(), &gradient.flat());
        $crate::oracle::assert_all_close(&gradient.flat(), &$expected);
    }};
}

/// `check_differences!(f(args..))` for a function of f64 scalars: as `check!`, against central differences of `f`.
macro_rules! check_differences {
    ($f:ident($($x:expr),* $(,)?)) => {{
        use $crate::oracle::Flat as _;
        let (value, gradient) = $f::value_and_grad($($x),*);
        $crate::oracle::assert_same_bits(value, $f($($x),*));
        let rebuilt = |x: &[f64]| {
            let mut x = x.iter().copied();
            $f($({ let _: f64 = $x; x.next().expect("an input") }),*)
        };
        $crate::oracle::assert_matches_central(&gradient.flat(), rebuilt, &[$($x),*]);
    }};
}

/// `check_slice!(f(x))` for a function of one slice: as `check_differences!`; `check_slice!(f(x), dual)` takes
/// the same body over dual numbers and is exact.
macro_rules! check_slice {
    ($f:ident($x:expr)) => {{
        let x: &[f64] = &$x;
        let (value, gradient) = $f::value_and_grad(x);
        $crate::oracle::assert_same_bits(value, $f(x));
        $crate::oracle::assert_all_same_bits(&$f::grad(x), &gradient);
        $crate::oracle::assert_matches_central(&gradient, $f, x);
        let (value, pullback) = $f::vjp(x);
        $crate::oracle::assert_same_bits(value, $f(x));
        let doubled: Vec<f64> = gradient.iter().map(|d| 2.0 * d).collect();
        $crate::oracle::assert_all_close(&pullback(2.0), &doubled);
    }};
    ($f:ident($x:expr), $dual:expr) => {{
        let x: &[f64] = &$x;
        let (value, gradient) = $f::value_and_grad(x);
        $crate::oracle::assert_same_bits(value, $f(x));
        $crate::oracle::assert_matches_dual(&gradient, $dual, x);
    }};
}

/// A reproducible stream of numbers in (-1, 1), for inputs without structure.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    pub fn vec(&mut self, n: usize) -> Vec<f64> {
        (0..n).map(|_| self.next()).collect()
    }
}

mod self_test {
    use super::*;

    #[test]
    fn central_differences_of_a_cubic() {
        assert_all_close_to(&central(|x| x[0] * x[0] * x[1], &[3.0, -2.0]), &[-12.0, 9.0], 1e-9);
    }

    #[test]
    fn dual_numbers_of_a_cubic() {
        let (value, gradient) = dual(|x| x[0] * x[0] * x[1], &[3.0, -2.0]);
        assert_same_bits(value, -18.0);
        assert_all_close(&gradient, &[-12.0, 9.0]);
    }

    #[test]
    fn closeness_rejects() {
        assert!(!is_close(1.0, 1.0 + 1e-9, EXACT));
        assert!(!is_close(f64::NAN, 1.0, EXACT));
        assert!(!is_close(0.0, f64::INFINITY, EXACT));
        assert!(is_close(f64::INFINITY, f64::INFINITY, EXACT));
    }
}

/// Functions that are linear in their number: value and derivative by all forms; the value at 1 is the derivative.
macro_rules! linear {
    ($($name:ident),* $(,)?) => {
        mod linear {
            use $crate::oracle::assert_same_bits;
            $(
                #[test]
                fn $name() {
                    let slope = super::$name(1.0);
                    for x in [1.0, 2.0, -0.5] {
                        let (y, d) = super::$name::value_and_grad(x);
                        assert_same_bits(y, super::$name(x));
                        assert_same_bits(d, slope);
                        let (y, pullback) = super::$name::vjp(x);
                        assert_same_bits(y, super::$name(x));
                        assert_same_bits(pullback(1.0), slope);
                        let (y, d) = super::$name::jvp(x, 1.0);
                        assert_same_bits(y, super::$name(x));
                        assert_same_bits(d, slope);
                    }
                }
            )*
        }
    };
}
