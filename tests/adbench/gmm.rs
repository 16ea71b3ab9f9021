//! The Gaussian mixture against ADBench's references.

use crate::problems::gmm::Instance;
use crate::problems::gmm_hand::{fused, Scratch};
use crate::problems::{gmm_blocked, ours};
use crate::read::{check_gradients, Numbers};

fn read(text: &str) -> Instance {
    let mut numbers = Numbers::new(text);
    let [d, k, n]: [usize; 3] = numbers.array();
    let instance = Instance {
        alphas: numbers.take(k),
        means: numbers.take(k * d),
        icf: numbers.take(k * d * (d + 1) / 2),
        x: numbers.take(n * d),
        gamma: numbers.next(),
        m: numbers.next(),
    };
    numbers.end();
    instance
}

fn check(gradient: impl Fn(&Instance, &mut [f64]) -> f64) {
    check_gradients("gmm", read, Instance::parameters, gradient);
}

#[test]
fn by_hand() {
    check(|g, d| fused(g, d, &mut Scratch::default()));
    check(|g, d| gmm_blocked::blocked::<8>(g, d, &mut gmm_blocked::Scratch::default()));
}

#[test]
fn generated() {
    check(ours::gmm_into);
    check(|g, d| {
        let mut workspace = backprop::Workspace::default();
        ours::gmm_with(&mut workspace, g, &mut vec![f64::NAN; d.len()]);
        ours::gmm_with(&mut workspace, g, d)
    });
}
