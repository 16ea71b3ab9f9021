//! Random programs: what is in scope, and the choice between the kinds of statements.

mod arrays;
mod boxes;
mod calls;
mod chains;
mod columns;
mod expr;
mod flow;
mod loops;
mod scalar;
mod signature;
mod state;
mod sweep;
mod types;

use crate::code::Code;
use crate::program::{Block, Func, Param, ParamTy, Program, Ret, Stmt};
use std::collections::BTreeSet;

/// How much of the language the programs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Scalars, branches, early returns.
    Scalar,
    /// Also loops and arrays.
    Loops,
    /// Also many inputs, and more results.
    Columns,
    /// Also `&mut`, closures, iterator chains.
    Calls,
}

/// A type of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Ty {
    Float,
    /// `&f64`, or `&mut f64` if mutable.
    Ref,
    Int,
    Bool,
    Enum,
    Pair,
    /// The struct of the level of calls.
    Struct,
    /// `[f64; N]`
    Array(usize),
    Array2(usize, usize),
    /// Something indexed with a length that is known only when it runs, and at least this.
    Slice(usize),
    /// A `Vec`, likewise.
    Vec(usize),
}

#[derive(Clone, Debug)]
struct Var {
    name: String,
    ty: Ty,
    mutable: bool,
    hidden: bool,
    /// It is mutable, but not here.
    frozen: bool,
}

/// A loop or labelled block around the statement.
#[derive(Clone, Debug)]
struct Around {
    label: Option<String>,
    /// `break` needs a value.
    valued: bool,
    /// Not a loop: only `break 'label value`.
    block: bool,
}

struct Generator {
    state: u64,
    level: Level,
    scopes: Vec<Vec<Var>>,
    around: Vec<Around>,
    helpers: Vec<Func>,
    items: Vec<String>,
    /// Helpers of fixed shapes.
    decls: Vec<Stmt>,
    made: BTreeSet<&'static str>,
    features: BTreeSet<&'static str>,
    next: usize,
    ret: Ret,
    /// Statements that may still be made.
    budget: usize,
    tolerance: f64,
    tables: bool,
    /// Indices may be out of range.
    wild: bool,
}

/// The program of a seed.
pub fn program(seed: u64, level: Level, wild: bool) -> Program {
    let mut g = Generator {
        state: seed ^ 0x5DEE_CE66_D1CE_4E5B,
        level,
        scopes: Vec::new(),
        around: Vec::new(),
        helpers: Vec::new(),
        items: Vec::new(),
        decls: Vec::new(),
        made: BTreeSet::new(),
        features: BTreeSet::new(),
        next: 0,
        ret: Ret::Float,
        budget: 0,
        tolerance: 1e-9,
        tables: false,
        wild,
    };
    g.run(seed)
}

impl Generator {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }

    /// True once in `n`.
    fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn used(&mut self, feature: &'static str) {
        self.features.insert(feature);
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.next += 1;
        format!("{stem}{}", self.next)
    }

    fn declare(&mut self, name: &str, ty: Ty, mutable: bool) {
        let var = Var { name: name.into(), ty, mutable, hidden: false, frozen: false };
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(var);
        }
    }

    /// What a name means here, without shadowed variables.
    fn visible(&self, want: impl Fn(&Var) -> bool) -> Vec<Var> {
        let mut seen = BTreeSet::new();
        let all = self.scopes.iter().rev().flat_map(|s| s.iter().rev());
        all.filter(|v| seen.insert(v.name.clone()) && !v.hidden && want(v)).cloned().collect()
    }

    fn variable(&mut self, want: impl Fn(&Var) -> bool) -> Option<Var> {
        let found = self.visible(want);
        let k = self.below(found.len());
        found.get(k).cloned()
    }

    /// Generates while a variable can't be used.
    fn without<T>(&mut self, name: &str, f: impl FnOnce(&mut Self) -> T) -> T {
        let set = |g: &mut Self, hidden: bool| {
            for scope in g.scopes.iter_mut().rev() {
                if let Some(v) = scope.iter_mut().rev().find(|v| v.name == name) {
                    v.hidden = hidden;
                    return;
                }
            }
        };
        set(self, true);
        let out = f(self);
        set(self, false);
        out
    }

    /// Statements in a scope of their own, in which `f` may first declare things.
    fn scope(&mut self, n: usize, depth: usize, f: impl FnOnce(&mut Self)) -> Block {
        self.scoped(f, |g, ()| g.block(n, depth))
    }

    fn scoped<A, B>(&mut self, before: impl FnOnce(&mut Self) -> A, f: impl FnOnce(&mut Self, A) -> B) -> B {
        self.scopes.push(Vec::new());
        let a = before(self);
        let out = f(self, a);
        self.scopes.pop();
        out
    }

    fn block(&mut self, n: usize, depth: usize) -> Block {
        let mut out = Vec::new();
        for _ in 0..n {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            self.statement(&mut out, depth);
        }
        out
    }

    fn statement(&mut self, out: &mut Block, depth: usize) {
        const SCALAR: [usize; 11] = [16, 5, 13, 8, 4, 3, 3, 3, 3, 2, 2];
        const LOOPS: [usize; 20] = [8, 3, 8, 7, 3, 2, 5, 3, 2, 3, 1, 22, 7, 9, 10, 7, 0, 0, 0, 8];
        const COLUMNS: [usize; 22] = [8, 3, 6, 5, 2, 1, 3, 8, 2, 3, 1, 14, 6, 8, 6, 5, 1, 3, 5, 1, 1, 26];
        const CALLS: [usize; 21] = [8, 3, 6, 4, 2, 2, 3, 8, 3, 2, 1, 7, 5, 5, 4, 3, 26, 8, 14, 12, 16];
        let weights: &[usize] = match self.level {
            Level::Scalar => &SCALAR,
            Level::Loops => &LOOPS,
            Level::Columns => &COLUMNS,
            Level::Calls => &CALLS,
        };
        let mut k = self.below(weights.iter().sum());
        let mut choice = 0;
        while k >= weights[choice] {
            k -= weights[choice];
            choice += 1;
        }
        match choice {
            0 => self.let_float(out),
            1 => self.let_other(out),
            3 if depth > 0 => self.branch(out, depth),
            4 if depth > 0 => self.let_block(out, depth),
            5 if depth > 0 => self.deferred(out, depth),
            // What returns early has no blocks, if it returns an object.
            6 if self.level == Level::Columns && self.around.is_empty() => self.assignment(out),
            6 => self.early_exit(out),
            7 => self.call(out),
            8 => self.references(out),
            9 => self.swap(out),
            10 => self.inert(out),
            11 if depth > 0 => self.a_loop(out, depth),
            12 => self.let_array(out),
            13 => self.array_write(out),
            14 => self.array_bulk(out),
            15 if depth > 0 => self.sub_slice(out, depth),
            16 => self.rich_call(out, depth),
            17 => self.closure(out),
            18 => self.chain(out),
            19 => self.state(out, depth),
            20 => self.types(out, depth),
            21 => match self.below(6) {
                0 => self.turns(out),
                1 => self.product(out),
                _ => self.spread(out),
            },
            _ => self.assignment(out),
        }
    }

    fn run(&mut self, seed: u64) -> Program {
        let helpers = [0, 1, 1, 2][self.below(4)];
        for k in 0..helpers {
            let helper = self.function(&format!("h{k}"), true);
            self.helpers.push(helper);
        }
        let main = self.function("f", false);
        let mut funcs = std::mem::take(&mut self.helpers);
        funcs.push(main);
        Program {
            seed,
            items: std::mem::take(&mut self.items),
            decls: std::mem::take(&mut self.decls),
            funcs,
            features: std::mem::take(&mut self.features),
            tolerance: self.tolerance,
        }
    }

    fn function(&mut self, name: &str, helper: bool) -> Func {
        let many = self.level == Level::Columns && !helper;
        let params = if many { self.many_parameters() } else { self.parameters(helper) };
        self.ret = if many { self.many_results(&params) } else { self.result(helper) };
        self.scopes = vec![Vec::new()];
        self.around.clear();
        params.iter().for_each(|p| self.declare_param(p));
        let size = if helper { 2 } else { 5 };
        self.budget = size * 4;
        let n = size + self.below(size + 4);
        let depth = if helper { 1 } else { 3 };
        let mut body = Block::new();
        if many {
            self.prelude(&mut body);
        }
        body.extend(self.block(n, depth));
        if many {
            let some = 1 + self.below(3);
            (0..some).for_each(|_| self.last_spread(&mut body));
        }
        let tail = self.tail();
        let module = (helper && self.once_in(4)).then(|| format!("m_{name}"));
        if module.is_some() {
            self.used("call through a module");
        }
        self.scopes.clear();
        Func { name: name.into(), module, params, ret: self.ret, body, tail }
    }

    fn declare_param(&mut self, p: &Param) {
        let ty = match p.ty {
            ParamTy::Float => Ty::Float,
            ParamTy::RefFloat | ParamTy::MutFloat => Ty::Ref,
            ParamTy::Int(_) => Ty::Int,
            ParamTy::Bool => Ty::Bool,
            ParamTy::Enum => Ty::Enum,
            ParamTy::Array(n) => Ty::Array(n),
            ParamTy::Array2(n, m) => Ty::Array2(n, m),
            ParamTy::RefArray(n) | ParamTy::Slice(n) | ParamTy::MutSlice(n) | ParamTy::RefVec(n) => {
                Ty::Slice(n)
            }
            ParamTy::Vec(n) => Ty::Vec(n),
            ParamTy::Pair => Ty::Pair,
            ParamTy::Struct => Ty::Struct,
        };
        self.declare(&p.name, ty, p.mutable || p.ty.is_mut());
    }

    /// The result: reads a good part of what is in scope.
    fn tail(&mut self) -> Option<Stmt> {
        if self.ret == Ret::Unit {
            return None;
        }
        let (text, mut values) = self.result_value(0);
        if let (Some(first), false) = (values.first_mut(), self.ret.is_many()) {
            *first = self.summary();
        }
        let codes: Vec<&Code> = values.iter().collect();
        let text = if self.once_in(8) { format!("return {text};") } else { text };
        Some(Stmt::new(&text, &codes, &[]))
    }
}
