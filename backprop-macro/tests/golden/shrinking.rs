#[grad]
fn shrinking(l: &[f64], b: &[f64]) -> f64 {
    let n = b.len();
    let mut o = vec![0.0; n];
    let mut total = 0.0;
    for r in 0..3 {
        for j in 0..n {
            o[j] = b[j] * b[r];
        }
        for i in 0..n {
            for j in i + 1..n {
                o[j] += l[i * n + j] * b[i];
            }
        }
        total += o[n - 1];
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    l: &[f64],
    b: &[f64],
    __seed: f64,
    __d_l: &mut [::core::primitive::f64],
    __d_b: &mut [::core::primitive::f64],
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let n = (*b).len();
    let mut o = ::backprop::__private::vec_from_elem(0.0_f64, n);
    let mut __d_o = ::backprop::__private::vec_from_elem(0.0_f64, o.len());
    let mut __d_o_1 = ::backprop::__private::vec_from_elem(0.0_f64, __d_o.len());
    let mut total = 0.0_f64;
    for r in 0..3 {
        if n != 0 {
            if ::backprop::__private::outside(o.len(), 0, n) {
                let b = &b[..];
                let o = &o[..];
                ::backprop::__private::out_of_line(move || {
                    for __i in 0..n {
                        let __v0 = b[__i];
                        let __v1 = b[r];
                        let __v2 = o[__i];
                    }
                })
            }
            let __v3 = b[r];
            let __o_row = ::backprop::__private::row_mut(&mut o, 0, n);
            let __v4 = ::backprop::__private::uneven(n);
            ::backprop::__private::apart1(
                &mut *__o_row,
                #[inline(always)]
                |__o_row| {
                    for j in 0..__v4 {
                        __o_row[j] = b[j] * __v3;
                    }
                },
            );
            ::backprop::__private::apart1(
                &mut *__o_row,
                #[inline(always)]
                |__o_row| {
                    for j in __v4..n {
                        __o_row[j] = b[j] * __v3;
                    }
                },
            );
        }
        for i in 0..n {
            let __v5 = i + 1;
            let __v6 = n - __v5;
            if __v6 != 0 {
                let __v7 = i * n + __v5;
                if ::backprop::__private::outside((*l).len(), __v7, __v6)
                    || ::backprop::__private::outside(o.len(), __v5, __v6)
                {
                    let l = &l[..];
                    let b = &b[..];
                    let o = &o[..];
                    ::backprop::__private::out_of_line(move || {
                        for __i_1 in __v5..n {
                            let __v8 = l[i * n + __i_1];
                            let __v9 = b[i];
                            let __v10 = o[__i_1];
                        }
                    })
                }
                let __v11 = b[i];
                let __l_row = ::backprop::__private::row(l, __v7, __v6);
                let __o_row_1 = ::backprop::__private::row_mut(&mut o, __v5, __v6);
                let __v12 = ::backprop::__private::uneven(__v6);
                ::backprop::__private::apart2(
                    __l_row,
                    &mut *__o_row_1,
                    #[inline(always)]
                    |__l_row, __o_row_1| {
                        for __i_2 in 0..__v12 {
                            let __v13 = __l_row[__i_2] * __v11;
                            let __v14 = __o_row_1[__i_2];
                            __o_row_1[__i_2] = __v14 + __v13;
                        }
                    },
                );
                ::backprop::__private::apart2(
                    __l_row,
                    &mut *__o_row_1,
                    #[inline(always)]
                    |__l_row, __o_row_1| {
                        for __i_3 in __v12..__v6 {
                            let __v15 = __l_row[__i_3] * __v11;
                            let __v16 = __o_row_1[__i_3];
                            __o_row_1[__i_3] = __v16 + __v15;
                        }
                    },
                );
            }
        }
        let __v17 = n - 1;
        total += o[__v17];
        __d_o[__v17] += __seed;
        ::backprop::__private::add_slices(&mut __d_o_1, &__d_o);
        let __v18 = r + 1 == 3;
        for i in 0..n {
            let __v19 = i + 1;
            let __v20 = n - __v19;
            let __v21 = i * n + __v19;
            let __d_o_row = ::backprop::__private::row(&__d_o, __v19, __v20);
            let __l_row_1 = ::backprop::__private::row(l, __v21, __v20);
            __d_b[i] += ::backprop::__private::dot(__d_o_row, __l_row_1);
        }
        if n != 0 {
            let __v22 = b[r];
            let __d_o_row_1 = ::backprop::__private::row_mut(&mut __d_o, 0, n);
            ::backprop::__private::apart1(
                &mut *__d_o_row_1,
                #[inline(always)]
                |__d_o_row_1| {
                    for j in (0..n).rev() {
                        let __v23 = __d_o_row_1[j];
                        __d_o_row_1[j] = 0.0;
                        __d_b[r] += __v23 * b[j];
                        __d_b[j] += __v23 * __v22;
                    }
                },
            );
        }
        if __v18 {
            for i in 0..n {
                let __v24 = i + 1;
                let __v25 = n - __v24;
                if __v25 != 0 {
                    let __v26 = i * n + __v24;
                    let __v27 = b[i];
                    let __d_o_1_row = ::backprop::__private::row(&__d_o_1, __v24, __v25);
                    let __d_l_row = ::backprop::__private::row_mut(
                        &mut *__d_l,
                        __v26,
                        __v25,
                    );
                    ::backprop::__private::apart2(
                        __d_o_1_row,
                        &mut *__d_l_row,
                        #[inline(always)]
                        |__d_o_1_row, __d_l_row| {
                            for __i_4 in 0..__v25 {
                                __d_l_row[__i_4] += __d_o_1_row[__i_4] * __v27;
                            }
                        },
                    );
                }
            }
        }
    }
    (total, ())
}
