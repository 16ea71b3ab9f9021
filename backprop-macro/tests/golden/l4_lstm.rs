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
fn __core<const __EMPTY: ::core::primitive::bool>(
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
    let mut h = 0.0_f64;
    let mut c = 0.0_f64;
    let mut loss = 0.0_f64;
    for t in __s0.room_for(0..__v0) {
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
        __s0.push_within((__v4, change, output, __v3, ingate, __v2, forget, __v1, c, h));
        h = __h_1;
        c = __c_1;
    }
    if __v0 != 0 {
        let __v5 = w[7];
        let __v6 = w[6];
        let __v7 = w[5];
        let __v8 = w[4];
        let __v9 = w[3];
        let __v10 = w[2];
        let __v11 = w[1];
        let __v12 = w[0];
        let __d_inputs_row = ::backprop::__private::row_mut(&mut *__d_inputs, 0, __v0);
        let mut __v13 = 0.0_f64;
        let mut __v14 = 0.0_f64;
        for t in (0..__v0).rev() {
            let ::core::option::Option::Some(
                (__v15, change, output, __v16, ingate, __v17, forget, __v18, c, h),
            ) = __s0.pop() else { ::core::unreachable!() };
            let __h_2 = output * __v15;
            let __v19 = __seed * __h_2;
            let __v20 = __v13 + __v19 + __v19;
            let __v21 = __v14 + __v20 * output * (1.0 - __v15 * __v15);
            let __v22 = __v21 * ingate * (1.0 - change * change);
            __d_w[7] += __v22 * h;
            let x = inputs[t];
            __d_w[6] += __v22 * x;
            let __v23 = __v20 * __v15 / (1.0 + __v16) * output * __v16;
            __d_w[5] += __v23 * h;
            __d_w[4] += __v23 * x;
            let __v24 = __v21 * change / (1.0 + __v17) * ingate * __v17;
            __d_w[3] += __v24 * h;
            __d_w[2] += __v24 * x;
            let __v25 = __v21 * c / (1.0 + __v18) * forget * __v18;
            __d_w[1] += __v25 * h;
            __d_w[0] += __v25 * x;
            ::backprop::__private::put::<
                __EMPTY,
                _,
            >(
                &mut __d_inputs_row[t],
                __v22 * __v6 + __v23 * __v8 + __v24 * __v10 + __v25 * __v12,
            );
            __v13 = __v22 * __v5 + __v23 * __v7 + __v24 * __v9 + __v25 * __v11;
            __v14 = __v21 * forget;
        }
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (loss, ())
}
