//! The `math` methods of `Real` by the crate `libm`, for targets without std.
//!
//! Where libm has no such function, the definition of std is used.

macro_rules! backend {
    ($float:ident: $($name:ident($($arg:ident),*) = $libm:ident;)*) => {
        pub(super) mod $float {
            $(
                #[inline]
                pub(in super::super) fn $name($($arg: $float),*) -> $float {
                    libm::$libm($($arg),*)
                }
            )*

            #[inline]
            pub(in super::super) fn fract(x: $float) -> $float {
                x - trunc(x)
            }

            #[inline]
            pub(in super::super) fn div_euclid(x: $float, y: $float) -> $float {
                let quotient = trunc(x / y);
                if x % y < 0.0 {
                    return if y > 0.0 { quotient - 1.0 } else { quotient + 1.0 };
                }
                quotient
            }

            #[inline]
            pub(in super::super) fn rem_euclid(x: $float, y: $float) -> $float {
                let remainder = x % y;
                if remainder < 0.0 {
                    remainder + y.abs()
                } else {
                    remainder
                }
            }

            #[inline]
            pub(in super::super) fn log(x: $float, base: $float) -> $float {
                ln(x) / ln(base)
            }

            #[inline]
            pub(in super::super) fn sin_cos(x: $float) -> ($float, $float) {
                (sin(x), cos(x))
            }

            /// Repeated squaring, as the compiler's `powi` does.
            pub(in super::super) fn powi(x: $float, n: i32) -> $float {
                let (mut base, mut left, mut power) = (x, n.unsigned_abs(), 1.0);
                loop {
                    if left % 2 == 1 {
                        power *= base;
                    }
                    left /= 2;
                    if left == 0 {
                        break;
                    }
                    base *= base;
                }
                if n < 0 {
                    1.0 / power
                } else {
                    power
                }
            }
        }
    };
}

backend! { f64:
    floor(x) = floor; ceil(x) = ceil; round(x) = round; round_ties_even(x) = rint; trunc(x) = trunc;
    mul_add(x, a, b) = fma; abs_sub(x, y) = fdim; powf(x, y) = pow; sqrt(x) = sqrt; cbrt(x) = cbrt;
    hypot(x, y) = hypot; exp(x) = exp; exp2(x) = exp2; exp_m1(x) = expm1; ln(x) = log; ln_1p(x) = log1p;
    log2(x) = log2; log10(x) = log10; sin(x) = sin; cos(x) = cos; tan(x) = tan; asin(x) = asin;
    acos(x) = acos; atan(x) = atan; atan2(y, x) = atan2; sinh(x) = sinh; cosh(x) = cosh; tanh(x) = tanh;
    asinh(x) = asinh; acosh(x) = acosh; atanh(x) = atanh;
}

backend! { f32:
    floor(x) = floorf; ceil(x) = ceilf; round(x) = roundf; round_ties_even(x) = rintf; trunc(x) = truncf;
    mul_add(x, a, b) = fmaf; abs_sub(x, y) = fdimf; powf(x, y) = powf; sqrt(x) = sqrtf; cbrt(x) = cbrtf;
    hypot(x, y) = hypotf; exp(x) = expf; exp2(x) = exp2f; exp_m1(x) = expm1f; ln(x) = logf;
    ln_1p(x) = log1pf; log2(x) = log2f; log10(x) = log10f; sin(x) = sinf; cos(x) = cosf; tan(x) = tanf;
    asin(x) = asinf; acos(x) = acosf; atan(x) = atanf; atan2(y, x) = atan2f; sinh(x) = sinhf;
    cosh(x) = coshf; tanh(x) = tanhf; asinh(x) = asinhf; acosh(x) = acoshf; atanh(x) = atanhf;
}
