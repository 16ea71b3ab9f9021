//! What the two ends of the compiler share about the user's function: its signature and the options of the attribute.

use crate::ir::Ty;
use crate::source::Source;
use proc_macro2::{Ident, Span, TokenStream};

/// The options of `#[grad(..)]`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `wrt(a, b)`: `None` means every differentiable parameter.
    pub wrt: Option<Vec<Ident>>,
    pub forward: bool,
    pub second_order: bool,
    pub graph: bool,
    pub source: bool,
    pub no_heap: bool,
    /// `method`: an associated function without `self`.
    pub method: bool,
    /// `recursive`: part of a recursion that the macro can't see.
    pub recursive: bool,
    pub name: Option<Ident>,
    /// Parameters that are functions are differentiated: for callers that have `#[grad]` themselves.
    pub functions: bool,
    /// Path of the facade; default `::backprop`.
    pub krate: Option<TokenStream>,
    pub vjp: Option<TokenStream>,
    pub jvp: Option<TokenStream>,
}

/// A function as the user wrote it, taken apart.
#[derive(Clone, Debug)]
pub struct Model {
    pub source: Source,
    pub options: Options,
    pub ident: Ident,
    pub vis: TokenStream,
    /// `#[cfg(..)]` attributes of the item: carried onto everything generated.
    pub cfgs: Vec<TokenStream>,
    pub generics: Generics,
    pub params: Vec<ParamModel>,
    pub output: OutputModel,
    pub receiver: Receiver,
    /// `const fn`, `async fn` and the like are refused; this is what remains.
    pub span: Span,
    /// The function calls itself.
    pub recursive: bool,
    /// Beside a method: the type of the `impl` is known to have no parameters.
    pub closed_self: bool,
}

/// Generic parameters, ready to be printed.
#[derive(Clone, Debug, Default)]
pub struct Generics {
    /// `<'a, T: Real, const N: usize>`, with angle brackets; empty if there are none.
    pub params: TokenStream,
    /// `where ..`
    pub where_clause: TokenStream,
    /// `::<T, N>`: types and consts only (lifetimes are inferred); empty if there are none.
    pub turbofish: TokenStream,
    /// Names of type and const parameters, for `use<..>`; lifetimes apart.
    pub types: Vec<Ident>,
    pub lifetimes: Vec<TokenStream>,
    /// Type parameters bounded by `Real`.
    pub reals: Vec<Ident>,
    /// The same without the type parameters that are functions (`F: Fn(f64) -> f64`), if there are any.
    pub without_functions: Option<Box<Generics>>,
}

/// Where the function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// A free function: gets a companion enum.
    Free,
    /// An associated function without `self`: suffixed siblings.
    Associated,
    /// `self`, `&self`, `&mut self` is parameter 0.
    Method,
}

/// How a parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    Value,
    Ref,
    RefMut,
}

#[derive(Clone, Debug)]
pub struct ParamModel {
    /// The user's name; a made-up one for patterns (`(a, b): (f64, f64)`) and `_`.
    pub ident: Ident,
    /// The type as written, `&` and `&mut` included.
    pub ty: TokenStream,
    /// The type behind the reference (the type itself if by value).
    pub inner: TokenStream,
    pub pass: Pass,
    /// What the macro sees of `inner`.
    pub class: Ty,
    /// Has a cotangent type: not passive by its type, not `#[no_grad]`.
    pub differentiable: bool,
    /// Position in G, `None`: not differentiated with respect to.
    pub wrt: Option<usize>,
    pub span: Span,
    /// It is a function: `impl Fn(f64) -> f64`.
    pub function: Option<FunctionParam>,
}

/// A parameter that is a function.
#[derive(Clone, Debug)]
pub struct FunctionParam {
    pub inputs: Vec<FunctionInput>,
    /// The type of its result.
    pub output: TokenStream,
    pub class: Ty,
    /// Where another `#[grad]` function calls, its calls here are differentiated. Not so for trait objects, function
    /// pointers and behind `#[no_grad]`.
    pub active: bool,
    pub by_ref: bool,
}

/// What a function parameter takes.
#[derive(Clone, Debug)]
pub struct FunctionInput {
    /// The type as written.
    pub ty: TokenStream,
    pub inner: TokenStream,
    pub pass: Pass,
    pub class: Ty,
}

/// What a function parameter captures besides, in the generated code, from the name of its forward half.
pub fn constants_name(call: &Ident) -> Ident {
    quote::format_ident!("{}_constants", call, span = Span::mixed_site())
}

/// The forward half of a function parameter, in the generated code.
pub fn call_name(param: &Ident) -> Ident {
    let text = param.to_string();
    quote::format_ident!("__bp_call_{}", text.trim_start_matches("r#"), span = Span::mixed_site())
}

#[derive(Clone, Debug)]
pub struct OutputModel {
    /// The type as written; `()` if none is.
    pub ty: TokenStream,
    pub class: Ty,
    pub differentiable: bool,
}

/// The `impl` of an operator, taken apart.
#[derive(Clone, Debug)]
pub struct Operator {
    /// `Mul`
    pub of: Ident,
    pub cfgs: Vec<TokenStream>,
    /// Of the two functions.
    pub name: Ident,
    /// A free function with the method's body, for the compiler.
    pub function: TokenStream,
    /// The same function, which calls the method.
    pub caller: TokenStream,
    /// Generic parameters, without lifetimes: `<T: Real, const N: usize>`.
    pub params: TokenStream,
    /// Their names.
    pub types: Vec<Ident>,
    /// `where ..`
    pub bounds: TokenStream,
    pub lhs: OperatorOperand,
    /// `None`: of a unary operator.
    pub rhs: Option<OperatorOperand>,
    /// `None`: it assigns.
    pub output: Option<TokenStream>,
}

#[derive(Clone, Debug)]
pub struct OperatorOperand {
    /// Behind the reference.
    pub ty: TokenStream,
    pub pass: Pass,
}
