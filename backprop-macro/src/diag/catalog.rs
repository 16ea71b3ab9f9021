//! Every message, once: what is wrong, why, and what to do instead. The codes are stable; E01 to E33 are those of the
//! error index, later numbers are its extension.
//!
//! ```text
//! E21 no_rule(name, hint) "no derivative rule for `f64::{name}`{hint} …"   →   pub fn no_rule(at, name, hint) -> Diag
//! ```

use super::{At, Diag};

macro_rules! messages {
    ($($code:ident $name:ident($($arg:ident),*) $text:literal;)*) => {
        /// Code and short name of each message.
        #[cfg(test)]
        pub const ALL: &[(&str, &str)] = &[$((stringify!($code), stringify!($name))),*];

        $(
            pub fn $name(at: At $(, $arg: &str)*) -> Diag {
                Diag { code: stringify!($code), text: format!($text), at }
            }
        )*
    };
}

messages! {
    E01 call_not_differentiable(name)
        "`{name}` is not differentiable: it gets a value that depends on a parameter, and the macro has no derivative \
         for it. Put `#[grad]` on it, give it a rule with `#[grad(vjp = ..)]` on a wrapper, or write \
         `backprop::detach(..)` around the argument if its derivative is to be zero";
    E02 derivative_lost(name)
        "`{name}` turns a value that depends on a parameter into bits or text, where its derivative is lost. Write \
         `backprop::detach(..)` around the value to say that this is meant";
    E03 passive_store(name)
        "a value that depends on a parameter is stored in `{name}`, which is declared non-differentiable: its \
         derivative would be lost. Remove `#[no_grad]`, or store `backprop::detach(..)` of it";
    E05 interior_mutability(what)
        "{what} can't be differentiated: the macro can't follow values through it. Pass the value as a parameter and \
         return the result";
    E06 unsafe_code(what)
        "{what} can't be differentiated: the macro can't see what it reads and writes. Move it to a function of its \
         own with a rule: `#[grad(vjp = ..)]`";
    E07 dynamic_call(what)
        "{what} is called with a value that depends on a parameter, but the function is only known at run time. Use a \
         generic parameter or a closure defined in this function, or give the call a rule: `#[grad(vjp = ..)]`";
    E08 asynchronous(what)
        "{what} is not supported in a `#[grad]` function. Differentiate a synchronous function and call it from the \
         asynchronous one";
    E09 nothing_to_differentiate(ty)
        "the result `{ty}` holds no float, so there is nothing to differentiate. Return `f32`, `f64`, `T: Real`, or a \
         tuple, array, `Vec`, `Option` or struct of them; or write results through a `&mut` parameter";
    E10 no_parameter()
        "no parameter is differentiable. Floats, arrays, slices, `Vec`s, tuples and `Option`s of them count, and types \
         that derive `backprop::Differentiable`; integers, `bool`, `char` and strings do not";
    E11 parameter_type(ty)
        "a parameter of type `{ty}` is not supported. Supported are floats, integers, `bool`, strings, arrays, slices, \
         `Vec`, tuples, `Option`, and types with `#[derive(backprop::Differentiable)]`, by value, `&` or `&mut` (`&Option<Vec<f64>>`, \
         not `Option<&[f64]>`); anything else can be passed with `#[no_grad]` on the parameter";
    E14 wrt_name(name, hint)
        "`{name}` in `wrt(..)` is not a differentiable parameter of this function{hint}";
    E15 option_unknown(name, hint)
        "unknown option `{name}`{hint}. Options are: wrt(..), forward, second_order, graph, source, no_heap, method, \
         recursive, name = .., crate = .., vjp = .., jvp = ..";
    E16 heap_needed(name)
        "the gradient needs heap storage for `{name}`, and `no_heap` forbids it. Bound the loop so that nothing has to be \
         kept (an accumulating loop keeps nothing), use arrays of fixed size, or leave the option out";
    E18 try_operator(why)
        "`?` can't be used here: {why}. Use `match` with explicit returns";
    E19 closure_escapes(why)
        "this closure can't be inlined: {why}. Only closures that are called in this function, or passed to iterator \
         methods, to `Option::map` and to `#[grad]` functions, can capture values that depend on a parameter. Call it \
         here, or turn it into a `#[grad]` function";
    E20 iterator_adaptor(name, hint)
        "iterator method `{name}` is not supported on values that depend on a parameter{hint}. Known are: iter, \
         iter_mut, into_iter, map, zip, enumerate, rev, skip, take, step_by, chain, filter, filter_map, flat_map, \
         take_while, skip_while, map_while, scan, inspect, flatten, cycle, peekable, copied, cloned, chunks, \
         chunks_exact, rchunks, windows; sum, product, fold, rfold, try_fold, for_each, count, last, next, nth, min_by, \
         max_by, any, all, position, rposition, find, rfind, reduce, collect, unzip, partition. Write a `for` loop instead";
    E21 no_rule(name, hint)
        "no derivative rule for `f64::{name}`{hint}. Write it with methods that have one, put `#[grad]` on a function \
         of your own, or write `backprop::detach(..)` around the receiver if the derivative is to be zero";
    E22 index_form(form)
        "indexing with {form} is not supported. Index with an integer, or with a range of integers";
    E23 macro_active(name)
        "macro `{name}!` gets a value that depends on a parameter, and the macro can't see what it does with it. Write \
         the expression out, or pass `backprop::detach(..)` of the value";
    E24 callee_shadowed(name)
        "`{name}` is a local variable that is not a closure defined in this function, so the macro can't see what the \
         call does. Define the closure here, or call a `#[grad]` function";
    E29 pattern(form)
        "{form} in a pattern over a value that depends on a parameter is not supported. Bind the whole value and take \
         it apart with field access, `match` or `if let`";
    E30 too_deep(what, limit)
        "{what}: more than {limit}. Split the expression with `let`, or the function in two";
    E34 cfg_inside()
        "`#[cfg]` is supported here on statements only, and under at most four conditions: the macro sees the body before \
         it is evaluated, and compiles every variant. Move the `cfg` to the function (two functions under opposite `cfg`s), or use `if cfg!(..)`";
    E35 aggregate_as_scalar(what)
        "{what} is used where the macro expects a number. Write the operation out per element or field, or call a \
         `#[grad]` function that does it";
    E36 unknown_shape(why)
        "the macro can't tell what kind of value this is: {why}. Add a type annotation to the `let`, or name the parts \
         with separate `let`s";
    E37 reference_repointed(what)
        "{what}: a reference that points to different things can't be followed. Branch on the operation instead, or \
         copy the value";
    E39 unsupported(what)
        "{what} is not supported in a `#[grad]` function. If no value there depends on a parameter, move it to a \
         function of its own; otherwise give that function a rule: `#[grad(vjp = ..)]`";
    E40 attribute_inside(name)
        "attribute `{name}` is not supported here: the macro can't see what it does to the code. Remove it, or move it \
         to the function";
    E41 option_syntax(why)
        "the options of `#[grad(..)]` are separated by commas: `wrt(w, b), forward, name = other` ({why})";
    E42 option_twice(name)
        "option `{name}` is given twice. Remove one";
    E43 option_form(form)
        "this option is written `{form}`";
    E44 not_a_function(why)
        "`#[grad]` goes on a function with a body, not on {why}. Move it to each `fn` that is to have a gradient";
    E45 function_kind(kind)
        "{kind} can't carry `#[grad]`. Put it on an ordinary `fn`, and call that from this one";
    E46 trait_method(name)
        "`{name}` belongs to a trait, and a trait has no place for the gradient. Move the body to a free function with `#[grad]` (or \
         to a method of an `impl` of the type), and call it here. If it is an operator (`+`, `*=`, ..), put `#[grad]` on the whole \
         `impl` instead";
    E47 companion_name(name)
        "the companion of `{name}` would be a type named `{name}`, which hides a primitive type or a crate. Give it \
         another name: `#[grad(name = {name}_fn)]`";
    E48 result_type(ty)
        "a result of type `{ty}` is not supported: a gradient needs values of its own. Return the value instead of a \
         reference, pointer or `impl` type";
    E49 wrt_twice(name)
        "`{name}` stands twice in `wrt(..)`. Remove one";
    E50 wrt_empty()
        "`wrt()` is empty: name at least one parameter, or leave the option out for all of them";
    E51 associated_function(name)
        "`{name}` stands in an `impl` block but mentions neither `self` nor `Self`, so the macro takes it for a free function. \
         Write `#[grad(method)]`";
    E52 loop_form(form)
        "{form} can't be iterated over by the macro. Iterate over a range, an array, a slice, a `Vec`, or an iterator \
         chain over them";
    E53 detach_aggregate()
        "`#[no_grad]` on a `let` works for numbers only; this is an aggregate. Detach its elements: \
         `backprop::detach(x)`";
    E54 label_unknown(name)
        "no loop or block around this is what `{name}` leaves. Write the label of one that encloses it";
    E55 nested_static()
        "a `static` inside a `#[grad]` function would exist once more in its gradient. Move it out of the function";
    E56 checkpoint_form()
        "`#[checkpoint(..)]` takes `every = k`, `sqrt` or `snapshots = s`, and stands on a loop";
    E57 passive_receiver(what)
        "{what} writes a value that depends on a parameter into something that the macro knows as passive. Remove \
         `#[no_grad]` there, or write `backprop::detach(..)` around the value";
    E58 opaque_assigns(name)
        "{name} is assigned inside code that the macro carries along without understanding. Assign it outside";
    E59 attribute_twice()
        "`#[grad]` stands twice on this function. Put all options into one: `#[grad(forward, no_heap)]`";
    E60 let_chain()
        "`let` combined with `&&` in a condition is not supported. Nest the `if`s";
    E61 option_not_yet(name)
        "option `{name}` is not supported yet. Leave it out";
    E62 nested_item_name(name)
        "`{name}`, an item of an inner block, would hide another thing of that name in the gradient. Give it a name that \
         occurs nowhere else in this function, or move it out of the function";
    E63 no_value(why)
        "there is no value here, where a float is expected: {why}. End with an expression";
    E64 not_read(why)
        "the macro can't read this function: {why}. If the compiler reports an error here as well, that is the one to fix";
    E65 type_parameter(name)
        "the bounds of the type parameter `{name}` don't tell how to differentiate it. Write `{name}: backprop::Real` for a float, \
         `{name}: backprop::Differentiable` for anything with a tangent; or mark the parameter `#[no_grad]`";
    E66 mixed_floats()
        "one operand is an `f32`, the other an `f64`. Convert one: `f64::from(x)`, or `y as f32`";
    E99 bug(what)
        "bug in backprop: {what}. The function itself is kept as it is; please report this";
}
