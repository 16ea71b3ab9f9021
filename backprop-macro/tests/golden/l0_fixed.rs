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
    let __v4 = b[0];
    let __v5 = a[0];
    let cross = [
        __v0 * __v1 - __v2 * __v3,
        __v2 * __v4 - __v5 * __v1,
        __v5 * __v3 - __v0 * __v4,
    ];
    let __v6 = cross[0];
    let __v7 = cross[1];
    let __v8 = cross[2];
    let __v9 = (__v6 * __v6 + __v7 * __v7 + __v8 * __v8).sqrt();
    let mut __d_cross = [0.0_f64; 3];
    let __v10 = __seed * (0.5 / __v9);
    let __v11 = __v10 * __v8;
    __d_cross[2] = __v11 + __v11;
    let __v12 = __v10 * __v7;
    __d_cross[1] = __v12 + __v12;
    let __v13 = __v10 * __v6;
    __d_cross[0] = __v13 + __v13;
    let __v14 = __d_cross[0];
    let __v15 = __d_cross[1];
    let __v16 = __d_cross[2];
    __d_a[0] += __v16 * __v3 + -(__v15 * __v1);
    __d_b[0] += -(__v16 * __v0) + __v15 * __v2;
    __d_b[1] += __v16 * __v5 + -(__v14 * __v2);
    __d_a[2] += __v15 * __v4 + -(__v14 * __v3);
    __d_b[2] += -(__v15 * __v5) + __v14 * __v0;
    __d_a[1] += -(__v16 * __v4) + __v14 * __v1;
    (__v9, ())
}
