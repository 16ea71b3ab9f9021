#[grad]
fn calls(k: &[f64], start: f64) -> f64 {
    let mut s = start;
    for i in 0..k.len() {
        s = step(s, k[i]) * k[i];
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core<const __EMPTY: ::core::primitive::bool>(
    k: &[f64],
    start: f64,
    __seed: f64,
    __d_k: &mut [::core::primitive::f64],
) -> (f64, (f64,)) {
    use ::core::iter::Iterator as _;
    let __v0 = (*k).len();
    let mut __s0 = ::backprop::__private::Stack::new();
    let mut s = start;
    for i in __s0.room_for(0..__v0) {
        let __v1 = k[i];
        let (__v2, __v3) = step::__fwd(s, __v1);
        s = __v2 * __v1;
        __s0.push_within((__v3, __v2));
    }
    let __d_k_row = ::backprop::__private::row_mut(&mut *__d_k, 0, __v0);
    let mut __v4 = __seed;
    for i in (0..__v0).rev() {
        let ::core::option::Option::Some((__v5, __v6)) = __s0.pop() else {
            ::core::unreachable!()
        };
        let __v7 = __v4 * k[i];
        let (__c, __c_1) = __v5(__v7);
        ::backprop::__private::put::<
            __EMPTY,
            _,
        >(
            &mut __d_k_row[i],
            __v4 * __v6
                + ::backprop::__private::carried::<::core::primitive::f64, _>(__c_1),
        );
        __v4 = ::backprop::__private::carried::<::core::primitive::f64, _>(__c);
    }
    (s, (__v4,))
}
