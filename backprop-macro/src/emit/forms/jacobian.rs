//! `jacobian`: Y with each float replaced by G, one row per output.
//!
//! ```text
//! fn jacobian(x: f64, y: f64) -> ((f64, f64), (f64, f64)) {
//!     let mut __seeds = Seeds::from(0);
//!     let (_, (__d_x, __d_y)) = Self::__core_lanes::<2>(x, y, (__seeds.one(), __seeds.one()), &mut Fresh);
//!     let __g = (__d_x, __d_y);
//!     (lane(&__g, 0), lane(&__g, 1))
//! }
//! ```
//! More than [`MANY`] rows, or an unknown number, go in blocks of so many. Where the sweep has no form with lanes, each
//! row has a sweep of its own, by `vjp`. With fewer inputs than outputs it goes by columns: see [`columns`].

use super::columns;
use super::core::{local, Core};
use super::grad::{fresh, made_buffers, returned_pattern};
use super::signature::{Item, Signature};
use crate::ir::ty::ArrayLen;
use crate::ir::{FloatTy, Ty};
use crate::model::Pass;
use proc_macro2::{Literal, Span, TokenStream};

/// So many rows share a sweep: their numbers still fit the registers.
const MANY: usize = 8;

/// Not for scalar results, for those whose shape the macro can't see, and where there are `&mut` parameters.
pub fn wanted(signature: &Signature<'_>) -> bool {
    let output = &signature.model.output;
    let in_out = signature.params.iter().any(|p| p.model.pass == Pass::RefMut);
    let shape = output.differentiable && !output.class.is_float() && has_shape(&output.class);
    shape && !in_out && !signature.wrt().is_empty()
}

fn has_shape(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Passive(_) => true,
        Ty::Array(elem, _) | Ty::Vec(elem) => has_shape(elem),
        Ty::Tuple(items) => items.iter().all(has_shape),
        Ty::Slice(_) | Ty::Option(_) | Ty::Boxed(_) | Ty::Adt(..) | Ty::Unknown => false,
    }
}

/// How many floats there are, if the type tells; the second: it has no vectors.
pub fn count(ty: &Ty) -> Option<u64> {
    match ty {
        Ty::Float(_) => Some(1),
        Ty::Int | Ty::Bool | Ty::Passive(_) => Some(0),
        Ty::Array(elem, ArrayLen::Known(n)) => count(elem)?.checked_mul(*n),
        Ty::Tuple(items) => items.iter().try_fold(0_u64, |sum, item| sum.checked_add(count(item)?)),
        Ty::Array(_, ArrayLen::Code(_))
        | Ty::Vec(_)
        | Ty::Slice(_)
        | Ty::Option(_)
        | Ty::Boxed(_)
        | Ty::Adt(..)
        | Ty::Unknown => None,
    }
}

/// The numbers of a result of few.
pub fn few(output: &Ty) -> Option<usize> {
    count(output).and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=MANY).contains(n))
}

/// `rows`: the sweep for several seeds at once.
pub fn item(signature: &Signature<'_>, rows: Option<&Core<'_>>, blocks: bool) -> TokenStream {
    if !wanted(signature) {
        return TokenStream::new();
    }
    let output = &signature.model.output.class;
    let maker = Maker { signature };
    let few = few(output);
    let body = match (rows, few) {
        _ if blocks && columns::preferred(signature) && columns::many(signature).is_some() => {
            maker.by_blocks()
        }
        _ if columns::preferred(signature) => maker.by_columns(),
        (Some(core), Some(few)) => maker.at_once(core, few),
        (Some(core), None) => maker.in_blocks(core),
        (None, _) if columns::second_best(signature) => maker.by_columns(),
        (None, _) => maker.one_by_one(),
    };
    let doc = format!(
        " The Jacobian of [`{0}`]: its result with each number replaced by that number's gradient.",
        signature.model.ident
    );
    let params = signature.declarations();
    let rows_type = maker.rows_type(output);
    let item = Item { doc: Some(doc), params, output: rows_type, body, ..Item::default() };
    signature.item(&signature.public("jacobian"), item)
}

pub struct Maker<'m, 's> {
    pub signature: &'m Signature<'s>,
}

impl Maker<'_, '_> {
    /// A row per lane.
    fn at_once(&self, core: &Core<'_>, rows: usize) -> TokenStream {
        let krate = &self.signature.krate;
        let (seeds, seed, taken) = (local("seeds"), local("seed"), local("rows"));
        let shape = self.seeds();
        let sweep = self.sweep(core, rows, &self.signature.arguments(), &q!(#seed));
        let gradient = self.signature.gradient_type();
        let all = self.shape(&self.output(), &TokenStream::new(), 0, &|_, _| q!(#taken.take()));
        q! {
            let mut #seeds = #krate::__private::Seeds::from_row(0);
            let #seed = #shape;
            let #taken = #sweep;
            let mut #taken = #krate::__private::Rows::<#gradient, _>::new(&#taken);
            #all
        }
    }

    /// Blocks of rows, until there are no more.
    fn in_blocks(&self, core: &Core<'_>) -> TokenStream {
        let krate = &self.signature.krate;
        let (seeds, seed, taken, start) = (local("seeds"), local("seed"), local("rows"), local("start"));
        let (gradient, swept) = (self.signature.gradient_type(), local("g"));
        let y = local("y");
        let value = (count(&self.output()).is_none()).then(|| {
            let call = self.signature.call_user(&self.arguments());
            q!(let #y = #call;)
        });
        let shape = self.seeds();
        let sweep = self.sweep(core, MANY, &self.arguments(), &q!(#seed));
        let all = self.shape(&self.output(), &TokenStream::new(), 0, &|_, _| q!(#taken.take()));
        let many = number(MANY);
        q! {
            #value
            let mut #taken = #krate::__private::TakenRows::<#gradient>::default();
            let mut #start = 0;
            loop {
                let mut #seeds = #krate::__private::Seeds::from_row(#start);
                let #seed = #shape;
                if #seeds.all() <= #start {
                    break;
                }
                let #swept = #sweep;
                #taken.extend::<#many>(&#swept, #seeds.all() - #start);
                #start += #many;
            }
            #all
        }
    }

    /// The gradients of a block, in lanes.
    fn sweep(
        &self,
        core: &Core<'_>,
        lanes: usize,
        arguments: &[TokenStream],
        seed: &TokenStream,
    ) -> TokenStream {
        let wide = core.signature;
        let buffers = core.buffered().into_iter().map(|k| {
            let name = wide.params[k].shadow("d");
            q!(&mut #name)
        });
        let mut arguments = arguments.to_vec();
        arguments.push(seed.clone());
        arguments.extend(buffers);
        if core.store {
            arguments.push(fresh(wide));
        }
        let call = wide.call_lanes(&wide.hidden("core"), lanes, &arguments);
        let (lets, pattern) = (made_buffers(core), returned_pattern(core));
        let gradient = wide.gather(|k| {
            let name = wide.params[k].shadow("d");
            q!(#name)
        });
        q!({
            #lets
            let (_, #pattern) = #call;
            #gradient
        })
    }

    /// The seeds of a block, in the shape of the result.
    fn seeds(&self) -> TokenStream {
        let seeds = local("seeds");
        self.shape(&self.output(), &TokenStream::new(), 0, &|_, _| q!(#seeds.one()))
    }

    /// A sweep per row.
    fn one_by_one(&self) -> TokenStream {
        let (y, arguments) = (local("y"), self.arguments());
        let value = self.signature.call(&self.signature.hidden("fwd"), &arguments);
        let rows = self.shape(&self.output(), &TokenStream::new(), 0, &|kind, path| self.row(kind, path));
        q! {
            let (#y, _) = #value;
            #rows
        }
    }

    pub fn output(&self) -> Ty {
        self.signature.model.output.class.clone()
    }

    /// The arguments, for one of several calls.
    pub fn arguments(&self) -> Vec<TokenStream> {
        let pairs = self.signature.arguments().into_iter().zip(&self.signature.params);
        let copy = |(argument, param): (TokenStream, &super::signature::Parameter<'_>)| {
            let owned = param.model.pass == Pass::Value && !param.model.class.is_scalar();
            if owned {
                q!(::core::clone::Clone::clone(&#argument))
            } else {
                argument
            }
        };
        pairs.map(copy).collect()
    }

    /// The type of the rows for a part of the result.
    fn rows_type(&self, ty: &Ty) -> TokenStream {
        let krate = &self.signature.krate;
        match ty {
            Ty::Float(_) => self.signature.gradient_type(),
            Ty::Array(elem, len) => {
                let inner = self.rows_type(elem);
                let len = match len {
                    ArrayLen::Known(n) => {
                        let n = Literal::u64_unsuffixed(*n);
                        q!(#n)
                    }
                    ArrayLen::Code(code) => crate::emit::tables::tokens(&self.signature.model.source, *code),
                };
                q!([#inner; #len])
            }
            Ty::Vec(elem) => {
                let inner = self.rows_type(elem);
                q!(#krate::__private::Vec<#inner>)
            }
            Ty::Tuple(items) => {
                let items = items.iter().map(|item| self.rows_type(item));
                q!((#(#items,)*))
            }
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Slice(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => {
                q!(())
            }
        }
    }

    /// A part of the result with `leaf` in the place of each number, in order; `path` leads to it.
    pub fn shape(
        &self,
        ty: &Ty,
        path: &TokenStream,
        depth: usize,
        leaf: &dyn Fn(&FloatTy, &TokenStream) -> TokenStream,
    ) -> TokenStream {
        let y = local("y");
        self.shape_of(ty, &q!(#y), path, depth, leaf)
    }

    /// The same of anything.
    pub fn shape_of(
        &self,
        ty: &Ty,
        root: &TokenStream,
        path: &TokenStream,
        depth: usize,
        leaf: &dyn Fn(&FloatTy, &TokenStream) -> TokenStream,
    ) -> TokenStream {
        let index = local(&format!("i{depth}"));
        match ty {
            Ty::Float(kind) => leaf(kind, path),
            Ty::Array(elem, _) => {
                let inner = self.shape_of(elem, root, &q!(#path[#index]), depth + 1, leaf);
                q!(::core::array::from_fn(|#index| #inner))
            }
            Ty::Vec(elem) | Ty::Slice(elem) => {
                let (krate, vec) = (&self.signature.krate, local("v"));
                let inner = self.shape_of(elem, root, &q!(#path[#index]), depth + 1, leaf);
                q!({
                    let #vec: #krate::__private::Vec<_> =
                        ::core::iter::Iterator::collect(::core::iter::Iterator::map(0..#root #path.len(), |#index| #inner));
                    #vec
                })
            }
            Ty::Tuple(items) => {
                let parts = items.iter().enumerate().map(|(k, item)| {
                    let index = number(k);
                    self.shape_of(item, root, &q!(#path.#index), depth, leaf)
                });
                q!((#(#parts,)*))
            }
            Ty::Int
            | Ty::Bool
            | Ty::Passive(_)
            | Ty::Option(_)
            | Ty::Boxed(_)
            | Ty::Adt(..)
            | Ty::Unknown => {
                q!(())
            }
        }
    }

    /// The gradient of one number of the result.
    fn row(&self, kind: &FloatTy, path: &TokenStream) -> TokenStream {
        let krate = &self.signature.krate;
        let (y, seed, pullback) = (local("y"), local("seed"), local("pullback"));
        let one = match kind {
            FloatTy::Param(code) => {
                let ty = crate::emit::tables::tokens(&self.signature.model.source, *code);
                q!(<#ty as #krate::Real>::ONE)
            }
            FloatTy::F32 | FloatTy::F64 | FloatTy::Any | FloatTy::Lanes(_) => q!(1.0),
        };
        let vjp = self.signature.call(&self.signature.public("vjp"), &self.arguments());
        q!({
            let mut #seed = #krate::__private::zero(&#y);
            #seed #path = #one;
            let (_, #pullback) = #vjp;
            #pullback(#seed)
        })
    }
}

pub fn number(n: usize) -> Literal {
    let mut literal = Literal::usize_unsuffixed(n);
    literal.set_span(Span::mixed_site());
    literal
}
