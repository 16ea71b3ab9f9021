//! Integers whose type the user has written at the variable, `let n: u64 = 1`: their literals keep it. The generated code
//! need not have that variable, and rustc takes `i32` for what nothing tells the type of.
//!
//! ```text
//! let mut n: u64 = 1; for .. { n = n * 2 }    →    v1 = const 1 (u64); loop carry (v2 = v1 -> v3) { v3 = mul(v2, 2) }
//! ```

use super::effects::local;
use super::names;
use super::parse::{addr, MacroArgs, Parsed};
use super::resolve::{BinderId, Facts};
use super::types;
use crate::ir::hash::HashMap;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, ExprAssign, FnArg, GenericArgument, Lit, Local, Pat, PathArguments, Stmt, Type,
};

/// From the address of a literal to its type.
pub fn typed(parsed: &Parsed, facts: &Facts<'_>) -> HashMap<usize, &'static str> {
    let mut walk = Walk { facts, variables: HashMap::default(), literals: HashMap::default() };
    for input in &parsed.item.sig.inputs {
        if let FnArg::Typed(param) = input {
            walk.declared(&param.pat, &param.ty, None);
        }
    }
    walk.visit_block(&parsed.item.block);
    parsed.accessors.iter().for_each(|accessor| walk.visit_expr_closure(accessor.closure()));
    walk.literals
}

/// Literals only?
fn is_constant(e: &Expr) -> bool {
    match names::strip(e) {
        Expr::Lit(_) => true,
        Expr::Unary(unary) => is_constant(&unary.expr),
        Expr::Binary(binary) => is_constant(&binary.left) && is_constant(&binary.right),
        _ => false,
    }
}

/// What an array, slice or vector holds, of whatever depth; other types themselves.
fn element(ty: &Type) -> &Type {
    match ty {
        Type::Array(array) => element(&array.elem),
        Type::Slice(slice) => element(&slice.elem),
        Type::Reference(reference) => element(&reference.elem),
        Type::Paren(paren) => element(&paren.elem),
        Type::Group(group) => element(&group.elem),
        Type::Path(path) => match path.path.segments.last().map(|s| (s.ident == "Vec", &s.arguments)) {
            Some((true, PathArguments::AngleBracketed(arguments))) => match arguments.args.first() {
                Some(GenericArgument::Type(inner)) => element(inner),
                _ => ty,
            },
            _ => ty,
        },
        _ => ty,
    }
}

struct Walk<'w, 'a> {
    facts: &'w Facts<'a>,
    variables: HashMap<BinderId, &'static str>,
    literals: HashMap<usize, &'static str>,
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
        let elem = element(ty);
        let Some(name) = types::integer_name(elem) else { return };
        if let Some(init) = init {
            if std::ptr::eq(elem, ty) {
                self.of_type(init, name);
            } else {
                self.elements(init, name);
            }
        }
        if let (Some(ident), true) = (names::single(pat), std::ptr::eq(elem, ty)) {
            self.variables.insert(addr(ident), name);
        }
    }

    /// The literals among the elements of an array or a `vec!`.
    fn elements(&mut self, e: &Expr, ty: &'static str) {
        match names::strip(e) {
            Expr::Array(array) => array.elems.iter().for_each(|e| self.elements(e, ty)),
            Expr::Repeat(repeat) => self.elements(&repeat.expr, ty),
            Expr::Reference(reference) => self.elements(&reference.expr, ty),
            Expr::Macro(mac) => match self.facts.macros.get(&addr(&mac.mac)) {
                Some(MacroArgs::Exprs(all)) => all.iter().for_each(|e| self.elements(e, ty)),
                Some(MacroArgs::Repeat(repeat)) => self.elements(&repeat.0, ty),
                _ => {}
            },
            other => self.of_type(other, ty),
        }
    }

    /// The integer type of an expression, where the text tells it.
    fn type_of(&self, e: &Expr) -> Option<&'static str> {
        match names::strip(e) {
            Expr::Lit(lit) => match &lit.lit {
                Lit::Int(int) if types::is_integer_name(int.suffix()) => types::named_integer(int.suffix()),
                _ => self.literals.get(&addr(&lit.lit)).copied(),
            },
            path @ Expr::Path(_) => local(self.facts, path).and_then(|id| self.variables.get(&id).copied()),
            Expr::Cast(cast) => types::integer_name(&cast.ty),
            Expr::Unary(unary) => self.type_of(&unary.expr),
            Expr::Binary(binary) => match binary.op {
                BinOp::Shl(_) | BinOp::Shr(_) => self.type_of(&binary.left),
                BinOp::Add(_)
                | BinOp::Sub(_)
                | BinOp::Mul(_)
                | BinOp::Div(_)
                | BinOp::Rem(_)
                | BinOp::BitAnd(_)
                | BinOp::BitOr(_)
                | BinOp::BitXor(_) => self.type_of(&binary.left).or_else(|| self.type_of(&binary.right)),
                _ => None,
            },
            Expr::MethodCall(call) if call.method == "len" && call.args.is_empty() => Some("usize"),
            _ => None,
        }
    }

    /// The literals that have the type of the expression.
    fn of_type(&mut self, e: &Expr, ty: &'static str) {
        match names::strip(e) {
            Expr::Lit(lit) => {
                if matches!(&lit.lit, Lit::Int(int) if int.suffix().is_empty()) {
                    self.literals.insert(addr(&lit.lit), ty);
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
                | BinOp::BitXor(_)
                    if is_constant(&binary.left) && is_constant(&binary.right) =>
                {
                    self.of_type(&binary.left, ty);
                    self.of_type(&binary.right, ty);
                }
                // The other operands tell it.
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

    fn ends(&mut self, block: &Block, ty: &'static str) {
        if let Some(Stmt::Expr(e, None)) = block.stmts.last() {
            self.of_type(e, ty);
        }
    }
}

impl<'ast> Visit<'ast> for Walk<'_, '_> {
    fn visit_local(&mut self, l: &'ast Local) {
        visit::visit_local(self, l);
        let init = l.init.as_ref().map(|init| &*init.expr);
        if let Pat::Type(typed) = &l.pat {
            self.declared(&typed.pat, &typed.ty, init);
        } else if let (Some(ident), Some(ty)) = (names::single(&l.pat), init.and_then(|e| self.type_of(e))) {
            if let Some(init) = init {
                self.of_type(init, ty);
            }
            self.variables.insert(addr(ident), ty);
        }
    }

    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        let ty = local(self.facts, &assign.left).and_then(|id| self.variables.get(&id).copied());
        if let Some(ty) = ty {
            self.of_type(&assign.right, ty);
        }
        visit::visit_expr_assign(self, assign);
    }
}
