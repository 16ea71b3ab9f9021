use backprop::Differentiable;

struct Plain {
    x: f64,
}

#[derive(Differentiable)]
struct Outer {
    plain: Plain,
}

fn main() {}
