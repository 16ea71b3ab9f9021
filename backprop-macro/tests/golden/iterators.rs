#[grad]
fn iterators(x: &[f64], w: &[f64]) -> f64 {
    let dot: f64 = x.iter().zip(w).filter(|(a, _)| **a > 0.0).map(|(a, b)| a * b).sum();
    dot.tanh()
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core<const __EMPTY: ::core::primitive::bool>(
    x: &[f64],
    w: &[f64],
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __d_w: &mut [::core::primitive::f64],
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let __v0 = ::backprop::__private::least((*x).len(), (*w).len());
    if ::backprop::__private::outside((*x).len(), 0, __v0) {
        for __i in 0..__v0 {
            let __v1 = x[__i];
        }
        ::core::unreachable!()
    }
    let __x_row = ::backprop::__private::row(x, 0, __v0);
    let mut dot = -0.0_f64;
    for __i_1 in 0..__v0 {
        let a = __x_row[__i_1];
        if a > 0.0 {
            let b = w[__i_1];
            dot += a * b;
        }
    }
    let __v2 = dot.tanh();
    let __v3 = __seed * (1.0 - __v2 * __v2);
    let __x_row_1 = ::backprop::__private::row(x, 0, __v0);
    let __d_x_row = ::backprop::__private::row_mut(&mut *__d_x, 0, __v0);
    for __i_2 in (0..__v0).rev() {
        let a = __x_row_1[__i_2];
        let __v4 = if a > 0.0 {
            let b = w[__i_2];
            __d_w[__i_2] += __v3 * a;
            __v3 * b
        } else {
            0.0_f64
        };
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x_row[__i_2], __v4);
    }
    if __EMPTY {
        __d_x[__v0..].fill(0.0_f64);
    }
    (__v2, ())
}
