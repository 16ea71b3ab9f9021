//! The side table of carried code: what the middle of the compiler refers to by [`CodeId`] and [`SpanId`].
//!
//! Written by `lower`, read by `emit`; nothing in between looks inside.

use crate::ir::{CodeId, MemId, SpanId, Table};
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::HashMap;

/// Pieces of the user's code.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub codes: Table<CodeId, Code>,
    pub spans: Table<SpanId, Span>,
    /// The types that the user wrote for local objects.
    pub annotations: HashMap<MemId, CodeId>,
}

/// A piece of code with the local variables that it reads.
#[derive(Clone, Debug)]
pub struct Code {
    pub tokens: TokenStream,
    /// The user's identifiers for `Opaque::reads`, in the same order. Where the value or object has another name in
    /// the generated code at that point, it is bound to this identifier around the code.
    pub holes: Vec<Ident>,
}

impl Source {
    /// Code that reads no local variable: a path, a type, a literal, a name.
    pub fn code(&mut self, tokens: TokenStream) -> CodeId {
        self.codes.push(Code { tokens, holes: Vec::new() })
    }

    pub fn code_with(&mut self, tokens: TokenStream, holes: Vec<Ident>) -> CodeId {
        self.codes.push(Code { tokens, holes })
    }

    pub fn span(&mut self, span: Span) -> SpanId {
        self.spans.push(span)
    }

    pub fn tokens(&self, id: CodeId) -> TokenStream {
        self.codes[id].tokens.clone()
    }
}
