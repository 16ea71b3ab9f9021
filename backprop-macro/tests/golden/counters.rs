#[grad]
fn counters(x: &[f64], start: f64) -> f64 {
    let mut s = start;
    let mut i = 0;
    let mut last = 0;
    while i < x.len() {
        s = s * x[i].sin() + x[last];
        last = i;
        i += 2;
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    x: &[f64],
    start: f64,
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64,)) {
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut s = start;
    let mut i = 0;
    let mut last = 0;
    let mut __v0 = 0;
    while i < (*x).len() {
        let __v1 = x[i].sin();
        let __s_1 = s * __v1 + x[last];
        let __i_1 = i + 2;
        let __v2 = __v0 + 1;
        __s0.push((i, __v1, s, last));
        s = __s_1;
        last = i;
        i = __i_1;
        __v0 = __v2;
    }
    let mut __v3 = __seed;
    for _ in 0..__v0 {
        let ::core::option::Option::Some((i, __v4, s, last)) = __s0.pop() else {
            ::core::unreachable!()
        };
        __d_x[last] += __v3;
        __d_x[i] += __v3 * s * x[i].cos();
        __v3 *= __v4;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (s, (__v3,))
}
