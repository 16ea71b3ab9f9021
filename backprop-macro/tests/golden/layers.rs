#[grad]
fn layers(w: &[f64], x: &[f64], depth: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    let mut z = vec![0.0; n];
    for l in 0..depth {
        for i in 0..n {
            let mut sum = 0.0;
            for j in 0..n {
                sum += w[(l * n + i) * n + j] * h[j];
            }
            z[i] = sum.tanh();
        }
        for i in 0..n {
            h[i] = z[i];
        }
    }
    let mut total = 0.0;
    for i in 0..n {
        total += h[i];
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[f64],
    x: &[f64],
    depth: usize,
    __seed: f64,
    __d_w: &mut [::core::primitive::f64],
    __d_x: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let n = (*x).len();
    let mut h = x.to_vec();
    let mut __d_h = ::backprop::__private::vec_from_elem(0.0_f64, h.len());
    let mut z = ::backprop::__private::vec_from_elem(0.0_f64, n);
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut __s1 = ::backprop::__private::Stacks::take(__stacks, 1);
    for l in 0..depth {
        for i in 0..n {
            let mut sum = 0.0_f64;
            for j in 0..n {
                sum += w[(l * n + i) * n + j] * h[j];
            }
            let __v0 = sum.tanh();
            z[i] = __v0;
            __s0.push(__v0);
        }
        for i in 0..n {
            let __v1 = z[i];
            let __v2 = h[i];
            h[i] = __v1;
            __s1.push(__v2);
        }
    }
    let mut total = 0.0_f64;
    for i in 0..n {
        total += h[i];
        __d_h[i] += __seed;
    }
    let mut __d_z = ::backprop::__private::vec_from_elem(0.0_f64, z.len());
    for l in (0..depth).rev() {
        for i in (0..n).rev() {
            let ::core::option::Option::Some(__v3) = __s1.pop() else {
                ::core::unreachable!()
            };
            h[i] = __v3;
            let __v4 = __d_h[i];
            __d_h[i] = 0.0;
            __d_z[i] += __v4;
        }
        for i in (0..n).rev() {
            let ::core::option::Option::Some(__v5) = __s0.pop() else {
                ::core::unreachable!()
            };
            let __v6 = __d_z[i];
            __d_z[i] = 0.0;
            let __v7 = __v6 * (1.0 - __v5 * __v5);
            for j in 0..n {
                let __v8 = __v7 * h[j];
                let __v9 = (l * n + i) * n + j;
                __d_h[j] += __v7 * w[__v9];
                __d_w[__v9] += __v8;
            }
        }
    }
    ::backprop::__private::add_slices(&mut *__d_x, &__d_h);
    ::backprop::__private::Stacks::put(__stacks, 1, __s1);
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (total, ())
}
