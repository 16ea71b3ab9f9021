//! The LSTM against ADBench's references.

use crate::problems::lstm::Instance;
use crate::problems::lstm_hand::{stored, Scratch};
use crate::problems::ours;
use crate::read::{check_gradients, Numbers};

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
    check_gradients("lstm", read, Instance::parameters, gradient);
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
