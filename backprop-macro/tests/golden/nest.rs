#[grad]
fn nest(w: &[f64], rounds: usize) -> f64 {
    let mut state = 0.3;
    for _ in 0..rounds {
        for j in 0..w.len() {
            state = (state * w[j]).sin();
        }
    }
    state
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[f64],
    rounds: usize,
    __seed: f64,
    __d_w: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut state = 0.3_f64;
    __s0.reserve(
        &[
            ::backprop::__private::range_len(0, rounds),
            ::backprop::__private::range_len(0, (*w).len()),
        ],
    );
    for _ in 0..rounds {
        for j in __s0.room_for(0..(*w).len()) {
            let __state_1 = (state * w[j]).sin();
            __s0.push_within(state);
            state = __state_1;
        }
    }
    let mut __v0 = __seed;
    for _ in (0..rounds).rev() {
        let __v1 = (*w).len();
        let __d_w_row = ::backprop::__private::row_mut(&mut *__d_w, 0, __v1);
        for j in (0..__v1).rev() {
            let ::core::option::Option::Some(state) = __s0.pop() else {
                ::core::unreachable!()
            };
            let __v2 = w[j];
            let __v3 = __v0 * (state * __v2).cos();
            __d_w_row[j] += __v3 * state;
            __v0 = __v3 * __v2;
        }
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (state, ())
}
