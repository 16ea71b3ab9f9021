//! Loops over blocks of directions, and what is held block by block: see `lanes/blocks`.
//!
//! ```text
//! decl m5 = zero of m5                     let mut __t_p = blocks::<_, __B>(zero); let mut __in_p = marks(&__t_p);
//! blocks of m4[v0] into m5 { .. }          let __in = __in_a[i]; for __b in bits(__in) { __t_p[__b] .. } mark(&mut __in_p, __in);
//! tangent g(&m1, &m5)                      g::__jvp_blocks(&p, given(|__b| lend_shared(&__t_p[__b])), &__in_p)
//! ```

use super::body::Body;
use super::expr::Expr;
use crate::ir::hash::{HashMap, HashSet};
use crate::ir::{
    Arg, BlockLoop, Call, Field, FloatTy, Init, Masked, MemId, Operand, Place, Proj, Region, Stmt, Ty,
    ValueId,
};
use proc_macro2::{Ident, TokenStream};

/// What is held block by block.
#[derive(Debug, Default)]
pub struct InBlocks {
    pub mems: HashSet<MemId>,
    /// The variables of the masks.
    pub masks: HashMap<MemId, Ident>,
    /// Those whose masks are written.
    marked: HashSet<MemId>,
    /// The block that the loop around is at.
    at: Option<Ident>,
}

impl InBlocks {
    pub fn of(mems: HashSet<MemId>, body: &Region) -> Self {
        let blocks = body.deep().filter_map(|s| match s {
            Stmt::Loop(l) => l.blocks.as_ref(),
            _ => None,
        });
        let marked = blocks.flat_map(|b| b.writes.iter().map(|m| m.mem).chain(b.grown)).collect();
        InBlocks { mems, marked, ..InBlocks::default() }
    }

    /// `mut` for the variable of its masks.
    pub fn mutable(&self, mem: MemId) -> Option<TokenStream> {
        self.marked.contains(&mem).then(|| q!(mut))
    }
}

/// So few numbers are held in an array of blocks, others on the heap: they are moved to and from calls.
pub const SMALL: u64 = 32;

fn is_small(ty: &Ty) -> bool {
    match ty {
        Ty::Float(FloatTy::Lanes(_)) => true,
        _ => crate::emit::forms::numbers(ty).is_some_and(|n| n <= SMALL),
    }
}

/// The same zero in each block.
pub fn zeros(krate: &TokenStream, ty: &Ty, zero: &TokenStream, small: bool) -> TokenStream {
    let all = super::names::blocks();
    match (small, ty.is_plain()) {
        (true, true) => q!([#zero; #all]),
        (true, false) => q!(#krate::__private::blocks::<_, #all>(#zero)),
        (false, true) => q!(#krate::__private::copies(#zero, #all)),
        (false, false) => q!(#krate::__private::vec_from_elem(#zero, #all)),
    }
}

impl Body<'_> {
    pub(super) fn is_in_blocks(&self, mem: MemId) -> bool {
        self.blocks.as_ref().is_some_and(|b| b.mems.contains(&mem))
    }

    /// The part of an object that is meant here.
    pub(super) fn block_of(&self, mem: MemId) -> Option<Ident> {
        self.blocks.as_ref().filter(|b| b.mems.contains(&mem)).and_then(|b| b.at.clone())
    }

    fn mask(&self, mem: MemId) -> Option<Ident> {
        self.blocks.as_ref().and_then(|b| b.masks.get(&mem).cloned())
    }

    fn at(&mut self, block: Option<Ident>) -> Option<Ident> {
        self.blocks.as_mut().and_then(|b| std::mem::replace(&mut b.at, block))
    }

    pub(super) fn declare_blocks(&mut self, mem: MemId, init: &Init) {
        let krate = self.krate;
        let made = match init {
            Init::From(Operand::Copy(Place { mem: pair, proj }))
                if matches!(proj.as_slice(), [Proj::Field(Field::Index(1))]) && !self.is_in_blocks(*pair) =>
            {
                let pair = self.mem_ident(*pair);
                (q!(#pair.1), q!(#pair.2))
            }
            _ => {
                let ty = super::tables::mem_ty(self.f, mem);
                let zero = match init {
                    Init::ZeroOf(place) => self.zero_of(place, &ty),
                    _ => self.init(init, &ty),
                };
                self.flush();
                let masks = match init {
                    Init::VecNew { .. } => q!(#krate::__private::Vec::<::core::primitive::u64>::new()),
                    _ => TokenStream::new(),
                };
                (zeros(krate, &ty, &zero, is_small(&ty)), masks)
            }
        };
        self.flush();
        let name = self.declare_mem(mem);
        let written = self.facts.mem_written(mem, self.pos(), self.end()).then(|| q!(mut));
        let marked = self.blocks.as_ref().and_then(|b| b.mutable(mem));
        let mask = self.names.fresh("in");
        let (parts, masks) = made;
        let masks = if masks.is_empty() { q!(#krate::__private::marks(&#name)) } else { masks };
        self.out.extend(q! {
            let #written #name = #parts;
            let #marked #mask = #masks;
        });
        if let Some(blocks) = &mut self.blocks {
            blocks.masks.insert(mem, mask);
        }
    }

    /// The blocks of some elements.
    fn union(&mut self, all: &[Masked]) -> TokenStream {
        let krate = self.krate;
        let mut parts = Vec::new();
        for Masked { mem, index } in all {
            let Some(mask) = self.mask(*mem) else { continue };
            let index = index.map(|i| self.take_one(i));
            parts.push(match index {
                Some(index) => q!(#mask[#index]),
                None => q!(#krate::__private::union(&#mask)),
            });
        }
        if parts.is_empty() {
            return q!(0);
        }
        q!(#(#parts)|*)
    }

    pub(super) fn block_loop(&mut self, blocks: &BlockLoop, body: &Region) {
        let krate = self.krate;
        self.flush();
        let mask = self.names.fresh("in");
        let union = self.union(&blocks.reads);
        self.out.extend(q!(let #mask = #union;));
        let mut writes = TokenStream::new();
        for Masked { mem, index } in &blocks.writes {
            let Some(of) = self.mask(*mem) else { continue };
            let index: Option<Expr> = index.map(|i| self.take_one(i));
            writes.extend(match index {
                Some(index) => q!(#of[#index] |= #mask;),
                None => q!(#krate::__private::mark(&mut #of, #mask);),
            });
        }
        let all = super::names::blocks();
        let visited = match blocks.grown {
            None => q!(#krate::__private::bits(#mask)),
            Some(mem) => {
                if let Some(of) = self.mask(mem) {
                    writes.extend(q!(#of.push(#mask);));
                }
                q!(0..#all)
            }
        };
        let block = self.names.fresh("b");
        let outer = self.at(Some(block.clone()));
        self.tick();
        self.open();
        self.depth += 1;
        let (body, _) = self.block(body, |b| {
            b.flush();
            TokenStream::new()
        });
        self.depth -= 1;
        self.close();
        self.tick();
        self.at(outer);
        self.out.extend(q!(for #block in #visited { #body } #writes));
    }

    /// The tangent of an argument, for every block, and its masks.
    pub(super) fn tangent_in_blocks(&mut self, call: &Call, k: usize) -> [TokenStream; 2] {
        let (krate, all) = (self.krate, super::names::blocks());
        let arg = &call.args[k];
        if self.is_nothing(arg) {
            return [q!(#krate::__private::none::<_, #all>()), q!(&[])];
        }
        let place = match arg {
            Arg::Mem(Operand::Copy(place)) | Arg::Ref(place) | Arg::Receiver(place) => place.clone(),
            Arg::Mem(Operand::Mem(m)) => Place::whole(*m),
            Arg::Mem(Operand::Value(_))
            | Arg::Value(_)
            | Arg::RefValue(_)
            | Arg::RefMut(_)
            | Arg::Opaque(_)
            | Arg::Closure(_) => return [q!(#krate::__private::none::<_, #all>()), q!(&[])],
        };
        let block = self.names.fresh("b");
        let outer = self.at(Some(block.clone()));
        let tokens = match arg {
            Arg::Mem(operand) => self.aggregate(operand).tokens.into(),
            _ => self.shared(&place),
        };
        let one = self.along(call, k, tokens);
        self.at(outer);
        let given = q!(#krate::__private::given::<_, #all>(|#block: ::core::primitive::usize| #one));
        [given, self.masks_of(&place)]
    }

    fn masks_of(&mut self, place: &Place) -> TokenStream {
        let Some(mask) = self.mask(place.mem) else { return q!(&[]) };
        let end = |b: &mut Self, v: &Option<ValueId>| v.map(|v| b.take_one(v));
        match place.proj.first() {
            None => q!(::core::convert::AsRef::as_ref(&#mask)),
            Some(Proj::Index(i)) => {
                let index = self.take_one(*i);
                q!(::core::slice::from_ref(&#mask[#index]))
            }
            Some(Proj::Range { lo, hi }) => {
                let (lo, hi) = (end(self, lo), end(self, hi));
                q!(&#mask[#lo..#hi])
            }
            Some(Proj::Field(_) | Proj::Payload { .. } | Proj::Deref) => {
                let krate = self.krate;
                q!(&[#krate::__private::union(&#mask)])
            }
        }
    }
}
