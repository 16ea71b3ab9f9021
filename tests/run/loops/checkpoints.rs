//! `#[checkpoint(..)]` changes memory and time, never the gradient (Q01, Q02).

use crate::oracle::assert_same_bits;
use backprop::grad;

macro_rules! swing {
    ($name:ident, $(#[$attribute:meta])?) => {
        #[grad]
        fn $name(x: f64, v: f64, n: usize) -> f64 {
            let mut x = x;
            let mut v = v;
            $(#[$attribute])?
            for i in 0..n {
                v -= 0.05 * x.sin() + 0.001 * i as f64;
                x += 0.05 * v;
            }
            x * x + v
        }
    };
}

swing!(stored,);
swing!(every_three, #[checkpoint(every = 3)]);
swing!(by_root, #[checkpoint(sqrt)]);
swing!(four_snapshots, #[checkpoint(snapshots = 4)]);

#[test]
fn checkpointed_gradients_are_bit_identical() {
    for n in [0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 13, 16, 17, 31, 100] {
        let (value, (dx, dv)) = stored::value_and_grad(0.4, 1.2, n);
        for other in [every_three::value_and_grad, by_root::value_and_grad, four_snapshots::value_and_grad] {
            let (same, (a, b)) = other(0.4, 1.2, n);
            assert_same_bits(same, value);
            assert_same_bits(a, dx);
            assert_same_bits(b, dv);
        }
    }
}

#[grad]
fn partly_overwritten(x: [f64; 5], n: usize) -> f64 {
    let mut a = x;
    let mut k = 1;
    #[checkpoint(every = 2)]
    for _ in 0..n {
        a[k] = a[k] * a[k - 1] + 0.5;
        k = k % 4 + 1;
    }
    a[0] + a[1] * a[2] + a[3] * a[4]
}

#[test]
fn snapshots_hold_arrays_and_counters() {
    let x = [0.3, 0.8, -0.4, 0.9, 0.2];
    for n in [0, 1, 2, 3, 7, 8] {
        let gradient = partly_overwritten::grad(x, n);
        let plain = |x: &[f64]| partly_overwritten(x.try_into().unwrap(), n);
        crate::oracle::assert_matches_central(&gradient, plain, &x);
    }
}
