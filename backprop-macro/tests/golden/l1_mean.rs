#[grad]
fn l1_mean(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i].sin();
    }
    sum / x.len() as f64
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
    let __v1 = __seed / (__v0 as f64);
    let __d_x_row = ::backprop::__private::row_mut(&mut *__d_x, 0, __v0);
    let mut sum = 0.0_f64;
    for i in 0..__v0 {
        let __v2 = x[i];
        sum += __v2.sin();
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x_row[i], __v1 * __v2.cos());
    }
    (sum / (__v0 as f64), ())
}
