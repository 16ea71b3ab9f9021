//! The LSTM against ADBench's references.

use crate::problems::lstm::Instance;
use crate::problems::lstm_hand::{stored, Scratch};
use crate::problems::ours;
use crate::read::{assert_matches, float, floats, instances, Numbers};

fn read(text: &str) -> Instance {
    let mut numbers = Numbers::new(text);
    let [l, c, b]: [usize; 3] = numbers.array();
    let instance = Instance {
        main: numbers.take(l * 8 * b),
        extra: numbers.take(3 * b),
        state: numbers.take(l * 2 * b),
        sequence: numbers.take(c * b),
    };
    numbers.end();
    instance
}

fn check(gradient: impl Fn(&Instance, &mut [f64]) -> f64) {
    for (path, reference) in instances("lstm") {
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
    check(|g, d| stored(g, d, &mut Scratch::default()));
}

#[test]
fn generated() {
    check(ours::lstm_into);
    check(|g, d| {
        let mut workspace = backprop::Workspace::default();
        ours::lstm_with(&mut workspace, g, &mut vec![f64::NAN; d.len()]);
        ours::lstm_with(&mut workspace, g, d)
    });
}
