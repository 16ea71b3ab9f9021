#[grad]
fn remainder(x: &[f64], t: f64) -> f64 {
    let mut s = t;
    for i in 0..x.len() {
        if i % 3 == 0 {
            s = s * x[i];
        }
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
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
        let __s_1 = if i % 3 == 0 {
            let s = s * x[i];
            s
        } else {
            s
        };
        __s0.push_within(s);
        s = __s_1;
    }
    let mut __v1 = __seed;
    for i in (0..__v0).rev() {
        let ::core::option::Option::Some(s) = __s0.pop() else { ::core::unreachable!() };
        if i % 3 == 0 {
            let __v2 = __v1 * x[i];
            __d_x[i] += __v1 * s;
            __v1 = __v2;
        }
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (s, (__v1,))
}
