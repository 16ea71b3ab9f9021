//! The side table of carried code: what the middle of the compiler refers to by [`CodeId`] and [`SpanId`].
//!
//! Written by `lower`, read by `emit`; nothing in between looks inside.

use crate::adjoint::Adjoint;
use crate::ir::hash::HashSet;
use crate::ir::{CodeId, Function, LambdaId, MemId, SpanId, Table};
use crate::model::ParamModel;
use crate::tangent::Tangent;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Pieces of the user's code.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub codes: Table<CodeId, Code>,
    pub spans: Table<SpanId, Span>,
    /// The types that the user wrote for local objects.
    pub annotations: HashMap<MemId, CodeId>,
    pub lambdas: Table<LambdaId, Lambda>,
    /// Methods of types in the same file, by type, that have no attribute which could be ours.
    pub unmarked: Vec<(String, String)>,
    /// The compiler's check of what was seen of structs.
    pub checks: Vec<TokenStream>,
    /// The name of a constant that tells callers what is inlined there.
    pub seal: Option<Ident>,
    /// A number of unknown type may be of a type parameter.
    pub open: bool,
    /// See [`Source::words`].
    pub words: OnceCell<Rc<HashSet<String>>>,
}

/// A function that is handed to a differentiated function.
#[derive(Clone, Debug)]
pub enum Lambda {
    /// A closure, lifted: what it captures are parameters.
    Code(Box<LambdaCode>),
    /// A `#[grad]` function's name.
    Path(CodeId),
    /// A parameter that is a function, handed on: the name of its forward half.
    Parameter(CodeId),
}

#[derive(Clone, Debug)]
pub struct LambdaCode {
    /// Parameters: the tuple of what it captures, the closure's own, and constants that it captures.
    pub f: Function,
    /// The tuple, and the closure's own.
    pub params: Vec<ParamModel>,
    /// Parameters of the surrounding function that are functions, by the names of their forward halves.
    pub functions: Vec<CodeId>,
    /// As in [`Source`], of its own objects.
    pub annotations: HashMap<MemId, CodeId>,
    pub span: Span,
    pub adjoint: Option<Adjoint>,
    pub tangent: Option<Tangent>,
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

    /// All identifiers in the codes, without `r#`. To be asked for when the codes do not change any more.
    pub fn words(&self) -> Rc<HashSet<String>> {
        let collect = || {
            let mut words = HashSet::default();
            self.codes.iter().for_each(|(_, code)| collect_words(code.tokens.clone(), &mut words));
            Rc::new(words)
        };
        Rc::clone(self.words.get_or_init(collect))
    }

    /// The codes have changed.
    pub fn forget_words(&mut self) {
        self.words.take();
    }
}

fn collect_words(tokens: TokenStream, words: &mut HashSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                words.insert(text.strip_prefix("r#").map_or(text.clone(), str::to_owned));
            }
            TokenTree::Group(group) => collect_words(group.stream(), words),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
