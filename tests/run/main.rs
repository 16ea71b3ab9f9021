//! Behaviour tests.
fn main() {}
