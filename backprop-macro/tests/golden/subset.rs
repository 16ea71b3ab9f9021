#[grad(wrt(w))]
fn subset(w: &[f64; 2], x: f64, target: f64) -> f64 {
    let e = (w[0] * x + w[1]).tanh() - target.exp();
    e * e
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[f64; 2],
    x: f64,
    target: f64,
    __seed: f64,
    __d_w: &mut [f64; 2],
) -> (f64, ()) {
    let __v0 = (w[0] * x + w[1]).tanh();
    let e = __v0 - target.exp();
    let __v1 = __seed * e;
    let __v2 = (__v1 + __v1) * (1.0 - __v0 * __v0);
    __d_w[1] += __v2;
    __d_w[0] += __v2 * x;
    (e * e, ())
}
