//! Functions that std lacks, with their derivatives: `erf`, `erfc`, `ln_gamma`, `digamma`, `sigmoid`, `softplus`,
//! `log_sum_exp`, `dot`, `norm`, `matvec`, `xlogy`.
//!
//! Each is an ordinary function with a rule of its own, `#[grad(vjp = .., jvp = ..)]`, as you would write one. They may be
//! called in `#[grad]` functions, for `f32` and `f64`, and have a companion (`erf::grad`, `erf::jvp`, ..). What their
//! derivatives are at kinks and poles is said at each.
//!
//! ```
//! use backprop::{grad, special::erf};
//!
//! #[grad]
//! fn cdf(x: f64, sigma: f64) -> f64 {
//!     0.5 * (1.0 + erf(x / (sigma * std::f64::consts::SQRT_2)))
//! }
//!
//! let (d_x, d_sigma) = cdf::grad(0.0, 2.0); // the density at the mean
//! assert!((d_x - 0.19947114020071635).abs() < 1e-15 && d_sigma == 0.0);
//! ```
//!
//! `<fn>_d<k>` is the derivative in argument `k` as a plain function.

use crate::{grad, Real};
use alloc::vec::Vec;
use backprop_runtime::special as plain;

pub use backprop_runtime::special::{
    digamma_d0, dot_d0, dot_d1, erf_d0, erf_d00, erfc_d0, erfc_d00, ln_gamma_d0, ln_gamma_d00,
    log_sum_exp_d0, matvec_d0, matvec_d1, norm_d0, sigmoid_d0, sigmoid_d00, softplus_d0, softplus_d00,
    trigamma,
};

/// Functions of one number, in double precision inside.
macro_rules! in_f64 {
    ($($(#[$doc:meta])* $name:ident, $slope:ident, $vjp:ident, $jvp:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        #[grad(vjp = $vjp, jvp = $jvp, crate = crate)]
        pub fn $name<T: Real>(x: T) -> T {
            T::from_f64(plain::$name(x.to_f64()))
        }

        fn $vjp<T: Real>(x: T) -> (T, impl FnOnce(T) -> T) {
            let slope = T::from_f64(plain::$slope(x.to_f64()));
            ($name(x), move |seed| seed * slope)
        }

        fn $jvp<T: Real>(x: T, direction: T) -> (T, T) {
            ($name(x), T::from_f64(plain::$slope(x.to_f64())) * direction)
        }
    )*};
}

in_f64! {
    /// The error function, 2/√π ∫₀ˣ exp(-t²) dt.
    erf, erf_d0, erf_vjp, erf_jvp;
    /// Its complement, 1 - erf(x), without cancellation.
    erfc, erfc_d0, erfc_vjp, erfc_jvp;
    /// ln |Γ(x)|; infinite at 0, -1, -2, ..
    ln_gamma, ln_gamma_d0, ln_gamma_vjp, ln_gamma_jvp;
    /// The logarithmic derivative of Γ.
    digamma, digamma_d0, digamma_vjp, digamma_jvp;
}

/// Functions of one number of any precision.
macro_rules! generic {
    ($($(#[$doc:meta])* $name:ident, $slope:ident, $vjp:ident, $jvp:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        #[grad(vjp = $vjp, jvp = $jvp, crate = crate)]
        pub fn $name<T: Real>(x: T) -> T {
            plain::$name(x)
        }

        fn $vjp<T: Real>(x: T) -> (T, impl FnOnce(T) -> T) {
            let slope = plain::$slope(x);
            (plain::$name(x), move |seed| seed * slope)
        }

        fn $jvp<T: Real>(x: T, direction: T) -> (T, T) {
            (plain::$name(x), plain::$slope(x) * direction)
        }
    )*};
}

generic! {
    /// 1 / (1 + exp(-x)), without overflow.
    sigmoid, sigmoid_d0, sigmoid_vjp, sigmoid_jvp;
    /// ln(1 + exp(x)), without overflow.
    softplus, softplus_d0, softplus_vjp, softplus_jvp;
}

fn scaled<T: Real>(mut d: Vec<T>, by: T) -> Vec<T> {
    for d in &mut d {
        *d *= by;
    }
    d
}

fn zeros<T: Real>(n: usize) -> Vec<T> {
    let mut all = Vec::new();
    all.resize(n, T::ZERO);
    all
}

/// ln Σ exp(xᵢ), without overflow; -∞ for an empty slice. Entries of -∞ have derivative 0.
#[must_use]
#[grad(vjp = log_sum_exp_vjp, jvp = log_sum_exp_jvp, crate = crate)]
pub fn log_sum_exp<T: Real>(x: &[T]) -> T {
    plain::log_sum_exp(x)
}

fn weights<T: Real>(x: &[T], value: T) -> Vec<T> {
    let mut d = zeros(x.len());
    log_sum_exp_d0(x, value, T::ONE, &mut d);
    d
}

fn log_sum_exp_vjp<T: Real>(x: &[T]) -> (T, impl FnOnce(T) -> Vec<T> + use<T>) {
    let value = plain::log_sum_exp(x);
    let weights = weights(x, value);
    (value, move |seed| scaled(weights, seed))
}

fn log_sum_exp_jvp<T: Real>(x: &[T], direction: &[T]) -> (T, T) {
    let value = plain::log_sum_exp(x);
    (value, plain::dot(&weights(x, value), direction))
}

/// The Euclidean norm, without overflow. Its derivative at the zero vector is zero.
#[must_use]
#[grad(vjp = norm_vjp, jvp = norm_jvp, crate = crate)]
pub fn norm<T: Real>(x: &[T]) -> T {
    plain::norm(x)
}

fn unit<T: Real>(x: &[T], value: T) -> Vec<T> {
    let mut d = zeros(x.len());
    norm_d0(x, value, T::ONE, &mut d);
    d
}

fn norm_vjp<T: Real>(x: &[T]) -> (T, impl FnOnce(T) -> Vec<T> + use<T>) {
    let value = plain::norm(x);
    let unit = unit(x, value);
    (value, move |seed| scaled(unit, seed))
}

fn norm_jvp<T: Real>(x: &[T], direction: &[T]) -> (T, T) {
    let value = plain::norm(x);
    (value, plain::dot(&unit(x, value), direction))
}

/// Σ aᵢ bᵢ.
///
/// # Panics
/// If the lengths differ.
#[must_use]
#[grad(vjp = dot_vjp, jvp = dot_jvp, crate = crate)]
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    plain::dot(a, b)
}

fn dot_vjp<T: Real>(a: &[T], b: &[T]) -> (T, impl FnOnce(T) -> (Vec<T>, Vec<T>) + use<T>) {
    let (d_a, d_b) = (b.to_vec(), a.to_vec());
    (plain::dot(a, b), move |seed| (scaled(d_a, seed), scaled(d_b, seed)))
}

fn dot_jvp<T: Real>(a: &[T], b: &[T], (d_a, d_b): (&[T], &[T])) -> (T, T) {
    (plain::dot(a, b), plain::dot(d_a, b) + plain::dot(a, d_b))
}

/// y = M x, for a matrix in row-major order.
///
/// # Panics
/// If the length of `m` is not the product of the other two.
#[grad(vjp = matvec_vjp, jvp = matvec_jvp, crate = crate)]
pub fn matvec<T: Real>(m: &[T], x: &[T], y: &mut [T]) {
    plain::matvec(m, x, y);
}

#[expect(clippy::type_complexity, reason = "the signature of a rule")]
fn matvec_vjp<T: Real>(
    m: &[T],
    x: &[T],
    y: &mut [T],
) -> ((), impl FnOnce((), &mut [T]) -> (Vec<T>, Vec<T>) + use<T>) {
    plain::matvec(m, x, y);
    let (m, x) = (m.to_vec(), x.to_vec());
    ((), move |(), d_y: &mut [T]| {
        let (mut d_m, mut d_x) = (zeros(m.len()), zeros(x.len()));
        matvec_d0(&x, d_y, &mut d_m);
        matvec_d1(&m, d_y, &mut d_x);
        d_y.fill(T::ZERO); // overwritten: the old contents have no influence
        (d_m, d_x)
    })
}

fn matvec_jvp<T: Real>(m: &[T], x: &[T], y: &mut [T], (d_m, d_x): (&[T], &[T]), d_y: &mut [T]) -> ((), ()) {
    plain::matvec(m, x, y);
    plain::matvec(d_m, x, d_y);
    let mut more = zeros(d_y.len());
    plain::matvec(m, d_x, &mut more);
    for (d, more) in d_y.iter_mut().zip(more) {
        *d += more;
    }
    ((), ())
}

/// x ln y, and 0 where x = 0, also at y = 0. At x = y = 0 both derivatives are 0.
#[must_use]
#[grad(vjp = xlogy_vjp, jvp = xlogy_jvp, crate = crate)]
pub fn xlogy<T: Real>(x: T, y: T) -> T {
    if x == T::ZERO {
        T::ZERO
    } else {
        x * y.ln()
    }
}

fn xlogy_slopes<T: Real>(x: T, y: T) -> (T, T) {
    let zero = x == T::ZERO;
    let d_x = if zero && y == T::ZERO { T::ZERO } else { y.ln() };
    (d_x, if zero { T::ZERO } else { x / y })
}

fn xlogy_vjp<T: Real>(x: T, y: T) -> (T, impl FnOnce(T) -> (T, T)) {
    let (d_x, d_y) = xlogy_slopes(x, y);
    (xlogy(x, y), move |seed| (seed * d_x, seed * d_y))
}

fn xlogy_jvp<T: Real>(x: T, y: T, (t_x, t_y): (T, T)) -> (T, T) {
    let (d_x, d_y) = xlogy_slopes(x, y);
    (xlogy(x, y), d_x * t_x + d_y * t_y)
}
