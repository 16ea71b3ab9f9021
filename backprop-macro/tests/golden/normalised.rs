#[grad]
fn normalised(rate: &[f64], seen: &[f64], steps: usize) -> f64 {
    let n = rate.len();
    let mut x = seen.to_vec();
    let mut y = vec![0.0; n];
    let mut total = 0.0;
    for t in 0..steps {
        for j in 0..n {
            x[j] = (x[j] * rate[j]).tanh();
        }
        let mut sum = 2.0;
        for j in 0..n {
            y[j] = x[j] * rate[j];
            sum += y[j].exp();
        }
        let normaliser = sum.ln();
        for j in 0..n {
            total += seen[(t + 1) * n + j] * (y[j] - normaliser);
        }
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    rate: &[f64],
    seen: &[f64],
    steps: usize,
    __seed: f64,
    __d_rate: &mut [::core::primitive::f64],
    __d_seen: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let n = (*rate).len();
    let mut x = seen.to_vec();
    let mut y = ::backprop::__private::vec_from_elem(0.0_f64, n);
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut __s1 = ::backprop::__private::Stacks::take(__stacks, 1);
    let mut __s2 = ::backprop::__private::Stacks::take(__stacks, 2);
    let mut __s3 = ::backprop::__private::Stacks::take(__stacks, 3);
    let mut total = 0.0_f64;
    __s0.reserve(
        &[
            ::backprop::__private::range_len(0, steps),
            ::backprop::__private::range_len(0, n),
        ],
    );
    __s1.reserve(
        &[
            ::backprop::__private::range_len(0, steps),
            ::backprop::__private::range_len(0, n),
        ],
    );
    __s2.reserve(
        &[
            ::backprop::__private::range_len(0, steps),
            ::backprop::__private::range_len(0, n),
        ],
    );
    for t in __s3.room_for(0..steps) {
        if ::backprop::__private::outside(x.len(), 0, n) {
            let rate = &rate[..];
            let x = &x[..];
            ::backprop::__private::out_of_line(move || {
                for __i in 0..n {
                    let __v0 = x[__i];
                    let __v1 = rate[__i];
                }
            })
        }
        let __x_row = ::backprop::__private::row_mut(&mut x, 0, n);
        for j in __s0.room_for(0..n) {
            let __v2 = __x_row[j];
            __x_row[j] = (__v2 * rate[j]).tanh();
            __s0.push_within(__v2);
        }
        if ::backprop::__private::outside(x.len(), 0, n)
            || ::backprop::__private::outside(y.len(), 0, n)
        {
            let rate = &rate[..];
            let x = &x[..];
            let y = &y[..];
            ::backprop::__private::out_of_line(move || {
                for __i_1 in 0..n {
                    let __v3 = x[__i_1];
                    let __v4 = rate[__i_1];
                    let __v5 = y[__i_1];
                }
            })
        }
        let __x_row_1 = ::backprop::__private::row(&x, 0, n);
        let __y_row = ::backprop::__private::row_mut(&mut y, 0, n);
        let mut sum = 2.0_f64;
        for j in __s1.room_for(0..n) {
            __y_row[j] = __x_row_1[j] * rate[j];
            let __v6 = __y_row[j].exp();
            sum += __v6;
            __s1.push_within(__v6);
        }
        let normaliser = sum.ln();
        let __v7 = (t + 1) * n;
        if ::backprop::__private::outside((*seen).len(), __v7, n)
            || ::backprop::__private::outside(y.len(), 0, n)
        {
            let seen = &seen[..];
            let y = &y[..];
            ::backprop::__private::out_of_line(move || {
                for __i_2 in 0..n {
                    let __v8 = seen[(t + 1) * n + __i_2];
                    let __v9 = y[__i_2];
                }
            })
        }
        let __seen_row = ::backprop::__private::row(seen, __v7, n);
        let __y_row_1 = ::backprop::__private::row(&y, 0, n);
        for j in __s2.room_for(0..n) {
            let __v10 = __seen_row[j];
            let __v11 = __y_row_1[j] - normaliser;
            total += __v10 * __v11;
            __s2.push_within(__v11);
        }
        __s3.push_within(sum);
    }
    let mut __d_x = ::backprop::__private::vec_from_elem(0.0_f64, x.len());
    let mut __d_y = ::backprop::__private::vec_from_elem(0.0_f64, y.len());
    for t in (0..steps).rev() {
        let ::core::option::Option::Some(sum) = __s3.pop() else {
            ::core::unreachable!()
        };
        let __v12 = (t + 1) * n;
        let __seen_row_1 = ::backprop::__private::row(seen, __v12, n);
        let __d_y_row = ::backprop::__private::row_mut(&mut __d_y, 0, n);
        let __d_seen_row = ::backprop::__private::row_mut(&mut *__d_seen, __v12, n);
        let mut __v13 = 0.0_f64;
        for j in (0..n).rev() {
            let ::core::option::Option::Some(__v14) = __s2.pop() else {
                ::core::unreachable!()
            };
            let __v15 = __seed * __seen_row_1[j];
            __d_y_row[j] += __v15;
            __d_seen_row[j] += __seed * __v14;
            __v13 += -__v15;
        }
        let __v16 = __v13 / sum;
        let __d_y_row_1 = ::backprop::__private::row_mut(&mut __d_y, 0, n);
        let __x_row_2 = ::backprop::__private::row(&x, 0, n);
        let __d_rate_row = ::backprop::__private::row_mut(&mut *__d_rate, 0, n);
        let __d_x_row = ::backprop::__private::row_mut(&mut __d_x, 0, n);
        for j in (0..n).rev() {
            let ::core::option::Option::Some(__v17) = __s1.pop() else {
                ::core::unreachable!()
            };
            __d_y_row_1[j] += __v16 * __v17;
            let __v18 = __d_y_row_1[j];
            __d_y_row_1[j] = 0.0;
            let __v19 = __v18 * rate[j];
            __d_rate_row[j] += __v18 * __x_row_2[j];
            __d_x_row[j] += __v19;
        }
        if ::backprop::__private::outside(x.len(), 0, n) {
            let x = &x[..];
            ::backprop::__private::out_of_line(move || {
                for __i_3 in (0..n).rev() {
                    let __v20 = x[__i_3];
                }
            })
        }
        let __x_row_3 = ::backprop::__private::row_mut(&mut x, 0, n);
        let __d_x_row_1 = ::backprop::__private::row_mut(&mut __d_x, 0, n);
        let __d_rate_row_1 = ::backprop::__private::row_mut(&mut *__d_rate, 0, n);
        for j in (0..n).rev() {
            let ::core::option::Option::Some(__v21) = __s0.pop() else {
                ::core::unreachable!()
            };
            let __v22 = __x_row_3[j];
            __x_row_3[j] = __v21;
            let __v23 = __d_x_row_1[j];
            __d_x_row_1[j] = 0.0;
            let __v24 = __v23 * (1.0 - __v22 * __v22);
            let __v25 = __v24 * rate[j];
            __d_rate_row_1[j] += __v24 * __v21;
            __d_x_row_1[j] += __v25;
        }
    }
    ::backprop::__private::add_slices(&mut *__d_seen, &__d_x);
    ::backprop::__private::Stacks::put(__stacks, 3, __s3);
    ::backprop::__private::Stacks::put(__stacks, 2, __s2);
    ::backprop::__private::Stacks::put(__stacks, 1, __s1);
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (total, ())
}
