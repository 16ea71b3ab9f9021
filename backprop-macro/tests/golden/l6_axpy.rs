#[grad]
fn l6_axpy(a: &[f64], x: &[f64], n: usize) -> f64 {
    let mut out = vec![0.0; n];
    for j in 0..x.len() {
        for i in 0..n {
            out[i] += a[j * n + i] * x[j];
        }
    }
    let mut sum = 0.0;
    for i in 0..n {
        sum += out[i] * out[i];
    }
    sum
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    a: &[f64],
    x: &[f64],
    n: usize,
    __seed: f64,
    __d_a: &mut [::core::primitive::f64],
    __d_x: &mut [::core::primitive::f64],
) -> (f64, ()) {
    let mut out = ::backprop::__private::vec_from_elem(0.0_f64, n);
    let mut __d_out = ::backprop::__private::vec_from_elem(0.0_f64, out.len());
    let __v0 = (*x).len();
    for j in 0..__v0 {
        for i in 0..n {
            let __v1 = a[j * n + i] * x[j];
            let __v2 = out[i];
            out[i] = __v2 + __v1;
        }
    }
    let mut sum = 0.0_f64;
    for i in 0..n {
        let __v3 = out[i];
        let __v4 = out[i];
        sum += __v3 * __v3;
        let __v5 = __seed * __v3;
        __d_out[i] += __v5 + __v5;
    }
    for j in 0..__v0 {
        let mut __v6 = 0.0_f64;
        for i in 0..n {
            let __v7 = __d_out[i];
            let __v8 = __v7 * x[j];
            let __v9 = j * n + i;
            let __v10 = __v6 + __v7 * a[__v9];
            __d_a[__v9] += __v8;
            __v6 = __v10;
        }
        __d_x[j] += __v6;
    }
    (sum, ())
}
