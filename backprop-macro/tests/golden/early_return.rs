#[grad]
fn early_return(x: f64, y: f64) -> f64 {
    if x < 0.0 {
        return x * y;
    }
    let mut t = x.sqrt();
    if t > y {
        t = t * y;
    }
    t.ln() + x
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(x: f64, y: f64, __seed: f64) -> (f64, (f64, f64)) {
    let (__v4, __v5, __v6) = if x < 0.0 {
        (x * y, __seed * y, __seed * x)
    } else {
        let t = x.sqrt();
        let __v0 = t > y;
        let __t_1 = if __v0 {
            let t = t * y;
            t
        } else {
            t
        };
        let __v1 = __seed / __t_1;
        let (__v2, __v3) = if __v0 { (__v1 * t, __v1 * y) } else { (0.0_f64, __v1) };
        (__t_1.ln() + x, __seed + __v3 * (0.5 / t), __v2)
    };
    (__v4, (__v5, __v6))
}
