#[grad]
fn l3_pendulum(k: f64, friction: f64, h: f64, steps: usize) -> f64 {
    let (mut x, mut v, mut work) = (1.0, 0.0, 0.0);
    let (half, sixth) = (0.5 * h, h / 6.0);
    for _ in 0..steps {
        let (a1, w1) = (-(k * x + friction * v * v), friction * v * work);
        let (v2, x2, u2) = (v + half * a1, x + half * v, work + half * w1);
        let (a2, w2) = (-(k * x2 + friction * v2 * v2), friction * v2 * u2);
        let (v3, x3, u3) = (v + half * a2, x + half * v2, work + half * w2);
        let (a3, w3) = (-(k * x3 + friction * v3 * v3), friction * v3 * u3);
        let (v4, x4, u4) = (v + h * a3, x + h * v3, work + h * w3);
        let (a4, w4) = (-(k * x4 + friction * v4 * v4), friction * v4 * u4);
        x += sixth * (v + 2.0 * v2 + 2.0 * v3 + v4) * x;
        v += sixth * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        work += sixth * (w1 + 2.0 * w2 + 2.0 * w3 + w4);
    }
    x * v + work
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    k: f64,
    friction: f64,
    h: f64,
    steps: usize,
    __seed: f64,
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, (f64, f64, f64)) {
    use ::core::iter::Iterator as _;
    let half = 0.5 * h;
    let sixth = h / 6.0;
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut x = 1.0_f64;
    let mut v = 0.0_f64;
    let mut work = 0.0_f64;
    for _ in __s0.room_for(0..steps) {
        let __v0 = friction * v;
        let a1 = -(k * x + __v0 * v);
        let w1 = __v0 * work;
        let v2 = v + half * a1;
        let x2 = x + half * v;
        let u2 = work + half * w1;
        let __v1 = friction * v2;
        let a2 = -(k * x2 + __v1 * v2);
        let w2 = __v1 * u2;
        let v3 = v + half * a2;
        let x3 = x + half * v2;
        let u3 = work + half * w2;
        let __v2 = friction * v3;
        let a3 = -(k * x3 + __v2 * v3);
        let w3 = __v2 * u3;
        let v4 = v + h * a3;
        let x4 = x + h * v3;
        let u4 = work + h * w3;
        let __v3 = friction * v4;
        let a4 = -(k * x4 + __v3 * v4);
        let w4 = __v3 * u4;
        let __x_1 = x + sixth * (v + 2.0 * v2 + 2.0 * v3 + v4) * x;
        let __v_1 = v + sixth * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        let __work_1 = work + sixth * (w1 + 2.0 * w2 + 2.0 * w3 + w4);
        __s0.push_within((work, v, x));
        x = __x_1;
        v = __v_1;
        work = __work_1;
    }
    let __v4 = x * v + work;
    let mut __v5 = __seed * v;
    let mut __v6 = __seed * x;
    let mut __v7 = __seed;
    let mut __v8 = 0.0_f64;
    let mut __v9 = 0.0_f64;
    let mut __v10 = 0.0_f64;
    let mut __v11 = 0.0_f64;
    let mut __v12 = 0.0_f64;
    for _ in (0..steps).rev() {
        let ::core::option::Option::Some((work, v, x)) = __s0.pop() else {
            ::core::unreachable!()
        };
        let __v13 = friction * v;
        let w1 = __v13 * work;
        let u2 = work + half * w1;
        let a1 = -(k * x + __v13 * v);
        let v2 = v + half * a1;
        let __v14 = friction * v2;
        let w2 = __v14 * u2;
        let u3 = work + half * w2;
        let x2 = x + half * v;
        let a2 = -(k * x2 + __v14 * v2);
        let v3 = v + half * a2;
        let __v15 = friction * v3;
        let w3 = __v15 * u3;
        let u4 = work + h * w3;
        let x3 = x + half * v2;
        let a3 = -(k * x3 + __v15 * v3);
        let v4 = v + h * a3;
        let __v16 = friction * v4;
        let w4 = __v16 * u4;
        let __v17 = __v7 * sixth;
        let x4 = x + h * v3;
        let a4 = -(k * x4 + __v16 * v4);
        let __v18 = __v7 * (w1 + 2.0 * w2 + 2.0 * w3 + w4)
            + __v6 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        let __v19 = __v6 * sixth;
        let __v20 = __v5 * x;
        let __v21 = v + 2.0 * v2 + 2.0 * v3 + v4;
        let __v22 = __v20 * sixth;
        let __v23 = __v17 * __v16;
        let __v24 = __v17 * u4 + -(__v19 * v4);
        let __v25 = __v22 + -(__v19 * __v16) + __v24 * friction;
        let __v26 = __v19 * k;
        let __v27 = __v17 * 2.0 + __v23 * h;
        let __v28 = __v19 * 2.0 + __v25 * h;
        let __v29 = __v27 * __v15;
        let __v30 = __v27 * u3 + -(__v28 * v3);
        let __v31 = __v22 * 2.0 + -(__v26 * h) + -(__v28 * __v15) + __v30 * friction;
        let __v32 = __v28 * k;
        let __v33 = __v17 * 2.0 + __v29 * half;
        let __v34 = __v19 * 2.0 + __v31 * half;
        let __v35 = __v33 * __v14;
        let __v36 = __v33 * u2 + -(__v34 * v2);
        let __v37 = __v22 * 2.0 + -(__v32 * half) + -(__v34 * __v14) + __v36 * friction;
        let __v38 = __v34 * k;
        let __v39 = __v17 + __v35 * half;
        let __v40 = __v29 * w2 + -(__v32 * v2) + __v31 * a2 + __v35 * w1 + -(__v38 * v)
            + __v37 * a1;
        let __v41 = __v19 + __v37 * half;
        let __v42 = __v39 * work + -(__v41 * v);
        __v5 = __v5 + __v5 * (sixth * __v21) + -__v26 + -__v32 + -__v38 + -(__v41 * k);
        __v6 = __v6 + __v22 + __v25 + __v31 + -(__v38 * half) + __v37 + -(__v41 * __v13)
            + __v42 * friction;
        __v7 = __v7 + __v23 + __v29 + __v35 + __v39 * __v13;
        __v8 += -(__v19 * x4) + -(__v28 * x3) + -(__v34 * x2) + -(__v41 * x);
        __v9 += __v24 * v4 + __v30 * v3 + __v36 * v2 + __v42 * v;
        __v10 += __v23 * w3 + -(__v26 * v3) + __v25 * a3;
        __v11 += __v40;
        __v12 += __v18 + __v20 * __v21;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (__v4, (__v8, __v9, __v10 + __v12 / 6.0 + __v11 * 0.5))
}
