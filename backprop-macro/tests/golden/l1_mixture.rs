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
fn __core(
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
        for j in 0..k {
            let d = points[p] - means[j];
            scores[j] = weights[j] - 0.5 * d * d;
        }
        let mut sum = 0.0_f64;
        for j in 0..k {
            let __v0 = scores[j].exp();
            sum += __v0;
            __s0.push(__v0);
        }
        total += sum.ln();
        let __v1 = __seed / sum;
        for j in (0..k).rev() {
            let ::core::option::Option::Some(__v2) = __s0.pop() else {
                ::core::unreachable!()
            };
            __d_scores[j] += __v1 * __v2;
        }
        let mut __v3 = 0.0_f64;
        for j in (0..k).rev() {
            let __v4 = __d_scores[j];
            __d_scores[j] = 0.0;
            let __v5 = means[j];
            let __v6 = points[p];
            let d = __v6 - __v5;
            let __v7 = -(__v4 * (0.5 * d)) + -(__v4 * d * 0.5);
            __d_weights[j] += __v4;
            __d_means[j] -= __v7;
            __v3 += __v7;
        }
        __d_points[p] += __v3;
    }
    ::backprop::__private::Stacks::put(__stacks, 0, __s0);
    (total, ())
}
