#[grad]
fn largest(x: &[f64]) -> f64 {
    let mut max = x[0];
    for i in 1..x.len() {
        if x[i].abs() > max {
            max = x[i].abs();
        }
    }
    max * max
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(x: &[f64], __seed: f64, __d_x: &mut [::core::primitive::f64]) -> (f64, ()) {
    let mut max = x[0];
    let __v0 = (*x).len();
    let __v1 = ::backprop::__private::extent(1, __v0);
    if ::backprop::__private::outside((*x).len(), 1, __v1) {
        for __i in 1..__v0 {
            let __v2 = x[__i];
        }
        ::core::unreachable!()
    }
    let __x_row = ::backprop::__private::row(x, 1, __v1);
    let mut __max_1 = max;
    let mut __v3 = __v0;
    for __i_1 in 0..__v1 {
        let i = 1 + __i_1;
        let __v4 = __x_row[__i_1].abs();
        if __v4 > __max_1 {
            __max_1 = __v4;
            __v3 = i;
        }
    }
    let __v5 = __v3 != __v0;
    if __v5 {
        max = x[__v3].abs();
    }
    let __v6 = __seed * (max + max);
    let __v7 = max * max;
    let __v8 = if __v5 {
        __d_x[__v3] += __v6 * ::backprop::__private::partials::abs_d0(x[__v3]);
        0.0_f64
    } else {
        __v6
    };
    __d_x[0] += __v8;
    (__v7, ())
}
