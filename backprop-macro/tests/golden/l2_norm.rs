#[grad]
fn l2_norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum.sqrt()
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core<const __EMPTY: ::core::primitive::bool>(
    x: &[f64],
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
) -> (f64, ()) {
    let __v0 = (*x).len();
    let mut sum = 0.0_f64;
    for i in 0..__v0 {
        let __v1 = x[i];
        sum += __v1 * __v1;
    }
    let __v2 = sum.sqrt();
    let __v3 = __seed * (0.5 / __v2);
    let __d_x_row = ::backprop::__private::row_mut(&mut *__d_x, 0, __v0);
    for i in 0..__v0 {
        let __v4 = __v3 * x[i];
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x_row[i], __v4 + __v4);
    }
    (__v2, ())
}
