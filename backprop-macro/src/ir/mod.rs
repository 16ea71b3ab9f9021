//! The intermediate representation: a tree of statements over SSA scalars and memory objects.
//!
//! Everything between `lower` (tokens to IR) and `emit` (IR to tokens) works on these types alone. They hold no
//! syntax tree and no token: code that is carried along without being understood (an inactive call, an assertion, a
//! type) is a [`CodeId`] into a side table that only the two ends can read.
//!
//! Two kinds of things exist in a function:
//!
//! * **values** ([`ValueId`]): immutable scalars in SSA form: floats, integers, booleans, and opaque things of a type
//!   the compiler can't see (what a call returned). A reassigned `let mut` scalar is a new value at each assignment.
//! * **memory objects** ([`MemId`]): arrays, slices, `Vec`s, tuples, structs and whatever a reference parameter points
//!   to. They are read by [`Op::Load`], written by [`Stmt::Store`] and friends, always through a [`Place`]. An alias
//!   (`let r = &mut a[1..]`) is resolved to a place of its base while lowering: the borrow checker guarantees that this
//!   is right.
//!
//! Control flow is structured and has a single exit: [`Stmt::Branch`] (n arms joined by phis) and [`Stmt::Loop`]
//! (carried values, optional counted range, optional header condition, optional `stop` value computed by the body).
//! `break`, `continue`, `return` and `?` die in `lower`: code behind an exit is sunk into the branch that does not take
//! it, or guarded by a boolean.
//!
//! ```text
//! fn f(x: f64, n: usize) -> f64 { let mut s = 0.0; for i in 0..n { s += x.sin() } s }
//!
//! fn f(v0 x: f64, v1 n: int) {
//!   v2: f64 = const 0.0
//!   v3 = const 0
//!   loop v4 in v3..v1 carry (v5 s: f64 = v2 -> v7, result v8) {
//!     v6: f64 = sin(v0)
//!     v7: f64 = add(v5, v6)
//!   }
//!   return v8
//! }
//! ```

mod blocks;
pub mod build;
mod call;
pub mod dense;
mod effects;
pub mod hash;
pub mod ids;
#[cfg(test)]
pub(crate) mod interpret;
mod place;
pub mod print;
pub mod rename;
pub mod ty;
pub mod verify;
pub mod visit;
pub mod walk;

pub use blocks::{BlockLoop, Masked};
pub use call::{Arg, Call, CallResult, CallRole, Callee, Closure, Cotangent, Pullback};
pub use ids::{CodeId, LambdaId, MemId, SpanId, StackId, Table, ValueId};
pub use place::{Field, Fields, Place, Proj};
pub use ty::{FloatTy, IntTy, Ty};

use crate::rules::Func;
use hash::HashSet;

/// One function, in every stage of the pipeline.
#[derive(Clone, Debug, Default)]
pub struct Function {
    pub params: Vec<Param>,
    pub values: Table<ValueId, ValueInfo>,
    pub mems: Table<MemId, MemInfo>,
    pub stacks: Table<StackId, Room>,
    pub body: Region,
    pub result: ResultOf,
    /// Values of one type, whatever that is: versions of a variable, what a closure returns.
    pub alike: Vec<(ValueId, ValueId)>,
    /// Made from another integer, for a type that may be another: the same if the third is a `usize`.
    pub converted: Vec<(ValueId, ValueId, ValueId)>,
    /// Types of integers (`IntTy::Same`) that come from a value of that type, and not from what is done with it.
    pub sources: Vec<u32>,
    /// Calls, by their paths, and the argument by `&mut` that they are taken to overwrite: `analysis/covers.rs`.
    pub overwrites: HashSet<(CodeId, usize)>,
}

/// What the function returns; the body has a single exit, at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ResultOf {
    /// `()`, or a body that always diverges.
    #[default]
    Unit,
    Value(ValueId),
    /// An aggregate, moved out.
    Mem(MemId),
}

#[derive(Clone, Debug)]
pub struct Param {
    /// How the body sees it.
    pub kind: ParamKind,
    /// Differentiated with respect to it: has a cotangent.
    pub active: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// A scalar (or a passive thing of any type), by value.
    Value(ValueId),
    /// An aggregate by value, or anything behind a reference.
    Mem(MemId),
}

#[derive(Clone, Debug)]
pub struct ValueInfo {
    pub ty: Ty,
    /// The user's name for it, if it has one: an identifier in the side table.
    pub name: Option<CodeId>,
    pub span: SpanId,
    /// Of an integer: what else has its type, where its literals alone may not tell it.
    pub int: Option<IntTy>,
}

impl ValueInfo {
    pub fn new(ty: Ty, name: Option<CodeId>, span: SpanId) -> Self {
        ValueInfo { ty, name, span, int: None }
    }
}

#[derive(Clone, Debug)]
pub struct MemInfo {
    pub ty: Ty,
    pub name: Option<CodeId>,
    pub span: SpanId,
    pub access: Access,
    /// Adjoint (or tangent) of another object: `d_x`, `t_x`.
    pub shadow_of: Option<MemId>,
}

/// How Rust code reaches the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A local or a parameter by value: `m`.
    Owned,
    /// Behind `&`: `*m` as a whole.
    Ref,
    /// Behind `&mut`.
    RefMut,
}

/// Last-in first-out storage of residuals, one tuple per push: how many a stack is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// At most one: an `Option`.
    One,
    /// Mostly few, in a loop whose trips can't be told before: the first ones in place, the rest on the heap.
    Few,
    /// A `Vec`.
    Many,
}

/// A sequence of statements with one entry and one exit.
#[derive(Clone, Debug, Default)]
pub struct Region {
    pub stmts: Vec<Stmt>,
    /// Control never reaches the end (`panic!`): the region joins nothing.
    pub diverges: bool,
}

#[derive(Clone, Debug)]
pub enum Stmt {
    /// A pure computation (it may panic, but reads only its operands).
    Let {
        value: ValueId,
        op: Op,
    },
    /// A memory object comes into being. `None`: assigned as a whole later (`let a;`).
    Decl {
        mem: MemId,
        init: Option<Init>,
    },
    /// Writes one scalar: `place = value`.
    Store {
        place: Place,
        value: ValueId,
    },
    /// Writes a whole (sub-)object: `place = init`.
    Assign {
        place: Place,
        init: Init,
    },
    /// `place += value`, on shadows only; made by the transforms.
    Accumulate {
        place: Place,
        from: Operand,
    },
    /// Built-in operations on slices and vectors.
    Bulk(Bulk),
    Branch(Branch),
    Loop(Box<Loop>),
    Call(Call),
    /// Code carried along (assertions, printing): executed exactly once, in the primal only.
    Opaque(Opaque),
    /// Residual storage, made by the transforms.
    Push {
        stack: StackId,
        items: Vec<Operand>,
    },
    Pop {
        stack: StackId,
        items: Vec<Popped>,
    },
    /// Appends the elements of a vector, slice or array to a flat stack; and puts them back from its end.
    Save {
        stack: StackId,
        place: Place,
    },
    Restore {
        stack: StackId,
        place: Place,
    },
    /// A pullback that a forward call returned, run on the cotangent of the call's result.
    Pullback(Pullback),
}

/// What a pop binds.
#[derive(Clone, Debug, PartialEq)]
pub enum Popped {
    Value(ValueId),
    Mem(MemId),
}

/// A scalar value or a whole memory object.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    Value(ValueId),
    /// The object itself (moved, or copied if it is `Copy`).
    Mem(MemId),
    /// A copy of what is at the place (`.clone()` where it is not `Copy`).
    Copy(Place),
}

/// A pure operation.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    Const(Const),
    /// An operation with a row in the rule table: arithmetic, comparisons, float methods.
    Apply {
        func: Func,
        args: Vec<ValueId>,
    },
    /// An operator of which the operands are not known to be numbers: the runtime finds its rule by their types.
    Operator {
        func: Func,
        args: Vec<ValueId>,
        /// Written `a += b`, which may be another function than `a + b`.
        assigns: bool,
    },
    /// `x as T`.
    Cast {
        arg: ValueId,
        to: Ty,
        code: CodeId,
    },
    Load(Place),
    /// `place.len()`.
    Len(Place),
    /// `if c { a } else { b }` on scalars, without control flow; made by the transforms.
    Select {
        cond: ValueId,
        then: ValueId,
        els: ValueId,
    },
    /// The value of the operand, with derivative zero.
    Detach(ValueId),
    /// Passive code without effects, recomputable: a constant's path, a field of a config, `matches!`.
    Pure(Opaque),
    /// Passive code that must run exactly once (a call, a random number): its value is kept, never recomputed.
    Once(Opaque),
    /// The derivative helper of the runtime, made by the rules: `powf_d0(x, y, v)`.
    Helper {
        name: &'static str,
        args: Vec<ValueId>,
    },
    /// Sum of all elements of a float array or slice (adjoint of filling).
    SumOf(Place),
    /// `Σ a[i] b[i]` of slices of the same length, in any order; made last, by `opt/dots.rs`.
    Dot(Place, Place),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Const {
    /// A float made by the compiler.
    Float(f64),
    Int(i64),
    /// A number of iterations: never of the type that rustc takes for want of a better one.
    Count(u32),
    Bool(bool),
    /// The user's literal, as written.
    Literal(CodeId),
}

/// Code in the side table with what it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Opaque {
    pub code: CodeId,
    /// In the order of the side table's holes for this code.
    pub reads: Vec<Read>,
    /// Objects that the code may write (passive ones only).
    pub writes: Vec<MemId>,
    pub diverges: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Read {
    Value(ValueId),
    Mem(MemId),
}

/// An expression whose value is a memory object.
#[derive(Clone, Debug, PartialEq)]
pub enum Init {
    /// `[a, b, c]`
    Array(Vec<Operand>),
    /// `[x; N]`: the length is code in the side table.
    Repeat {
        elem: Operand,
        len: CodeId,
    },
    /// `vec![a, b]`
    VecOf(Vec<Operand>),
    /// `vec![x; n]`
    VecRepeat {
        elem: Operand,
        len: ValueId,
    },
    /// `Vec::new()`, `Vec::with_capacity(n)`
    VecNew {
        capacity: Option<ValueId>,
    },
    Tuple(Vec<Operand>),
    /// `S { a, b: .., ..base }`; the path is in the side table.
    Struct {
        path: CodeId,
        fields: Vec<(Field, Operand)>,
        base: Option<Operand>,
    },
    /// `S(a, b)`, `Some(x)`, `Ok(x)`, `Shape::Circle(r)`, also without fields (`None`).
    Variant {
        path: CodeId,
        args: Vec<Operand>,
    },
    /// `Box::new(x)`
    Boxed(Operand),
    /// `*r`, `a` (copied or moved), `a.clone()`, `s.to_vec()`.
    From(Operand),
    /// `slice.to_vec()`
    ToVec(Place),
    /// Passive code.
    Opaque(Opaque),
    /// The cotangent at a place, moved out: nobody looks there again. Made by the transforms.
    Taken(Place),
    /// The zero tangent of an object: shape and type as there, made by the transforms.
    ZeroOf(Place),
    /// `&of[start..start + len]`, or `&mut`: the part of it that a loop walks; made last, by `opt/rows.rs`.
    Row {
        of: Place,
        start: ValueId,
        len: ValueId,
        mutable: bool,
        /// It is moved out of its place until it is assigned there again: others of the same object are in use as well.
        apart: bool,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Bulk {
    /// `place.fill(x)`
    Fill {
        place: Place,
        value: ValueId,
    },
    /// `dst.copy_from_slice(src)`, `clone_from_slice`
    CopyFrom {
        dst: Place,
        src: Place,
    },
    /// Exchanges two places: `s.swap(i, j)`, `mem::swap(a, b)`.
    Swap {
        a: Place,
        b: Place,
    },
    Reverse {
        place: Place,
    },
    /// `place.rotate_left(k)`
    RotateLeft {
        place: Place,
        by: ValueId,
    },
    RotateRight {
        place: Place,
        by: ValueId,
    },
    /// `v.push(x)`
    Push {
        place: Place,
        item: Operand,
    },
    /// `v.pop();` of a vector that is not empty; the value is loaded before. `last` is its index, if that is wanted.
    Pop {
        place: Place,
        last: Option<ValueId>,
    },
    /// `v.truncate(n)`, `v.clear()`; `n` is not above the length.
    Truncate {
        place: Place,
        len: ValueId,
    },
    /// A vector of numbers grows to a length, by zeros; made by the transforms.
    Grow {
        place: Place,
        len: ValueId,
    },
    /// `dst += src` over whole shadows of equal shape; made by the transforms.
    AddAssign {
        dst: Place,
        src: Place,
    },
    /// The shadow becomes zero again; made by the transforms.
    Zero {
        place: Place,
    },
}

#[derive(Clone, Debug)]
pub struct Branch {
    pub on: ValueId,
    pub kind: BranchKind,
    pub arms: Vec<Region>,
    pub phis: Vec<Phi>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchKind {
    /// `on` is a bool; arm 0 is taken if it is true, arm 1 if not.
    If,
    /// `on` is an integer, the number of the arm; the last arm takes all others.
    Switch,
}

#[derive(Clone, Debug)]
pub struct Phi {
    pub value: ValueId,
    /// One per arm; `None`: not defined on that path, never read there.
    pub inputs: Vec<Option<ValueId>>,
}

#[derive(Clone, Debug)]
pub struct Loop {
    pub range: Option<Range>,
    /// Evaluated before every iteration: statements and a bool. It changes nothing that outlives it.
    pub header: Option<(Region, ValueId)>,
    pub carried: Vec<Carried>,
    pub body: Region,
    /// A bool of the body: leave the loop after this iteration.
    pub stop: Option<ValueId>,
    /// Over blocks of directions, made last, by `lanes/blocks`.
    pub blocks: Option<BlockLoop>,
    pub span: SpanId,
}

impl Loop {
    /// Over a range, to its end.
    pub fn counted(range: Range, carried: Vec<Carried>, body: Region, span: SpanId) -> Self {
        Loop { range: Some(range), header: None, carried, body, stop: None, blocks: None, span }
    }
}

#[derive(Clone, Debug)]
pub struct Carried {
    /// The value at the top of an iteration.
    pub phi: ValueId,
    /// `None`: not defined before the first assignment in the body.
    pub init: Option<ValueId>,
    /// The value at the end of an iteration.
    pub next: ValueId,
    /// The value after the loop.
    pub result: ValueId,
}

/// `(lo..hi)` followed by its adaptors, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    pub index: ValueId,
    pub lo: ValueId,
    pub hi: ValueId,
    pub inclusive: bool,
    pub adaptors: Vec<Adaptor>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Adaptor {
    Rev,
    StepBy(ValueId),
    Take(ValueId),
}
