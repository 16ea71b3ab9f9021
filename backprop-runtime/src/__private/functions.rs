//! Functions as arguments.

/// A function that comes with its derivative. Nothing implements it: it is what `grad` would need of a closure that plain
/// code hands to a function which differentiates it.
#[diagnostic::on_unimplemented(
    message = "backprop can't differentiate through this function: plain code hands over its values alone",
    label = "no derivative of this is known here",
    note = "put the call into a function with `#[grad]`: there, closures and `#[grad]` functions are differentiated",
    note = "or mark the parameter `#[no_grad]`, if the result does not depend on its derivative"
)]
pub trait HasDerivative {}
