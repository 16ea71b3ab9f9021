//! `dot`, `norm` and `matvec` on slices.

use crate::impls::same_len;
use crate::Real;

/// How many partial sums a dot product keeps, so that it vectorises.
const LANES: usize = 8;

/// Σ aᵢ·bᵢ, in eight partial sums.
///
/// # Panics
/// If the lengths differ.
#[inline]
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    same_len(a.len(), b.len());
    let (a_lanes, b_lanes) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: T = a_lanes.remainder().iter().zip(b_lanes.remainder()).map(|(a, b)| *a * *b).sum();
    let mut sums = [T::ZERO; LANES];
    for (a, b) in a_lanes.zip(b_lanes) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += *a * *b;
        }
    }
    sums.into_iter().sum::<T>() + rest
}

/// `d_a += seed * b`.
///
/// # Panics
/// If the lengths differ.
#[inline]
pub fn dot_d0<T: Real>(b: &[T], seed: T, d_a: &mut [T]) {
    same_len(d_a.len(), b.len());
    for (d, b) in d_a.iter_mut().zip(b) {
        *d += seed * *b;
    }
}

/// `d_b += seed * a`.
///
/// # Panics
/// If the lengths differ.
#[inline]
pub fn dot_d1<T: Real>(a: &[T], seed: T, d_b: &mut [T]) {
    dot_d0(a, seed, d_b);
}

/// √Σ xᵢ², without overflow or underflow of the squares.
#[inline]
pub fn norm<T: Real>(x: &[T]) -> T {
    let square = dot(x, x);
    if square.is_normal() && square > T::MIN_POSITIVE / T::EPSILON / T::EPSILON {
        return square.sqrt();
    }
    scaled_norm(x)
}

#[cold]
fn scaled_norm<T: Real>(x: &[T]) -> T {
    let largest = x.iter().fold(T::ZERO, |a, b| a.max(b.abs()));
    if x.iter().any(|x| x.is_nan()) {
        return T::NAN;
    }
    if largest == T::ZERO || largest.is_infinite() {
        return largest;
    }
    // A power of two, so that scaling is exact.
    let down = T::MIN_POSITIVE.sqrt() * T::EPSILON;
    let scale = if largest > T::ONE { down } else { down.recip() };
    let square: T = x.iter().map(|x| (*x * scale) * (*x * scale)).sum();
    square.sqrt() / scale
}

/// `d_x += seed * x / v`, `v` the value; nothing at the origin.
///
/// # Panics
/// If the lengths differ.
#[inline]
pub fn norm_d0<T: Real>(x: &[T], v: T, seed: T, d_x: &mut [T]) {
    same_len(d_x.len(), x.len());
    if v == T::ZERO {
        return;
    }
    for (d, x) in d_x.iter_mut().zip(x) {
        *d += seed * (*x / v);
    }
}

/// `y = M·x` for a row-major matrix of `y.len()` rows.
///
/// # Panics
/// If `m.len() != y.len() * x.len()`.
#[inline]
pub fn matvec<T: Real>(m: &[T], x: &[T], y: &mut [T]) {
    same_len(m.len(), y.len() * x.len());
    if x.is_empty() {
        y.fill(T::ZERO);
        return;
    }
    for (y, row) in y.iter_mut().zip(m.chunks_exact(x.len())) {
        *y = dot(row, x);
    }
}

/// `d_m += d_y ⊗ x`: the derivative of [`matvec`] in the matrix.
///
/// # Panics
/// If `d_m.len() != d_y.len() * x.len()`.
#[inline]
pub fn matvec_d0<T: Real>(x: &[T], d_y: &[T], d_m: &mut [T]) {
    same_len(d_m.len(), d_y.len() * x.len());
    if x.is_empty() {
        return;
    }
    for (seed, d_row) in d_y.iter().zip(d_m.chunks_exact_mut(x.len())) {
        dot_d0(x, *seed, d_row);
    }
}

/// `d_x += Mᵀ·d_y`: the derivative of [`matvec`] in the vector.
///
/// # Panics
/// If `m.len() != d_y.len() * d_x.len()`.
#[inline]
pub fn matvec_d1<T: Real>(m: &[T], d_y: &[T], d_x: &mut [T]) {
    same_len(m.len(), d_y.len() * d_x.len());
    if d_x.is_empty() {
        return;
    }
    for (seed, row) in d_y.iter().zip(m.chunks_exact(d_x.len())) {
        dot_d0(row, *seed, d_x);
    }
}
