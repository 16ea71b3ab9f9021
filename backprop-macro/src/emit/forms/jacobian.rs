//! `jacobian`: Y with each float replaced by G, one row per output.

use super::signature::Signature;
use proc_macro2::TokenStream;

/// Nothing for scalar results, and for those whose shape the macro can't see.
pub fn item(_signature: &Signature<'_>) -> TokenStream {
    TokenStream::new()
}
