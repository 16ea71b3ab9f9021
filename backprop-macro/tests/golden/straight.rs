#[grad]
fn straight(x: f64, y: f64) -> f64 {
    let t = (x * y).sin();
    let u = t.exp() / (1.0 + t * t);
    u - y.tanh()
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(x: f64, y: f64, __seed: f64) -> (f64, (f64, f64)) {
    let __v0 = x * y;
    let t = __v0.sin();
    let __v1 = t.exp();
    let __v2 = 1.0 + t * t;
    let u = __v1 / __v2;
    let __v3 = y.tanh();
    let __v4 = __seed / __v2;
    let __v5 = -(__v4 * u * t);
    let __v6 = (__v5 + __v5 + __v4 * __v1) * __v0.cos();
    (u - __v3, (__v6 * y, -(__seed * (1.0 - __v3 * __v3)) + __v6 * x))
}
