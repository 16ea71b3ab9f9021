use backprop::grad;

#[grad]
struct Model {
    w: f64,
}

#[grad]
impl Model {
    fn loss(&self) -> f64 {
        self.w * self.w
    }
}

#[grad]
trait Loss {
    fn loss(&self) -> f64;
}

#[grad]
const TWO: f64 = 2.0;

fn main() {}
