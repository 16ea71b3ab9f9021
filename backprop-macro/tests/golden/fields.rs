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
    let __v0 = body.mass;
    let __v1 = 0.5 * __v0;
    let __v2 = body.speed;
    let __v3 = __v1 * __v2;
    let __v4 = body.speed;
    let kinetic = __v3 * __v4;
    let __v5 = body.mass;
    let __v6 = __v5 * g;
    let __v7 = body.height;
    let __v8 = ::backprop::__private::operators::mul_back(__seed, &__v6, &__v7);
    let __v9 = kinetic + __v6 * __v7;
    ::backprop::__private::Accumulate::accumulate(&mut *__d_body.__d_height(), __v8.1);
    let __v10 = ::backprop::__private::operators::mul_back(__v8.0, &__v5, &g);
    ::backprop::__private::Accumulate::accumulate(&mut *__d_body.__d_mass(), __v10.0);
    let __v11 = ::backprop::__private::operators::mul_back(__seed, &__v3, &__v4);
    ::backprop::__private::Accumulate::accumulate(&mut *__d_body.__d_speed(), __v11.1);
    let __v12 = ::backprop::__private::operators::mul_back(__v11.0, &__v1, &__v2);
    ::backprop::__private::Accumulate::accumulate(&mut *__d_body.__d_speed(), __v12.1);
    ::backprop::__private::Accumulate::accumulate(
        &mut *__d_body.__d_mass(),
        ::backprop::__private::operators::mul_back(__v12.0, &0.5, &__v0).1,
    );
    (__v9, (__v10.1,))
}
