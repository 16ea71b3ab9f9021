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

struct Net {
    w: f64,
}

impl Net {
    #[grad]
    fn loss(&self, x: f64) -> f64 {
        let p = self.w * x;
        p * p
    }
}
