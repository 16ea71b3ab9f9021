use backprop::grad;

#[grad]
fn f(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x.iter().chain(y) {
        sum += v * v;
        if sum > 9.0 {
            break;
        }
    }
    sum
}

#[grad]
fn g(x: Option<f64>) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v * v;
    }
    sum
}

#[grad]
fn h(x: &Option<f64>) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += v * v;
    }
    sum
}

fn main() {}
