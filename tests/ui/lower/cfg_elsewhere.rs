use backprop::{grad, Differentiable};

#[derive(Differentiable, Clone, Copy)]
struct Line {
    slope: f64,
    #[cfg(any())]
    offset: f64,
}

#[grad]
fn field(x: f64) -> f64 {
    let line = Line {
        slope: x,
        #[cfg(any())]
        offset: x,
    };
    line.slope * x
}

#[grad]
fn pattern(line: Line) -> f64 {
    let Line {
        slope,
        #[cfg(any())]
            offset: slope,
    } = line;
    slope * slope
}

#[grad]
fn element(x: f64) -> f64 {
    let all = [
        x,
        #[cfg(any())]
        x.sin(),
        3.0,
    ];
    all[1] * x
}

fn main() {}
