//! Integers whose type the user has written at the variable, `let n: u64 = 1`: their literals keep it. The generated code
//! need not have that variable, and rustc takes `i32` for what nothing tells the type of.
//!
//! ```text
//! let mut n: u64 = 1; for .. { n = n * 2 }    →    v1 = const 1u64; loop carry (v2 = v1 -> v3) { v3 = mul(v2, 2) }
//! ```

use super::effects::local;
use super::names;
use super::parse::{addr, Parsed};
use super::resolve::{BinderId, Facts};
use super::types;
use crate::ir::hash::HashMap;
use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};
use syn::{BinOp, Block, Expr, ExprAssign, FnArg, Lit, Local, Pat, Stmt, Type};

/// From the address of a literal to its type.
pub fn typed(parsed: &Parsed, facts: &Facts<'_>) -> HashMap<usize, Ident> {
    let mut walk = Walk { facts, variables: HashMap::default(), literals: HashMap::default() };
    for input in &parsed.item.sig.inputs {
        if let FnArg::Typed(param) = input {
            walk.declared(&param.pat, &param.ty, None);
        }
    }
    walk.visit_block(&parsed.item.block);
    walk.literals
}

struct Walk<'w, 'a> {
    facts: &'w Facts<'a>,
    variables: HashMap<BinderId, Ident>,
    literals: HashMap<usize, Ident>,
}

impl Walk<'_, '_> {
    fn declared(&mut self, pat: &Pat, ty: &Type, init: Option<&Expr>) {
        if let (Pat::Tuple(pat), Type::Tuple(ty)) = (pat, ty) {
            let init = init.map(names::strip);
            for (k, (pat, ty)) in pat.elems.iter().zip(&ty.elems).enumerate() {
                let part = match init {
                    Some(Expr::Tuple(tuple)) => tuple.elems.get(k),
                    _ => None,
                };
                self.declared(pat, ty, part);
            }
            return;
        }
        let Some(name) = types::primitive(ty).filter(|name| types::is_integer_name(name)) else { return };
        let ty = Ident::new(&name, Span::mixed_site());
        if let Some(init) = init {
            self.of_type(init, &ty);
        }
        if let Some(ident) = names::single(pat) {
            self.variables.insert(addr(ident), ty);
        }
    }

    /// The literals that have the type of the expression.
    fn of_type(&mut self, e: &Expr, ty: &Ident) {
        match names::strip(e) {
            Expr::Lit(lit) => {
                if matches!(&lit.lit, Lit::Int(int) if int.suffix().is_empty()) {
                    self.literals.insert(addr(&lit.lit), ty.clone());
                }
            }
            Expr::Unary(unary) => self.of_type(&unary.expr, ty),
            Expr::Binary(binary) => match binary.op {
                BinOp::Shl(_) | BinOp::Shr(_) => self.of_type(&binary.left, ty),
                BinOp::Add(_)
                | BinOp::Sub(_)
                | BinOp::Mul(_)
                | BinOp::Div(_)
                | BinOp::Rem(_)
                | BinOp::BitAnd(_)
                | BinOp::BitOr(_)
                | BinOp::BitXor(_) => {
                    self.of_type(&binary.left, ty);
                    self.of_type(&binary.right, ty);
                }
                _ => {}
            },
            Expr::If(branch) => {
                self.ends(&branch.then_branch, ty);
                if let Some((_, otherwise)) = &branch.else_branch {
                    self.of_type(otherwise, ty);
                }
            }
            Expr::Match(m) => m.arms.iter().for_each(|arm| self.of_type(&arm.body, ty)),
            Expr::Block(block) => self.ends(&block.block, ty),
            _ => {}
        }
    }

    fn ends(&mut self, block: &Block, ty: &Ident) {
        if let Some(Stmt::Expr(e, None)) = block.stmts.last() {
            self.of_type(e, ty);
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_, '_> {
    fn visit_local(&mut self, l: &'ast Local) {
        if let Pat::Type(typed) = &l.pat {
            self.declared(&typed.pat, &typed.ty, l.init.as_ref().map(|init| &*init.expr));
        }
        visit::visit_local(self, l);
    }

    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        let ty = local(self.facts, &assign.left).and_then(|id| self.variables.get(&id).cloned());
        if let Some(ty) = ty {
            self.of_type(&assign.right, &ty);
        }
        visit::visit_expr_assign(self, assign);
    }
}
