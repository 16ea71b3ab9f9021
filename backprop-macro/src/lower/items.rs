//! Items inside the body: they move to its start, where the forward and the reverse sweep both see them.
//!
//! ```text
//! if c { const K: f64 = 0.5; y = K * x }   →   const K: f64 = 0.5; branch c { .. }
//! ```
//!
//! A name must mean the same afterwards: an item of an inner block whose name occurs outside that block is refused.

use super::lowerer::{Lowered, Lowerer};
use super::parse::{addr, operands};
use crate::diag::{at, catalog};
use crate::ir::{Opaque, Stmt};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{HashMap, HashSet};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ImplItemFn, Item, UseTree};

/// The items of a body.
#[derive(Default)]
pub struct Items {
    /// Those that can move to the start of the body.
    movable: HashSet<usize>,
    moved: HashSet<usize>,
    /// Where they are collected.
    pub start: Vec<Stmt>,
}

impl Items {
    pub fn of(function: &ImplItemFn) -> Items {
        let mut items = Items::default();
        let mut find = Find { inner: Vec::new(), outer: Some(&mut items.movable) };
        find.visit_block(&function.block);
        let inner = find.inner;
        if !inner.is_empty() {
            let everywhere = mentions(function.to_token_stream());
            for (item, here) in inner {
                let only_here = |name: &String| everywhere.get(name) == here.get(name);
                if names(item).is_some_and(|all| all.iter().all(only_here)) {
                    items.movable.insert(addr(item));
                }
            }
        }
        items
    }
}

impl<'a> Lowerer<'a> {
    pub fn nested_item(&mut self, item: &'a Item) -> Lowered<()> {
        match item {
            Item::Static(s) => return self.fail(catalog::nested_static(at(&s.static_token))),
            Item::Const(_)
            | Item::Fn(_)
            | Item::Use(_)
            | Item::Struct(_)
            | Item::Enum(_)
            | Item::Impl(_)
            | Item::Trait(_)
            | Item::Type(_)
            | Item::Macro(_) => {}
            other => return self.fail(catalog::unsupported(at(other), "this item inside a function")),
        }
        if !self.items.movable.contains(&addr(item)) {
            let name = names(item).unwrap_or_default().join("`, `");
            return self.fail(catalog::nested_item_name(at(item), &name));
        }
        if let Item::Fn(f) = item {
            let marked = |a: &Attribute| a.path().segments.last().is_some_and(|s| s.ident == "grad");
            if !f.attrs.iter().any(marked) {
                self.plain_functions.insert(f.sig.ident.to_string());
            }
        }
        if self.items.moved.insert(addr(item)) {
            let code = self.source.code(item.to_token_stream());
            let opaque = Opaque { code, reads: Vec::new(), writes: Vec::new(), diverges: false };
            self.items.start.push(Stmt::Opaque(opaque));
        }
        Ok(())
    }
}

/// Finds the items of the outermost block, and those of inner ones with the names in their block.
struct Find<'a, 's> {
    inner: Vec<(&'a Item, HashMap<String, usize>)>,
    outer: Option<&'s mut HashSet<usize>>,
}

impl<'a> Visit<'a> for Find<'a, '_> {
    fn visit_block(&mut self, block: &'a Block) {
        let mut items = block.stmts.iter().filter_map(|s| match s {
            syn::Stmt::Item(item) => Some(item),
            syn::Stmt::Local(_) | syn::Stmt::Expr(..) | syn::Stmt::Macro(_) => None,
        });
        if let Some(outer) = self.outer.take() {
            outer.extend(items.map(addr));
        } else if let Some(first) = items.next() {
            let here = mentions(block.to_token_stream());
            self.inner.extend(std::iter::once(first).chain(items).map(|item| (item, here.clone())));
        }
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, e: &'a Expr) {
        match e {
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_item(&mut self, _: &'a Item) {}
}

/// How often each identifier occurs.
fn mentions(tokens: TokenStream) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    let mut stack = vec![tokens.into_iter()];
    while let Some(iter) = stack.last_mut() {
        match iter.next() {
            None => drop(stack.pop()),
            Some(TokenTree::Group(group)) => stack.push(group.stream().into_iter()),
            Some(TokenTree::Ident(ident)) => *found.entry(ident.to_string()).or_insert(0) += 1,
            Some(TokenTree::Punct(_) | TokenTree::Literal(_)) => {}
        }
    }
    found
}

/// The names that an item brings into scope; `None`: they can't be told.
fn names(item: &Item) -> Option<Vec<String>> {
    let one = |ident: &syn::Ident| Some(vec![ident.to_string()]);
    match item {
        Item::Const(i) => Some(vec![i.ident.to_string()].into_iter().filter(|n| n != "_").collect()),
        Item::Fn(i) => one(&i.sig.ident),
        Item::Struct(i) => one(&i.ident),
        Item::Enum(i) => one(&i.ident),
        Item::Trait(i) => one(&i.ident),
        Item::Type(i) => one(&i.ident),
        Item::Macro(i) => i.ident.as_ref().and_then(one),
        Item::Impl(_) => Some(Vec::new()),
        Item::Use(i) => {
            let mut found = Vec::new();
            used(&i.tree, None, &mut found).then_some(found)
        }
        _ => None,
    }
}

fn used(tree: &UseTree, parent: Option<&syn::Ident>, found: &mut Vec<String>) -> bool {
    match tree {
        UseTree::Path(path) => used(&path.tree, Some(&path.ident), found),
        UseTree::Name(name) => {
            let ident = parent.filter(|_| name.ident == "self").unwrap_or(&name.ident);
            found.push(ident.to_string());
            true
        }
        UseTree::Rename(rename) => {
            found.push(rename.rename.to_string());
            true
        }
        UseTree::Group(group) => group.items.iter().all(|tree| used(tree, parent, found)),
        UseTree::Glob(_) => false,
    }
}
