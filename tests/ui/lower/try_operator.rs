use backprop::grad;

type Outcome = Result<f64, String>;

fn check(n: usize) -> Result<usize, String> {
    Ok(n)
}

#[grad]
fn f(x: f64, n: usize) -> Outcome {
    let n = check(n)?;
    Ok(x * n as f64)
}

fn main() {}
