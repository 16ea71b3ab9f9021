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
    let __v0 = (*a).len();
    let mut __s0 = ::backprop::__private::Stack::new();
    for i in __s0.room_for(0..__v0) {
        let __v1 = a[i];
        a[i] = __v1 * __v1 * k;
        __s0.push_within(__v1);
    }
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
            let __d_a_row = ::backprop::__private::row_mut(&mut *__d_a, 0, __v0);
            let mut __v2 = 0.0_f64;
            for i in (0..__v0).rev() {
                let ::core::option::Option::Some(__v3) = __s0.pop() else {
                    ::core::unreachable!()
                };
                let __v4 = __d_a_row[i];
                __d_a_row[i] = 0.0;
                let __v5 = __v4 * k * __v3;
                __d_a_row[i] += __v5 + __v5;
                __v2 += __v4 * (__v3 * __v3);
            }
            ((), __v2)
        },
    )
}
