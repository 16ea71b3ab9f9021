use backprop::grad;

#[grad]
fn f(x: f64) -> f64 {
    x.exponential() + x.flor()
}

#[grad]
fn g(x: f64) -> f64 {
    f64::gamma(x) + x.next_up()
}

fn main() {}
