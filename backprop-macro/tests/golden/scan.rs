#[grad]
fn scan(x: &[f64]) -> f64 {
    let mut a = x.to_vec();
    for i in 1..a.len() {
        a[i] = a[i] * a[i - 1];
    }
    a[a.len() - 1]
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    x: &[f64],
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let mut a = x.to_vec();
    let __v0 = a.len();
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    for i in __s0.room_for(1..__v0) {
        let __v1 = a[i];
        a[i] = __v1 * a[i - 1];
        __s0.push_within(__v1);
    }
    let __v2 = __v0 - 1;
    let __v3 = a[__v2];
    let mut __d_a = ::backprop::__private::vec_from_elem(0.0_f64, a.len());
    __d_a[__v2] += __seed;
    for i in (1..__v0).rev() {
        let ::core::option::Option::Some(__v4) = __s0.pop() else {
            ::core::unreachable!()
        };
        a[i] = __v4;
        let __v5 = __d_a[i];
        __d_a[i] = 0.0;
        let __v6 = i - 1;
        let __v7 = __v5 * a[__v6];
        __d_a[__v6] += __v5 * __v4;
        __d_a[i] += __v7;
    }
    ::backprop::__private::add_slices(&mut *__d_x, &__d_a);
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (__v3, ())
}
