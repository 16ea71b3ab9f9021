//! A program: helper functions and one function under test, each a tree of statements.

use crate::code::{Code, Mode};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A sequence of statements.
pub type Block = Vec<Stmt>;

/// A statement: a template of text, expressions (`@0`) and blocks (`#0`).
#[derive(Clone, Debug)]
pub struct Stmt {
    plain: String,
    /// What the oracle says instead, if it has to say it differently.
    dual: Option<String>,
    /// Its expressions, by number.
    pub codes: Vec<Code>,
    /// Its blocks, by number.
    pub blocks: Vec<Block>,
    /// Needed to end a loop: never removed.
    pub keep: bool,
}

impl Stmt {
    /// A statement from a template.
    pub fn new(template: &str, codes: &[&Code], blocks: &[Block]) -> Stmt {
        let codes = codes.iter().map(|c| (*c).clone()).collect();
        Stmt { plain: template.into(), dual: None, codes, blocks: blocks.to_vec(), keep: false }
    }

    /// The same with another text in the oracle.
    pub fn dual(mut self, template: &str) -> Stmt {
        self.dual = Some(template.into());
        self
    }

    /// The same, never removed.
    pub fn keep(mut self) -> Stmt {
        self.keep = true;
        self
    }

    fn print(&self, mode: Mode, depth: usize, out: &mut String) {
        let pad = "    ".repeat(depth);
        let template = match (mode, &self.dual) {
            (Mode::Dual, Some(dual)) => dual,
            (Mode::Dual, None) | (Mode::Plain, _) => &self.plain,
        };
        let template = template.replace("$F", if mode == Mode::Plain { "f64" } else { "D" });
        out.push_str(&pad);
        let mut chars = template.chars().peekable();
        while let Some(ch) = chars.next() {
            let digit = chars.peek().and_then(|d| d.to_digit(10)).map(|d| d as usize);
            match (ch, digit) {
                ('@', Some(d)) => out.push_str(&self.codes[d].print(mode)),
                ('#', Some(d)) => {
                    out.push('\n');
                    print_block(&self.blocks[d], mode, depth + 1, out);
                    out.push_str(&pad);
                }
                ('\n', _) => {
                    out.push('\n');
                    out.push_str(&pad);
                    continue;
                }
                _ => {
                    out.push(ch);
                    continue;
                }
            }
            chars.next();
        }
        out.push('\n');
    }
}

fn print_block(block: &Block, mode: Mode, depth: usize, out: &mut String) {
    block.iter().for_each(|s| s.print(mode, depth, out));
}

/// A parameter's type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParamTy {
    /// `f64`
    Float,
    /// `&f64`
    RefFloat,
    /// `&mut f64`
    MutFloat,
    /// `usize`, below a bound.
    Int(usize),
    /// `bool`
    Bool,
    /// `Mode`, an enum without payload.
    Enum,
    /// `[f64; N]`
    Array(usize),
    /// `&[f64; N]`
    RefArray(usize),
    /// `[[f64; M]; N]`
    Array2(usize, usize),
    /// `&[f64]` of this length.
    Slice(usize),
    /// `&mut [f64]` of this length.
    #[allow(dead_code)] // for the level of calls
    MutSlice(usize),
    /// `Vec<f64>`
    Vec(usize),
    /// `&Vec<f64>`
    RefVec(usize),
    /// `(f64, f64)`
    Pair,
    /// A struct of three numbers, by value.
    Struct,
}

impl ParamTy {
    /// How it is written, with `$F` for the float.
    pub fn text(&self) -> String {
        match self {
            ParamTy::Float => "$F".into(),
            ParamTy::RefFloat => "&$F".into(),
            ParamTy::MutFloat => "&mut $F".into(),
            ParamTy::Int(_) => "usize".into(),
            ParamTy::Bool => "bool".into(),
            ParamTy::Enum => "Mode".into(),
            ParamTy::Array(n) => format!("[$F; {n}]"),
            ParamTy::RefArray(n) => format!("&[$F; {n}]"),
            ParamTy::Array2(n, m) => format!("[[$F; {m}]; {n}]"),
            ParamTy::Slice(_) => "&[$F]".into(),
            ParamTy::MutSlice(_) => "&mut [$F]".into(),
            ParamTy::Vec(_) => "Vec<$F>".into(),
            ParamTy::RefVec(_) => "&Vec<$F>".into(),
            ParamTy::Pair => "($F, $F)".into(),
            ParamTy::Struct => "S".into(),
        }
    }

    /// Number of floats.
    pub fn floats(&self) -> usize {
        match self {
            ParamTy::Float | ParamTy::RefFloat | ParamTy::MutFloat => 1,
            ParamTy::Int(_) | ParamTy::Bool | ParamTy::Enum => 0,
            ParamTy::Array(n) | ParamTy::RefArray(n) | ParamTy::Slice(n) => *n,
            ParamTy::MutSlice(n) | ParamTy::Vec(n) | ParamTy::RefVec(n) => *n,
            ParamTy::Array2(n, m) => n * m,
            ParamTy::Pair => 2,
            ParamTy::Struct => 3,
        }
    }

    /// Whether it is behind `&mut`.
    pub fn is_mut(&self) -> bool {
        matches!(self, ParamTy::MutFloat | ParamTy::MutSlice(_))
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ParamTy,
    /// `mut x`
    pub mutable: bool,
    /// `#[no_grad]`
    pub no_grad: bool,
}

/// The type of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// `f64`
    Float,
    /// `(f64, f64)`
    Pair,
    /// `[f64; N]`
    Array(usize),
    /// `Vec<f64>`
    Vec,
    /// `[f64; N]`, more than are written one by one.
    Wide(usize),
    /// `[[f64; M]; N]`
    Rows(usize, usize),
    /// `Vec<f64>` that has this length, mostly.
    Long(usize),
    /// `([f64; N], f64)`
    Mixed(usize),
    /// Nothing: the results are behind `&mut`.
    #[allow(dead_code)]
    Unit,
}

impl Ret {
    /// Are there more numbers than are written one by one?
    pub fn is_many(self) -> bool {
        match self {
            Ret::Wide(_) | Ret::Rows(..) | Ret::Long(_) | Ret::Mixed(_) => true,
            Ret::Float | Ret::Pair | Ret::Array(_) | Ret::Vec | Ret::Unit => false,
        }
    }

    /// How it is written.
    pub fn text(self) -> String {
        match self {
            Ret::Float => " -> $F".into(),
            Ret::Pair => " -> ($F, $F)".into(),
            Ret::Array(n) | Ret::Wide(n) => format!(" -> [$F; {n}]"),
            Ret::Rows(n, m) => format!(" -> [[$F; {m}]; {n}]"),
            Ret::Mixed(n) => format!(" -> ([$F; {n}], $F)"),
            Ret::Vec | Ret::Long(_) => " -> Vec<$F>".into(),
            Ret::Unit => String::new(),
        }
    }
}

/// A function with `#[grad]` on it.
#[derive(Clone, Debug)]
pub struct Func {
    /// Its name.
    pub name: String,
    /// The module it is in, if not the program's own.
    pub module: Option<String>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// The type of its result.
    pub ret: Ret,
    /// Its statements.
    pub body: Block,
    /// Its result.
    pub tail: Option<Stmt>,
}

/// A random program.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it was generated from.
    pub seed: u64,
    /// Items before the functions: constants, `use` declarations, types.
    pub items: Vec<String>,
    /// Helpers of fixed shapes: `$G` stands for the attribute, `$D` for the derive.
    pub decls: Vec<Stmt>,
    /// The helpers, then the function under test.
    pub funcs: Vec<Func>,
    /// Language features that it uses.
    pub features: BTreeSet<&'static str>,
    /// Relative tolerance of its gradient.
    pub tolerance: f64,
}

impl Func {
    fn print(&self, mode: Mode, attributes: bool, out: &mut String) {
        let mut text = String::new();
        if attributes && mode == Mode::Plain {
            text.push_str("#[backprop::grad(forward)]\n");
        }
        let _ = write!(text, "pub fn {}(", self.name);
        for (k, p) in self.params.iter().enumerate() {
            let comma = if k > 0 { ", " } else { "" };
            let marked = p.no_grad || p.ty == ParamTy::Enum;
            let no_grad = if marked && mode == Mode::Plain && attributes { "#[no_grad] " } else { "" };
            let mutable = if p.mutable { "mut " } else { "" };
            let _ = write!(text, "{comma}{no_grad}{mutable}{}: {}", p.name, p.ty.text());
        }
        let _ = writeln!(text, "){} {{", self.ret.text());
        text = text.replace("$F", if mode == Mode::Plain { "f64" } else { "D" });
        let explicit = if mode == Mode::Plain { "::<f64>" } else { "" };
        print_block(&self.body, mode, 1, &mut text);
        if let Some(tail) = &self.tail {
            tail.print(mode, 1, &mut text);
        }
        text.push_str("}\n");
        text = text.replace("$E", explicit);
        match &self.module {
            Some(module) => {
                let _ = writeln!(out, "pub mod {module} {{\n    use super::*;\n{text}}}");
            }
            None => out.push_str(&text),
        }
    }
}

/// A helper of a fixed shape, for one of the two float types.
fn print_decl(decl: &Stmt, mode: Mode, attributes: bool, out: &mut String) {
    let mut text = String::new();
    decl.print(mode, 0, &mut text);
    let marks: [(&str, &str); 7] = match (mode, attributes) {
        (Mode::Plain, true) => [
            ("$G", "#[backprop::grad(forward)]\n"),
            ("$D", "#[derive(backprop::Differentiable)]\n"),
            ("$P", "<T: backprop::Real>"),
            ("$Q", "<T>"),
            ("$X", "T"),
            ("$E", "::<f64>"),
            ("$H", "T::from_f64(0.75)"),
        ],
        (Mode::Plain, false) => [
            ("$G", ""),
            ("$D", ""),
            ("$P", "<T: backprop::Real>"),
            ("$Q", "<T>"),
            ("$X", "T"),
            ("$E", "::<f64>"),
            ("$H", "T::from_f64(0.75)"),
        ],
        (Mode::Dual, _) => {
            [("$G", ""), ("$D", ""), ("$P", ""), ("$Q", ""), ("$X", "D"), ("$E", ""), ("$H", "c(0.75)")]
        }
    };
    out.push_str(&marks.iter().fold(text, |t, (mark, with)| t.replace(mark, with)));
}

impl Program {
    /// The function under test.
    pub fn main(&self) -> &Func {
        &self.funcs[self.funcs.len() - 1]
    }

    /// The functions alone.
    pub fn print(&self, mode: Mode, attributes: bool) -> String {
        let mut out = String::new();
        for item in &self.items {
            let float = if mode == Mode::Plain { "f64" } else { "D" };
            let item = item.replace("$F", float);
            let item = if mode == Mode::Plain { item.replace("$c", "") } else { item.replace("$c", "c") };
            let _ = writeln!(out, "{item}");
        }
        self.decls.iter().for_each(|d| print_decl(d, mode, attributes, &mut out));
        self.funcs.iter().for_each(|f| f.print(mode, attributes, &mut out));
        out
    }

    /// Number of statements.
    pub fn size(&self) -> usize {
        fn count(b: &Block) -> usize {
            b.iter().map(|s| 1 + s.blocks.iter().map(count).sum::<usize>()).sum()
        }
        self.funcs.iter().map(|f| count(&f.body)).sum()
    }
}
