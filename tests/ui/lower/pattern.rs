use backprop::grad;

#[derive(backprop::Differentiable, Clone, Copy)]
enum Shape {
    Disc(f64),
    Square(f64),
}

#[grad]
fn f(shape: &Shape) -> f64 {
    match *shape {
        Shape::Disc(a) | Shape::Square(a) => a * a,
    }
}

fn main() {}
