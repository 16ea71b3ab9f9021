use backprop::grad;

#[grad]
fn square<T: Copy + std::ops::Mul<Output = T>>(x: T) -> T {
    x * x
}

#[grad]
fn first<T>(x: &[T], y: f64) -> f64
where
    T: Clone,
{
    y * x.len() as f64
}

fn main() {
    let _ = square(2.0) + first(&[1.0], 2.0);
    let _: f64 = square::grad(2.0);
}
