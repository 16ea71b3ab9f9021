#[grad]
fn l4_lstm(w: &[f64; 8], inputs: &[f64]) -> f64 {
    let (mut h, mut c) = (0.0, 0.0);
    let mut loss = 0.0;
    for t in 0..inputs.len() {
        let x = inputs[t];
        let forget = 1.0 / (1.0 + (-(w[0] * x + w[1] * h)).exp());
        let ingate = 1.0 / (1.0 + (-(w[2] * x + w[3] * h)).exp());
        let output = 1.0 / (1.0 + (-(w[4] * x + w[5] * h)).exp());
        let change = (w[6] * x + w[7] * h).tanh();
        c = c * forget + ingate * change;
        h = output * c.tanh();
        loss += h * h;
    }
    loss
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    w: &[f64; 8],
    inputs: &[f64],
    __seed: f64,
    __d_w: &mut [f64; 8],
    __d_inputs: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let __v0 = (*inputs).len();
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    __s0.reserve(::backprop::__private::trips(0, __v0));
    let mut h = 0.0_f64;
    let mut c = 0.0_f64;
    let mut loss = 0.0_f64;
    for t in 0..__v0 {
        let x = inputs[t];
        let __v1 = (-(w[0] * x + w[1] * h)).exp();
        let forget = 1.0 / (1.0 + __v1);
        let __v2 = (-(w[2] * x + w[3] * h)).exp();
        let ingate = 1.0 / (1.0 + __v2);
        let __v3 = (-(w[4] * x + w[5] * h)).exp();
        let output = 1.0 / (1.0 + __v3);
        let change = (w[6] * x + w[7] * h).tanh();
        let __c_1 = c * forget + ingate * change;
        let __v4 = __c_1.tanh();
        let __h_1 = output * __v4;
        loss += __h_1 * __h_1;
        __s0.push((__v4, change, output, __v3, ingate, __v2, forget, __v1, c, h));
        h = __h_1;
        c = __c_1;
    }
    let mut __v5 = 0.0_f64;
    let mut __v6 = 0.0_f64;
    for t in (0..__v0).rev() {
        let ::core::option::Option::Some(
            (__v7, change, output, __v8, ingate, __v9, forget, __v10, c, h),
        ) = __s0.pop() else { ::core::unreachable!() };
        let __h_2 = output * __v7;
        let __v11 = __seed * __h_2;
        let __v12 = __v5 + __v11 + __v11;
        let __v13 = __v6 + __v12 * output * (1.0 - __v7 * __v7);
        let __v14 = __v13 * ingate * (1.0 - change * change);
        let __v15 = __v14 * w[7];
        __d_w[7] += __v14 * h;
        let x = inputs[t];
        let __v16 = __v14 * w[6];
        __d_w[6] += __v14 * x;
        let __v17 = __v12 * __v7 / (1.0 + __v8) * output * __v8;
        let __v18 = __v15 + __v17 * w[5];
        __d_w[5] += __v17 * h;
        let __v19 = __v16 + __v17 * w[4];
        __d_w[4] += __v17 * x;
        let __v20 = __v13 * change / (1.0 + __v9) * ingate * __v9;
        let __v21 = __v18 + __v20 * w[3];
        __d_w[3] += __v20 * h;
        let __v22 = __v19 + __v20 * w[2];
        __d_w[2] += __v20 * x;
        let __v23 = __v13 * c / (1.0 + __v10) * forget * __v10;
        let __v24 = __v21 + __v23 * w[1];
        __d_w[1] += __v23 * h;
        let __v25 = __v22 + __v23 * w[0];
        __d_w[0] += __v23 * x;
        __d_inputs[t] += __v25;
        __v5 = __v24;
        __v6 = __v13 * forget;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (loss, ())
}
