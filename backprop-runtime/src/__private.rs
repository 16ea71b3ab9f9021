//! What generated code names. Not public API: any release may change it.

mod arena;
mod boxed;
mod casts;
mod checks;
mod constants;
mod dot;
mod float_methods;
mod functions;
mod ints;
mod lanes;
mod looks;
mod mapped;
mod one_type;
pub mod operators;
mod options;
mod order;
mod rows;
mod short;
mod slots;
mod stack;
mod tuples;
mod values;
mod watch;

pub use crate::accumulate::Accumulate;
pub use crate::partials;
pub use crate::real::Arithmetic;
pub use crate::workspace::{Fresh, Stacks};
pub use crate::{Differentiable, NoTangent, Real, Tangent, Workspace};
pub use alloc::borrow::ToOwned;
pub use alloc::boxed::Box;
pub use alloc::string::String;
pub use alloc::vec::Vec;
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};

pub use arena::{Arena, Word};
pub use boxed::{IntoBoxedSlice, IntoVec};
pub use casts::{Cast, Slope};
pub use checks::{check_len, length_mismatch, no_such_payload, variant_mismatch};
pub use constants::{along, carried, lend, lend_shared, Along, Carried, Constant, Lend};
pub use dot::{dot, Term};
pub use float_methods::FloatMethods;
pub use functions::HasDerivative;
pub use ints::{advance, deduct, induct, range_len, range_len_inclusive, retreat, Int};
pub use lanes::{
    all_given, and_in_lane, bits, blocks, by_lane, copies, filled, given, in_lane, is_same, is_zero, lane,
    lane_of_slice, mark, marks, marks_from, marks_of, none, quotient, quotient_by_root, sum_of_lanes, union,
    with_unsigned_zeros, zero_in_lanes, CloneIn, Columns, InLanes, Lanes, Masked, Parts, Plain, Rows, Seeds,
    Spread, TakenRows,
};
pub use looks::{taken, Look, LookMut};
pub use mapped::MapMethods;
pub use one_type::OneType;
pub use operators::linear;
pub use options::{OptionMethods, Payload, PayloadMethods};
pub use order::{order_sort_by, order_sort_unstable_by};
pub use rows::{
    apart1, apart2, apart3, apart4, apart5, apart6, extent, extent_inclusive, least, out_of_line, outside,
    put, row, row_mut, uneven,
};
pub use short::Short;
pub use slots::{
    add_slices, boxed_slot, err_payload, no_slot, ok_payload, passive, reset, set_zero, some_payload, sum,
    trips, vec_from_elem, zero, zero_like, zero_of, zero_of_tangent, zero_slice, zeros_like_slice,
    NoGradField, Passive,
};
pub use stack::Stack;
pub use tuples::TupleSlots;
pub use values::{
    add_number, div_number, mul_number, number_add, number_div, number_mul, number_sub, real, sub_number,
    ScalarResult, Value,
};
pub use watch::{check_rule_len, check_rule_nan, squares, squares_in};
