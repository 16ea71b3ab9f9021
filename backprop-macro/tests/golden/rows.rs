#[grad]
fn rows(p: &[f64; 3], f: f64) -> [f64; 2] {
    let n = (p[0] * p[0] + p[1] * p[1]).sqrt();
    let (a, b) = (p[0] / p[2] + n, p[1] / (p[2] * n));
    [a * f * b, b * f]
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core_lanes<const __K: ::core::primitive::usize>(
    p: &[f64; 3],
    f: f64,
    _: [::backprop::__private::Lanes<::core::primitive::f64, __K>; 2],
    __d_p: &mut [::backprop::__private::Lanes<::core::primitive::f64, __K>; 3],
) -> ([f64; 2], (::backprop::__private::Lanes<::core::primitive::f64, __K>,)) {
    let __v0 = p[0];
    let __v1 = p[1];
    let n = (__v0 * __v0 + __v1 * __v1).sqrt();
    let __v2 = p[2];
    let __v3 = __v0 / __v2;
    let a = __v3 + n;
    let __v4 = __v2 * n;
    let b = __v1 / __v4;
    let __v5 = a * f;
    let __v6 = [__v5 * b, b * f];
    let __v7 = b * f;
    let __v8 = ::backprop::__private::quotient(
        ::backprop::__private::and_in_lane(
            ::backprop::__private::in_lane::<_, __K>(__v5, 0),
            f,
            1,
        ),
        __v4,
    );
    let __v9 = __v8 * b;
    let __v10 = __v7 / __v2;
    __d_p[2] = -(__v9 * n)
        + ::backprop::__private::in_lane::<_, __K>(-(__v10 * __v3), 0);
    let __v11 = (-(__v9 * __v2) + ::backprop::__private::in_lane::<_, __K>(__v7, 0))
        * (0.5 / n);
    let __v12 = __v11 * __v1;
    __d_p[1] = __v8 + __v12 + __v12;
    let __v13 = __v11 * __v0;
    __d_p[0] = ::backprop::__private::in_lane::<_, __K>(__v10, 0) + __v13 + __v13;
    (
        __v6,
        (
            ::backprop::__private::and_in_lane(
                ::backprop::__private::in_lane::<_, __K>(b * a, 0),
                b,
                1,
            ),
        ),
    )
}
