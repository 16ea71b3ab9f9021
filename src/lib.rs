//! backprop: the gradient of an ordinary Rust function.
#![no_std]
