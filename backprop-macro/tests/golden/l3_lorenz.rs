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
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    __s0.reserve(::backprop::__private::trips(0, steps));
    let mut x = 1.0_f64;
    let mut y = 1.0_f64;
    let mut z = 1.0_f64;
    for _ in 0..steps {
        let __v0 = p[0];
        let k1x = __v0 * (y - x);
        let __v1 = p[1];
        let k1y = x * (__v1 - z) - y;
        let __v2 = p[2];
        let k1z = x * y - __v2 * z;
        let ax = x + 0.5 * h * k1x;
        let ay = y + 0.5 * h * k1y;
        let az = z + 0.5 * h * k1z;
        let __v3 = p[0];
        let k2x = __v0 * (ay - ax);
        let __v4 = p[1];
        let k2y = ax * (__v1 - az) - ay;
        let __v5 = p[2];
        let k2z = ax * ay - __v2 * az;
        let bx = x + 0.5 * h * k2x;
        let by = y + 0.5 * h * k2y;
        let bz = z + 0.5 * h * k2z;
        let __v6 = p[0];
        let k3x = __v0 * (by - bx);
        let __v7 = p[1];
        let k3y = bx * (__v1 - bz) - by;
        let __v8 = p[2];
        let k3z = bx * by - __v2 * bz;
        let cx = x + h * k3x;
        let cy = y + h * k3y;
        let cz = z + h * k3z;
        let __v9 = p[0];
        let k4x = __v0 * (cy - cx);
        let __v10 = p[1];
        let k4y = cx * (__v1 - cz) - cy;
        let __v11 = p[2];
        let k4z = cx * cy - __v2 * cz;
        let __v12 = h / 6.0;
        let __x_1 = x + __v12 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x);
        let __v13 = h / 6.0;
        let __y_1 = y + __v13 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y);
        let __v14 = h / 6.0;
        let __z_1 = z + __v14 * (k1z + 2.0 * k2z + 2.0 * k3z + k4z);
        __s0.push((__v14, __v13, __v12, z, y, x));
        x = __x_1;
        y = __y_1;
        z = __z_1;
    }
    let __v15 = x + y + z;
    let mut __v16 = __seed;
    let mut __v17 = __seed;
    let mut __v18 = __seed;
    let mut __v19 = 0.0_f64;
    for _ in (0..steps).rev() {
        let ::core::option::Option::Some((__v20, __v21, __v22, z, y, x)) = __s0.pop()
        else { ::core::unreachable!() };
        let __v23 = p[2];
        let k1z = x * y - __v23 * z;
        let __v24 = 0.5 * h;
        let az = z + __v24 * k1z;
        let __v25 = p[1];
        let __v26 = __v25 - z;
        let k1y = x * __v26 - y;
        let __v27 = 0.5 * h;
        let ay = y + __v27 * k1y;
        let __v28 = y - x;
        let __v29 = p[0];
        let k1x = __v29 * __v28;
        let __v30 = 0.5 * h;
        let ax = x + __v30 * k1x;
        let k2z = ax * ay - __v23 * az;
        let __v31 = 0.5 * h;
        let bz = z + __v31 * k2z;
        let __v32 = __v25 - az;
        let k2y = ax * __v32 - ay;
        let __v33 = 0.5 * h;
        let by = y + __v33 * k2y;
        let __v34 = ay - ax;
        let k2x = __v29 * __v34;
        let __v35 = 0.5 * h;
        let bx = x + __v35 * k2x;
        let k3z = bx * by - __v23 * bz;
        let cz = z + h * k3z;
        let __v36 = __v25 - bz;
        let k3y = bx * __v36 - by;
        let cy = y + h * k3y;
        let __v37 = by - bx;
        let k3x = __v29 * __v37;
        let cx = x + h * k3x;
        let k4z = cx * cy - __v23 * cz;
        let __v38 = __v18 * __v20;
        let __v39 = __v25 - cz;
        let k4y = cx * __v39 - cy;
        let __v40 = __v17 * __v21;
        let __v41 = __v18 * (k1z + 2.0 * k2z + 2.0 * k3z + k4z) / 6.0
            + __v17 * (k1y + 2.0 * k2y + 2.0 * k3y + k4y) / 6.0;
        let __v42 = cy - cx;
        let k4x = __v29 * __v42;
        let __v43 = __v16 * __v22;
        let __v44 = __v40 * cx;
        let __v45 = -(__v38 * __v23) + -__v44;
        let __v46 = __v43 * __v29;
        let __v47 = __v38 * cx + -__v40 + __v46;
        let __v48 = __v38 * cy + __v40 * __v39 + -__v46;
        let __v49 = __v38 * 2.0 + __v45 * h;
        let __v50 = __v40 * 2.0 + __v47 * h;
        let __v51 = __v41 + __v16 * (k1x + 2.0 * k2x + 2.0 * k3x + k4x) / 6.0
            + __v45 * k3z + __v47 * k3y + __v48 * k3x;
        let __v52 = __v43 * 2.0 + __v48 * h;
        let __v53 = __v50 * bx;
        let __v54 = -(__v49 * __v23) + -__v53;
        let __v55 = __v52 * __v29;
        let __v56 = __v49 * bx + -__v50 + __v55;
        let __v57 = __v49 * by + __v50 * __v36 + -__v55;
        let __v58 = __v38 * 2.0 + __v54 * __v31;
        let __v59 = __v40 * 2.0 + __v56 * __v33;
        let __v60 = __v43 * 2.0 + __v57 * __v35;
        let __v61 = __v59 * ax;
        let __v62 = -(__v58 * __v23) + -__v61;
        let __v63 = __v60 * __v29;
        let __v64 = __v58 * ax + -__v59 + __v63;
        let __v65 = __v58 * ay + __v59 * __v32 + -__v63;
        let __v66 = __v38 + __v62 * __v24;
        let __v67 = __v40 + __v64 * __v27;
        let __v68 = __v51 + __v54 * k2z * 0.5 + __v56 * k2y * 0.5 + __v57 * k2x * 0.5
            + __v62 * k1z * 0.5 + __v64 * k1y * 0.5;
        let __v69 = __v43 + __v65 * __v30;
        __d_p[2] += -(__v38 * cz) + -(__v49 * bz) + -(__v58 * az) + -(__v66 * z);
        let __v70 = __v67 * x;
        __d_p[1] += __v44 + __v53 + __v61 + __v70;
        let __v71 = __v69 * __v29;
        __d_p[0] += __v43 * __v42 + __v52 * __v37 + __v60 * __v34 + __v69 * __v28;
        __v16 = __v16 + __v48 + __v57 + __v65 + __v66 * y + __v67 * __v26 + -__v71;
        __v17 = __v17 + __v47 + __v56 + __v64 + __v66 * x + -__v67 + __v71;
        __v18 = __v18 + __v45 + __v54 + __v62 + -(__v66 * __v23) + -__v70;
        __v19 += __v68 + __v65 * k1x * 0.5;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (__v15, (__v19,))
}
