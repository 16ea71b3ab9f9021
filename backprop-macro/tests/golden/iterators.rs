#[grad]
fn iterators(x: &[f64], w: &[f64]) -> f64 {
    let dot: f64 = x.iter().zip(w).filter(|(a, _)| **a > 0.0).map(|(a, b)| a * b).sum();
    dot.tanh()
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    x: &[f64],
    w: &[f64],
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __d_w: &mut [::core::primitive::f64],
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let __v0 = ::core::cmp::Ord::min((*x).len(), (*w).len());
    let mut dot = -0.0_f64;
    for __i in 0..__v0 {
        let a = x[__i];
        if a > 0.0 {
            let __v1 = x[__i];
            let b = w[__i];
            dot += a * b;
        }
    }
    let __v2 = dot.tanh();
    let __v3 = __seed * (1.0 - __v2 * __v2);
    for __i_1 in (0..__v0).rev() {
        let a = x[__i_1];
        let __v4 = if a > 0.0 {
            let b = w[__i_1];
            __d_w[__i_1] += __v3 * a;
            __v3 * b
        } else {
            0.0_f64
        };
        __d_x[__i_1] += __v4;
    }
    (__v2, ())
}
