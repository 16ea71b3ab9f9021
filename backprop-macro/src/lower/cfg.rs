//! `#[cfg]` on statements: the macro sees the body before it is evaluated, so it compiles every variant, each under the
//! condition that selects it.
//!
//! ```text
//! #[cfg(a)] let y = x; #[cfg(not(a))] let y = 2.0 * x;
//!   →   under cfg(all(a, not(a))): both; under cfg(all(a, not(not(a)))): the first; ..
//! ```
//!
//! Elsewhere in a body `#[cfg]` stays, and is refused: see [`left`].

use super::parse::{addr, operands, MacroArgs, Parsed};
use super::{attributes, depth};
use crate::diag::Errors;
use crate::ir::hash::HashMap;
use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, Attribute, Block, Expr, ImplItemFn, Stmt};

/// More conditions than this are refused: the variants double with each.
const LIMIT: usize = 4;

/// A version of the function, and the attribute under which it is the one; `None`: always.
pub struct Variant {
    pub condition: Option<TokenStream>,
    pub item: TokenStream,
}

/// All versions of the function.
pub fn variants(item: &TokenStream) -> Result<Vec<Variant>, Errors> {
    let only = || vec![Variant { condition: None, item: item.clone() }];
    if !mentions_cfg(item) {
        return Ok(only());
    }
    depth::check(item)?;
    let Ok(parsed) = syn::parse2::<ImplItemFn>(item.clone()) else { return Ok(only()) };
    let mut find = Resolve { conditions: Vec::new(), chosen: None };
    find.visit_block_mut(&mut parsed.block.clone());
    let conditions = find.conditions;
    if conditions.is_empty() || conditions.len() > LIMIT {
        return Ok(only());
    }
    let variants = (0..1_usize << conditions.len()).map(|mask| {
        let holds = |k: usize| mask >> k & 1 == 1;
        let chosen: Vec<bool> = (0..conditions.len()).map(holds).collect();
        let parts =
            conditions.iter().zip(&chosen).map(|(c, yes)| if *yes { c.clone() } else { quote!(not(#c)) });
        let condition = Some(quote!(#[cfg(all(#(#parts),*))]));
        let mut copy = parsed.clone();
        Resolve { conditions: conditions.clone(), chosen: Some(chosen) }.visit_block_mut(&mut copy.block);
        Variant { condition, item: copy.to_token_stream() }
    });
    Ok(variants.collect())
}

fn mentions_cfg(tokens: &TokenStream) -> bool {
    let mut stack = vec![tokens.clone().into_iter()];
    while let Some(iter) = stack.last_mut() {
        match iter.next() {
            None => drop(stack.pop()),
            Some(proc_macro2::TokenTree::Group(group)) => stack.push(group.stream().into_iter()),
            Some(proc_macro2::TokenTree::Ident(ident)) if ident == "cfg" => return true,
            Some(_) => {}
        }
    }
    false
}

/// The `#[cfg]`s in the body: what they take out is not known.
pub fn left(parsed: &Parsed) -> Vec<&Attribute> {
    let mut left = Left { macros: &parsed.macros, found: Vec::new() };
    left.visit_block(&parsed.item.block);
    left.found
}

struct Left<'p> {
    macros: &'p HashMap<usize, MacroArgs>,
    found: Vec<&'p Attribute>,
}

impl<'p> Visit<'p> for Left<'p> {
    fn visit_attribute(&mut self, attr: &'p Attribute) {
        if attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr") {
            self.found.push(attr);
        }
    }

    fn visit_expr(&mut self, e: &'p Expr) {
        match e {
            Expr::Binary(_) => operands(e).into_iter().for_each(|o| self.visit_expr(o)),
            other => visit::visit_expr(self, other),
        }
    }

    fn visit_macro(&mut self, mac: &'p syn::Macro) {
        let args = self.macros.get(&addr(mac));
        args.into_iter().flat_map(MacroArgs::exprs).for_each(|e| self.visit_expr(e));
    }

    fn visit_item(&mut self, _: &'p syn::Item) {}
}

/// Finds the conditions, or applies a choice of them.
struct Resolve {
    conditions: Vec<TokenStream>,
    chosen: Option<Vec<bool>>,
}

impl Resolve {
    /// Is what carries these attributes there? Conditions that are decided are removed.
    fn keep(&mut self, attrs: &mut Vec<Attribute>) -> bool {
        let mut there = true;
        attrs.retain(|attr| {
            let syn::Meta::List(list) = &attr.meta else { return true };
            if !attr.path().is_ident("cfg") {
                return true;
            }
            let text = list.tokens.to_string();
            let known = self.conditions.iter().position(|c| c.to_string() == text);
            match (&self.chosen, known) {
                (Some(chosen), Some(k)) => {
                    there &= chosen[k];
                    false
                }
                (None, None) => {
                    self.conditions.push(list.tokens.clone());
                    true
                }
                _ => true,
            }
        });
        there
    }
}

impl VisitMut for Resolve {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let stmts = std::mem::take(&mut block.stmts);
        for mut stmt in stmts {
            let there = match &mut stmt {
                Stmt::Local(local) => self.keep(&mut local.attrs),
                Stmt::Macro(mac) => self.keep(&mut mac.attrs),
                Stmt::Expr(e, _) => attributes::of_mut(e).is_none_or(|attrs| self.keep(attrs)),
                Stmt::Item(_) => true,
            };
            if there {
                block.stmts.push(stmt);
            }
        }
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_expr_match_mut(&mut self, m: &mut syn::ExprMatch) {
        let arms: Vec<Arm> = std::mem::take(&mut m.arms);
        for mut arm in arms {
            if self.keep(&mut arm.attrs) {
                m.arms.push(arm);
            }
        }
        visit_mut::visit_expr_match_mut(self, m);
    }

    fn visit_expr_mut(&mut self, e: &mut Expr) {
        let mut e = e;
        while let Expr::Binary(binary) = e {
            self.visit_expr_mut(&mut binary.right);
            e = &mut binary.left;
        }
        visit_mut::visit_expr_mut(self, e);
    }

    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}
