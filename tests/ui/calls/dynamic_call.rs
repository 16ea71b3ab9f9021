use backprop::grad;

#[grad]
fn f(x: f64, rule: fn(f64) -> f64) -> f64 {
    rule(x)
}

#[grad]
fn g(x: f64, #[no_grad] rule: &dyn Fn(f64) -> f64) -> f64 {
    rule(x)
}

#[grad]
fn boxed(x: f64, rule: Box<dyn Fn(f64) -> f64>) -> f64 {
    rule(x)
}

struct Table {
    rules: Vec<fn(f64) -> f64>,
}

#[grad]
fn h(x: f64, #[no_grad] table: &Table) -> f64 {
    (table.rules[0])(x)
}

fn main() {}
