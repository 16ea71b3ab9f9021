#[grad]
fn parts(w: &[f64], x: &[f64], d: usize) -> f64 {
    let mut o = vec![0.0; d];
    let mut total = 0.0;
    for point in x.chunks_exact(d) {
        for ((o, q), x) in o.iter_mut().zip(&w[..d]).zip(point) {
            *o = q * x;
        }
        let mut at = d;
        for i in 0..d {
            let len = d - i - 1;
            for (o, l) in o[i + 1..].iter_mut().zip(&w[at..at + len]) {
                *o += l * point[i];
            }
            at += len;
        }
        total += o.iter().map(|v| v * v).sum::<f64>();
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[f64],
    x: &[f64],
    d: usize,
    __seed: f64,
    __d_w: &mut [::core::primitive::f64],
    __d_x: &mut [::core::primitive::f64],
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let mut o = ::backprop::__private::vec_from_elem(0.0_f64, d);
    let mut __d_o = ::backprop::__private::vec_from_elem(0.0_f64, o.len());
    let mut total = 0.0_f64;
    for __i in 0..(*x).len() / d {
        let __v0 = __i * d;
        let __v1 = __v0 + d;
        let __v2 = w[..d].len();
        if ::backprop::__private::outside((*w).len(), 0, d)
            || ::backprop::__private::outside((*x).len(), __v0, d)
            || ::backprop::__private::outside(o.len(), 0, d)
        {
            let w = &w[..];
            let x = &x[..];
            let o = &o[..];
            ::backprop::__private::out_of_line(move || {
                for __i_1 in 0..d {
                    let __v3 = w[__i_1];
                    let __v4 = x[__v0 + __i_1];
                    let __v5 = o[__i_1];
                }
            })
        }
        let __w_row = ::backprop::__private::row(w, 0, d);
        let __x_row = ::backprop::__private::row(x, __v0, d);
        let __o_row = ::backprop::__private::row_mut(&mut o, 0, d);
        let __v6 = ::backprop::__private::uneven(d);
        ::backprop::__private::apart3(
            __w_row,
            __x_row,
            &mut *__o_row,
            #[inline(always)]
            |__w_row, __x_row, __o_row| {
                for __i_2 in 0..__v6 {
                    let q = __w_row[__i_2];
                    let x = __x_row[__i_2];
                    __o_row[__i_2] = q * x;
                }
            },
        );
        ::backprop::__private::apart3(
            __w_row,
            __x_row,
            &mut *__o_row,
            #[inline(always)]
            |__w_row, __x_row, __o_row| {
                for __i_3 in __v6..d {
                    let q = __w_row[__i_3];
                    let x = __x_row[__i_3];
                    __o_row[__i_3] = q * x;
                }
            },
        );
        let mut at = d;
        for i in 0..d {
            let len = d - i - 1;
            let __v7 = i + 1;
            let __v8 = at + len;
            let __v9 = w[at..__v8].len();
            if len != 0 {
                let __v10 = __v0 + i;
                if ::backprop::__private::outside((*w).len(), at, len)
                    || ::backprop::__private::outside(o.len(), __v7, len)
                {
                    let w = &w[..];
                    let x = &x[..];
                    let o = &o[..];
                    ::backprop::__private::out_of_line(move || {
                        for __i_4 in 0..len {
                            let __v11 = w[at + __i_4];
                            let __v12 = x[__v0 + i];
                            let __v13 = o[__v7 + __i_4];
                        }
                    })
                }
                let __v14 = x[__v10];
                let __w_row_1 = ::backprop::__private::row(w, at, len);
                let __o_row_1 = ::backprop::__private::row_mut(&mut o, __v7, len);
                let __v15 = ::backprop::__private::uneven(len);
                ::backprop::__private::apart2(
                    __w_row_1,
                    &mut *__o_row_1,
                    #[inline(always)]
                    |__w_row_1, __o_row_1| {
                        for __i_5 in 0..__v15 {
                            let l = __w_row_1[__i_5];
                            __o_row_1[__i_5] += l * __v14;
                        }
                    },
                );
                ::backprop::__private::apart2(
                    __w_row_1,
                    &mut *__o_row_1,
                    #[inline(always)]
                    |__w_row_1, __o_row_1| {
                        for __i_6 in __v15..len {
                            let l = __w_row_1[__i_6];
                            __o_row_1[__i_6] += l * __v14;
                        }
                    },
                );
            }
            at = __v8;
        }
        if ::backprop::__private::outside(o.len(), 0, d) {
            let o = &o[..];
            ::backprop::__private::out_of_line(move || {
                for __i_7 in 0..d {
                    let __v16 = o[__i_7];
                }
            })
        }
        let __o_row_2 = ::backprop::__private::row(&o, 0, d);
        let __d_o_row = ::backprop::__private::row_mut(&mut __d_o, 0, d);
        let mut __v17 = -0.0_f64;
        for __i_8 in 0..d {
            let v = __o_row_2[__i_8];
            let __v18 = __seed * v;
            __d_o_row[__i_8] = __v18 + __v18;
            __v17 += v * v;
        }
        total += __v17;
        let mut at = d;
        for i in 0..d {
            let len = d - i - 1;
            let __v19 = i + 1;
            if len != 0 {
                let __v20 = x[__v0 + i];
                let __d_o_row_1 = ::backprop::__private::row(&__d_o, __v19, len);
                let __w_row_2 = ::backprop::__private::row(w, at, len);
                let __d_w_row = ::backprop::__private::row_mut(&mut *__d_w, at, len);
                ::backprop::__private::apart3(
                    __d_o_row_1,
                    __w_row_2,
                    &mut *__d_w_row,
                    #[inline(always)]
                    |__d_o_row_1, __w_row_2, __d_w_row| {
                        for __i_9 in 0..len {
                            let __v21 = __d_o_row_1[__i_9];
                            let __v22 = __v0 + i;
                            let l = __w_row_2[__i_9];
                            __d_x[__v22] += __v21 * l;
                            __d_w_row[__i_9] += __v21 * __v20;
                        }
                    },
                );
            }
            at += len;
        }
        let __d_o_row_2 = ::backprop::__private::row(&__d_o, 0, d);
        let __x_row_1 = ::backprop::__private::row(x, __v0, d);
        let __w_row_3 = ::backprop::__private::row(w, 0, d);
        let __d_x_row = ::backprop::__private::row_mut(&mut *__d_x, __v0, d);
        let __d_w_row_1 = ::backprop::__private::row_mut(&mut *__d_w, 0, d);
        ::backprop::__private::apart5(
            __d_o_row_2,
            __x_row_1,
            __w_row_3,
            &mut *__d_x_row,
            &mut *__d_w_row_1,
            #[inline(always)]
            |__d_o_row_2, __x_row_1, __w_row_3, __d_x_row, __d_w_row_1| {
                for __i_10 in (0..d).rev() {
                    let __v23 = __d_o_row_2[__i_10];
                    let x = __x_row_1[__i_10];
                    let q = __w_row_3[__i_10];
                    __d_x_row[__i_10] += __v23 * q;
                    __d_w_row_1[__i_10] += __v23 * x;
                }
            },
        );
    }
    (total, ())
}
