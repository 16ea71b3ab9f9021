//! Local collections of std that are not sequences (`HashMap`, `VecDeque`, ..): passive things that carried code changes.
//!
//! ```text
//! for (k, v) in &map { .. }   →   m2 = opaque `collect(&map)`, and a loop over m2        queue.push_back(x)   →   refused
//! ```

use super::lowerer::{Lowered, Lowerer};
use super::names;
use super::parse::addr;
use crate::diag::{at, catalog};
use syn::{Expr, ExprMethodCall, Pat, Type};

const COLLECTIONS: [&str; 7] =
    ["HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "BinaryHeap", "LinkedList"];

/// `VecDeque::new`, `std::collections::HashMap::<u8, f64>::with_capacity`
fn constructed(e: &Expr) -> Option<String> {
    let Expr::Call(call) = names::strip(e) else { return None };
    let Expr::Path(path) = names::strip(&call.func) else { return None };
    path.path.segments.iter().rev().nth(1).map(|s| s.ident.to_string())
}

fn written(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
        Type::Reference(reference) => written(&reference.elem),
        Type::Paren(paren) => written(&paren.elem),
        _ => None,
    }
}

impl<'a> Lowerer<'a> {
    /// `let name: ty = init;`
    pub fn note_collection(&mut self, pat: &'a Pat, ty: Option<&'a Type>, init: Option<&'a Expr>) {
        let name = ty.and_then(written).or_else(|| init.and_then(constructed));
        let Some(kind) = COLLECTIONS.into_iter().find(|c| name.as_deref() == Some(c)) else { return };
        if let Some(ident) = names::single(pat) {
            self.collections.insert(addr(ident), kind);
        }
    }

    /// Which collection the variable is.
    pub fn collection(&self, e: &Expr) -> Option<&'static str> {
        let id = super::effects::local(&self.facts, names::strip(e))?;
        self.collections.get(&id).copied()
    }

    /// Is it gone through (`map`, `&map`, `map.iter()`), or something passive that only rustc knows?
    pub fn goes_through_collection(&self, e: &'a Expr) -> bool {
        let (of, unknown) = match names::strip(e) {
            Expr::Reference(r) if r.mutability.is_none() => (&*r.expr, self.is_opaque_rooted(&r.expr)),
            Expr::MethodCall(call) if call.method == "iter" || call.method == "into_iter" => {
                (&*call.receiver, self.is_passive_rooted(&call.receiver))
            }
            other => (other, self.is_opaque_rooted(other)),
        };
        let whole = matches!(names::strip(of), Expr::Path(_));
        self.collection(of).is_some() || (whole && unknown)
    }

    /// Values that depend on a parameter can't be followed through it.
    pub fn check_collection(&mut self, call: &'a ExprMethodCall) -> Lowered<()> {
        let Some(kind) = self.collection(&call.receiver) else { return Ok(()) };
        if call.args.iter().all(|arg| !self.mentions_tainted(arg)) {
            return Ok(());
        }
        let what = format!("a value that depends on a parameter in a `{kind}` (a `Vec` can hold it)");
        self.fail(catalog::unsupported(at(&call.method), &what))
    }
}
