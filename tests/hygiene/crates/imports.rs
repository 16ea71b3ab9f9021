//! Under any import, rename and re-export; in modules, blocks and functions.
#![deny(warnings)]

pub mod inner {
    use backprop::grad;

    #[grad(forward)]
    pub fn square(x: f64) -> f64 {
        x * x
    }

    #[grad(forward)]
    pub(crate) fn double(x: f64) -> f64 {
        2.0 * x
    }

    pub use self::square as deeper_square;
    pub struct Holder;

    pub mod deeper {
        #[backprop::grad(forward)]
        pub(super) fn hidden(x: f64) -> f64 {
            super::square(x) + super::double(x)
        }

        #[::backprop::grad(forward)]
        pub(in crate::inner) fn narrow(x: f64) -> f64 {
            x
        }
    }

    #[grad(forward)]
    pub fn through(x: f64) -> f64 {
        deeper::hidden(x) + self::deeper::narrow(x) + crate::inner::square(x)
    }
}

pub use inner::square as renamed;
use inner::{double, square, *};

use backprop::grad as gradient;

#[gradient(forward)]
pub fn calls(x: f64) -> f64 {
    use crate::inner::square as local;
    renamed(x) + square(x) + double(x) + local(x) + through(x) + inner::deeper_square(x)
}

pub mod more {
    pub use super::inner::square as deeper_square;
}
impl inner::Holder {
    #[must_use]
    pub fn in_method(x: f64) -> f64 {
        #[backprop::grad]
        fn nested(x: f64) -> f64 {
            x * x * x
        }
        nested::grad(x)
    }
}

pub mod same_name {
    use backprop::grad;
    pub mod a {
        #[backprop::grad]
        pub fn f(x: f64) -> f64 {
            x
        }
    }
    pub mod b {
        #[backprop::grad]
        pub fn f(x: f64) -> f64 {
            2.0 * x
        }
    }
    #[grad]
    pub fn both(x: f64) -> f64 {
        a::f(x) * b::f(x)
    }
    #[grad(name = other)]
    pub fn named(x: f64) -> f64 {
        x * 7.0
    }
    #[grad]
    pub fn calls_named(x: f64) -> f64 {
        other::value(x)
    }
}

#[test]
fn gradients() {
    use inner::square as again;
    #[backprop::grad]
    fn here(x: f64) -> f64 {
        inner::square(x) * 2.0
    }
    assert_eq!((square::grad(3.0), renamed::grad(3.0), again::grad(3.0)), (6.0, 6.0, 6.0));
    assert_eq!(here::grad(3.0), 12.0);
    assert_eq!(through::grad(3.0), 6.0 + 2.0 + 1.0 + 6.0);
    assert_eq!(calls::grad(3.0), 4.0 * 6.0 + 2.0 + 15.0);
    assert_eq!(calls::jvp(3.0, 1.0).1, 41.0);
    assert_eq!(inner::Holder::in_method(2.0), 12.0);
    assert_eq!(same_name::both::grad(3.0), 12.0);
    assert_eq!(same_name::other::grad(3.0), 7.0);
    assert_eq!(same_name::calls_named::grad(3.0), 7.0);
    let f: fn(f64) -> f64 = square;
    assert_eq!(f(2.0), 4.0);
    assert_eq!([1.0, 2.0].map(square::grad), [2.0, 4.0]);
    assert_eq!(more::deeper_square::grad(1.0), 2.0);
}
