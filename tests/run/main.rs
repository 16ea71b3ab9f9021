//! Behaviour tests: one binary, a module per feature. Every expected value comes from an independent oracle.
#![allow(dead_code, unused_macros)] // parts of bodies and helpers that one form of the tests uses
#![allow(confusable_idents)] // Greek letters are names too
#![allow(clippy::all)] // bodies under test are written as users write them, on purpose also clumsily

#[macro_use]
mod oracle;
mod golden;

mod golden_functions;
mod golden_intrinsics;
mod intrinsics_table;
mod intrinsics_table_f32;

mod scalar {
    mod bindings;
    mod branches;
    mod calls;
    mod detach;
    mod forms;
    mod hygiene;
    mod integer_ranges;
    mod integers;
    mod integration;
    mod items;
    mod kinks;
    mod kinks_composed;
    mod literals;
    mod long_lines;
    mod macro_input;
    mod matches;
    mod mutation;
    mod protocol;
    mod results;
    mod single;
    mod single_literals;
    mod statements;
    mod stretch;
    mod tutorial;
    mod wrt;
}

mod jacobians {
    mod blocks;
    mod columns;
    mod rows;
}

mod loops {
    mod accumulators;
    mod adaptors;
    mod carried_state;
    mod checkpoints;
    mod collections;
    mod control;
    mod dots;
    mod effects;
    mod few;
    mod iterators;
    mod joined;
    mod kept;
    mod last_taken;
    mod linear_maps;
    mod long;
    mod moves;
    mod narrow;
    mod nests;
    mod packed;
    mod ranges;
    mod returns;
    mod rows;
    mod scratch;
    mod single_input;
    mod stencils;
    mod unseen_rows;
    mod while_loops;
    mod written_out;
}

mod algorithms {
    mod dynamic;
    mod imperative;
    mod linear_algebra;
    mod networks;
    mod signals;
    mod states;
    mod structures;
}

mod arrays {
    mod aliasing;
    mod assigned_first;
    mod behaviours;
    mod collects;
    mod deferred;
    mod deferred_again;
    mod empty_at_first;
    mod even_ends;
    mod first_contributions;
    mod first_stores;
    mod fixed;
    mod in_out;
    mod kept_rows;
    mod lengths;
    mod made_of_aggregates;
    mod nested;
    mod own_rows;
    mod parts;
    mod patterns;
    mod protocol;
    mod reassigned;
    mod rows;
    mod slices;
    mod sorting;
    mod stretch;
    mod vectors;
}

mod mutation {
    mod buffers;
    mod elements;
    mod evaluation_order;
    mod moving_places;
    mod operands_before_calls;
    mod references;
    mod swaps;
}

mod calls {
    mod arrays;
    mod constant_arguments;
    mod constant_trees;
    mod few_numbers;
    mod graphs;
    mod in_loops;
    mod mutable_arguments;
    mod overwritten;
    mod read_again;
    mod recursion;
    mod recursion_shapes;
    mod recursive_methods;
    mod seen_types;
    mod signatures;
}

mod structs {
    mod boxed_slices;
    mod boxes;
    mod chains;
    mod constants_along;
    mod derive;
    mod enums;
    mod errors;
    mod fields;
    mod generic;
    mod handed_on;
    mod optional_fields;
    mod options;
    mod options_in_place;
    mod parameters;
    mod parts_along;
    mod payloads;
    mod rest_patterns;
    mod results;
    mod returned_enums;
    mod seen;
    mod slices;
    mod unseen_assignments;
    mod unseen_fields;
    mod unseen_map;
    mod unseen_operators;
    mod unseen_try;
    mod update;
}

mod methods {
    mod accessors;
    mod associated;
    mod grown;
    mod lent_results;
    mod operators;
    mod receivers;
}

mod generics {
    mod aliases;
    mod const_lengths;
    mod impl_parameters;
    mod impl_trait;
    mod lifetimes;
    mod real;
}

mod closures {
    mod captures;
    mod passed;
    mod passed_shapes;
}

mod iterators {
    mod adaptors;
    mod by_hand;
    mod chains;
    mod collected;
    mod constant_sources;
    mod ended;
    mod fallible;
    mod folds;
    mod gathered;
    mod searches;
    mod sums;
}

mod custom_rules {
    mod by_number;
    mod foreign;
    mod implicit;
    mod in_place;
    mod jvp_rules;
    mod special_functions;
    mod vjp_rules;
    mod watched;
}

mod real_world_idioms {
    mod estimation;
    mod geometry;
    mod machines;
    mod markets_and_molecules;
    mod orbits;
}

mod real_world {
    mod barrier;
    mod black_scholes;
    mod camera;
    mod constraints;
    mod factors;
    mod gravity;
    mod helmholtz;
    mod kerr;
    mod levy;
    mod logistic;
    mod potentials;
}

/// The same functions as their crates have them: types with methods, generics, iterator chains.
mod real_world_types {
    mod argmin;
    mod cad;
    mod camera;
    mod factors;
    mod finance;
    mod gravity;
    mod helmholtz;
    mod kerr;
    mod logistic;
    mod potentials;
}
