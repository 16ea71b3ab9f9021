use backprop::grad;

#[derive(backprop::Differentiable, Clone)]
struct State {
    x: f64,
    #[no_grad]
    seen: f64,
}

#[grad]
fn f(x: f64) -> f64 {
    let mut state = State { x, seen: 0.0 };
    state.seen = x;
    state.x * state.seen
}

fn main() {}
