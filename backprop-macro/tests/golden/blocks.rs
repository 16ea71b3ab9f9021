#[grad(forward)]
fn weighted(x: &[f64; 12], v: &[f64; 3]) -> Vec<f64> {
    let mut out = vec![0.0; 4];
    let mut turned = 0.0;
    for k in 0..4 {
        turned += x[k];
        for i in 0..3 {
            out[i] += turned.sin() * v[i] * x[k + 4];
        }
    }
    out[3] = scaled(turned, x[11]);
    out
}

// Generated:
#[doc(hidden)]
#[inline]
fn __jvp_blocks<
    const __K: ::core::primitive::usize,
    const __B: ::core::primitive::usize,
>(
    x: &[f64; 12],
    __t_x: [::core::option::Option<
        &[::backprop::__private::Lanes<::core::primitive::f64, __K>; 12],
    >; __B],
    __in: &[::core::primitive::u64],
    v: &[f64; 3],
    __t_v: [::core::option::Option<
        &[::backprop::__private::Lanes<::core::primitive::f64, __K>; 3],
    >; __B],
    __in_1: &[::core::primitive::u64],
) -> (
    Vec<f64>,
    ::backprop::__private::Vec<
        ::backprop::__private::Vec<
            ::backprop::__private::Lanes<::core::primitive::f64, __K>,
        >,
    >,
    <::backprop::__private::Vec<
        ::backprop::__private::Lanes<::core::primitive::f64, __K>,
    > as ::backprop::__private::Masked>::Masks,
) {
    let __z;
    let __t_x = match ::backprop::__private::all_given(__t_x) {
        ::core::option::Option::Some(__t_x) => __t_x,
        ::core::option::Option::None => {
            __z = [::backprop::__private::Lanes::splat(0.0_f64); 12];
            __t_x.map(|__t| __t.unwrap_or(&__z))
        }
    };
    let __in = ::backprop::__private::marks_from(__t_x[0], __in);
    let __z_1;
    let __t_v = match ::backprop::__private::all_given(__t_v) {
        ::core::option::Option::Some(__t_v) => __t_v,
        ::core::option::Option::None => {
            __z_1 = [::backprop::__private::Lanes::splat(0.0_f64); 3];
            __t_v.map(|__t| __t.unwrap_or(&__z_1))
        }
    };
    let __in_1 = ::backprop::__private::marks_from(__t_v[0], __in_1);
    let mut __t_out = ::backprop::__private::vec_from_elem(
        ::backprop::__private::vec_from_elem(
            ::backprop::__private::Lanes::<_, __K>::splat(0.0_f64),
            4,
        ),
        __B,
    );
    let mut __in_2 = ::backprop::__private::marks(&__t_out);
    let mut out = ::backprop::__private::vec_from_elem(0.0_f64, 4);
    let mut __v0 = [::backprop::__private::Lanes::<_, __K>::splat(0.0_f64); __B];
    let mut __in_3 = ::backprop::__private::marks(&__v0);
    let __in_4 = ::backprop::__private::union(&__in_3);
    for __b in ::backprop::__private::bits(__in_4) {
        __v0[__b] = ::backprop::__private::Lanes::<_, __K>::splat(0.0_f64);
    }
    ::backprop::__private::mark(&mut __in_3, __in_4);
    let mut turned = 0.0_f64;
    for k in 0..4 {
        turned += x[k];
        let mut __v1 = [::backprop::__private::Lanes::<_, __K>::splat(0.0_f64); __B];
        let mut __in_5 = ::backprop::__private::marks(&__v1);
        let __in_6 = ::backprop::__private::union(&__in_3) | __in[k]
            | ::backprop::__private::union(&__in_5);
        for __b_1 in ::backprop::__private::bits(__in_6) {
            __v1[__b_1] = __v0[__b_1] + __t_x[__b_1][k];
        }
        ::backprop::__private::mark(&mut __in_5, __in_6);
        for i in 0..3 {
            let __v2 = turned.sin();
            let __v3 = turned.cos();
            let __v4 = v[i];
            let __v5 = __v2 * __v4;
            let __v6 = k + 4;
            let __v7 = x[__v6];
            let __v8 = out[i] + __v5 * __v7;
            out[i] = __v8;
            let __in_7 = ::backprop::__private::union(&__in_5) | __in_1[i] | __in[__v6];
            for __b_2 in ::backprop::__private::bits(__in_7) {
                let __v9 = __v1[__b_2] * __v3;
                let __v10 = __v9 * __v4 + __t_v[__b_2][i] * __v2;
                let __v11 = __v10 * __v7 + __t_x[__b_2][__v6] * __v5;
                let __v12 = __t_out[__b_2][i];
                __t_out[__b_2][i] = __v12 + __v11;
            }
            __in_2[i] |= __in_7;
        }
        let __in_8 = ::backprop::__private::union(&__in_5)
            | ::backprop::__private::union(&__in_3);
        for __b_3 in ::backprop::__private::bits(__in_8) {
            __v0[__b_3] = __v1[__b_3];
        }
        ::backprop::__private::mark(&mut __in_3, __in_8);
    }
    let __v13 = x[11];
    let mut __v14 = [::backprop::__private::Lanes::<_, __K>::splat(0.0_f64); __B];
    let mut __in_9 = ::backprop::__private::marks(&__v14);
    let __in_10 = __in[11] | ::backprop::__private::union(&__in_9);
    for __b_4 in ::backprop::__private::bits(__in_10) {
        __v14[__b_4] = __t_x[__b_4][11];
    }
    ::backprop::__private::mark(&mut __in_9, __in_10);
    let __v15 = scaled::__jvp_blocks(
        turned,
        ::backprop::__private::given::<
            _,
            __B,
        >(|__b_5: ::core::primitive::usize| ::backprop::__private::along(__v0[__b_5])),
        ::core::convert::AsRef::as_ref(&__in_3),
        __v13,
        ::backprop::__private::given::<
            _,
            __B,
        >(|__b_6: ::core::primitive::usize| ::backprop::__private::along(__v14[__b_6])),
        ::core::convert::AsRef::as_ref(&__in_9),
    );
    let __v16 = __v15.0;
    let __v17 = __v15.1;
    let __in_11 = __v15.2;
    out[3] = __v16;
    let __in_12 = ::backprop::__private::union(&__in_11) | __in_2[3];
    for __b_7 in ::backprop::__private::bits(__in_12) {
        __t_out[__b_7][3] = __v17[__b_7];
    }
    __in_2[3] |= __in_12;
    (out, ::backprop::__private::Parts::into_parts(__t_out), __in_2)
}
