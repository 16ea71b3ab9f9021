//! The user's item as a syntax tree in which nothing is hidden: None-delimited groups are parentheses or gone, and the
//! arguments of the macros that the compiler knows are parsed.
//!
//! ```text
//! vec![⟦x + 1.0⟧ * y; n]   →   MacroArgs::Repeat((x + 1.0) * y, n)
//! ```
//!
//! It never looks at what the code means.

use super::depth;
use crate::diag::{at, catalog, Diag, Errors};
use crate::ir::hash::HashMap;
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::visit::Visit;
use syn::visit_mut::VisitMut;
use syn::{Expr, ImplItemFn, Macro, Token, Type};

/// The address of a node of the tree, as a key; the tree does not move once it is parsed.
pub fn addr<T>(node: &T) -> usize {
    std::ptr::from_ref(node) as usize
}

/// A parsed item.
pub struct Parsed {
    pub item: Box<ImplItemFn>,
    /// By the address of the macro call.
    pub macros: HashMap<usize, MacroArgs>,
    /// Methods of the same file that are inlined where it calls them.
    pub accessors: Vec<super::accessors::Accessor>,
}

/// The operands of a chain of binary operators, from left to right, without recursion along its left side.
pub fn operands(e: &Expr) -> Vec<&Expr> {
    let mut all = Vec::new();
    let mut e = e;
    while let Expr::Binary(binary) = e {
        all.push(&*binary.right);
        e = &binary.left;
    }
    all.push(e);
    all.reverse();
    all
}

/// What a macro call holds.
pub enum MacroArgs {
    /// `vec![a, b]`, and the arguments of `assert!`, `println!` and the like, format strings included.
    Exprs(Vec<Expr>),
    /// `vec![x; n]`
    Repeat(Box<(Expr, Expr)>),
    /// `matches!(x, pattern)`: what is matched.
    Matches(Box<Expr>),
    /// Not known, or not parsed.
    Tokens,
}

impl MacroArgs {
    /// The expressions in it.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            MacroArgs::Exprs(all) => all.iter().collect(),
            MacroArgs::Repeat(pair) => vec![&pair.0, &pair.1],
            MacroArgs::Matches(e) => vec![e],
            MacroArgs::Tokens => Vec::new(),
        }
    }
}

/// The item, or why it is none.
pub fn parse(tokens: &TokenStream) -> Result<Parsed, Errors> {
    depth::check(tokens)?;
    let mut item = match syn::parse2::<ImplItemFn>(ungroup_types(tokens.clone())) {
        Ok(item) => item,
        Err(e) => return Err(no_function(tokens, &e).into()),
    };
    if item.modifiers.require_empty().is_err() {
        return Err(catalog::function_kind(at(&item.sig), "a function with modifiers").into());
    }
    Ungroup.visit_impl_item_fn_mut(&mut item);
    let item = Box::new(item);
    let mut macros = HashMap::default();
    let mut collect = Collect { found: Vec::new() };
    collect.visit_impl_item_fn(&item);
    parse_all(collect.found, &mut macros);
    Ok(Parsed { item, macros, accessors: Vec::new() })
}

/// What stands there instead of a function.
fn no_function(tokens: &TokenStream, error: &syn::Error) -> Diag {
    const ITEMS: [(&str, &str); 9] = [
        ("impl", "an `impl` block"),
        ("trait", "a `trait`"),
        ("struct", "a `struct`"),
        ("enum", "an `enum`"),
        ("mod", "a module"),
        ("let", "a `let`"),
        ("static", "a `static`"),
        ("type", "a type"),
        ("macro_rules", "a macro"),
    ];
    let is_fn = |t: &TokenTree| matches!(t, TokenTree::Ident(i) if i == "fn");
    for token in tokens.clone().into_iter().take_while(|t| !is_fn(t)) {
        if let TokenTree::Ident(ident) = &token {
            if let Some((_, what)) = ITEMS.iter().find(|(word, _)| ident == word) {
                return catalog::not_a_function(ident.span().into(), what);
            }
        }
    }
    let mut words = tokens.clone().into_iter();
    if let Some(TokenTree::Ident(first)) = words.next().filter(|_| !words.any(|t| is_fn(&t))) {
        if first == "const" {
            return catalog::not_a_function(first.span().into(), "a constant");
        }
    }
    let ends = matches!(tokens.clone().into_iter().last(), Some(TokenTree::Punct(p)) if p.as_char() == ';');
    if let (true, Some(name)) = (ends, tokens.clone().into_iter().skip_while(|t| !is_fn(t)).nth(1)) {
        return catalog::not_a_function(name.span().into(), "one without");
    }
    if tokens.clone().into_iter().any(|t| is_fn(&t)) {
        return catalog::not_read(error.span().into(), &error.to_string());
    }
    catalog::not_a_function(error.span().into(), &format!("this ({error})"))
}

/// Parses the arguments of the macros, and of the macros in them.
fn parse_all(found: Vec<&Macro>, macros: &mut HashMap<usize, MacroArgs>) {
    for mac in found {
        let args = parse_args(mac);
        let mut inner = Collect { found: Vec::new() };
        args.exprs().into_iter().for_each(|e| inner.visit_expr(e));
        parse_all(inner.found, macros);
        macros.insert(addr(mac), args);
    }
}

struct Collect<'a> {
    found: Vec<&'a Macro>,
}

impl<'a> Visit<'a> for Collect<'a> {
    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            other => syn::visit::visit_expr(self, other),
        }
    }
    fn visit_macro(&mut self, mac: &'a Macro) {
        self.found.push(mac);
    }
    fn visit_item(&mut self, _: &'a syn::Item) {}
}

/// The last name of a macro's path.
pub fn macro_name(mac: &Macro) -> String {
    mac.path.segments.last().map_or_else(String::new, |s| s.ident.to_string())
}

/// Macros whose arguments are expressions (after named arguments lose their name).
pub const FORMATTING: [&str; 22] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "println",
    "print",
    "eprintln",
    "eprint",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "format",
    "write",
    "writeln",
    "trace",
    "debug",
    "info",
    "warn",
    "error",
];

fn parse_args(mac: &Macro) -> MacroArgs {
    let name = macro_name(mac);
    let tokens = mac.tokens.clone();
    if depth::check(&tokens).is_err() {
        return MacroArgs::Tokens;
    }
    let parsed = match name.as_str() {
        "vec" => vec_args.parse2(tokens),
        "matches" => matches_args.parse2(tokens),
        "dbg" => exprs.parse2(tokens),
        other if FORMATTING.contains(&other) => exprs.parse2(tokens),
        _ => return MacroArgs::Tokens,
    };
    parsed.unwrap_or(MacroArgs::Tokens)
}

fn vec_args(input: ParseStream) -> syn::Result<MacroArgs> {
    if input.is_empty() {
        return Ok(MacroArgs::Exprs(Vec::new()));
    }
    let first = ungrouped(input)?;
    if input.peek(Token![;]) {
        input.parse::<Token![;]>()?;
        let len = ungrouped(input)?;
        return Ok(MacroArgs::Repeat(Box::new((first, len))));
    }
    let mut all = vec![first];
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if !input.is_empty() {
            all.push(ungrouped(input)?);
        }
    }
    Ok(MacroArgs::Exprs(all))
}

fn exprs(input: ParseStream) -> syn::Result<MacroArgs> {
    let mut all = Vec::new();
    while !input.is_empty() {
        if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            input.parse::<Ident>()?;
            input.parse::<Token![=]>()?;
        }
        all.push(ungrouped(input)?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(MacroArgs::Exprs(all))
}

fn matches_args(input: ParseStream) -> syn::Result<MacroArgs> {
    let scrutinee = ungrouped(input)?;
    input.parse::<Token![,]>()?;
    input.parse::<TokenStream>()?;
    Ok(MacroArgs::Matches(Box::new(scrutinee)))
}

fn ungrouped(input: ParseStream) -> syn::Result<Expr> {
    let mut e: Expr = input.parse()?;
    Ungroup.visit_expr_mut(&mut e);
    Ok(e)
}

/// Turns None-delimited groups into parentheses, in the tree and in the tokens of macros.
struct Ungroup;

impl VisitMut for Ungroup {
    fn visit_expr_mut(&mut self, e: &mut Expr) {
        while let Expr::Group(group) = e {
            let inner = std::mem::replace(&mut *group.expr, Expr::PLACEHOLDER);
            *e = if is_atomic(&inner) {
                inner
            } else {
                let span = group.group_token.span;
                let paren_token = syn::token::Paren(span);
                Expr::Paren(syn::ExprParen { attrs: Vec::new(), paren_token, expr: Box::new(inner) })
            };
        }
        let mut e = e;
        while let Expr::Binary(binary) = e {
            self.visit_expr_mut(&mut binary.right);
            e = &mut binary.left;
        }
        if let Expr::Group(_) = e {
            self.visit_expr_mut(e);
        } else {
            syn::visit_mut::visit_expr_mut(self, e);
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        while let Type::Group(group) = ty {
            let blank =
                syn::TypeInfer { attrs: Vec::new(), underscore_token: syn::token::Underscore::default() };
            let inner = std::mem::replace(&mut *group.elem, Type::Infer(blank));
            *ty = inner;
        }
        syn::visit_mut::visit_type_mut(self, ty);
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        mac.tokens = ungroup_tokens(mac.tokens.clone());
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

fn is_atomic(e: &Expr) -> bool {
    matches!(
        e,
        Expr::Path(_)
            | Expr::Lit(_)
            | Expr::Paren(_)
            | Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Field(_)
            | Expr::Index(_)
            | Expr::Macro(_)
            | Expr::Array(_)
            | Expr::Repeat(_)
            | Expr::Tuple(_)
    )
}

/// A group of one token (an identifier, a literal, a path of one name) loses its invisible brackets, so that no parser
/// trips over them; others stay.
fn ungroup_types(tokens: TokenStream) -> TokenStream {
    map_groups(tokens, &|stream| {
        let single = stream.clone().into_iter().nth(1).is_none();
        single.then_some(stream)
    })
}

/// Invisible brackets in the tokens of a macro become parentheses.
pub fn ungroup_tokens(tokens: TokenStream) -> TokenStream {
    map_groups(tokens, &|stream| {
        if stream.clone().into_iter().nth(1).is_none() {
            return Some(stream);
        }
        match syn::parse2::<Expr>(stream.clone()) {
            Ok(e) if is_atomic(&e) => Some(stream),
            Ok(_) => Some(TokenTree::Group(Group::new(Delimiter::Parenthesis, stream)).into()),
            Err(_) => Some(stream),
        }
    })
}

/// Replaces None-delimited groups, inner ones first; `None` leaves one as it is.
fn map_groups(tokens: TokenStream, f: &dyn Fn(TokenStream) -> Option<TokenStream>) -> TokenStream {
    let has_groups = tokens.clone().into_iter().any(|t| matches!(t, TokenTree::Group(_)));
    if !has_groups {
        return tokens;
    }
    let mut out = TokenStream::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let inner = map_groups(group.stream(), f);
                if group.delimiter() == Delimiter::None {
                    if let Some(replaced) = f(inner.clone()) {
                        out.extend(replaced);
                        continue;
                    }
                }
                let mut copy = Group::new(group.delimiter(), inner);
                copy.set_span(group.span());
                out.extend([TokenTree::Group(copy)]);
            }
            token => out.extend([token]),
        }
    }
    out
}
