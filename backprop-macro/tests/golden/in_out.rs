#[grad]
fn in_out(a: &mut [f64], k: f64) {
    for i in 0..a.len() {
        a[i] = a[i] * a[i] * k;
    }
}

// Generated:
#[doc(hidden)]
#[inline]
fn __fwd(
    a: &mut [f64],
    k: f64,
) -> (
    (),
    impl ::core::ops::FnOnce(
        (),
        ::core::option::Option<&mut [::core::primitive::f64]>,
    ) -> ((), f64) + use<>,
) {
    use ::core::iter::Iterator as _;
    let __shape_a = (&*a).len();
    let mut __v0 = a.to_vec();
    let __v1 = __v0.len();
    if ::backprop::__private::outside(__v0.len(), 0, __v1) {
        for __i in 0..__v1 {
            let __v2 = __v0[__i];
        }
    }
    let __v0_row = ::backprop::__private::row_mut(&mut __v0, 0, __v1);
    let mut __s0 = ::backprop::__private::Vec::with_capacity(
        ::backprop::__private::trips(0, __v1),
    );
    for i in 0..__v1 {
        let __v3 = __v0_row[i];
        __v0_row[i] = __v3 * __v3 * k;
        __s0.push(__v3);
    }
    a.copy_from_slice(&__v0);
    (
        (),
        #[inline(always)]
        move |_: (), __d_a: ::core::option::Option<&mut [::core::primitive::f64]>| {
            let mut __z_a;
            let __d_a: &mut [::core::primitive::f64] = match __d_a {
                ::core::option::Option::Some(__d_a) => __d_a,
                ::core::option::Option::None => {
                    __z_a = ::backprop::__private::vec_from_elem(0.0_f64, __shape_a);
                    &mut __z_a
                }
            };
            let mut __d_m = ::backprop::__private::vec_from_elem(0.0_f64, __v0.len());
            ::backprop::__private::add_slices(&mut __d_m, &*__d_a);
            __d_a.fill(0.0_f64);
            if ::backprop::__private::outside(__v0.len(), 0, __v1) {
                for __i_1 in (0..__v1).rev() {
                    let __v4 = __v0[__i_1];
                }
            }
            let __v0_row_1 = ::backprop::__private::row_mut(&mut __v0, 0, __v1);
            let __d_m_row = ::backprop::__private::row_mut(&mut __d_m, 0, __v1);
            let mut __v5 = 0.0_f64;
            for i in (0..__v1).rev() {
                let ::core::option::Option::Some(__v6) = __s0.pop() else {
                    ::core::unreachable!()
                };
                __v0_row_1[i] = __v6;
                let __v7 = __d_m_row[i];
                __d_m_row[i] = 0.0;
                let __v8 = __v0_row_1[i];
                let __v9 = __v7 * k * __v8;
                __d_m_row[i] += __v9 + __v9;
                __v5 += __v7 * (__v8 * __v8);
            }
            ::backprop::__private::add_slices(&mut *__d_a, &__d_m);
            ((), __v5)
        },
    )
}
