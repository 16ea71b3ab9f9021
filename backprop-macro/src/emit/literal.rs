//! Constants as tokens.
//!
//! A float is printed plain where its neighbour tells its type (`2.0 * x`), with a suffix where nothing does
//! (`let mut s = 0.0_f64;`), and through `Real` in generic code.

use super::expr::{Expr, Prec, Shape};
use crate::ir::ty::FloatTy;
use crate::ir::Ty;
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use std::str::FromStr;

fn constant(tokens: TokenStream, prec: Prec) -> Expr {
    Expr { shape: Shape::Constant, ..Expr::new(tokens, prec) }
}

/// The suffix that makes a literal of this type.
fn suffix(ty: &Ty) -> Option<&'static str> {
    match ty {
        Ty::Float(FloatTy::F32) => Some("f32"),
        Ty::Float(FloatTy::F64) => Some("f64"),
        Ty::Float(FloatTy::Param(_) | FloatTy::Any | FloatTy::Lanes(_))
        | Ty::Int
        | Ty::Bool
        | Ty::Passive(_)
        | Ty::Array(..)
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Tuple(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => None,
    }
}

/// A float that the compiler made. `typed`: nothing else tells its type.
pub fn float(x: f64, ty: &Ty, typed: bool) -> Expr {
    let suffix = suffix(ty);
    if !x.is_finite() {
        let name = match suffix {
            Some("f32") => q!(f32),
            Some(_) | None => q!(f64),
        };
        let item = match (x.is_nan(), x > 0.0) {
            (true, _) => q!(NAN),
            (false, true) => q!(INFINITY),
            (false, false) => q!(NEG_INFINITY),
        };
        return constant(q!(::core::primitive::#name::#item), Prec::Atom);
    }
    let digits = match suffix {
        Some("f32") => shortest(x),
        Some(_) | None => format!("{:?}", x.abs()),
    };
    let tail = match suffix {
        Some(suffix) if typed => format!("_{suffix}"),
        Some(_) | None => String::new(),
    };
    let literal = literal(&format!("{digits}{tail}"));
    if x.is_sign_negative() {
        constant(q!(-#literal), Prec::Unary)
    } else {
        constant(q!(#literal), Prec::Atom)
    }
}

/// As few digits as tell the `f32`, if it is one.
fn shortest(x: f64) -> String {
    #[allow(clippy::cast_possible_truncation, reason = "the literal will be an f32")]
    let short = format!("{:?}", x.abs() as f32);
    if short.contains("inf") {
        format!("{:?}", x.abs())
    } else {
        short
    }
}

fn literal(text: &str) -> TokenStream {
    match Literal::from_str(text) {
        Ok(mut literal) => {
            literal.set_span(Span::mixed_site());
            TokenTree::Literal(literal).into()
        }
        Err(_) => q!(0.0),
    }
}

/// `0_usize`
pub fn count(n: u32) -> Expr {
    let literal = literal(&format!("{n}_usize"));
    constant(q!(#literal), Prec::Atom)
}

pub fn int(n: i64) -> Expr {
    let literal = literal(&n.unsigned_abs().to_string());
    if n < 0 {
        constant(q!(-#literal), Prec::Unary)
    } else {
        constant(q!(#literal), Prec::Atom)
    }
}

/// `100000_u64`
pub fn suffixed(n: i64, name: &str) -> Expr {
    let literal = literal(&format!("{}_{name}", n.unsigned_abs()));
    if n < 0 {
        constant(q!(-#literal), Prec::Unary)
    } else {
        constant(q!(#literal), Prec::Atom)
    }
}

/// The user's integer, with a suffix if it has none.
pub fn written_int(tokens: TokenStream, name: &str) -> Expr {
    let items: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let prec = if items.len() > 1 { Prec::Unary } else { Prec::Atom };
    let with_suffix = |token: TokenTree| match token {
        TokenTree::Literal(l) if l.to_string().bytes().all(|b| b.is_ascii_digit() || b == b'_') => {
            literal(&format!("{l}_{name}"))
        }
        other => other.into(),
    };
    constant(items.into_iter().map(with_suffix).collect(), prec)
}

pub fn bool(b: bool) -> Expr {
    constant(if b { q!(true) } else { q!(false) }, Prec::Atom)
}

/// The user's literal; with its suffix if it has none and needs one.
pub fn written(tokens: TokenStream, ty: &Ty, typed: bool) -> Expr {
    let items: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let prec = if items.len() > 1 { Prec::Unary } else { Prec::Atom };
    if let ([TokenTree::Literal(written)], Some(suffix), true) = (items.as_slice(), suffix(ty), typed) {
        let text = written.to_string();
        let dotted = text.contains('.') || text.contains(['e', 'E']);
        if dotted && !text.contains('f') && !text.starts_with('"') {
            let dot = if text.ends_with('.') { "0" } else { "" };
            if let Ok(mut literal) = Literal::from_str(&format!("{text}{dot}_{suffix}")) {
                literal.set_span(written.span());
                return constant(TokenTree::Literal(literal).into(), prec);
            }
        }
    }
    constant(tokens, prec)
}

#[cfg(test)]
mod tests {
    use super::{float, written};
    use crate::ir::ty::FloatTy;
    use crate::ir::Ty;
    use quote::quote;

    #[test]
    fn floats() {
        let f64 = Ty::Float(FloatTy::F64);
        let f32 = Ty::Float(FloatTy::F32);
        assert_eq!(float(2.0, &f64, false).tokens.to_string(), "2.0");
        assert_eq!(float(2.0, &f32, true).tokens.to_string(), "2.0_f32");
        assert_eq!(float(-0.0, &f64, true).tokens.to_string(), "- 0.0_f64");
        assert_eq!(float(1e300, &f64, true).tokens.to_string(), "1e300_f64");
        assert_eq!(float(0.1_f32.into(), &f32, false).tokens.to_string(), "0.1");
        assert_eq!(float(f64::NAN, &f32, false).tokens.to_string(), ":: core :: primitive :: f32 :: NAN");
        assert_eq!(written(quote!(2.), &f64, true).tokens.to_string(), "2.0_f64");
        assert_eq!(written(quote!(2.5f64), &f64, true).tokens.to_string(), "2.5f64");
    }
}
