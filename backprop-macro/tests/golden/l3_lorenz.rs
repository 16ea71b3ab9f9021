#[grad]
fn l3_lorenz(p: &[f64; 3], h: f64, steps: usize) -> f64 {
    let (mut x, mut y, mut z) = (1.0, 1.0, 1.0);
    for _ in 0..steps {
        let (k1x, k1y, k1z) = (p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z);
        let (ax, ay, az) = (x + 0.5 * h * k1x, y + 0.5 * h * k1y, z + 0.5 * h * k1z);
        let (k2x, k2y, k2z) = (p[0] * (ay - ax), ax * (p[1] - az) - ay, ax * ay - p[2] * az);
        let (bx, by, bz) = (x + 0.5 * h * k2x, y + 0.5 * h * k2y, z + 0.5 * h * k2z);
        let (k3x, k3y, k3z) = (p[0] * (by - bx), bx * (p[1] - bz) - by, bx * by - p[2] * bz);
        let (cx, cy, cz) = (x + h * k3x, y + h * k3y, z + h * k3z);
        let (k4x, k4y, k4z) = (p[0] * (cy - cx), cx * (p[1] - cz) - cy, cx * cy - p[2] * cz);
        x += h / 6.0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x);
        y += h / 6.0 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y);
        z += h / 6.0 * (k1z + 2.0 * k2z + 2.0 * k3z + k4z);
    }
    x + y + z
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    p: &[f64; 3],
    h: f64,
    steps: usize,
    __seed: f64,
    __d_p: &mut [f64; 3],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64,)) {
    use ::core::iter::Iterator as _;
    let __v0 = h / 6.0;
    let __v1 = h / 6.0;
    let __v2 = h / 6.0;
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut x = 1.0_f64;
    let mut y = 1.0_f64;
    let mut z = 1.0_f64;
    for _ in __s0.room_for(0..steps) {
        let __v3 = p[0];
        let k1x = __v3 * (y - x);
        let __v4 = p[1];
        let k1y = x * (__v4 - z) - y;
        let __v5 = p[2];
        let k1z = x * y - __v5 * z;
        let ax = x + 0.5 * h * k1x;
        let ay = y + 0.5 * h * k1y;
        let az = z + 0.5 * h * k1z;
        let k2x = __v3 * (ay - ax);
        let k2y = ax * (__v4 - az) - ay;
        let k2z = ax * ay - __v5 * az;
        let bx = x + 0.5 * h * k2x;
        let by = y + 0.5 * h * k2y;
        let bz = z + 0.5 * h * k2z;
        let k3x = __v3 * (by - bx);
        let k3y = bx * (__v4 - bz) - by;
        let k3z = bx * by - __v5 * bz;
        let cx = x + h * k3x;
        let cy = y + h * k3y;
        let cz = z + h * k3z;
        let k4x = __v3 * (cy - cx);
        let k4y = cx * (__v4 - cz) - cy;
        let k4z = cx * cy - __v5 * cz;
        let __x_1 = x + __v0 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x);
        let __y_1 = y + __v1 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y);
        let __z_1 = z + __v2 * (k1z + 2.0 * k2z + 2.0 * k3z + k4z);
        __s0.push_within((z, y, x));
        x = __x_1;
        y = __y_1;
        z = __z_1;
    }
    let __v6 = x + y + z;
    let mut __v7 = __seed;
    let mut __v8 = __seed;
    let mut __v9 = __seed;
    let mut __v10 = 0.0_f64;
    for _ in (0..steps).rev() {
        let ::core::option::Option::Some((z, y, x)) = __s0.pop() else {
            ::core::unreachable!()
        };
        let __v11 = p[2];
        let k1z = x * y - __v11 * z;
        let __v12 = 0.5 * h;
        let az = z + __v12 * k1z;
        let __v13 = p[1];
        let __v14 = __v13 - z;
        let k1y = x * __v14 - y;
        let __v15 = 0.5 * h;
        let ay = y + __v15 * k1y;
        let __v16 = y - x;
        let __v17 = p[0];
        let k1x = __v17 * __v16;
        let __v18 = 0.5 * h;
        let ax = x + __v18 * k1x;
        let k2z = ax * ay - __v11 * az;
        let __v19 = 0.5 * h;
        let bz = z + __v19 * k2z;
        let __v20 = __v13 - az;
        let k2y = ax * __v20 - ay;
        let __v21 = 0.5 * h;
        let by = y + __v21 * k2y;
        let __v22 = ay - ax;
        let k2x = __v17 * __v22;
        let __v23 = 0.5 * h;
        let bx = x + __v23 * k2x;
        let k3z = bx * by - __v11 * bz;
        let cz = z + h * k3z;
        let __v24 = __v13 - bz;
        let k3y = bx * __v24 - by;
        let cy = y + h * k3y;
        let __v25 = by - bx;
        let k3x = __v17 * __v25;
        let cx = x + h * k3x;
        let k4z = cx * cy - __v11 * cz;
        let __v26 = __v9 * __v2;
        let __v27 = __v13 - cz;
        let k4y = cx * __v27 - cy;
        let __v28 = __v8 * __v1;
        let __v29 = __v9 * (k1z + 2.0 * k2z + 2.0 * k3z + k4z) / 6.0
            + __v8 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y) / 6.0;
        let __v30 = cy - cx;
        let k4x = __v17 * __v30;
        let __v31 = __v7 * __v0;
        let __v32 = __v28 * cx;
        let __v33 = -(__v26 * __v11) + -__v32;
        let __v34 = __v31 * __v17;
        let __v35 = __v26 * cx + -__v28 + __v34;
        let __v36 = __v26 * cy + __v28 * __v27 + -__v34;
        let __v37 = __v26 * 2.0 + __v33 * h;
        let __v38 = __v28 * 2.0 + __v35 * h;
        let __v39 = __v29 + __v7 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x) / 6.0
            + __v33 * k3z + __v35 * k3y + __v36 * k3x;
        let __v40 = __v31 * 2.0 + __v36 * h;
        let __v41 = __v38 * bx;
        let __v42 = -(__v37 * __v11) + -__v41;
        let __v43 = __v40 * __v17;
        let __v44 = __v37 * bx + -__v38 + __v43;
        let __v45 = __v37 * by + __v38 * __v24 + -__v43;
        let __v46 = __v26 * 2.0 + __v42 * __v19;
        let __v47 = __v28 * 2.0 + __v44 * __v21;
        let __v48 = __v31 * 2.0 + __v45 * __v23;
        let __v49 = __v47 * ax;
        let __v50 = -(__v46 * __v11) + -__v49;
        let __v51 = __v48 * __v17;
        let __v52 = __v46 * ax + -__v47 + __v51;
        let __v53 = __v46 * ay + __v47 * __v20 + -__v51;
        let __v54 = __v26 + __v50 * __v12;
        let __v55 = __v28 + __v52 * __v15;
        let __v56 = __v39 + __v42 * k2z * 0.5 + __v44 * k2y * 0.5 + __v45 * k2x * 0.5
            + __v50 * k1z * 0.5 + __v52 * k1y * 0.5;
        let __v57 = __v31 + __v53 * __v18;
        __d_p[2] += -(__v26 * cz) + -(__v37 * bz) + -(__v46 * az) + -(__v54 * z);
        let __v58 = __v55 * x;
        __d_p[1] += __v32 + __v41 + __v49 + __v58;
        let __v59 = __v57 * __v17;
        __d_p[0] += __v31 * __v30 + __v40 * __v25 + __v48 * __v22 + __v57 * __v16;
        __v7 = __v7 + __v36 + __v45 + __v53 + __v54 * y + __v55 * __v14 + -__v59;
        __v8 = __v8 + __v35 + __v44 + __v52 + __v54 * x + -__v55 + __v59;
        __v9 = __v9 + __v33 + __v42 + __v50 + -(__v54 * __v11) + -__v58;
        __v10 += __v56 + __v53 * k1x * 0.5;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (__v6, (__v10,))
}
