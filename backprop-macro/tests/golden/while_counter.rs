#[grad]
fn while_counter(x: &[f64], start: f64) -> f64 {
    let mut s = start;
    let mut i = 0;
    while i < x.len() {
        s = s * x[i];
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
    let mut __v0 = 0;
    while i < (*x).len() {
        let __s_1 = s * x[i];
        let __i_1 = i + 2;
        let __v1 = __v0 + 1;
        __s0.push((i, s));
        s = __s_1;
        i = __i_1;
        __v0 = __v1;
    }
    let mut __v2 = __seed;
    for _ in 0..__v0 {
        let ::core::option::Option::Some((i, s)) = __s0.pop() else {
            ::core::unreachable!()
        };
        let __v3 = __v2 * x[i];
        __d_x[i] += __v2 * s;
        __v2 = __v3;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (s, (__v2,))
}
