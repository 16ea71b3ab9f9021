#[grad]
fn two_states(x: &[f64], steps: usize) -> f64 {
    let mut before = x.to_vec();
    let mut now = x.to_vec();
    for _ in 0..steps {
        let mut next = vec![0.0; x.len()];
        for i in 0..x.len() {
            next[i] = 2.0 * now[i] - before[i] - 0.1 * now[i].sin();
        }
        before = now;
        now = next;
    }
    now[0] * before[0]
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    x: &[f64],
    steps: usize,
    __seed: f64,
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let mut before = x.to_vec();
    let mut now = x.to_vec();
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    for _ in __s0.room_for(0..steps) {
        let __v0 = (*x).len();
        let mut next = ::backprop::__private::vec_from_elem(0.0_f64, __v0);
        if ::backprop::__private::outside(now.len(), 0, __v0)
            || ::backprop::__private::outside(before.len(), 0, __v0)
            || ::backprop::__private::outside(next.len(), 0, __v0)
        {
            let before = &before[..];
            let now = &now[..];
            let next = &next[..];
            ::backprop::__private::out_of_line(move || {
                for __i in 0..__v0 {
                    let __v1 = now[__i];
                    let __v2 = before[__i];
                    let __v3 = next[__i];
                }
            })
        }
        let __now_row = ::backprop::__private::row(&now, 0, __v0);
        let __before_row = ::backprop::__private::row(&before, 0, __v0);
        let __next_row = ::backprop::__private::row_mut(&mut next, 0, __v0);
        ::backprop::__private::apart3(
            __now_row,
            __before_row,
            &mut *__next_row,
            #[inline(always)]
            |__now_row, __before_row, __next_row| {
                for i in 0..__v0 {
                    let __v4 = __now_row[i];
                    __next_row[i] = 2.0 * __v4 - __before_row[i] - 0.1 * __v4.sin();
                }
            },
        );
        ::core::mem::swap(&mut before, &mut now);
        let __v5 = now;
        now = next;
        __s0.push_within(__v5);
    }
    let __v6 = now[0];
    let __v7 = before[0];
    let mut __d_before = ::backprop::__private::vec_from_elem(0.0_f64, before.len());
    let mut __d_now = ::backprop::__private::vec_from_elem(0.0_f64, now.len());
    __d_before[0] += __seed * __v6;
    __d_now[0] += __seed * __v7;
    for _ in (0..steps).rev() {
        let ::core::option::Option::Some(__v8) = __s0.pop() else {
            ::core::unreachable!()
        };
        let __v9 = now;
        now = __v8;
        let __d_next = __d_now;
        __d_now = ::backprop::__private::vec_from_elem(0.0_f64, now.len());
        ::core::mem::swap(&mut before, &mut now);
        ::core::mem::swap(&mut __d_before, &mut __d_now);
        let __v10 = (*x).len();
        let __d_next_row = ::backprop::__private::row(&__d_next, 0, __v10);
        let __now_row_1 = ::backprop::__private::row(&now, 0, __v10);
        let __d_before_row = ::backprop::__private::row_mut(&mut __d_before, 0, __v10);
        let __d_now_row = ::backprop::__private::row_mut(&mut __d_now, 0, __v10);
        ::backprop::__private::apart4(
            __d_next_row,
            __now_row_1,
            &mut *__d_before_row,
            &mut *__d_now_row,
            #[inline(always)]
            |__d_next_row, __now_row_1, __d_before_row, __d_now_row| {
                for i in 0..__v10 {
                    let __v11 = __d_next_row[i];
                    let __v12 = -(__v11 * 0.1 * __now_row_1[i].cos());
                    __d_before_row[i] -= __v11;
                    __d_now_row[i] += __v12 + __v11 * 2.0;
                }
            },
        );
    }
    ::backprop::__private::add_slices(&mut *__d_x, &__d_now);
    ::backprop::__private::add_slices(&mut *__d_x, &__d_before);
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (__v6 * __v7, ())
}
