use backprop::grad;

trait Energy {
    #[grad]
    fn energy(x: f64) -> f64;
}

fn main() {}
