use backprop::grad;

struct V3([f64; 3]);

impl std::ops::Mul for V3 {
    type Output = f64;

    #[grad]
    fn mul(self, other: V3) -> f64 {
        self.0[0] * other.0[0]
    }
}

trait Loss {
    #[grad(wrt(x))]
    fn loss(&self, x: f64) -> f64 {
        x * x
    }

    fn gradient_of_a_square(x: f64) -> f64 {
        // Inside of a method is another place.
        #[grad]
        fn square(x: f64) -> f64 {
            x * x
        }
        square::grad(x)
    }
}

fn main() {}
