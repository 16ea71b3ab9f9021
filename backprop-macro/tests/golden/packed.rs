#[grad]
fn packed(l: &[f64], start: f64, n: usize) -> f64 {
    let mut s = start;
    let mut next = 0;
    for i in 0..n {
        s = s * l[next];
        for j in i..n {
            next += 1;
        }
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    l: &[f64],
    start: f64,
    n: usize,
    __seed: f64,
    __d_l: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64,)) {
    use ::core::iter::Iterator as _;
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut s = start;
    let mut next = 0;
    for i in __s0.room_for(0..n) {
        let __s_1 = s * l[next];
        for _ in i..n {
            next += 1;
        }
        __s0.push_within(s);
        s = __s_1;
    }
    let mut __v0 = __seed;
    for i in (0..n).rev() {
        let ::core::option::Option::Some(s) = __s0.pop() else { ::core::unreachable!() };
        next = ::backprop::__private::retreat(next, i, n, 1);
        let __v1 = __v0 * l[next];
        __d_l[next] += __v0 * s;
        __v0 = __v1;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (s, (__v0,))
}
