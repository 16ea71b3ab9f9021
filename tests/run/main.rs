//! Behaviour tests: one binary, a module per feature. Every expected value comes from an independent oracle.

mod golden;
mod oracle;

mod golden_intrinsics;
mod intrinsics_table;
mod intrinsics_table_f32;
