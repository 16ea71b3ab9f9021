//! The Gaussian mixture against ADBench's references.

use crate::problems::gmm::Instance;
use crate::problems::gmm_hand::{fused, Scratch};
use crate::problems::{gmm_blocked, ours};
use crate::read::{assert_matches, float, floats, instances, Numbers};

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
    for (path, reference) in instances("gmm") {
        let g = read(&std::fs::read_to_string(&path).expect("readable data"));
        let name = path.display().to_string();
        let mut d = vec![f64::NAN; g.parameters()];
        let value = gradient(&g, &mut d);
        assert_matches(&name, &[value], &[float(&reference, "objective")]);
        assert_matches(&name, &d, &floats(&reference, "gradient"));
    }
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
