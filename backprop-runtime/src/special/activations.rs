//! `sigmoid`, `softplus`, `log_sum_exp`: no overflow, and no digits lost in the tails.

use crate::impls::same_len;
use crate::Real;

/// The logistic function 1/(1 + exp(-x)).
#[inline]
pub fn sigmoid<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp();
    let numerator = if x < T::ZERO { e } else { T::ONE };
    numerator / (T::ONE + e)
}

/// d sigmoid(x) = e/(1 + e)², e = exp(-|x|).
#[inline]
pub fn sigmoid_d0<T: Real>(x: T) -> T {
    let e = (-x.abs()).exp();
    e / (T::ONE + e) / (T::ONE + e)
}

/// d² sigmoid(x) = -sigmoid'(x)·tanh(x/2).
#[inline]
pub fn sigmoid_d00<T: Real>(x: T) -> T {
    -sigmoid_d0(x) * (x * T::HALF).tanh()
}

/// ln(1 + exp(x)).
#[inline]
pub fn softplus<T: Real>(x: T) -> T {
    x.max(T::ZERO) + (-x.abs()).exp().ln_1p()
}

/// d softplus(x) = sigmoid(x).
#[inline]
pub fn softplus_d0<T: Real>(x: T) -> T {
    sigmoid(x)
}

/// d² softplus(x) = sigmoid'(x).
#[inline]
pub fn softplus_d00<T: Real>(x: T) -> T {
    sigmoid_d0(x)
}

/// ln Σ exp(xᵢ), and -∞ for an empty slice.
pub fn log_sum_exp<T: Real>(x: &[T]) -> T {
    let largest = x.iter().fold(T::NEG_INFINITY, |a, b| if *b > a || b.is_nan() { *b } else { a });
    if !largest.is_finite() {
        return largest;
    }
    largest + x.iter().map(|x| (*x - largest).exp()).sum::<T>().ln()
}

/// `d_x[i] += seed * exp(x[i] - v)`, `v` the value: the softmax. Nothing where the value is -∞.
///
/// # Panics
/// If the lengths differ.
pub fn log_sum_exp_d0<T: Real>(x: &[T], v: T, seed: T, d_x: &mut [T]) {
    same_len(d_x.len(), x.len());
    if v == T::NEG_INFINITY {
        return;
    }
    for (d, x) in d_x.iter_mut().zip(x) {
        *d += seed * (*x - v).exp();
    }
}
