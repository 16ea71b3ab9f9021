#[grad]
fn l0_fixed(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    let cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    (cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]).sqrt()
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    a: &[f64; 3],
    b: &[f64; 3],
    __seed: f64,
    __d_a: &mut [f64; 3],
    __d_b: &mut [f64; 3],
) -> (f64, ()) {
    let __v0 = a[1];
    let __v1 = b[2];
    let __v2 = a[2];
    let __v3 = b[1];
    let __v4 = a[2];
    let __v5 = b[0];
    let __v6 = a[0];
    let __v7 = b[2];
    let __v8 = a[0];
    let __v9 = b[1];
    let __v10 = a[1];
    let __v11 = b[0];
    let cross = [
        __v0 * __v1 - __v2 * __v3,
        __v2 * __v5 - __v6 * __v1,
        __v6 * __v3 - __v0 * __v5,
    ];
    let __v12 = cross[0];
    let __v13 = cross[0];
    let __v14 = cross[1];
    let __v15 = cross[1];
    let __v16 = cross[2];
    let __v17 = cross[2];
    let __v18 = (__v12 * __v12 + __v14 * __v14 + __v16 * __v16).sqrt();
    let mut __d_cross = [0.0_f64; 3];
    let __v19 = __seed * (0.5 / __v18);
    let __v20 = __v19 * __v16;
    __d_cross[2] += __v20 + __v20;
    let __v21 = __v19 * __v14;
    __d_cross[1] += __v21 + __v21;
    let __v22 = __v19 * __v12;
    __d_cross[0] += __v22 + __v22;
    let __v23 = __d_cross[0];
    let __v24 = __d_cross[1];
    let __v25 = __d_cross[2];
    __d_a[0] += __v25 * __v3 + -(__v24 * __v1);
    __d_b[0] += -(__v25 * __v0) + __v24 * __v2;
    __d_b[1] += __v25 * __v6 + -(__v23 * __v2);
    __d_a[2] += __v24 * __v5 + -(__v23 * __v3);
    __d_b[2] += -(__v24 * __v6) + __v23 * __v0;
    __d_a[1] += -(__v25 * __v5) + __v23 * __v1;
    (__v18, ())
}
