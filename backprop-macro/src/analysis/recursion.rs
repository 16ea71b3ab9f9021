//! Recursion: which pullbacks are the function's own reverse half.
//!
//! ```text
//! v9, v12 = forward f(v6, v8); push s0 (v12, v9)  ..  (v14, v15) = pop s0; pullback v14 of v18        v12 and v14 of `f`
//! ```

use crate::ir::hash::HashMap;
use crate::ir::{Arg, Call, CallRole, Callee, CodeId, Operand, Popped, StackId, Stmt, ValueId};

/// A call of the function itself.
#[derive(Clone, Debug)]
pub struct Own {
    pub path: CodeId,
    pub args: Vec<Arg>,
}

/// With their calls; `own`: is the path the function itself?
pub fn own_pullbacks(
    forward: &[Stmt],
    reverse: &[Stmt],
    own: &dyn Fn(CodeId) -> bool,
) -> HashMap<ValueId, Own> {
    let mut pullbacks = HashMap::default();
    called(forward, own, &mut pullbacks);
    let mut all = HashMap::default();
    pushed(forward, &mut all);
    follow(reverse, &all, &mut pullbacks);
    pullbacks
}

fn called(stmts: &[Stmt], own: &dyn Fn(CodeId) -> bool, out: &mut HashMap<ValueId, Own>) {
    for stmt in stmts.iter().flat_map(Stmt::deep) {
        if let Stmt::Call(Call {
            callee: Callee::Path(code), args, role: CallRole::Forward(pullback), ..
        }) = stmt
        {
            let plain = !args.iter().any(|a| matches!(a, Arg::Closure(_)));
            if plain && own(*code) {
                out.insert(*pullback, Own { path: *code, args: args.clone() });
            }
        }
    }
}

fn pushed<'f>(stmts: &'f [Stmt], out: &mut HashMap<StackId, &'f [Operand]>) {
    for stmt in stmts.iter().flat_map(Stmt::deep) {
        if let Stmt::Push { stack, items } = stmt {
            out.insert(*stack, items);
        }
    }
}

/// What a pullback is called after it has been popped.
fn follow(stmts: &[Stmt], pushed: &HashMap<StackId, &[Operand]>, pullbacks: &mut HashMap<ValueId, Own>) {
    for stmt in stmts.iter().flat_map(Stmt::deep) {
        if let Stmt::Pop { stack, items } = stmt {
            let before = pushed.get(stack).copied().unwrap_or_default();
            for (item, from) in items.iter().zip(before) {
                let (Popped::Value(name), Operand::Value(from)) = (item, from) else { continue };
                if let Some(call) = pullbacks.get(from).cloned() {
                    pullbacks.insert(*name, call);
                }
            }
        }
    }
}
