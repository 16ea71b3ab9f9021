//! What names mean by convention: the methods and functions that the compiler knows, variables against constants in
//! patterns, and the identifiers in tokens that nobody parses.
//!
//! ```text
//! v.push(x)   →   writes v        xs.iter()   →   looks into xs        "{x:?}"   →   mentions x
//! ```

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::{BinOp, Expr, Pat, PatIdent};

/// How a variable is used in one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Use {
    Plain,
    Assigned,
    MutRef,
    Projected,
    Written,
    DerefWritten,
    ByRef,
    Receiver,
}

/// Without parentheses.
pub fn strip(e: &Expr) -> &Expr {
    match e {
        Expr::Paren(p) => strip(&p.expr),
        Expr::Group(p) => strip(&p.expr),
        other => other,
    }
}

/// `self`, with the span of the receiver.
pub fn self_ident(receiver: &syn::Receiver) -> Ident {
    Ident::new("self", receiver.self_token.span)
}

/// Where a pattern stands: a name in capitals is a constant where the pattern can fail, a variable where it can't.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fails {
    Never,
    Maybe,
}

/// Does the pattern bind a variable (or name a constant)?
pub fn is_binder(p: &PatIdent, fails: Fails) -> bool {
    fails == Fails::Never
        || p.by_ref.is_some()
        || p.mutability.is_some()
        || p.subpat.is_some()
        || !starts_upper(&p.ident)
}

/// `PI`, `None`, `Shape`.
pub fn starts_upper(ident: &Ident) -> bool {
    let text = ident.to_string();
    let text = text.strip_prefix("r#").unwrap_or(&text);
    text.trim_start_matches('_').chars().next().is_some_and(char::is_uppercase)
}

/// The variable that the pattern consists of, if it is one.
pub fn single(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(p) if p.subpat.is_none() && is_binder(p, Fails::Never) => Some(&p.ident),
        Pat::Type(p) => single(&p.pat),
        Pat::Paren(p) => single(&p.pat),
        _ => None,
    }
}

/// `+=` and the like.
pub fn is_compound(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}

/// Methods that look into their receiver.
const LOOKING: [&str; 46] = [
    "len",
    "iter",
    "into_iter",
    "first",
    "last",
    "get",
    "chunks",
    "chunks_exact",
    "rchunks",
    "rchunks_exact",
    "windows",
    "split_at",
    "split_first",
    "split_last",
    "is_empty",
    "as_slice",
    "as_ref",
    "to_vec",
    "as_deref",
    "concat",
    "contains",
    "map",
    "unwrap",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "expect",
    "is_some",
    "is_none",
    "is_ok",
    "is_err",
    "ok",
    "err",
    "ok_or",
    "ok_or_else",
    "map_err",
    "and_then",
    "or",
    "or_else",
    "filter",
    "map_or",
    "map_or_else",
    "zip",
    "copied",
    "cloned",
    "iter_mut",
];

/// Methods that write into their receiver.
const WRITING: [&str; 37] = [
    "swap",
    "reverse",
    "rotate_left",
    "rotate_right",
    "fill",
    "copy_from_slice",
    "clone_from_slice",
    "push",
    "pop",
    "truncate",
    "clear",
    "as_mut_slice",
    "as_mut",
    "split_at_mut",
    "chunks_mut",
    "chunks_exact_mut",
    "rchunks_mut",
    "rchunks_exact_mut",
    "first_mut",
    "last_mut",
    "split_first_mut",
    "split_last_mut",
    "get_mut",
    "insert",
    "remove",
    "swap_remove",
    "append",
    "split_off",
    "drain",
    "copy_within",
    "resize_with",
    "extend",
    "extend_from_slice",
    "extend_from_within",
    "resize",
    "take",
    "replace",
];

/// Methods of numbers, and those that every type has, that leave the receiver alone.
const SCALAR: [&str; 35] = [
    "clone",
    "to_owned",
    "pow",
    "abs_diff",
    "wrapping_add",
    "wrapping_sub",
    "wrapping_mul",
    "saturating_sub",
    "saturating_add",
    "saturating_mul",
    "checked_add",
    "checked_sub",
    "checked_mul",
    "count_ones",
    "leading_zeros",
    "trailing_zeros",
    "is_power_of_two",
    "next_power_of_two",
    "rem_euclid",
    "div_euclid",
    "div_ceil",
    "isqrt",
    "ilog2",
    "sin_cos",
    "to_bits",
    "total_cmp",
    "partial_cmp",
    "cmp",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "unsigned_abs",
];

/// Is it a method that numbers have?
pub fn is_scalar_method(name: &str) -> bool {
    SCALAR.contains(&name) || crate::rules::Func::from_method(name).is_some()
}

/// Is it a float method of the table, with so many arguments besides the receiver?
pub fn is_float_method(name: &str, arguments: usize) -> bool {
    let func = crate::rules::Func::from_method(name);
    func.is_some_and(|f| crate::rules::rule(f).arity == arguments + 1)
        || (name == "sin_cos" && arguments == 0)
}

/// A name of the table with another number of arguments: a method of the user's own.
pub fn is_namesake(call: &syn::ExprMethodCall) -> bool {
    let name = call.method.to_string();
    crate::rules::Func::from_method(&name).is_some() && !is_float_method(&name, call.args.len())
}

/// Is it a method of sequences, vectors, options?
pub fn is_known_method(name: &str) -> bool {
    LOOKING.contains(&name) || WRITING.contains(&name)
}

/// How a method uses its receiver.
pub fn receiver_use(call: &syn::ExprMethodCall) -> Use {
    let name = call.method.to_string();
    let name = name.as_str();
    if name == "iter_mut" || WRITING.contains(&name) {
        Use::Written
    } else if is_scalar_method(name) && !is_namesake(call) {
        Use::Plain
    } else if LOOKING.contains(&name) {
        Use::Projected
    } else {
        Use::Receiver
    }
}

/// `mem::swap`, `mem::replace`, `mem::take`.
pub fn mem_function(func: &Expr) -> Option<&'static str> {
    let Expr::Path(path) = strip(func) else { return None };
    let mut segments = path.path.segments.iter().rev();
    let last = segments.next()?.ident.to_string();
    if segments.next()?.ident != "mem" {
        return None;
    }
    ["swap", "replace", "take"].into_iter().find(|n| *n == last)
}

/// The last name of a path expression.
pub fn last_name(func: &Expr) -> Option<String> {
    match strip(func) {
        Expr::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

/// Calls `f` for every identifier that may be a variable: not a field, method, macro, path or named argument; with
/// `formatted`, also those inside format strings.
pub fn mentioned(tokens: &TokenStream, formatted: bool, f: &mut dyn FnMut(&Ident)) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let punct = |i: usize, c: char| matches!(tokens.get(i), Some(TokenTree::Punct(p)) if p.as_char() == c);
    for (i, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) => {
                let field = i >= 1 && punct(i - 1, '.') && !(i >= 2 && punct(i - 2, '.'));
                let in_path = (i >= 1 && punct(i - 1, ':')) && (i >= 2 && punct(i - 2, ':'));
                let path = punct(i + 1, ':') && punct(i + 2, ':');
                let mac = punct(i + 1, '!') && !punct(i + 2, '=');
                let lifetime = i >= 1 && punct(i - 1, '\'');
                if !(field || in_path || path || mac || lifetime) {
                    f(ident);
                }
            }
            TokenTree::Group(group) => mentioned(&group.stream(), formatted, f),
            TokenTree::Literal(literal) => {
                if formatted {
                    captured_by(literal, f);
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// The variables inside format strings alone.
pub fn captures(tokens: &TokenStream, f: &mut dyn FnMut(&Ident)) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => captures(&group.stream(), f),
            TokenTree::Literal(literal) => captured_by(&literal, f),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn captured_by(literal: &proc_macro2::Literal, f: &mut dyn FnMut(&Ident)) {
    let text = literal.to_string();
    if text.starts_with('"') || text.starts_with("r\"") || text.starts_with("r#") {
        captured(&text, literal.span(), f);
    }
}

/// The names in the braces of a format string.
fn captured(text: &str, span: Span, f: &mut dyn FnMut(&Ident)) {
    let text = text.replace("{{", "");
    for part in text.split('{').skip(1) {
        let Some((inside, _)) = part.split_once('}') else { continue };
        let (name, format) = inside.split_once(':').unwrap_or((inside, ""));
        let counts =
            format.split('$').filter_map(|s| s.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next());
        let counts: Vec<&str> = if format.contains('$') { counts.collect() } else { Vec::new() };
        for name in std::iter::once(name.trim()).chain(counts) {
            if let Some(ident) = identifier(name, span) {
                f(&ident);
            }
        }
    }
}

/// An identifier, if the text is one.
pub fn identifier(text: &str, span: Span) -> Option<Ident> {
    let mut ident = syn::parse_str::<Ident>(text).ok()?;
    ident.set_span(span);
    Some(ident)
}

/// Does the expression say that it is no number?
pub fn is_aggregate(e: &Expr) -> bool {
    match strip(e) {
        Expr::Tuple(_) | Expr::Array(_) | Expr::Struct(_) | Expr::Repeat(_) => true,
        Expr::Call(call) => match strip(&call.func) {
            Expr::Path(path) => path.path.segments.iter().rev().take(2).enumerate().any(|(k, s)| match k {
                0 => starts_upper(&s.ident),
                _ => s.ident == "Vec",
            }),
            _ => false,
        },
        Expr::Macro(mac) => super::parse::macro_name(&mac.mac) == "vec",
        Expr::MethodCall(call) => call.method == "to_vec" || call.method == "collect",
        Expr::Block(block) => match block.block.stmts.last() {
            Some(syn::Stmt::Expr(tail, None)) => is_aggregate(tail),
            _ => false,
        },
        _ => false,
    }
}

/// Names that are used as numbers are.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Operands of arithmetic.
    pub operands: std::collections::HashSet<String>,
    /// Receivers of methods that numbers have.
    pub receivers: std::collections::HashSet<String>,
}

/// What the body uses as numbers.
pub fn in_arithmetic(block: &syn::Block) -> Numbers {
    struct Walk(Numbers);
    fn name(e: &Expr) -> Option<String> {
        match strip(e) {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        }
    }
    impl<'a> syn::visit::Visit<'a> for Walk {
        fn visit_expr_binary(&mut self, binary: &'a syn::ExprBinary) {
            self.0.operands.extend(name(&binary.left));
            self.0.operands.extend(name(&binary.right));
            syn::visit::visit_expr_binary(self, binary);
        }

        fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
            if is_scalar_method(&call.method.to_string()) {
                self.0.receivers.extend(name(&call.receiver));
            }
            syn::visit::visit_expr_method_call(self, call);
        }
    }
    let mut walk = Walk(Numbers::default());
    syn::visit::Visit::visit_block(&mut walk, block);
    walk.0
}

/// Does the code name it?
pub fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|t| match t {
        proc_macro2::TokenTree::Ident(ident) => ident == name,
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), name),
        // `{name}` in a format string.
        proc_macro2::TokenTree::Literal(literal) => literal.to_string().contains(name),
        proc_macro2::TokenTree::Punct(_) => false,
    })
}
