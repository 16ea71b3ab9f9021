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
    use ::core::iter::Iterator as _;
    let mut __s0 = ::backprop::__private::Short::<_, 16>::new();
    let mut s = start;
    let mut i = 0;
    let mut __v0 = 0_usize;
    while i < (*x).len() {
        let __s_1 = s * x[i];
        i += 2;
        let __v1 = __v0 + 1;
        __s0.push_or_take(s, || ::backprop::__private::Stacks::take(__stacks, 0));
        s = __s_1;
        __v0 = __v1;
    }
    let mut __v2 = __seed;
    for __i in (0..__v0).rev() {
        let ::core::option::Option::Some(s) = __s0.pop() else { ::core::unreachable!() };
        let i = ::backprop::__private::induct(0, __i, 0_usize, 2);
        let __v3 = __v2 * x[i];
        __d_x[i] += __v2 * s;
        __v2 = __v3;
    }
    __s0.give_back(|__heap| ::backprop::__private::Stacks::put(__stacks, 0, __heap));
    (s, (__v2,))
}
