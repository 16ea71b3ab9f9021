//! A value that depends on a parameter starts its life behind a lock.

use backprop::grad;
use std::sync::Mutex;

#[grad]
fn locked(x: f64) -> f64 {
    let shared = Mutex::new(x * x);
    let value = *shared.lock().unwrap();
    value
}

#[grad]
fn celled(x: f64) -> f64 {
    let shared = std::cell::Cell::new(x);
    shared.get()
}

fn main() {}
