use backprop::grad;

struct Spring {
    k: f64,
}

#[grad]
fn energy(spring: &Spring, x: f64) -> f64 {
    0.5 * spring.k * x * x
}

fn main() {
    println!("{}", energy(&Spring { k: 1.0 }, 2.0));
}
