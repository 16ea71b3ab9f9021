#[grad]
fn joined(w: &[f64], #[no_grad] x: &[f64]) -> f64 {
    let mut y = vec![0.0; w.len()];
    let mut total = 0.0;
    for p in 0..x.len() {
        for j in 0..w.len() {
            y[j] = w[j] * x[p];
        }
        let mut norm = 0.0;
        for j in 0..w.len() {
            norm += y[j] * y[j];
        }
        total += norm.sqrt();
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[f64],
    x: &[f64],
    __seed: f64,
    __d_w: &mut [::core::primitive::f64],
) -> (f64, ()) {
    let __v0 = (*w).len();
    let mut y = ::backprop::__private::vec_from_elem(0.0_f64, __v0);
    let mut __d_y = ::backprop::__private::vec_from_elem(0.0_f64, y.len());
    let mut total = 0.0_f64;
    for p in 0..(*x).len() {
        if __v0 != 0 {
            if ::backprop::__private::outside(y.len(), 0, __v0) {
                let w = &w[..];
                let x = &x[..];
                let y = &y[..];
                ::backprop::__private::out_of_line(move || {
                    for __i in 0..__v0 {
                        let __v1 = w[__i];
                        let __v2 = x[p];
                        let __v3 = y[__i];
                    }
                })
            }
            let __v4 = x[p];
            let __y_row = ::backprop::__private::row_mut(&mut y, 0, __v0);
            ::backprop::__private::apart1(
                &mut *__y_row,
                #[inline(always)]
                |__y_row| {
                    for j in 0..__v0 {
                        __y_row[j] = w[j] * __v4;
                    }
                },
            );
        }
        if ::backprop::__private::outside(y.len(), 0, __v0) {
            let y = &y[..];
            ::backprop::__private::out_of_line(move || {
                for __i_1 in 0..__v0 {
                    let __v5 = y[__i_1];
                }
            })
        }
        let __y_row_1 = ::backprop::__private::row(&y, 0, __v0);
        let mut norm = 0.0_f64;
        for j in 0..__v0 {
            let __v6 = __y_row_1[j];
            norm += __v6 * __v6;
        }
        let __v7 = norm.sqrt();
        total += __v7;
        let __v8 = __seed * (0.5 / __v7);
        if __v0 != 0 {
            let __v9 = x[p];
            let __y_row_2 = ::backprop::__private::row(&y, 0, __v0);
            let __d_y_row = ::backprop::__private::row_mut(&mut __d_y, 0, __v0);
            let __d_w_row = ::backprop::__private::row_mut(&mut *__d_w, 0, __v0);
            ::backprop::__private::apart3(
                __y_row_2,
                &mut *__d_y_row,
                &mut *__d_w_row,
                #[inline(always)]
                |__y_row_2, __d_y_row, __d_w_row| {
                    for j in 0..__v0 {
                        let __v10 = __v8 * __y_row_2[j];
                        __d_y_row[j] = __v10 + __v10;
                        __d_w_row[j] += __d_y_row[j] * __v9;
                    }
                },
            );
        }
    }
    (total, ())
}
