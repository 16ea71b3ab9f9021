#[grad]
fn l6_axpy(a: &[f64], x: &[f64], n: usize) -> f64 {
    let mut out = vec![0.0; n];
    for j in 0..x.len() {
        for i in 0..n {
            out[i] += a[j * n + i] * x[j];
        }
    }
    let mut sum = 0.0;
    for i in 0..n {
        sum += out[i] * out[i];
    }
    sum
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core<const __EMPTY: ::core::primitive::bool>(
    a: &[f64],
    x: &[f64],
    n: usize,
    __seed: f64,
    __d_a: &mut [::core::primitive::f64],
    __d_x: &mut [::core::primitive::f64],
) -> (f64, ()) {
    let mut out = ::backprop::__private::vec_from_elem(0.0_f64, n);
    let mut __d_out = ::backprop::__private::vec_from_elem(0.0_f64, out.len());
    let __v0 = (*x).len();
    for j in 0..__v0 {
        if n != 0 {
            let __v1 = j * n;
            if ::backprop::__private::outside((*a).len(), __v1, n)
                || ::backprop::__private::outside(out.len(), 0, n)
            {
                let a = &a[..];
                let x = &x[..];
                let out = &out[..];
                ::backprop::__private::out_of_line(move || {
                    for __i in 0..n {
                        let __v2 = a[j * n + __i];
                        let __v3 = x[j];
                        let __v4 = out[__i];
                    }
                })
            }
            let __v5 = x[j];
            let __a_row = ::backprop::__private::row(a, __v1, n);
            let __out_row = ::backprop::__private::row_mut(&mut out, 0, n);
            ::backprop::__private::apart2(
                __a_row,
                &mut *__out_row,
                #[inline(always)]
                |__a_row, __out_row| {
                    for i in 0..n {
                        let __v6 = __a_row[i] * __v5;
                        let __v7 = __out_row[i];
                        __out_row[i] = __v7 + __v6;
                    }
                },
            );
        }
    }
    if ::backprop::__private::outside(out.len(), 0, n) {
        for __i_1 in 0..n {
            let __v8 = out[__i_1];
        }
        ::core::unreachable!()
    }
    let __out_row_1 = ::backprop::__private::row(&out, 0, n);
    let __d_out_row = ::backprop::__private::row_mut(&mut __d_out, 0, n);
    let mut sum = 0.0_f64;
    for i in 0..n {
        let __v9 = __out_row_1[i];
        sum += __v9 * __v9;
        let __v10 = __seed * __v9;
        __d_out_row[i] += __v10 + __v10;
    }
    for j in 0..__v0 {
        let __v14 = if n != 0 {
            let __v11 = j * n;
            let __v12 = x[j];
            let __d_out_row_1 = ::backprop::__private::row(&__d_out, 0, n);
            let __a_row_1 = ::backprop::__private::row(a, __v11, n);
            let __d_a_row = ::backprop::__private::row_mut(&mut *__d_a, __v11, n);
            let __v13 = ::backprop::__private::dot(__d_out_row_1, __a_row_1);
            ::backprop::__private::apart2(
                __d_out_row_1,
                &mut *__d_a_row,
                #[inline(always)]
                |__d_out_row_1, __d_a_row| {
                    for i in 0..n {
                        ::backprop::__private::put::<
                            __EMPTY,
                            _,
                        >(&mut __d_a_row[i], __d_out_row_1[i] * __v12);
                    }
                },
            );
            __v13
        } else {
            0.0_f64
        };
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x[j], __v14);
    }
    let __v15 = n * __v0;
    if __EMPTY {
        __d_a[__v15..].fill(0.0_f64);
    }
    (sum, ())
}
