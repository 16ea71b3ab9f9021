#[grad]
fn while_range(l: &[f64], x: &[f64]) -> f64 {
    let mut at = 0;
    let mut s = 0.0;
    let mut i = 0;
    while i < x.len() {
        let mut j = i + 1;
        while j < x.len() {
            s += l[at] * x[i] * x[j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    s
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    l: &[f64],
    x: &[f64],
    __seed: f64,
    __d_l: &mut [::core::primitive::f64],
    __d_x: &mut [::core::primitive::f64],
) -> (f64, ()) {
    let i = 0;
    let __v0 = (*x).len();
    let mut at = 0;
    let mut s = 0.0_f64;
    for i in i..__v0 {
        let j = i + 1;
        let __v1 = __v0 - j;
        if __v1 != 0 {
            if ::backprop::__private::outside((*l).len(), at, __v1)
                || ::backprop::__private::outside((*x).len(), j, __v1)
            {
                let l = &l[..];
                let x = &x[..];
                ::backprop::__private::out_of_line(move || {
                    for __i in j..__v0 {
                        let __v2 = l[::backprop::__private::induct(at, __i, j, 1)];
                        let __v3 = x[i];
                        let __v4 = x[__i];
                    }
                })
            }
            let __v5 = x[i];
            let __l_row = ::backprop::__private::row(l, at, __v1);
            let __x_row = ::backprop::__private::row(x, j, __v1);
            let __d_l_row = ::backprop::__private::row_mut(&mut *__d_l, at, __v1);
            for __i_1 in 0..__v1 {
                let j = j + __i_1;
                let __v6 = __l_row[__i_1];
                let __v7 = __v6 * __v5;
                let __v8 = __x_row[__i_1];
                s += __v7 * __v8;
                let __v9 = __seed * __v8;
                __d_x[j] += __seed * __v7;
                __d_x[i] += __v9 * __v6;
                __d_l_row[__i_1] += __v9 * __v5;
            }
        }
        at += __v1;
    }
    (s, ())
}
