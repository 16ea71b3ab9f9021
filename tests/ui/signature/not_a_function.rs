use backprop::grad;

#[grad]
struct Model {
    w: f64,
}

fn main() {}
