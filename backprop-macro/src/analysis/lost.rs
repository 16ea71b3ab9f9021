//! Methods of constants that are given a value which depends on an input, and whose result is not differentiated: the value
//! may come back by another way (a `Cell`, a `Mutex`, a `thread_local!`), and its derivative would be lost.
//!
//! ```text
//! call .set(self m0, v3)        m0 a `&Cell<f64>`, v3 active: refused
//! ```

use super::activity::Activity;
use crate::ir::{Call, CallRole, Callee, Function, Region, SpanId, Stmt};

/// The first such call.
pub fn find(f: &Function) -> Option<SpanId> {
    let (varied, active) = (Activity::varied(f), Activity::of(f));
    region(&f.body, &varied, &active)
}

fn region(r: &Region, varied: &Activity, active: &Activity) -> Option<SpanId> {
    r.stmts.iter().find_map(|stmt| {
        let own = match stmt {
            Stmt::Call(call) if loses(call, varied, active) => Some(call.span),
            _ => None,
        };
        own.or_else(|| stmt.regions().into_iter().find_map(|r| region(r, varied, active)))
    })
}

fn loses(call: &Call, varied: &Activity, active: &Activity) -> bool {
    let method = matches!(call.callee, Callee::Method { .. });
    let Some((receiver, rest)) = call.args.split_first() else { return false };
    let given = rest.iter().any(|a| varied.arg(a));
    method && call.role == CallRole::Primal && !active.call(call) && !varied.arg(receiver) && given
}
