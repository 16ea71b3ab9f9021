//! The text of [`crate::ir::print`] back into IR, so that tests read like what they test. It panics on what it does
//! not know. Names (`v5 s: f64`) are not read; carried code is `c7`.

mod parts;

use crate::ir::ids::Id;
use crate::ir::*;

type Tokens = std::iter::Peekable<std::vec::IntoIter<String>>;

/// Parses `fn(..) { .. }`.
pub(crate) fn parse(text: &str) -> Function {
    let lines = text.lines().map(tokens).filter(|l| !l.is_empty()).collect::<Vec<_>>();
    let mut p = Parser { f: Function::default(), lines, at: 1, declared: Vec::new() };
    let mut head = p.lines[0].clone().into_iter().peekable();
    p.params(&mut head);
    p.f.body = p.region();
    p.f
}

fn tokens(line: &str) -> Vec<String> {
    let chars: Vec<char> = line.split("//").next().unwrap_or("").chars().collect();
    let mut all: Vec<String> = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        let c = chars[i];
        let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
        let word = |i: usize| chars.get(i).is_some_and(|c| c.is_alphanumeric() || *c == '_');
        i += 1;
        if c.is_whitespace() || c == '`' {
            continue;
        }
        if word(start) || (c == '-' && digit(i)) {
            while word(i) {
                i += 1;
            }
            let after_dot = all.last().is_some_and(|t| t == ".");
            if (c.is_ascii_digit() || c == '-') && !after_dot && chars.get(i) == Some(&'.') && digit(i + 1) {
                i += 1;
                while word(i) || (chars[i - 1] == 'e' && chars.get(i) == Some(&'-')) {
                    i += 1;
                }
            }
        } else {
            let rest: String = chars[start..].iter().take(3).collect();
            let long = ["..=", "..", "->", "+="].into_iter().find(|t| rest.starts_with(t));
            i = start + long.map_or(1, str::len);
        }
        all.push(chars[start..i].iter().collect());
    }
    all
}

struct Parser {
    f: Function,
    lines: Vec<Vec<String>>,
    at: usize,
    declared: Vec<MemId>,
}

fn is_id(token: &str, prefix: char) -> bool {
    token.strip_prefix(prefix).is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit()))
}

fn eat(t: &mut Tokens, token: &str) -> bool {
    t.next_if(|n| n == token).is_some()
}

fn expect(t: &mut Tokens, token: &str) {
    let next = t.next();
    assert_eq!(next.as_deref(), Some(token), "before {:?}", t.collect::<Vec<_>>());
}

fn number<T: std::str::FromStr>(token: &str) -> T {
    token.trim_start_matches(['v', 'm', 's', 'c']).parse().unwrap_or_else(|_| panic!("{token} is no number"))
}

fn code(t: &mut Tokens) -> CodeId {
    CodeId(number(&t.next().expect("a code")))
}

/// `open item, item close`.
fn list<R>(t: &mut Tokens, open: &str, close: &str, mut item: impl FnMut(&mut Tokens) -> R) -> Vec<R> {
    expect(t, open);
    let mut all = Vec::new();
    while !eat(t, close) {
        all.push(item(t));
        eat(t, ",");
    }
    all
}

impl Parser {
    fn value(&mut self, t: &mut Tokens) -> ValueId {
        let id = ValueId(number(&t.next().expect("a value")));
        while self.f.values.len() <= id.index() {
            self.f.values.push(ValueInfo::new(Ty::Unknown, None, SpanId(0)));
        }
        id
    }

    fn is_value(t: &mut Tokens) -> bool {
        t.peek().is_some_and(|n| is_id(n, 'v'))
    }

    fn maybe(&mut self, t: &mut Tokens) -> Option<ValueId> {
        if eat(t, "none") || !Self::is_value(t) {
            None
        } else {
            Some(self.value(t))
        }
    }

    /// With an optional type.
    fn binding(&mut self, t: &mut Tokens) -> ValueId {
        let id = self.value(t);
        if eat(t, ":") {
            self.f.values[id].ty = Self::ty(t);
        }
        id
    }

    fn mem(&mut self, t: &mut Tokens) -> MemId {
        let id = MemId(number(&t.next().expect("an object")));
        while self.f.mems.len() <= id.index() {
            let access = Access::Owned;
            self.f.mems.push(MemInfo {
                ty: Ty::Unknown,
                name: None,
                span: SpanId(0),
                access,
                shadow_of: None,
            });
        }
        id
    }

    /// After the id of an object.
    fn declaration(&mut self, id: MemId, t: &mut Tokens) {
        self.declared.push(id);
        if eat(t, ":") {
            if eat(t, "&") {
                self.f.mems[id].access = if eat(t, "mut") { Access::RefMut } else { Access::Ref };
            }
            self.f.mems[id].ty = Self::ty(t);
        }
        if eat(t, "shadow") {
            expect(t, "of");
            self.f.mems[id].shadow_of = Some(self.mem(t));
        }
    }

    fn params(&mut self, t: &mut Tokens) {
        expect(t, "fn");
        let params = list(t, "(", ")", |t| {
            let constant = eat(t, "const");
            let (kind, ty) = if Self::is_value(t) {
                let v = self.binding(t);
                (ParamKind::Value(v), self.f.values[v].ty.clone())
            } else {
                let m = self.mem(t);
                self.declaration(m, t);
                (ParamKind::Mem(m), self.f.mems[m].ty.clone())
            };
            Param { kind, active: !constant && !ty.is_passive() }
        });
        self.f.params = params;
    }

    /// Up to a line that starts with `}`.
    fn region(&mut self) -> Region {
        let mut region = Region::default();
        loop {
            let mut t = self.lines[self.at].clone().into_iter().peekable();
            self.at += 1;
            match t.peek().map_or("", String::as_str) {
                "}" => return region,
                "diverge" => region.diverges = true,
                "return" => {
                    t.next();
                    self.f.result = if Self::is_value(&mut t) {
                        ResultOf::Value(self.value(&mut t))
                    } else {
                        ResultOf::Mem(self.mem(&mut t))
                    };
                }
                "stack" | "short" | "slot" => {
                    let room = match t.next().as_deref() {
                        Some("slot") => Room::One,
                        Some("short") => Room::Few,
                        _ => Room::Many,
                    };
                    t.next();
                    self.f.stacks.push(room);
                }
                _ => {
                    let stmt = self.stmt(&mut t);
                    let left: Vec<String> = t.collect();
                    assert!(left.is_empty(), "{left:?} is left of {stmt:?}");
                    region.stmts.push(stmt);
                }
            }
        }
    }

    fn stmt(&mut self, t: &mut Tokens) -> Stmt {
        let line: Vec<String> = t.clone().collect();
        let has = |word: &str| line.iter().any(|x| x == word);
        match line[0].as_str() {
            "if" | "switch" => self.branch(t),
            "loop" => self.loop_(t),
            "do" => {
                t.next();
                Stmt::Opaque(self.opaque(t))
            }
            "push" => {
                t.next();
                let stack = StackId(number(&t.next().expect("a stack")));
                Stmt::Push { stack, items: list(t, "(", ")", |t| self.operand(t)) }
            }
            "swap" => {
                t.next();
                expect(t, "(");
                let a = self.place(t);
                expect(t, ",");
                let b = self.place(t);
                expect(t, ")");
                Stmt::Bulk(Bulk::Swap { a, b })
            }
            "(" if has("pop") => self.pop(t),
            "(" => self.pullback(t),
            _ if has("call") || has("forward") || has("tangent") => self.call(t),
            first if is_id(first, 'v') => {
                let value = self.binding(t);
                expect(t, "=");
                Stmt::Let { value, op: self.op(t) }
            }
            _ => self.object(t),
        }
    }

    fn object(&mut self, t: &mut Tokens) -> Stmt {
        let place = self.place(t);
        let fresh = place.proj.is_empty() && !self.declared.contains(&place.mem);
        if fresh {
            self.declaration(place.mem, t);
            let init = eat(t, "=").then(|| self.init(t));
            return Stmt::Decl { mem: place.mem, init };
        }
        if eat(t, ":") || t.peek().is_none() {
            let init = (t.next().is_some() && t.any(|x| x == "=")).then(|| self.init(t));
            return Stmt::Decl { mem: place.mem, init };
        }
        if eat(t, "+=") {
            return match t.peek() {
                Some(m) if is_id(m, 'm') => Stmt::Bulk(Bulk::AddAssign { dst: place, src: self.place(t) }),
                _ => Stmt::Accumulate { place, from: self.operand(t) },
            };
        }
        if eat(t, ".") {
            return Stmt::Bulk(self.bulk(place, t));
        }
        expect(t, "=");
        match self.init(t) {
            Init::From(Operand::Value(value)) => Stmt::Store { place, value },
            init => Stmt::Assign { place, init },
        }
    }

    fn bulk(&mut self, place: Place, t: &mut Tokens) -> Bulk {
        let name = t.next().expect("an operation");
        expect(t, "(");
        let bulk = match name.as_str() {
            "fill" => Bulk::Fill { place, value: self.value(t) },
            "copy_from" => Bulk::CopyFrom { dst: place, src: self.place(t) },
            "reverse" => Bulk::Reverse { place },
            "rotate_left" => Bulk::RotateLeft { place, by: self.value(t) },
            "rotate_right" => Bulk::RotateRight { place, by: self.value(t) },
            "push" => Bulk::Push { place, item: self.operand(t) },
            "pop" => {
                Bulk::Pop { place, last: (t.peek().map(String::as_str) != Some(")")).then(|| self.value(t)) }
            }
            "grow" => Bulk::Grow { place, len: self.value(t) },
            "truncate" => Bulk::Truncate { place, len: self.value(t) },
            "zero" => Bulk::Zero { place },
            other => panic!("{other} is no bulk operation"),
        };
        expect(t, ")");
        bulk
    }

    fn branch(&mut self, t: &mut Tokens) -> Stmt {
        let kind = if t.next().as_deref() == Some("if") { BranchKind::If } else { BranchKind::Switch };
        let on = self.value(t);
        let mut phis = Vec::new();
        if eat(t, "phi") {
            phis = list(t, "(", ")", |t| {
                let value = self.binding(t);
                expect(t, "=");
                let mut inputs = vec![self.maybe(t)];
                while eat(t, "|") {
                    inputs.push(self.maybe(t));
                }
                Phi { value, inputs }
            });
        }
        if kind == BranchKind::Switch {
            self.at += 1;
        }
        let mut arms = vec![self.region()];
        while self.lines[self.at - 1].last().is_some_and(|l| l == "{") {
            arms.push(self.region());
        }
        t.next();
        Stmt::Branch(Branch { on, kind, arms, phis })
    }

    fn loop_(&mut self, t: &mut Tokens) -> Stmt {
        t.next();
        let range = Self::is_value(t).then(|| self.range(t));
        let mut carried = Vec::new();
        if eat(t, "carry") {
            expect(t, "(");
            while !eat(t, ")") {
                carried.push(self.carried(t));
                eat(t, ",");
            }
        }
        let stop = eat(t, "stop").then(|| self.value(t));
        expect(t, "{");
        let header = (self.lines[self.at][0] == "while").then(|| {
            self.at += 1;
            let region = self.region();
            let cond = ValueId(number(&self.lines[self.at - 1][1]));
            (region, cond)
        });
        let body = self.region();
        Stmt::Loop(Box::new(Loop { range, header, carried, body, stop, blocks: None, span: SpanId(0) }))
    }

    fn range(&mut self, t: &mut Tokens) -> Range {
        let index = self.binding(t);
        expect(t, "in");
        let lo = self.value(t);
        let inclusive = t.next().as_deref() == Some("..=");
        let hi = self.value(t);
        let mut adaptors = Vec::new();
        loop {
            adaptors.push(match t.peek().map_or("", String::as_str) {
                "rev" => {
                    t.next();
                    Adaptor::Rev
                }
                "step_by" => {
                    t.next();
                    Adaptor::StepBy(self.value(t))
                }
                "take" => {
                    t.next();
                    Adaptor::Take(self.value(t))
                }
                _ => return Range { index, lo, hi, inclusive, adaptors },
            });
        }
    }

    fn carried(&mut self, t: &mut Tokens) -> Carried {
        let phi = self.binding(t);
        expect(t, "=");
        let init = self.maybe(t);
        expect(t, "->");
        let next = self.value(t);
        expect(t, ",");
        expect(t, "result");
        let result = self.value(t);
        self.f.values[result].ty = self.f.values[phi].ty.clone();
        Carried { phi, init, next, result }
    }

    fn call(&mut self, t: &mut Tokens) -> Stmt {
        let mut result = CallResult::None;
        let mut pullback = None;
        while !["call", "forward", "tangent"].contains(&t.peek().expect("a call").as_str()) {
            if !Self::is_value(t) {
                let m = self.mem(t);
                self.declaration(m, t);
                result = CallResult::Mem(m);
            } else {
                let v = self.binding(t);
                pullback = Some(v);
                if result == CallResult::None {
                    result = CallResult::Value(v);
                }
            }
            if !eat(t, ",") {
                expect(t, "=");
            }
        }
        let role = match t.next().as_deref() {
            Some("forward") => CallRole::Forward(pullback.expect("a pullback")),
            Some("tangent") => CallRole::Tangent,
            Some("checked") => CallRole::Checked,
            _ => CallRole::Primal,
        };
        let callee = if eat(t, ".") {
            Callee::Method { name: CodeId(0), text: t.next().expect("a name") }
        } else {
            Callee::Path(code(t))
        };
        let args = list(t, "(", ")", |t| self.arg(t));
        Stmt::Call(Call { callee, args, result, role, span: SpanId(0) })
    }

    fn arg(&mut self, t: &mut Tokens) -> Arg {
        if eat(t, "self") {
            return Arg::Receiver(self.place(t));
        }
        if eat(t, "&") {
            if eat(t, "mut") {
                return Arg::RefMut(self.place(t));
            }
            return if Self::is_value(t) { Arg::RefValue(self.value(t)) } else { Arg::Ref(self.place(t)) };
        }
        if Self::is_value(t) {
            return Arg::Value(self.value(t));
        }
        if t.peek().is_some_and(|n| is_id(n, 'c')) {
            return Arg::Opaque(self.opaque(t));
        }
        Arg::Mem(self.operand(t))
    }

    fn pop(&mut self, t: &mut Tokens) -> Stmt {
        let items = list(t, "(", ")", |t| {
            if Self::is_value(t) {
                return Popped::Value(self.binding(t));
            }
            let m = self.mem(t);
            self.declaration(m, t);
            Popped::Mem(m)
        });
        expect(t, "=");
        expect(t, "pop");
        Stmt::Pop { stack: StackId(number(&t.next().expect("a stack"))), items }
    }

    fn pullback(&mut self, t: &mut Tokens) -> Stmt {
        let into = list(t, "(", ")", |t| {
            if eat(t, "_") {
                Cotangent::Drop
            } else if eat(t, "+=") {
                Cotangent::Place(self.place(t))
            } else {
                Cotangent::Value(self.binding(t))
            }
        });
        expect(t, "=");
        expect(t, "pullback");
        let pullback = self.value(t);
        let seed = eat(t, "of").then(|| self.operand(t));
        let args = list(t, "(", ")", |t| self.arg(t));
        Stmt::Pullback(Pullback { pullback, args, seed, into, span: SpanId(0) })
    }
}
