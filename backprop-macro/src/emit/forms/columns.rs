//! The Jacobian by columns: several directions in one forward sweep, where there are fewer inputs than outputs.
//!
//! ```text
//! let mut __seeds = Seeds::from_row(0);
//! let __t_x = from_fn(|_| __seeds.one());
//! let (__y, __t_y) = Self::__jvp_lanes::<3>(x, Some(&__t_x));
//! for i in 0..__y.len() { put(&mut __rows[i], 0, &__t_y[i]) }
//! ```

use super::core::local;
use super::jacobian::{count, number, Maker};
use super::lanes;
use super::signature::Signature;
use crate::ir::{FloatTy, Ty};
use crate::model::Pass;
use proc_macro2::TokenStream;

/// So many directions share a sweep, if there are more.
const MANY: usize = 4;
/// As many as there are, up to so many.
const MOST: usize = 8;

/// Can it go by columns, and how many are there? `None` inside: the type does not tell.
fn inputs(signature: &Signature<'_>) -> Option<Option<u64>> {
    let model = signature.model;
    if !model.options.forward || !lanes::has_entry(signature) || !model.generics.reals.is_empty() {
        return None;
    }
    let mut floats = Vec::new();
    let mut seen = all_floats(&model.output.class, &mut floats);
    let mut sum = Some(0_u64);
    for k in signature.wrt() {
        let class = &signature.params[k].model.class;
        seen &= all_floats(class, &mut floats);
        sum = sum.and_then(|sum| sum.checked_add(count(class)?));
    }
    let first = floats.first()?;
    let known = matches!(first, FloatTy::F32 | FloatTy::F64);
    (seen && known && floats.iter().all(|float| float == first)).then_some(sum)
}

/// All floats of the type; is there nothing that hides some?
fn all_floats(ty: &Ty, all: &mut Vec<FloatTy>) -> bool {
    match ty {
        Ty::Float(float) => {
            all.push(float.clone());
            true
        }
        Ty::Array(elem, _) | Ty::Slice(elem) | Ty::Vec(elem) => all_floats(elem, all),
        Ty::Tuple(items) => items.iter().all(|item| all_floats(item, all)),
        Ty::Int | Ty::Bool | Ty::Passive(_) => true,
        Ty::Option(_) | Ty::Boxed(_) | Ty::Adt(..) | Ty::Unknown => false,
    }
}

/// Surely the better way.
pub fn preferred(signature: &Signature<'_>) -> bool {
    match (inputs(signature), count(&signature.model.output.class)) {
        (Some(Some(inputs)), Some(outputs)) => inputs < outputs,
        (Some(Some(_)), None) => true,
        (Some(None) | None, _) => false,
    }
}

/// Better than a reverse sweep for every row.
pub fn second_best(signature: &Signature<'_>) -> bool {
    match (inputs(signature), count(&signature.model.output.class)) {
        (Some(Some(inputs)), Some(outputs)) => inputs <= outputs.saturating_mul(3),
        (Some(Some(_)), None) => true,
        (Some(None) | None, _) => false,
    }
}

impl Maker<'_, '_> {
    /// All rows, filled from their columns.
    pub fn by_columns(&self) -> TokenStream {
        let signature = self.signature;
        let krate = &signature.krate;
        let known = inputs(signature).flatten().and_then(|n| usize::try_from(n).ok());
        let many = known.filter(|n| (1..=MOST).contains(n)).unwrap_or(MANY);
        let (start, rows, seeds) = (local("start"), local("rows"), local("seeds"));
        let (y, along) = (local("y"), local("t_y"));
        let zero = signature.gather(|k| {
            let param = &signature.params[k];
            signature.zero(&param.model.class, &signature.shared(k))
        });
        let zeros = self.shape(&self.output(), &TokenStream::new(), 0, &|_, _| zero.clone());
        let directions = self.directions();
        let call = self.sweep_forward(many);
        let fill = self.fill(&self.output(), &q!(#rows), &q!(#along), 0);
        let step = number(many);
        q! {
            let mut #start = 0;
            let mut #rows = ::core::option::Option::None;
            loop {
                let mut #seeds = #krate::__private::Seeds::from_row(#start);
                #directions
                let (#y, #along) = #call;
                let _ = &#y;
                let #rows = #rows.get_or_insert_with(|| #zeros);
                #fill
                #start += #step;
                if #seeds.all() <= #start {
                    break;
                }
            }
            #krate::__private::filled(#rows)
        }
    }

    /// The directions of a block, in the shape of the parameters.
    fn directions(&self) -> TokenStream {
        let signature = self.signature;
        let seeds = local("seeds");
        let one = |k: usize| {
            let param = &signature.params[k];
            let (name, ident) = (param.shadow("t"), &param.ident);
            let shape = self.shape_of(
                &param.model.class,
                &q!(#ident),
                &TokenStream::new(),
                0,
                &|_, _| q!(#seeds.one()),
            );
            q!(let #name = #shape;)
        };
        signature.wrt().into_iter().map(one).collect()
    }

    fn sweep_forward(&self, many: usize) -> TokenStream {
        let signature = self.signature;
        let wanted = signature.wrt();
        let mut arguments = Vec::new();
        for (k, argument) in self.arguments().into_iter().enumerate() {
            let param = &signature.params[k];
            let name = param.shadow("t");
            arguments.push(argument);
            arguments.push(match (wanted.contains(&k), param.model.pass) {
                (false, _) => q!(::core::option::Option::None),
                (true, Pass::Value) => q!(::core::option::Option::Some(#name)),
                (true, Pass::Ref | Pass::RefMut) if param.is_sliced() => {
                    q!(::core::option::Option::Some(&#name[..]))
                }
                (true, Pass::Ref | Pass::RefMut) => q!(::core::option::Option::Some(&#name)),
            });
        }
        let wide = signature.in_lanes();
        wide.call_lanes(&wide.hidden("jvp"), many, &arguments)
    }

    /// Puts the lanes of each output into its row.
    fn fill(&self, ty: &Ty, rows: &TokenStream, along: &TokenStream, depth: usize) -> TokenStream {
        let krate = &self.signature.krate;
        let start = local("start");
        match ty {
            Ty::Float(_) => {
                let by = if depth == 0 { q!(&mut *) } else { q!(&mut) };
                q!(#krate::__private::Columns::put(#by #rows, 0, #start, &#along.0);)
            }
            Ty::Array(elem, _) | Ty::Vec(elem) => {
                let (row, column) = (local(&format!("r{depth}")), local(&format!("c{depth}")));
                let inner = self.fill(elem, &q!(#row), &q!(#column), 0);
                q! {
                    for (#row, #column) in ::core::iter::Iterator::zip(#rows.iter_mut(), #along.iter()) {
                        #inner
                    }
                }
            }
            Ty::Tuple(items) => {
                let parts = items.iter().enumerate().map(|(k, item)| {
                    let index = number(k);
                    self.fill(item, &q!(#rows.#index), &q!(#along.#index), depth + 1)
                });
                parts.collect()
            }
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => TokenStream::new(),
        }
    }
}
