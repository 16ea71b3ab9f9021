//! What the transforms must know of a function, as side tables: nothing here changes the IR, except `types` and
//! `integers`, which fill in types, and `operators`, which marks those that the runtime has to find.

pub mod activity;
mod borrowed;
pub mod covers;
mod first_values;
pub mod fuse;
mod handed;
pub mod heap;
pub mod integers;
pub mod layout;
pub mod lost;
pub mod moves;
pub mod narrow;
mod needs;
pub mod operators;
pub mod plan;
pub mod poly;
pub mod private;
mod provide;
pub mod recursion;
pub mod stepped;
pub mod strict;
pub mod tiling;
pub mod types;
mod undo;

/// What the user's function says of its types: once, before anything else.
pub fn understand(f: &mut crate::ir::Function) {
    types::propagate(f);
    integers::mark(f);
    operators::mark(f);
}
