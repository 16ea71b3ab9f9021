#[grad]
fn l1_mixture(weights: &[f64], means: &[f64], points: &[f64]) -> f64 {
    let k = weights.len();
    let mut scores = vec![0.0; k];
    let mut total = 0.0;
    for p in 0..points.len() {
        for j in 0..k {
            let d = points[p] - means[j];
            scores[j] = weights[j] - 0.5 * d * d;
        }
        let mut sum = 0.0;
        for j in 0..k {
            sum += scores[j].exp();
        }
        total += sum.ln();
    }
    total
}

// Generated:
#[doc(hidden)]
#[inline]
#[allow(clippy::too_many_arguments)]
fn __core<const __EMPTY: ::core::primitive::bool>(
    weights: &[f64],
    means: &[f64],
    points: &[f64],
    __seed: f64,
    __d_weights: &mut [::core::primitive::f64],
    __d_means: &mut [::core::primitive::f64],
    __d_points: &mut [::core::primitive::f64],
    __stacks: &mut impl ::backprop::__private::Stacks,
) -> (f64, ()) {
    use ::core::iter::Iterator as _;
    let k = (*weights).len();
    let mut scores = ::backprop::__private::vec_from_elem(0.0_f64, k);
    let mut __d_scores = ::backprop::__private::vec_from_elem(0.0_f64, scores.len());
    let mut __s0 = ::backprop::__private::Stacks::take(__stacks, 0);
    let mut total = 0.0_f64;
    for p in 0..(*points).len() {
        if k != 0 {
            if ::backprop::__private::outside((*means).len(), 0, k)
                || ::backprop::__private::outside(scores.len(), 0, k)
            {
                let weights = &weights[..];
                let means = &means[..];
                let points = &points[..];
                let scores = &scores[..];
                ::backprop::__private::out_of_line(move || {
                    for __i in 0..k {
                        let __v0 = points[p];
                        let __v1 = means[__i];
                        let __v2 = weights[__i];
                        let __v3 = scores[__i];
                    }
                })
            }
            let __v4 = points[p];
            let __means_row = ::backprop::__private::row(means, 0, k);
            let __scores_row = ::backprop::__private::row_mut(&mut scores, 0, k);
            ::backprop::__private::apart2(
                __means_row,
                &mut *__scores_row,
                #[inline(always)]
                |__means_row, __scores_row| {
                    for j in 0..k {
                        let d = __v4 - __means_row[j];
                        __scores_row[j] = weights[j] - 0.5 * d * d;
                    }
                },
            );
        }
        if ::backprop::__private::outside(scores.len(), 0, k) {
            let scores = &scores[..];
            ::backprop::__private::out_of_line(move || {
                for __i_1 in 0..k {
                    let __v5 = scores[__i_1];
                }
            })
        }
        let __scores_row_1 = ::backprop::__private::row(&scores, 0, k);
        let mut sum = 0.0_f64;
        for j in __s0.room_for(0..k) {
            let __v6 = __scores_row_1[j].exp();
            sum += __v6;
            __s0.push_within(__v6);
        }
        total += sum.ln();
        let __v7 = __seed / sum;
        let __d_scores_row = ::backprop::__private::row_mut(&mut __d_scores, 0, k);
        for j in (0..k).rev() {
            let ::core::option::Option::Some(__v8) = __s0.pop() else {
                ::core::unreachable!()
            };
            __d_scores_row[j] = __v7 * __v8;
        }
        let __v13 = if k != 0 {
            let __v9 = points[p];
            let __d_scores_row_1 = ::backprop::__private::row(&__d_scores, 0, k);
            let __means_row_1 = ::backprop::__private::row(means, 0, k);
            let __d_weights_row = ::backprop::__private::row_mut(
                &mut *__d_weights,
                0,
                k,
            );
            let __d_means_row = ::backprop::__private::row_mut(&mut *__d_means, 0, k);
            let mut __v10 = 0.0_f64;
            for j in (0..k).rev() {
                let __v11 = __d_scores_row_1[j];
                let d = __v9 - __means_row_1[j];
                let __v12 = -(__v11 * (0.5 * d)) + -(__v11 * d * 0.5);
                __d_weights_row[j] += __v11;
                __d_means_row[j] -= __v12;
                __v10 += __v12;
            }
            __v10
        } else {
            0.0_f64
        };
        ::backprop::__private::put::<__EMPTY, _>(&mut __d_points[p], __v13);
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (total, ())
}
