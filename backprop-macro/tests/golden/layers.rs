#[grad]
fn layers(w: &[f64], x: &[f64], depth: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    let mut z = vec![0.0; n];
    for l in 0..depth {
        for i in 0..n {
            let mut sum = 0.0;
            for j in 0..n {
                sum += w[(l * n + i) * n + j] * h[j];
            }
            z[i] = sum.tanh();
        }
        for i in 0..n {
            h[i] = z[i];
        }
    }
    let mut total = 0.0;
    for i in 0..n {
        total += h[i];
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core<const __EMPTY: ::core::primitive::bool>(
    w: &[f64],
    x: &[f64],
    depth: usize,
    __seed: f64,
    __d_w: &mut [::core::primitive::f64],
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let n = (*x).len();
    let mut h = x.to_vec();
    let mut __d_h = ::backprop::__private::vec_from_elem(0.0_f64, h.len());
    let mut z = ::backprop::__private::vec_from_elem(0.0_f64, n);
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut __s1 = ::backprop::__private::Stacks::take(__stacks, 1);
    __s0.reserve(
        &[
            ::backprop::__private::range_len(0, depth),
            ::backprop::__private::range_len(0, n),
        ],
    );
    for l in 0..depth {
        for i in __s0.room_for(0..n) {
            let __v0 = (l * n + i) * n;
            if ::backprop::__private::outside((*w).len(), __v0, n)
                || ::backprop::__private::outside(h.len(), 0, n)
            {
                let w = &w[..];
                let h = &h[..];
                ::backprop::__private::out_of_line(move || {
                    for __i in 0..n {
                        let __v1 = w[(l * n + i) * n + __i];
                        let __v2 = h[__i];
                    }
                })
            }
            let __w_row = ::backprop::__private::row(w, __v0, n);
            let __h_row = ::backprop::__private::row(&h, 0, n);
            let mut sum = 0.0_f64;
            for j in 0..n {
                sum += __w_row[j] * __h_row[j];
            }
            let __v3 = sum.tanh();
            z[i] = __v3;
            __s0.push_within(__v3);
        }
        __s1.save(&h);
        if ::backprop::__private::outside(z.len(), 0, n)
            || ::backprop::__private::outside(h.len(), 0, n)
        {
            let h = &h[..];
            let z = &z[..];
            ::backprop::__private::out_of_line(move || {
                for __i_1 in 0..n {
                    let __v4 = z[__i_1];
                    let __v5 = h[__i_1];
                }
            })
        }
        let __z_row = ::backprop::__private::row(&z, 0, n);
        let __h_row_1 = ::backprop::__private::row_mut(&mut h, 0, n);
        ::backprop::__private::apart2(
            __z_row,
            &mut *__h_row_1,
            #[inline(always)]
            |__z_row, __h_row_1| {
                for i in 0..n {
                    __h_row_1[i] = __z_row[i];
                }
            },
        );
    }
    if ::backprop::__private::outside(h.len(), 0, n) {
        for __i_2 in 0..n {
            let __v6 = h[__i_2];
        }
        ::core::unreachable!()
    }
    let __h_row_2 = ::backprop::__private::row(&h, 0, n);
    let __d_h_row = ::backprop::__private::row_mut(&mut __d_h, 0, n);
    let mut total = 0.0_f64;
    for i in 0..n {
        total += __h_row_2[i];
        __d_h_row[i] += __seed;
    }
    let mut __d_z = ::backprop::__private::vec_from_elem(0.0_f64, z.len());
    for l in (0..depth).rev() {
        let __d_h_row_1 = ::backprop::__private::row_mut(&mut __d_h, 0, n);
        let __d_z_row = ::backprop::__private::row_mut(&mut __d_z, 0, n);
        ::backprop::__private::apart2(
            &mut *__d_h_row_1,
            &mut *__d_z_row,
            #[inline(always)]
            |__d_h_row_1, __d_z_row| {
                for i in (0..n).rev() {
                    let __v7 = __d_h_row_1[i];
                    __d_h_row_1[i] = 0.0;
                    __d_z_row[i] = __v7;
                }
            },
        );
        __s1.restore(&mut h);
        for i in (0..n).rev() {
            let ::core::option::Option::Some(__v8) = __s0.pop() else {
                ::core::unreachable!()
            };
            let __v9 = __d_z[i] * (1.0 - __v8 * __v8);
            let __v10 = (l * n + i) * n;
            let __h_row_3 = ::backprop::__private::row(&h, 0, n);
            let __w_row_1 = ::backprop::__private::row(w, __v10, n);
            let __d_h_row_2 = ::backprop::__private::row_mut(&mut __d_h, 0, n);
            let __d_w_row = ::backprop::__private::row_mut(&mut *__d_w, __v10, n);
            ::backprop::__private::apart4(
                __h_row_3,
                __w_row_1,
                &mut *__d_h_row_2,
                &mut *__d_w_row,
                #[inline(always)]
                |__h_row_3, __w_row_1, __d_h_row_2, __d_w_row| {
                    for j in 0..n {
                        let __v11 = __v9 * __h_row_3[j];
                        __d_h_row_2[j] += __v9 * __w_row_1[j];
                        ::backprop::__private::put::<
                            __EMPTY,
                            _,
                        >(&mut __d_w_row[j], __v11);
                    }
                },
            );
        }
    }
    ::backprop::__private::add_slices(&mut *__d_x, &__d_h);
    let __v12 = depth * n * n;
    if __EMPTY {
        __d_w[__v12..].fill(0.0_f64);
    }
    ::backprop::__private::Stacks::put(__stacks, 1, __s1);
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (total, ())
}
