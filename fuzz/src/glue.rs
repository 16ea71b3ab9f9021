//! The file of a program: the function, the oracle's copy, and the calls that compare them.

use crate::code::Mode;
use crate::program::{Func, Param, ParamTy, Program, Ret};
use std::fmt::Write;

/// A module of a batch crate.
pub fn file(program: &Program, attributes: bool) -> String {
    let mut out = format!("// seed {}\n#![allow(warnings)]\n", program.seed);
    out.push_str(
        "use fuzz_rt::check::{arr, arr2, duals, flat, Flat, Mode, Point, Run};\nuse fuzz_rt::dual::D;\n\n",
    );
    out.push_str(&program.print(Mode::Plain, attributes));
    out.push_str("\nmod oracle {\n    use fuzz_rt::check::Mode;\n    use fuzz_rt::dual::{c, D};\n");
    out.push_str(&program.print(Mode::Dual, attributes));
    let structs = program.funcs.iter().flat_map(|f| &f.params).any(|p| p.ty == ParamTy::Struct);
    if structs {
        out.push_str(
            "    pub fn mk_s(x: &[D]) -> S {\n        S { a: x[0], b: [x[1], x[2]], n: 2 }\n    }\n",
        );
    }
    out.push_str("}\n\n");
    if structs {
        out.push_str("fn mk_s(x: &[f64]) -> S {\n    S { a: x[0], b: [x[1], x[2]], n: 2 }\n}\n");
    }
    if structs && attributes {
        out.push_str("fn mk_t(x: &[f64]) -> STangent {\n    STangent { a: x[0], b: [x[1], x[2]] }\n}\n");
        out.push_str("impl Flat for STangent {\n    fn flat(&self, out: &mut Vec<f64>) {\n        self.a.flat(out);\n        self.b.flat(out);\n    }\n}\n");
    }
    out.push_str(&check(program, attributes));
    out
}

struct Arg<'a> {
    p: &'a Param,
    offset: usize,
}

impl Arg<'_> {
    fn range(&self, of: &str) -> String {
        format!("{of}[{}..{}]", self.offset, self.offset + self.p.ty.floats())
    }

    fn differentiable(&self) -> bool {
        self.p.ty.floats() > 0 && !self.p.no_grad
    }

    /// The argument, from the flat inputs.
    fn pass(&self) -> String {
        let (o, x) = (self.offset, self.range("x"));
        match &self.p.ty {
            ParamTy::Float => format!("x[{o}]"),
            ParamTy::RefFloat => format!("&x[{o}]"),
            ParamTy::MutFloat => format!("&mut m_{}", self.p.name),
            ParamTy::MutSlice(_) => format!("&mut m_{}", self.p.name),
            ParamTy::Int(_) | ParamTy::Bool | ParamTy::Enum => format!("i_{}", self.p.name),
            ParamTy::Array(n) => format!("arr::<_, {n}>(&{x})"),
            ParamTy::RefArray(_) | ParamTy::RefVec(_) => format!("&r_{}", self.p.name),
            ParamTy::Array2(n, m) => format!("arr2::<_, {n}, {m}>(&{x})"),
            ParamTy::Slice(_) => format!("&{x}"),
            ParamTy::Vec(_) => format!("{x}.to_vec()"),
            ParamTy::Pair => format!("(x[{o}], x[{}])", o + 1),
            ParamTy::Struct => format!("mk_s(&{x})"),
        }
    }

    /// Its entry of `dir`; `d` holds the active inputs only, from `from`.
    fn direction(&self, from: usize) -> String {
        let part = format!("d[{from}..{}]", from + self.p.ty.floats());
        match &self.p.ty {
            ParamTy::Float | ParamTy::RefFloat | ParamTy::MutFloat => format!("d[{from}]"),
            ParamTy::Array(n) | ParamTy::RefArray(n) => format!("arr::<_, {n}>(&{part})"),
            ParamTy::Array2(n, m) => format!("arr2::<_, {n}, {m}>(&{part})"),
            ParamTy::Pair => format!("(d[{from}], d[{}])", from + 1),
            ParamTy::Struct => format!("mk_t(&{part})"),
            _ => format!("&{part}"),
        }
    }

    /// Its buffer, with the given contents.
    fn buffer(&self, from: usize) -> String {
        let part = format!("b[{from}..{}]", from + self.p.ty.floats());
        match &self.p.ty {
            ParamTy::Float | ParamTy::RefFloat | ParamTy::MutFloat => format!("b[{from}]"),
            ParamTy::Array(n) | ParamTy::RefArray(n) => format!("arr::<_, {n}>(&{part})"),
            ParamTy::Array2(n, m) => format!("arr2::<_, {n}, {m}>(&{part})"),
            ParamTy::Pair => format!("(b[{from}], b[{}])", from + 1),
            ParamTy::Struct => format!("mk_t(&{part})"),
            _ => format!("{part}.to_vec()"),
        }
    }
}

fn arguments(f: &Func) -> Vec<Arg<'_>> {
    let mut offset = 0;
    let mut out: Vec<Arg> = Vec::new();
    for p in &f.params {
        out.push(Arg { p, offset });
        offset += if p.ty.is_mut() { 0 } else { p.ty.floats() };
    }
    for arg in out.iter_mut().filter(|a| a.p.ty.is_mut()) {
        arg.offset = offset;
        offset += arg.p.ty.floats();
    }
    out
}

fn check(program: &Program, attributes: bool) -> String {
    let f = program.main();
    let args = arguments(f);
    let scalar = f.ret == Ret::Float && !args.iter().any(|a| a.p.ty.is_mut());
    let mut active = Vec::new();
    let in_order = args.iter().filter(|a| !a.p.ty.is_mut()).chain(args.iter().filter(|a| a.p.ty.is_mut()));
    for a in in_order.filter(|a| a.differentiable()) {
        active.extend(a.offset..a.offset + a.p.ty.floats());
    }
    let mut out = String::from(
        "pub fn check(run: &mut Run) {\n    for _ in 0..3 {\n        let mut rng = run.rng();\n",
    );
    for a in &args {
        let name = &a.p.name;
        let _ = match a.p.ty {
            ParamTy::Int(n) => writeln!(out, "        let i_{name} = rng.below({n}) as usize;"),
            ParamTy::Bool => writeln!(out, "        let i_{name} = rng.below(2) == 0;"),
            ParamTy::Enum => {
                writeln!(out, "        let i_{name} = [Mode::A, Mode::B, Mode::C][rng.below(3) as usize];")
            }
            _ => Ok(()),
        };
    }
    let locals = || -> String {
        let one = |a: &Arg| match a.p.ty {
            // A pullback may borrow from these.
            ParamTy::RefArray(n) => format!("let r_{} = arr::<_, {n}>(&{}); ", a.p.name, a.range("x")),
            ParamTy::RefVec(_) => format!("let r_{} = {}.to_vec(); ", a.p.name, a.range("x")),
            ParamTy::MutFloat => format!("let mut m_{} = x[{}]; ", a.p.name, a.offset),
            ParamTy::MutSlice(_) => format!("let mut m_{} = {}.to_vec(); ", a.p.name, a.range("x")),
            _ => String::new(),
        };
        args.iter().map(one).collect()
    };
    let list: Vec<String> = args.iter().map(Arg::pass).collect();
    let list = list.join(", ");
    let dual_list = list.replace("mk_s(", "oracle::mk_s(");
    let outs = |how: &str| -> String {
        let one = |a: &Arg| match a.p.ty {
            ParamTy::MutFloat | ParamTy::MutSlice(_) => format!("y.extend({how}(m_{}.clone())); ", a.p.name),
            _ => String::new(),
        };
        args.iter().map(one).collect()
    };
    let path = match &f.module {
        Some(m) => format!("{m}::f"),
        None => "f".into(),
    };
    let (before, after, after_d) = (locals(), outs("flat"), outs("duals"));
    let after_d = after_d.replace(".clone()", "");
    let _ = write!(
        out,
        "        let plain = |x: &[f64]| {{ {before}let mut y = flat({path}({list})); {after}y }};
        let dual = |x: &[D]| {{ {before}let mut y = duals(oracle::{path}({dual_list})); {after_d}y }};
"
    );
    if attributes {
        forms(&mut out, &args, &path, &list, scalar, &before, &after, program);
    }
    let inputs: usize = f.params.iter().map(|p| p.ty.floats()).sum();
    let some =
        |name: &str, yes: bool| if yes && attributes { format!("Some(&{name})") } else { "None".to_string() };
    let jvp = some("jvp", !args.iter().any(|a| a.p.ty.is_mut()));
    let several = jvp != "None" && f.ret != Ret::Float;
    let jacobian = some("jacobian", several);
    let _ = write!(
        out,
        "        run.at(&Point {{ inputs: {inputs}, active: &{active:?}, tolerance: {:e}, plain: &plain, dual: &dual,
            grad: {}, into: {}, vjp: {}, jvp: {jvp}, jacobian: {jacobian} }}, &mut rng);
    }}
}}
",
        program.tolerance,
        some("grad", scalar),
        some("into", scalar),
        some("vjp", true),
    );
    out
}

#[allow(clippy::too_many_arguments)]
fn forms(
    out: &mut String,
    args: &[Arg],
    path: &str,
    list: &str,
    scalar: bool,
    before: &str,
    after: &str,
    program: &Program,
) {
    let wrt: Vec<&Arg> = args.iter().filter(|a| a.differentiable() && !a.p.ty.is_mut()).collect();
    let muts: Vec<&Arg> = args.iter().filter(|a| a.p.ty.is_mut()).collect();
    let mut from = 0;
    let mut dirs = Vec::new();
    let mut buffers = Vec::new();
    for a in &wrt {
        dirs.push(a.direction(from));
        buffers.push((format!("d_{}", a.p.name), a.buffer(from)));
        from += a.p.ty.floats();
    }
    let dir = if dirs.len() == 1 { dirs[0].clone() } else { format!("({})", dirs.join(", ")) };
    if scalar {
        let lets: String = buffers.iter().map(|(n, b)| format!("let mut {n} = {b}; ")).collect();
        let refs: String = buffers.iter().map(|(n, _)| format!(", &mut {n}")).collect();
        let flats: String = buffers.iter().map(|(n, _)| format!("{n}.flat(&mut g); ")).collect();
        let _ = write!(
            out,
            "        let grad = |x: &[f64]| {{
            {before}let (y, g) = {path}::value_and_grad({list});
            (flat(y), flat(g), flat({path}::grad({list})))
        }};
        let into = |x: &[f64], s: f64, b: &[f64]| {{
            {before}let first = {{ {lets}let y = {path}::grad_into({list}{refs}); let mut g = Vec::new(); {flats}(flat(y), g) }};
            {lets}let y = {path}::grad_add({list}, s{refs}); let mut g = Vec::new(); {flats}(first, (flat(y), g))
        }};
"
        );
    }
    let ret = program.main().ret;
    let floats = match ret {
        Ret::Float => 1,
        Ret::Pair | Ret::Vec => 2,
        Ret::Array(n) | Ret::Wide(n) | Ret::Long(n) => n,
        Ret::Rows(n, m) => n * m,
        Ret::Mixed(n) => n + 1,
        Ret::Unit => 0,
    };
    let ybar = match ret {
        Ret::Float => "s[0]".to_string(),
        Ret::Pair => "(s[0], s[1])".into(),
        Ret::Array(n) | Ret::Wide(n) => format!("arr::<_, {n}>(&s)"),
        Ret::Rows(n, m) => format!("arr2::<_, {n}, {m}>(&s)"),
        Ret::Mixed(n) => format!("(arr::<_, {n}>(&s), s[{n}])"),
        Ret::Long(_) => "s.to_vec()".into(),
        Ret::Vec => "s[..2].to_vec()".into(),
        Ret::Unit => "()".into(),
    };
    let mut at = floats;
    let (mut lets, mut refs, mut flats) = (String::new(), String::new(), String::new());
    for a in &muts {
        let (name, n) = (&a.p.name, a.p.ty.floats());
        let value = if a.p.ty == ParamTy::MutFloat {
            format!("s[{at}]")
        } else {
            format!("s[{at}..{}].to_vec()", at + n)
        };
        let _ = write!(lets, "let mut c_{name} = {value}; ");
        let _ = write!(refs, ", &mut c_{name}");
        let _ = write!(flats, "g.extend(flat(c_{name})); ");
        at += n;
    }
    let _ = write!(
        out,
        "        let vjp = |x: &[f64], s: &[f64]| {{
            {before}let (y, pullback) = {path}::vjp({list});
            let mut y = flat(y); {after}{lets}
            let mut g = flat(pullback({ybar}{refs})); {flats}
            (y, g)
        }};
"
    );
    if muts.is_empty() {
        let _ = write!(
            out,
            "        let jvp = |x: &[f64], d: &[f64]| {{
            {before}let (y, t) = {path}::jvp({list}, {dir});
            (flat(y), flat(t))
        }};
"
        );
    }
    let rows = match ret {
        Ret::Pair => "vec![flat(j.0), flat(j.1)]",
        Ret::Rows(..) => "j.into_iter().flatten().map(flat).collect::<Vec<_>>()",
        Ret::Mixed(_) => "j.0.into_iter().map(flat).chain([flat(j.1)]).collect::<Vec<_>>()",
        Ret::Array(_) | Ret::Wide(_) | Ret::Long(_) | Ret::Vec => {
            "j.into_iter().map(flat).collect::<Vec<_>>()"
        }
        Ret::Float | Ret::Unit => return,
    };
    if muts.is_empty() {
        let _ = write!(
            out,
            "        let jacobian = |x: &[f64]| {{
            {before}let j = {path}::jacobian({list});
            {rows}
        }};
"
        );
    }
}
