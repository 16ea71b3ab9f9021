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
    let __shape_a = ::backprop::__private::vec_from_elem(0.0_f64, (&*a).len());
    let mut __v0 = a.to_vec();
    let __v1 = __v0.len();
    let mut __s0 = ::backprop::__private::Vec::with_capacity(
        ::backprop::__private::trips(0, __v1),
    );
    for i in 0..__v1 {
        let __v2 = __v0[i];
        let __v3 = __v0[i];
        __v0[i] = __v2 * __v2 * k;
        __s0.push(__v2);
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
                    __z_a = __shape_a;
                    &mut __z_a
                }
            };
            let mut __d_m = ::backprop::__private::vec_from_elem(0.0_f64, __v0.len());
            ::backprop::__private::add_slices(&mut __d_m, &*__d_a);
            __d_a.fill(0.0_f64);
            let mut __v4 = 0.0_f64;
            for i in (0..__v1).rev() {
                let ::core::option::Option::Some(__v5) = __s0.pop() else {
                    ::core::unreachable!()
                };
                __v0[i] = __v5;
                let __v6 = __d_m[i];
                __d_m[i] = 0.0;
                let __v7 = __v0[i];
                let __v8 = __v6 * k * __v7;
                __d_m[i] += __v8 + __v8;
                __v4 += __v6 * (__v7 * __v7);
            }
            ::backprop::__private::add_slices(&mut *__d_a, &__d_m);
            ((), __v4)
        },
    )
}
