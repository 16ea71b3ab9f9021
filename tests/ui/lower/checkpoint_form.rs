use backprop::grad;

#[grad]
fn f(x: f64, n: usize) -> f64 {
    let mut y = x;
    #[checkpoint(evry = 3)]
    for _ in 0..n {
        y = y.sin();
    }
    y
}

fn main() {}
