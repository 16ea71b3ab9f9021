use backprop::grad;

fn too_few(x: f64, y: f64) -> (f64, impl FnOnce(f64) -> f64) {
    (x * y, move |seed| seed * y)
}

#[grad(vjp = too_few)]
fn f(x: f64, y: f64) -> f64 {
    x * y
}

fn no_seed(x: f64) -> (f64, impl FnOnce() -> f64) {
    (x, move || 2.0 * x)
}

#[grad(vjp = no_seed)]
fn g(x: f64) -> f64 {
    x * x
}

fn direction(x: f64, y: f64, dir: f64) -> (f64, f64) {
    (x * y, dir * y)
}

#[grad(jvp = direction)]
fn h(x: f64, y: f64) -> f64 {
    x * y
}

#[grad(vjp = missing)]
fn k(x: f64) -> f64 {
    x * x
}

fn main() {}
