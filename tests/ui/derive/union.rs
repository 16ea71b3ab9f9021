use backprop::Differentiable;

#[derive(Differentiable)]
union Either {
    a: f64,
    b: f32,
}

fn main() {}
