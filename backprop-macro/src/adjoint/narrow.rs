//! Narrow loops: each iteration computes its derivatives forwards, and the reverse sweep multiplies by them.
//!
//! ```text
//! loop carry (x: x0 -> x') { x' = f(x, a) }
//!   →
//! loop carry (x: x0 -> x') { x' = f(x, a); push (dx'/dx, dx'/da) }
//! loop carry (d: d_x' -> d p, s: 0 -> s + d q) { (p, q) = pop }               d_x0 += d; d_a += s
//! ```

use super::frame::Frame;
use super::{Refusal, Reverse};
use crate::analysis::layout::At;
use crate::analysis::narrow::carried;
use crate::ir::{Carried, Loop, Op, Operand, Popped, Region, Stmt, ValueId};
use crate::rules::Func;

impl Reverse<'_> {
    pub(crate) fn narrow_loop(&mut self, l: &Loop, at: At, out: &mut Vec<Stmt>) -> Result<(), Refusal> {
        let inputs = self.plan.narrow.get(&at).cloned().unwrap_or_default();
        let Some(around) = carried(l, self.act) else { return Ok(()) };
        let id = self.layout.body(at);
        let mut forward = Vec::new();
        self.frames.push(Frame { inline: true, ..Frame::new(id) });
        self.forward(&l.body, id, &mut forward)?;
        self.frame().out = forward;
        let (ty, span) = self.kind_of(around.phi);
        let one = self.build(|b| b.float(1.0, ty, span));
        self.contribute(around.next, one);
        self.reverse(&l.body, id)?;
        let items = inputs.into_iter().map(|v| match self.take(v) {
            Some(d) => Operand::Value(d),
            None => Operand::Value(self.zero_for(v)),
        });
        let items = items.collect();
        let Some(mut frame) = self.frames.pop() else { return Ok(()) };
        let stack = self.f.stacks.push(self.room_of(id));
        self.stacks.insert(id, stack);
        frame.out.push(Stmt::Push { stack, items });
        let body = Region { stmts: frame.out, diverges: l.body.diverges };
        out.push(Stmt::Loop(Box::new(Loop { body, ..l.clone() })));
        Ok(())
    }

    pub(crate) fn reverse_narrow(&mut self, l: &Loop, at: At) {
        let id = self.layout.body(at);
        let (Some(around), Some(stack)) = (carried(l, self.act), self.stacks.get(&id).copied()) else {
            return;
        };
        let result = match self.take(around.result) {
            Some(d) => d,
            None => self.zero_for(around.result),
        };
        let mut frame = Frame::new(id);
        let range = self.reverse_range(l, &mut frame);
        let inputs = self.plan.narrow.get(&at).cloned().unwrap_or_default();
        let partials: Vec<ValueId> = inputs.iter().map(|v| self.fresh_cotangent(*v)).collect();
        let popped = partials.iter().map(|p| Popped::Value(*p)).collect();
        frame.out.push(Stmt::Pop { stack, items: popped });
        let d = self.fresh_cotangent(around.phi);
        let mut all = Vec::new();
        for (k, (input, partial)) in inputs.iter().zip(partials).enumerate() {
            let share = self.fresh_cotangent(*input);
            let product = Op::Apply { func: Func::Mul, args: vec![d, partial] };
            frame.out.push(Stmt::Let { value: share, op: product });
            let after = self.fresh_cotangent(*input);
            if k == 0 {
                all.push(Carried { phi: d, init: Some(result), next: share, result: after });
                continue;
            }
            let (init, phi, next) =
                (self.zero_for(*input), self.fresh_cotangent(*input), self.fresh_cotangent(*input));
            let sum = Op::Apply { func: Func::Add, args: vec![phi, share] };
            frame.out.push(Stmt::Let { value: next, op: sum });
            all.push(Carried { phi, init: Some(init), next, result: after });
        }
        let ends: Vec<ValueId> = all.iter().map(|c| c.result).collect();
        let body = Region { stmts: frame.out, diverges: false };
        let (range, header, stop) = (Some(range), None, None);
        self.push(Stmt::Loop(Box::new(Loop {
            range,
            header,
            carried: all,
            body,
            stop,
            blocks: None,
            span: l.span,
        })));
        let from = around.init.into_iter().chain(inputs.into_iter().skip(1));
        from.zip(ends).for_each(|(of, d)| self.contribute(of, d));
    }
}
