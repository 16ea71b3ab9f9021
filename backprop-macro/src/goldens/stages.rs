//! One function through the pipeline, every stage at hand.

use super::programs::Program;
use crate::adjoint::{adjoint, Adjoint};
use crate::analysis;
use crate::ir::print::print;
use crate::ir::{Access, Function, ParamKind, ResultOf};
use crate::model::Model;
use crate::{args, lower, opt, pipeline};
use proc_macro2::TokenStream;

pub struct Stages {
    pub model: Model,
    pub primal: Function,
    /// Optimised. Joint if the function has a gradient, else split.
    pub adjoint: Adjoint,
    pub joint: bool,
}

pub fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|e| panic!("{e}: {text}"))
}

impl Stages {
    pub fn of(program: &Program) -> Stages {
        let options = args::parse(tokens(program.options)).unwrap_or_else(|e| panic!("{:?}", e.texts()));
        let lowered = lower::function(tokens(program.source), options);
        let (model, mut primal) =
            lowered.unwrap_or_else(|f| panic!("{}: {:#?}", program.name, f.errors.texts()));
        analysis::understand(&mut primal);
        opt::simplify(&mut primal);
        let joint = has_gradient(&primal);
        let mut adjoint =
            adjoint(&primal, !joint).unwrap_or_else(|(_, why)| panic!("{}: {why}", program.name));
        adjoint.optimise(primal.values.len());
        Stages { model, primal, adjoint, joint }
    }

    /// Forward mode in blocks of directions.
    pub fn in_blocks(&self) -> Function {
        let act = crate::analysis::activity::Activity::of(&self.primal);
        let tangent = crate::tangent::tangent(&self.primal, &|v| act.value(v), &|m| act.mem(m));
        let tangent = tangent.unwrap_or_else(|(_, why)| panic!("{why}"));
        crate::lanes::blocks(&tangent, &|_| true).expect("has a form in blocks").tangent.f
    }

    /// Reverse mode for all rows of the Jacobian.
    pub fn in_rows(&self) -> Function {
        let mut joint = adjoint(&self.primal, false).unwrap_or_else(|(_, why)| panic!("{why}"));
        joint.optimise(self.primal.values.len());
        let all = crate::emit::rows_at_once(&self.model);
        crate::lanes::rows(&joint, all).expect("has a form in lanes").f
    }

    pub fn print(&self, f: &Function) -> String {
        let names = |code| self.model.source.tokens(code).to_string();
        print(f, Some(&names))
    }

    /// The user's names for what the report mentions, `c7` of [`Adjoint::report`].
    pub fn report(&self) -> Vec<String> {
        let resolve = |word: &str| {
            let inside = word.trim_matches('`');
            let number = inside.strip_prefix('c').and_then(|n| n.parse().ok());
            match number.filter(|_| word.starts_with('`')) {
                Some(n) => format!("`{}`", self.model.source.tokens(crate::ir::CodeId(n))),
                None => word.to_string(),
            }
        };
        let line = |l: &String| l.split(' ').map(resolve).collect::<Vec<_>>().join(" ");
        self.adjoint.report.iter().map(line).collect()
    }
}

/// As in the pipeline: a scalar float result, and nothing active behind `&mut`.
fn has_gradient(f: &Function) -> bool {
    let ResultOf::Value(v) = f.result else { return false };
    let in_out = f.params.iter().any(|p| match p.kind {
        ParamKind::Mem(m) => f.mems[m].access == Access::RefMut && !f.mems[m].ty.is_passive(),
        ParamKind::Value(_) => false,
    });
    !f.values[v].ty.is_passive() && !in_out
}

/// The generated function of one name, formatted.
pub fn generated(program: &Program, name: &str) -> String {
    let all = pipeline::grad(tokens(program.options), tokens(program.source));
    let file: syn::File = syn::parse2(all).unwrap_or_else(|e| panic!("{}: {e}", program.name));
    let found = file.items.iter().find_map(|item| match item {
        syn::Item::Impl(block) => block.items.iter().find_map(|i| match i {
            syn::ImplItem::Fn(f) if f.sig.ident == name => Some(f.clone()),
            _ => None,
        }),
        _ => None,
    });
    let f =
        found.unwrap_or_else(|| panic!("{}: no {name} in\n{}", program.name, prettyplease::unparse(&file)));
    let item = syn::parse_quote!(#f);
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}
