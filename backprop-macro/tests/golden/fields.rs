#[grad]
fn fields(body: &Body, g: f64) -> f64 {
    let kinetic = 0.5 * body.mass * body.speed * body.speed;
    kinetic + body.mass * g * body.height
}

// Generated:
#[doc(hidden)]
#[inline]
fn __core(
    body: &Body,
    g: f64,
    __seed: f64,
    __d_body: &mut <Body as ::backprop::Differentiable>::Tangent,
) -> (f64, (f64,)) {
    let __v0 = 0.5 * body.mass;
    let __v1 = body.speed;
    let __v2 = __v0 * __v1;
    let __v3 = body.speed;
    let kinetic = __v2 * __v3;
    let __v4 = body.mass;
    let __v5 = __v4 * g;
    let __v6 = body.height;
    let __v7 = ::backprop::__private::linear(__seed);
    let __v8 = kinetic + __v5 * __v6;
    let __v9 = __v7 * __v6;
    ::backprop::__private::Accumulate::accumulate(
        &mut *__d_body.__d_height(),
        __v7 * __v5,
    );
    let __v10 = __v9 * g;
    let __v11 = __v9 * __v4;
    ::backprop::__private::Accumulate::accumulate(&mut *__d_body.__d_mass(), __v10);
    let __v12 = __v7 * __v3;
    ::backprop::__private::Accumulate::accumulate(
        &mut *__d_body.__d_speed(),
        __v7 * __v2,
    );
    let __v13 = ::backprop::__private::linear(__v12);
    let __v14 = __v13 * __v1;
    ::backprop::__private::Accumulate::accumulate(
        &mut *__d_body.__d_speed(),
        __v13 * __v0,
    );
    ::backprop::__private::Accumulate::accumulate(
        &mut *__d_body.__d_mass(),
        __v14 * 0.5,
    );
    (__v8, (__v11,))
}
