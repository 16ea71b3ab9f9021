use backprop::{grad, Differentiable};
use std::ops::{Add, AddAssign, Mul};

#[derive(Differentiable, Clone, Copy)]
struct V2 {
    x: f64,
    y: f64,
}

impl Mul<f64> for V2 {
    type Output = V2;
    fn mul(self, k: f64) -> V2 {
        V2 { x: self.x * k, y: self.y * k }
    }
}

impl Add for V2 {
    type Output = V2;
    fn add(self, o: V2) -> V2 {
        V2 { x: self.x + o.x, y: self.y + o.y }
    }
}

impl AddAssign for V2 {
    fn add_assign(&mut self, o: V2) {
        self.x += o.x;
        self.y += o.y;
    }
}

#[grad]
fn no_attribute(a: V2, k: f64) -> V2 {
    a * k
}

#[derive(Differentiable, Clone, Copy)]
struct Body {
    place: V2,
    speed: V2,
}

// The types of both operands are not seen; the operator may be anything.
#[grad]
fn fields(b: Body) -> f64 {
    let sum = b.place + b.speed;
    sum.x
}

#[grad]
fn copied(a: V2) -> V2 {
    a
}

#[grad]
fn unknown_variable(a: V2, b: V2) -> V2 {
    let mut sum = copied(a);
    sum += b;
    sum
}

fn main() {}
