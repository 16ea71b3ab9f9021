//! Macro calls: `vec!`, `matches!`, those that only look (assertions, printing), those that end the program, and
//! everything else.
//!
//! ```text
//! assert!(x > 0.0);   →   opaque `assert!(x > 0.0)` (reads v0)        vec![x; n]   →   VecRepeat(v0; v1)
//! ```

use super::flow::End;
use super::lowerer::{Lowered, Lowerer, Stop};
use super::parse::{addr, macro_name, MacroArgs};
use super::value::Val;
use crate::diag::{at, catalog};
use crate::ir::{Init, Op, Opaque, Ty};
use quote::ToTokens;
use syn::{Attribute, Expr, Macro};

/// May read active values: nothing comes back from them.
const LOOKING: [&str; 17] = [
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
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "dbg",
    "log",
];

const DIVERGING: [&str; 4] = ["panic", "unreachable", "todo", "unimplemented"];

/// Turn values into text.
const LOSING: [&str; 4] = ["format", "write", "writeln", "format_args"];

impl<'a> Lowerer<'a> {
    pub fn macro_(&mut self, mac: &'a Macro, attrs: &'a [Attribute], hint: &Ty) -> Lowered<Val<'a>> {
        self.inner_attrs(attrs, false)?;
        let name = macro_name(mac);
        let args = self.facts.macros.get(&addr(mac));
        match (name.as_str(), args) {
            ("vec", Some(MacroArgs::Exprs(all))) => {
                let (items, ty) = self.elements(all.iter(), hint)?;
                Ok(Val::Fresh(Box::new(Init::VecOf(items)), Ty::Vec(Box::new(ty))))
            }
            ("vec", Some(MacroArgs::Repeat(pair))) => {
                let (elem, len) = &**pair;
                let val = self.expr(elem, &hint.elem())?;
                let ty = hint.elem().join(&self.ty_of(&val));
                let elem_at = at(elem);
                let elem = self.operand(val, elem_at)?;
                let len = self.expr_scalar(len, &Ty::Int)?;
                self.seen_as(len, &Ty::Int);
                Ok(Val::Fresh(Box::new(Init::VecRepeat { elem, len }), Ty::Vec(Box::new(ty))))
            }
            ("dbg", Some(MacroArgs::Exprs(all))) => self.dbg(mac, all, hint),
            ("matches", Some(MacroArgs::Matches(e))) => {
                let pure = self.effect_free(e);
                if !self.carries(e) {
                    return self.fail(catalog::unsupported(at(&**e), "this scrutinee"));
                }
                let opaque = self.opaque_macro(mac)?;
                let op = if pure { Op::Pure(opaque) } else { Op::Once(opaque) };
                Ok(Val::Value(self.let_(op, Ty::Bool, false, at(mac).span())))
            }
            (name, args) if LOOKING.contains(&name) || DIVERGING.contains(&name) => {
                self.looking(mac, name, args)
            }
            (name, args) => self.other_macro(mac, name, args, hint),
        }
    }

    fn looking(&mut self, mac: &'a Macro, name: &str, args: Option<&'a MacroArgs>) -> Lowered<Val<'a>> {
        if let Some(MacroArgs::Exprs(all)) = args {
            if let Some(wrong) = all.iter().find(|e| !self.carries(e)) {
                return self.fail(catalog::opaque_assigns(at(wrong), "a variable"));
            }
        }
        let mut opaque = self.opaque_macro(mac)?;
        opaque.diverges = DIVERGING.contains(&name);
        let diverges = opaque.diverges;
        self.carry_statement(opaque);
        if diverges {
            self.end = End::Diverges;
            return Err(Stop);
        }
        Ok(Val::Unit)
    }

    fn other_macro(
        &mut self,
        mac: &'a Macro,
        name: &str,
        args: Option<&'a MacroArgs>,
        hint: &Ty,
    ) -> Lowered<Val<'a>> {
        let mentioned = self.facts.in_macros.get(&addr(mac)).cloned().unwrap_or_default();
        let message = name == "format" && self.in_error > 0;
        if !message && mentioned.iter().any(|(_, id)| self.is_tainted(*id)) {
            return self.fail(if LOSING.contains(&name) {
                catalog::derivative_lost(at(mac), &format!("{name}!"))
            } else {
                catalog::macro_active(at(&mac.path), name)
            });
        }
        if let Some(MacroArgs::Exprs(all)) = args {
            if let Some(wrong) = all.iter().find(|e| !self.carries(e)) {
                return self.fail(catalog::opaque_assigns(at(wrong), "a variable"));
            }
        }
        let opaque = self.opaque_macro(mac)?;
        let pure = matches!(
            name,
            "cfg" | "env" | "include_str" | "concat" | "stringify" | "line" | "file" | "column"
        );
        let op = if pure { Op::Pure(opaque) } else { Op::Once(opaque) };
        let ty = match name {
            "cfg" => Ty::Bool,
            "line" | "column" => Ty::Int,
            "format" | "concat" | "stringify" | "file" | "env" => Ty::Passive(None),
            _ if hint.is_scalar() => hint.clone(),
            _ => Ty::Unknown,
        };
        Ok(Val::Value(self.let_(op, ty, false, at(mac).span())))
    }

    /// `dbg!(x)`: prints, and gives the value on.
    fn dbg(&mut self, mac: &'a Macro, args: &'a [Expr], hint: &Ty) -> Lowered<Val<'a>> {
        let [e] = args else {
            return self.fail(catalog::macro_active(at(&mac.path), "dbg"));
        };
        if !self.effect_free(e) {
            return self.fail(catalog::macro_active(at(&mac.path), "dbg"));
        }
        let opaque = self.opaque_macro(mac)?;
        self.carry_statement(opaque);
        self.expr(e, hint)
    }

    /// A macro call as carried code.
    fn opaque_macro(&mut self, mac: &'a Macro) -> Lowered<Opaque> {
        let found = self.facts.in_macros.get(&addr(mac)).cloned().unwrap_or_default();
        self.opaque_tokens(mac.to_token_stream(), &found, at(mac))
    }
}
