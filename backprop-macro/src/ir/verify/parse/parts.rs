//! Types, places, operands, operations and initialisers.

use super::{code, eat, expect, is_id, list, number, Parser, Tokens};
use crate::ir::ty::{ArrayLen, FloatTy, Seen};
use crate::ir::*;
use crate::rules::Func;

impl Parser {
    pub(super) fn ty(t: &mut Tokens) -> Ty {
        let token = t.next().expect("a type");
        match token.as_str() {
            "f64" => Ty::Float(FloatTy::F64),
            "f32" => Ty::Float(FloatTy::F32),
            "float" => Ty::ANY_FLOAT,
            "int" => Ty::Int,
            "bool" => Ty::Bool,
            "passive" => Ty::Passive(None),
            "_" => Ty::Unknown,
            "[" => {
                let elem = Box::new(Self::ty(t));
                let length = eat(t, ";").then(|| t.next().expect("a length"));
                expect(t, "]");
                match length {
                    None => Ty::Slice(elem),
                    Some(n) if is_id(&n, 'c') => Ty::Array(elem, ArrayLen::Code(CodeId(number(&n)))),
                    Some(n) => Ty::Array(elem, ArrayLen::Known(number(&n))),
                }
            }
            "(" => {
                let mut items = Vec::new();
                while !eat(t, ")") {
                    items.push(Self::ty(t));
                    eat(t, ",");
                }
                Ty::Tuple(items)
            }
            "Vec" | "Option" => {
                expect(t, "<");
                let elem = Box::new(Self::ty(t));
                expect(t, ">");
                if token == "Vec" {
                    Ty::Vec(elem)
                } else {
                    Ty::Option(elem)
                }
            }
            adt => Ty::Adt(CodeId(number(adt)), Seen::default()),
        }
    }

    pub(super) fn place(&mut self, t: &mut Tokens) -> Place {
        let mut place = Place::whole(self.mem(t));
        loop {
            let mut ahead = t.clone();
            let method =
                eat(&mut ahead, ".") && ahead.next().is_some() && ahead.peek().is_some_and(|n| n == "(");
            if method {
                return place;
            }
            if eat(t, "[") {
                let lo = self.maybe(t);
                let proj = if eat(t, "..") {
                    Proj::Range { lo, hi: self.maybe(t) }
                } else {
                    Proj::Index(lo.expect("an index"))
                };
                expect(t, "]");
                place.proj.push(proj);
            } else if eat(t, ".") {
                let variant = eat(t, "<").then(|| {
                    let variant = code(t);
                    expect(t, ">");
                    expect(t, ".");
                    variant
                });
                let name = t.next().expect("a field");
                let field = name.parse().map_or_else(|_| Field::Named(CodeId(0), name.clone()), Field::Index);
                place.proj.push(match variant {
                    None => Proj::Field(field),
                    Some(variant) => Proj::Payload { variant, field, arity: Fields::Tuple(1) },
                });
            } else {
                return place;
            }
        }
    }

    pub(super) fn operand(&mut self, t: &mut Tokens) -> Operand {
        if eat(t, "copy") {
            Operand::Copy(self.place(t))
        } else if Self::is_value(t) {
            Operand::Value(self.value(t))
        } else {
            Operand::Mem(self.mem(t))
        }
    }

    pub(super) fn opaque(&mut self, t: &mut Tokens) -> Opaque {
        let code = code(t);
        let reads = list(t, "(", ")", |t| {
            if Self::is_value(t) {
                Read::Value(self.value(t))
            } else {
                Read::Mem(self.mem(t))
            }
        });
        let mut writes = Vec::new();
        if eat(t, "writes") {
            writes.push(self.mem(t));
            while eat(t, ",") {
                writes.push(self.mem(t));
            }
        }
        Opaque { code, reads, writes, diverges: eat(t, "diverges") }
    }

    pub(super) fn op(&mut self, t: &mut Tokens) -> Op {
        if Self::is_value(t) {
            let arg = self.value(t);
            expect(t, "as");
            return Op::Cast { arg, to: Self::ty(t), code: CodeId(0) };
        }
        let word = t.next().expect("an operation");
        match word.as_str() {
            "const" => Op::Const(constant(&t.next().expect("a constant"))),
            "load" => Op::Load(self.place(t)),
            "len" => Op::Len(self.place(t)),
            "sum" if t.peek().is_some_and(|n| is_id(n, 'm')) => Op::SumOf(self.place(t)),
            "dot" => Op::Dot(self.place(t), self.place(t)),
            "operator" => match (eat(t, "assigning"), self.op(t)) {
                (assigns, Op::Apply { func, args }) => Op::Operator { func, args, assigns },
                (_, other) => panic!("no operator: {other:?}"),
            },
            "pure" => Op::Pure(self.opaque(t)),
            "once" => Op::Once(self.opaque(t)),
            name => {
                let args = list(t, "(", ")", |t| self.value(t));
                match name {
                    "select" => Op::Select { cond: args[0], then: args[1], els: args[2] },
                    "detach" => Op::Detach(args[0]),
                    _ => match Func::ALL.iter().find(|f| f.name() == name) {
                        Some(func) => Op::Apply { func: *func, args },
                        None => Op::Helper { name: name.to_string().leak(), args },
                    },
                }
            }
        }
    }

    pub(super) fn init(&mut self, t: &mut Tokens) -> Init {
        let word = t.peek().expect("an initialiser").clone();
        match word.as_str() {
            "[" => self.elements(t, Init::Array, |elem, t| Init::Repeat { elem, len: code(t) }),
            "vec" => {
                t.next();
                expect(t, "!");
                let mut ahead = t.clone();
                if eat(&mut ahead, "[") && eat(&mut ahead, "]") {
                    *t = ahead;
                    let capacity = eat(t, "of").then(|| self.value(t));
                    return Init::VecNew { capacity };
                }
                let mut len = None;
                let init = self.elements(t, Init::VecOf, |elem, t| {
                    len = Some(ValueId(number(&t.next().expect("a length"))));
                    Init::From(elem)
                });
                match (len, init) {
                    (Some(len), Init::From(elem)) => Init::VecRepeat { elem, len },
                    (_, init) => init,
                }
            }
            "(" => Init::Tuple(list(t, "(", ")", |t| self.operand(t))),
            "to_vec" => {
                t.next();
                Init::ToVec(self.place(t))
            }
            "once" => {
                t.next();
                Init::Opaque(self.opaque(t))
            }
            "zero" => {
                t.next();
                expect(t, "of");
                Init::ZeroOf(self.place(t))
            }
            path if is_id(path, 'c') => self.adt(t),
            _ => Init::From(self.operand(t)),
        }
    }

    fn elements(
        &mut self,
        t: &mut Tokens,
        all: fn(Vec<Operand>) -> Init,
        mut repeat: impl FnMut(Operand, &mut Tokens) -> Init,
    ) -> Init {
        expect(t, "[");
        let mut items = Vec::new();
        while !eat(t, "]") {
            items.push(self.operand(t));
            if eat(t, ";") {
                let init = repeat(items.remove(0), t);
                expect(t, "]");
                return init;
            }
            eat(t, ",");
        }
        all(items)
    }

    fn adt(&mut self, t: &mut Tokens) -> Init {
        let path = code(t);
        if t.peek().is_some_and(|n| n == "(") {
            return Init::Variant { path, args: list(t, "(", ")", |t| self.operand(t)) };
        }
        let mut base = None;
        let fields = list(t, "{", "}", |t| {
            if eat(t, "..") {
                base = Some(self.operand(t));
                return None;
            }
            let name = t.next().expect("a field");
            expect(t, ":");
            Some((Field::Named(CodeId(0), name), self.operand(t)))
        });
        Init::Struct { path, fields: fields.into_iter().flatten().collect(), base }
    }
}

fn constant(token: &str) -> Const {
    match token {
        "true" | "false" => Const::Bool(token == "true"),
        c if is_id(c, 'c') => Const::Literal(CodeId(number(c))),
        n => n.parse().map_or_else(|_| Const::Float(number(n)), Const::Int),
    }
}
