#[grad]
fn linear_map(a: &[f64; 9], m: &[f64; 3], #[no_grad] x: &[[f64; 3]]) -> f64 {
    let mut y = [0.0; 3];
    let mut o = [0.0; 3];
    let mut all = 0.0;
    for p in 0..x.len() {
        for j in 0..3 {
            y[j] = x[p][j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..3 {
            for j in 0..3 {
                o[i] += a[i * 3 + j] * y[j];
            }
        }
        for j in 0..3 {
            all += o[j] * o[j];
        }
    }
    all
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    a: &[f64; 9],
    m: &[f64; 3],
    x: &[[f64; 3]],
    __seed: f64,
    __d_a: &mut [f64; 9],
    __d_m: &mut [f64; 3],
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let mut y = [0.0_f64; 3];
    let mut __d_y = [0.0_f64; 3];
    let mut o = [0.0_f64; 3];
    let mut __d_o = [0.0_f64; 3];
    let __v0 = (*x).len();
    let mut __d_o_1 = [0.0_f64; 3];
    let mut all = 0.0_f64;
    for p in 0..__v0 {
        for j in 0..3 {
            y[j] = x[p][j] - m[j];
            o[j] = 0.0;
        }
        for i in 0..3 {
            for j in 0..3 {
                let __v1 = a[i * 3 + j] * y[j];
                let __v2 = o[i];
                o[i] = __v2 + __v1;
            }
        }
        for j in 0..3 {
            let __v3 = o[j];
            all += __v3 * __v3;
            let __v4 = __seed * __v3;
            __d_o[j] += __v4 + __v4;
        }
        ::backprop::__private::add_slices(&mut __d_o_1, &__d_o);
        let __v5 = p + 1 == __v0;
        for i in 0..3 {
            for j in 0..3 {
                __d_a[i * 3 + j] += __d_o[i] * y[j];
            }
        }
        for j in (0..3).rev() {
            __d_o[j] = 0.0;
        }
        if __v5 {
            for i in 0..3 {
                for j in 0..3 {
                    __d_y[j] += __d_o_1[i] * a[i * 3 + j];
                }
            }
            for j in (0..3).rev() {
                let __v6 = __d_y[j];
                __d_y[j] = 0.0;
                __d_m[j] -= __v6;
            }
        }
    }
    (all, ())
}
