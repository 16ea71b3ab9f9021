#[grad]
fn l5_newton(a: f64) -> f64 {
    let mut x = a;
    while (x * x - a).abs() > 1e-12 {
        x = 0.5 * (x + a / x);
    }
    x
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(a: f64, __seed: f64) -> (f64, (f64,)) {
    let mut x = a;
    let mut __v0 = 1.0_f64;
    while (x * x - a).abs() > 1e-12 {
        let __v1 = a / x;
        let __v2 = __v0 + (1.0 - __v0 * __v1) / x;
        x = 0.5 * (x + __v1);
        __v0 = __v2 * 0.5;
    }
    (x, (__seed * __v0,))
}
