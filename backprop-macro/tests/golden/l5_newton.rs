#[grad]
fn l5_newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    a: f64,
    __seed: f64,
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64,)) {
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut x = a;
    let mut __v0 = 0;
    while (x * x - a).abs() > 1e-12 {
        let __v1 = a / x;
        let __x_1 = 0.5 * (x + __v1);
        let __v2 = __v0 + 1;
        __s0.push((__v1, x));
        x = __x_1;
        __v0 = __v2;
    }
    let mut __v3 = __seed;
    let mut __v4 = 0.0_f64;
    for _ in 0..__v0 {
        let ::core::option::Option::Some((__v5, x)) = __s0.pop() else {
            ::core::unreachable!()
        };
        let __v6 = __v3 * 0.5;
        let __v7 = __v6 / x;
        __v3 = __v6 + -(__v7 * __v5);
        __v4 += __v7;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (x, (__v3 + __v4,))
}
