#[grad]
fn short_loops(x: &[f64], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..w.len() {
        let mut most = x[3 * i];
        for k in 1..3 {
            let v = x[3 * i + k];
            if v > most {
                most = v;
            }
        }
        total += w[i] * most;
    }
    total
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
    let __v0 = (*w).len();
    let __d_w_row = ::backprop::__private::row_mut(&mut *__d_w, 0, __v0);
    let mut total = 0.0_f64;
    for i in 0..__v0 {
        let __v1 = 3 * i;
        let mut most = x[__v1];
        let __v2 = __v1 + 1_usize;
        let v = x[__v2];
        let __v3 = v > most;
        if __v3 {
            most = v;
        }
        let __v4 = __v1 + 2_usize;
        let v = x[__v4];
        let __v5 = v > most;
        if __v5 {
            most = v;
        }
        let __v6 = w[i];
        total += __v6 * most;
        let __v7 = __seed * __v6;
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_w_row[i], __seed * most);
        let (__v8, __v9) = if __v5 { (0.0_f64, __v7) } else { (__v7, 0.0_f64) };
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x[__v4], __v9);
        let (__v10, __v11) = if __v3 { (0.0_f64, __v8) } else { (__v8, 0.0_f64) };
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x[__v2], __v11);
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x[__v1], __v10);
    }
    let __v12 = 3 * __v0;
    if __EMPTY {
        __d_x[__v12..].fill(0.0_f64);
    }
    (total, ())
}
