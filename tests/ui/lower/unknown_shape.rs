use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    let a = std::array::from_fn(|k| x * k as f64);
    let [first, second] = a;
    first * second
}

fn main() {}
