#[grad]
fn counters(x: &[f64], start: f64, rows: usize, width: usize) -> f64 {
    let mut s = start;
    let mut at = 1;
    for r in 0..rows {
        s = s * x[at] + x[r * width];
        at += width;
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    x: &[f64],
    start: f64,
    rows: usize,
    width: usize,
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64,)) {
    use ::core::iter::Iterator as _;
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut s = start;
    let mut at = 1;
    for r in __s0.room_for(0..rows) {
        let __s_1 = s * x[at] + x[r * width];
        at += width;
        __s0.push_within(s);
        s = __s_1;
    }
    let mut __v0 = __seed;
    for r in (0..rows).rev() {
        let ::core::option::Option::Some(s) = __s0.pop() else { ::core::unreachable!() };
        __d_x[r * width] += __v0;
        let at = ::backprop::__private::induct(1, r, 0, width);
        let __v1 = __v0 * x[at];
        __d_x[at] += __v0 * s;
        __v0 = __v1;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (s, (__v0,))
}
