#[grad]
fn branches(x: &[f64], t: f64) -> f64 {
    let mut s = t;
    for i in 0..x.len() {
        if x[i] > 0.5 {
            s = s * x[i];
        } else if i > 3 {
            s = s - x[i] * t;
        }
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core<const __EMPTY: ::core::primitive::bool>(
    x: &[f64],
    t: f64,
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64,)) {
    use ::core::iter::Iterator as _;
    let __v0 = (*x).len();
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut s = t;
    for i in __s0.room_for(0..__v0) {
        let __v1 = x[i];
        let __s_1 = if __v1 > 0.5 {
            let s = s * __v1;
            s
        } else {
            let s = if i > 3 {
                let s = s - __v1 * t;
                s
            } else {
                s
            };
            s
        };
        __s0.push_within(s);
        s = __s_1;
    }
    let __d_x_row = ::backprop::__private::row_mut(&mut *__d_x, 0, __v0);
    let mut __v2 = __seed;
    let mut __v3 = 0.0_f64;
    for i in (0..__v0).rev() {
        let ::core::option::Option::Some(s) = __s0.pop() else { ::core::unreachable!() };
        let __v4 = x[i];
        let (__v8, __v9) = if __v4 > 0.5 {
            let __v5 = __v2 * s;
            __v2 *= __v4;
            (0.0_f64, __v5)
        } else {
            let (__v6, __v7) = if i > 3 {
                (-(__v2 * __v4), -(__v2 * t))
            } else {
                (0.0_f64, 0.0_f64)
            };
            (__v6, __v7)
        };
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_x_row[i], __v9);
        __v3 += __v8;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (s, (__v2 + __v3,))
}
