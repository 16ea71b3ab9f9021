#[grad]
fn scratch(w: &[Vec<f64>], x: &[f64]) -> f64 {
    let mut total = 0.0;
    for row in w {
        let mut o = vec![0.0; x.len()];
        let mut sums = vec![0.0; w.len()];
        for j in 0..x.len() {
            o[j] = row[j] * x[j];
        }
        for j in 1..x.len() {
            sums[0] += o[j - 1] * o[j];
        }
        total += sums[0].sin();
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[Vec<f64>],
    x: &[f64],
    __seed: f64,
    __d_w: &mut [::backprop::__private::Vec<::core::primitive::f64>],
    __d_x: &mut [::core::primitive::f64],
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let __v0 = (*w).len();
    let __v1 = (*x).len();
    let mut o = ::backprop::__private::vec_from_elem(0.0_f64, __v1);
    let mut __d_o = ::backprop::__private::vec_from_elem(0.0_f64, o.len());
    let mut sums = ::backprop::__private::vec_from_elem(0.0_f64, __v0);
    let mut __d_sums = ::backprop::__private::vec_from_elem(0.0_f64, sums.len());
    let mut total = 0.0_f64;
    for __i in 0..__v0 {
        sums.fill(0.0);
        if __v1 != 0 {
            if ::backprop::__private::outside(w[__i].len(), 0, __v1)
                || ::backprop::__private::outside(o.len(), 0, __v1)
            {
                let w = &w[..];
                let x = &x[..];
                let o = &o[..];
                ::backprop::__private::out_of_line(move || {
                    for __i_1 in 0..__v1 {
                        let __v2 = w[__i][__i_1];
                        let __v3 = x[__i_1];
                        let __v4 = o[__i_1];
                    }
                })
            }
            let __w_row = ::backprop::__private::row(&w[__i], 0, __v1);
            let __o_row = ::backprop::__private::row_mut(&mut o, 0, __v1);
            ::backprop::__private::apart2(
                __w_row,
                &mut *__o_row,
                #[inline(always)]
                |__w_row, __o_row| {
                    for j in 0..__v1 {
                        __o_row[j] = __w_row[j] * x[j];
                    }
                },
            );
        }
        let __v5 = ::backprop::__private::extent(1, __v1);
        if __v5 != 0 {
            let __v6 = 1 - 1;
            if ::backprop::__private::outside(o.len(), __v6, __v5)
                || ::backprop::__private::outside(o.len(), 1, __v5)
            {
                let o = &o[..];
                let sums = &sums[..];
                ::backprop::__private::out_of_line(move || {
                    for __i_2 in 1..__v1 {
                        let __v7 = o[__i_2 - 1];
                        let __v8 = o[__i_2];
                        let __v9 = sums[0];
                    }
                })
            }
            let __o_row_1 = ::backprop::__private::row(&o, __v6, __v5);
            let __o_row_2 = ::backprop::__private::row(&o, 1, __v5);
            for __i_3 in 0..__v5 {
                let __v10 = __o_row_1[__i_3] * __o_row_2[__i_3];
                let __v11 = sums[0];
                sums[0] = __v11 + __v10;
            }
        }
        let __v12 = sums[0];
        total += __v12.sin();
        __d_sums[0] += __seed * __v12.cos();
        if 1 < __v1 {
            let __v13 = 1 - 1;
            let __v14 = __v1 - 1;
            for j in __v13..1 {
                if j >= 1 && j < __v1 {
                    let __v15 = o[j - 1];
                    let __v16 = __d_sums[0];
                    __d_o[j] += __v16 * __v15;
                }
                if j >= __v13 && j < __v14 {
                    let __v17 = o[j + 1];
                    let __v18 = __d_sums[0];
                    __d_o[j] += __v18 * __v17;
                }
            }
            let __v19 = ::backprop::__private::extent(1, __v14);
            if __v19 != 0 {
                let __v20 = 1 - 1;
                let __v21 = 1 + 1;
                let __v22 = __d_sums[0];
                let __v23 = __d_sums[0];
                let __o_row_3 = ::backprop::__private::row(&o, __v20, __v19);
                let __o_row_4 = ::backprop::__private::row(&o, __v21, __v19);
                let __d_o_row = ::backprop::__private::row_mut(&mut __d_o, 1, __v19);
                ::backprop::__private::apart3(
                    __o_row_3,
                    __o_row_4,
                    &mut *__d_o_row,
                    #[inline(always)]
                    |__o_row_3, __o_row_4, __d_o_row| {
                        for __i_4 in 0..__v19 {
                            __d_o_row[__i_4]
                                += __v22 * __o_row_3[__i_4] + __v23 * __o_row_4[__i_4];
                        }
                    },
                );
            }
            for j in (if __v14 < 1 { 1 } else { __v14 })..__v1 {
                if j >= 1 && j < __v1 {
                    let __v24 = o[j - 1];
                    let __v25 = __d_sums[0];
                    __d_o[j] += __v25 * __v24;
                }
                if j >= __v13 && j < __v14 {
                    let __v26 = o[j + 1];
                    let __v27 = __d_sums[0];
                    __d_o[j] += __v27 * __v26;
                }
            }
        }
        if __v1 != 0 {
            let __d_o_row_1 = ::backprop::__private::row_mut(&mut __d_o, 0, __v1);
            let __w_row_1 = ::backprop::__private::row(&w[__i], 0, __v1);
            let __d_x_row = ::backprop::__private::row_mut(&mut *__d_x, 0, __v1);
            let __d_w_row = ::backprop::__private::row_mut(&mut __d_w[__i], 0, __v1);
            ::backprop::__private::apart4(
                &mut *__d_o_row_1,
                __w_row_1,
                &mut *__d_x_row,
                &mut *__d_w_row,
                #[inline(always)]
                |__d_o_row_1, __w_row_1, __d_x_row, __d_w_row| {
                    for j in (0..__v1).rev() {
                        let __v28 = __d_o_row_1[j];
                        __d_o_row_1[j] = 0.0;
                        let __v29 = __v28 * x[j];
                        __d_x_row[j] += __v28 * __w_row_1[j];
                        __d_w_row[j] += __v29;
                    }
                },
            );
        }
        __d_sums.fill(0.0_f64);
    }
    (total, ())
}
