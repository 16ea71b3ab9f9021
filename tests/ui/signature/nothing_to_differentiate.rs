use backprop::grad;

#[grad]
fn count(x: f64) -> usize {
    x as usize
}

#[grad]
fn print(x: f64) {
    println!("{x}");
}

fn main() {}
