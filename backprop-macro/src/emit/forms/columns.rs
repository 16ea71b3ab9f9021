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

/// So many directions make a block of one sweep for all: a register of the default target holds two numbers.
const PAIR: usize = 2;
/// Blocks that share a sweep at most: the tangents of a few matrices still fit the first cache.
const BLOCKS: usize = 8;

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

/// How many blocks a sweep takes, if there are more directions than go without masks.
pub fn many(signature: &Signature<'_>) -> Option<usize> {
    let all = inputs(signature).flatten().and_then(|n| usize::try_from(n).ok()).filter(|n| *n > MOST)?;
    let blocks = all.div_ceil(PAIR);
    Some(blocks.div_ceil(blocks.div_ceil(BLOCKS)))
}

impl Maker<'_, '_> {
    /// All rows, from all directions in one sweep.
    pub fn by_blocks(&self) -> TokenStream {
        let signature = self.signature;
        let krate = &signature.krate;
        let (rows, seeds, block, start) = (local("rows"), local("seeds"), local("at"), local("start"));
        let (y, along, all, first) = (local("y"), local("along"), local("all"), local("first"));
        let blocks = number(many(signature).unwrap_or(1));
        let step = number(PAIR);
        let zero = signature.gather(|k| {
            let param = &signature.params[k];
            signature.zero(&param.model.class, &signature.shared(k))
        });
        let zeros = self.shape(&self.output(), &TokenStream::new(), 0, &|_, _| zero.clone());
        let directions = self.directions();
        let wanted = signature.wrt();
        let names: Vec<_> = wanted.iter().map(|k| signature.params[*k].shadow("t")).collect();
        let mut arguments = Vec::new();
        let mut lets = TokenStream::new();
        for (k, argument) in self.arguments().into_iter().enumerate() {
            let param = &signature.params[k];
            arguments.push(argument);
            if !wanted.contains(&k) {
                arguments.extend([q!(#krate::__private::none()), q!(&[])]);
                continue;
            }
            let (name, mask) = (param.shadow("t"), param.shadow("in"));
            lets.extend(q!(let #mask = #krate::__private::marks_of(&#name);));
            arguments.push(match (param.model.pass, param.is_sliced()) {
                (Pass::Value, _) => q!(#name.map(::core::option::Option::Some)),
                (Pass::Ref | Pass::RefMut, true) => {
                    q!(#name.each_ref().map(|__t| ::core::option::Option::Some(&__t[..])))
                }
                (Pass::Ref | Pass::RefMut, false) => q!(#name.each_ref().map(::core::option::Option::Some)),
            });
            arguments.push(q!(::core::convert::AsRef::as_ref(&#mask)));
        }
        let form = signature.hidden_in_blocks();
        let call = signature.call_for(&form, &q!(#step, #blocks), &arguments);
        let fill = self.fill(&self.output(), &q!(#rows), &q!(#along), 0);
        let width = number(PAIR * many(signature).unwrap_or(1));
        let seeded = q!(::core::array::from_fn(|#block| {
            let mut #seeds = #krate::__private::Seeds::from_row(#first + #block * #step);
            #directions
            (#(#names,)*)
        }));
        let parts = names.iter().enumerate().map(|(k, name)| {
            let index = number(k);
            q!(let #name = #all.map(|__t| __t.#index);)
        });
        let inputs = number(inputs(signature).flatten().and_then(|n| usize::try_from(n).ok()).unwrap_or(0));
        q! {
            let mut #first = 0;
            let mut #rows = ::core::option::Option::None;
            while #first < #inputs {
                let #all: [_; #blocks] = #seeded;
                #(#parts)*
                #lets
                let (#y, #all, _) = #call;
                let _ = &#y;
                let #rows = #rows.get_or_insert_with(|| #zeros);
                for (#block, #along) in ::core::iter::Iterator::enumerate(::core::iter::IntoIterator::into_iter(#all)) {
                    let #start = #first + #block * #step;
                    #fill
                }
                #first += #width;
            }
            #krate::__private::filled(#rows)
        }
    }

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
