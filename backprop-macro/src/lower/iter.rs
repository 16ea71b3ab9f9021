//! Iterators as descriptions: what they go over, how long they are, and the item at an index.
//!
//! ```text
//! xs.iter().zip(ys.iter().skip(1))   →   Zip(Seq xs, Skip(Seq ys, 1)): min(len xs, len ys - 1) items, (xs[i], ys[i + 1])
//! ```
//!
//! Nothing is emitted before an iterator is consumed.

use super::lowerer::{Lowered, Lowerer};
use super::value::Val;
use crate::diag::At;
use crate::ir::{Adaptor, Place, Proj, Ty, ValueId};
use crate::rules::Func;
use std::rc::Rc;

/// An iterator.
#[derive(Clone)]
pub enum Iter<'a> {
    Range {
        lo: ValueId,
        hi: Option<ValueId>,
        inclusive: bool,
    },
    /// Elements of a sequence: by value, `&` or `&mut`.
    Seq {
        place: Place,
        by_ref: Option<bool>,
    },
    Chunks {
        place: Place,
        size: ValueId,
        exact: bool,
        mutable: bool,
        /// Counted from the end: `rchunks`.
        back: bool,
    },
    Windows {
        place: Place,
        size: ValueId,
    },
    /// `iter::once`
    Once(Box<Val<'a>>),
    /// `iter::repeat`
    Repeat(Box<Val<'a>>),
    Rev(Rc<Iter<'a>>),
    Skip(Rc<Iter<'a>>, ValueId),
    Take(Rc<Iter<'a>>, ValueId),
    StepBy(Rc<Iter<'a>>, ValueId),
    Enumerate(Rc<Iter<'a>>),
    Zip(Rc<Iter<'a>>, Rc<Iter<'a>>),
    Chain(Rc<Iter<'a>>, Rc<Iter<'a>>),
    Copied(Rc<Iter<'a>>),
    Map(Rc<Iter<'a>>, Val<'a>),
    Inspect(Rc<Iter<'a>>, Val<'a>),
    Filter(Rc<Iter<'a>>, Val<'a>),
    FilterMap(Rc<Iter<'a>>, Val<'a>),
    FlatMap(Rc<Iter<'a>>, Val<'a>),
    Flatten(Rc<Iter<'a>>),
    /// Of an indexed one.
    Cycle(Rc<Iter<'a>>),
    TakeWhile(Rc<Iter<'a>>, Val<'a>),
    SkipWhile(Rc<Iter<'a>>, Val<'a>),
    MapWhile(Rc<Iter<'a>>, Val<'a>),
    Scan(Rc<Iter<'a>>, Place, Val<'a>),
}

/// Methods that make an iterator of a sequence.
pub fn is_source(name: &str) -> bool {
    matches!(
        name,
        "iter"
            | "iter_mut"
            | "into_iter"
            | "chunks"
            | "chunks_exact"
            | "chunks_mut"
            | "chunks_exact_mut"
            | "rchunks"
            | "rchunks_exact"
            | "rchunks_mut"
            | "rchunks_exact_mut"
            | "windows"
    )
}

/// Adaptors and consumers.
pub const METHODS: [&str; 44] = [
    "find",
    "cycle",
    "map",
    "zip",
    "enumerate",
    "rev",
    "skip",
    "take",
    "step_by",
    "chain",
    "filter",
    "filter_map",
    "flat_map",
    "take_while",
    "skip_while",
    "map_while",
    "scan",
    "inspect",
    "copied",
    "cloned",
    "sum",
    "product",
    "fold",
    "for_each",
    "count",
    "last",
    "min_by",
    "max_by",
    "any",
    "all",
    "position",
    "collect",
    "into_iter",
    "by_ref",
    "reduce",
    "unzip",
    "flatten",
    "partition",
    "rposition",
    "rfind",
    "rfold",
    "try_fold",
    "nth",
    "peekable",
];

pub fn is_iterator_method(name: &str) -> bool {
    METHODS.contains(&name) || is_source(name)
}

impl<'a> Iter<'a> {
    /// The iterators that it is made of.
    pub fn parts(&self) -> Vec<&Rc<Iter<'a>>> {
        match self {
            Iter::Range { .. }
            | Iter::Seq { .. }
            | Iter::Chunks { .. }
            | Iter::Windows { .. }
            | Iter::Once(_)
            | Iter::Repeat(_) => Vec::new(),
            Iter::Rev(i)
            | Iter::Skip(i, _)
            | Iter::Take(i, _)
            | Iter::StepBy(i, _)
            | Iter::Enumerate(i)
            | Iter::Copied(i)
            | Iter::Map(i, _)
            | Iter::Inspect(i, _)
            | Iter::Filter(i, _)
            | Iter::FilterMap(i, _)
            | Iter::FlatMap(i, _)
            | Iter::Flatten(i)
            | Iter::Cycle(i)
            | Iter::TakeWhile(i, _)
            | Iter::SkipWhile(i, _)
            | Iter::MapWhile(i, _)
            | Iter::Scan(i, _, _) => vec![i],
            Iter::Zip(a, b) | Iter::Chain(a, b) => vec![a, b],
        }
    }

    /// The closure or function in it.
    pub fn function(&self) -> Option<&Val<'a>> {
        match self {
            Iter::Map(_, f)
            | Iter::Inspect(_, f)
            | Iter::Filter(_, f)
            | Iter::FilterMap(_, f)
            | Iter::FlatMap(_, f)
            | Iter::TakeWhile(_, f)
            | Iter::SkipWhile(_, f)
            | Iter::MapWhile(_, f)
            | Iter::Scan(_, _, f) => Some(f),
            Iter::Range { .. }
            | Iter::Seq { .. }
            | Iter::Chunks { .. }
            | Iter::Windows { .. }
            | Iter::Once(_)
            | Iter::Repeat(_)
            | Iter::Rev(_)
            | Iter::Skip(..)
            | Iter::Take(..)
            | Iter::StepBy(..)
            | Iter::Enumerate(_)
            | Iter::Zip(..)
            | Iter::Chain(..)
            | Iter::Copied(_)
            | Iter::Flatten(_)
            | Iter::Cycle(_) => None,
        }
    }

    /// The object that it reads, itself.
    pub fn source(&self) -> Option<&Place> {
        match self {
            Iter::Seq { place, .. } | Iter::Chunks { place, .. } | Iter::Windows { place, .. } => Some(place),
            Iter::Scan(_, place, _) => Some(place),
            Iter::Range { .. }
            | Iter::Once(_)
            | Iter::Repeat(_)
            | Iter::Rev(_)
            | Iter::Skip(..)
            | Iter::Take(..)
            | Iter::StepBy(..)
            | Iter::Enumerate(_)
            | Iter::Zip(..)
            | Iter::Chain(..)
            | Iter::Copied(_)
            | Iter::Map(..)
            | Iter::Inspect(..)
            | Iter::Filter(..)
            | Iter::FilterMap(..)
            | Iter::FlatMap(..)
            | Iter::Flatten(_)
            | Iter::Cycle(_)
            | Iter::TakeWhile(..)
            | Iter::SkipWhile(..)
            | Iter::MapWhile(..) => None,
        }
    }

    /// Does it have an item at each index below its length?
    pub fn is_indexed(&self) -> bool {
        match self {
            Iter::Range { .. }
            | Iter::Seq { .. }
            | Iter::Chunks { .. }
            | Iter::Windows { .. }
            | Iter::Once(_)
            | Iter::Repeat(_) => true,
            Iter::Rev(_)
            | Iter::Skip(..)
            | Iter::Take(..)
            | Iter::StepBy(..)
            | Iter::Enumerate(_)
            | Iter::Zip(..)
            | Iter::Copied(_)
            | Iter::Map(..)
            | Iter::Cycle(_)
            | Iter::Inspect(..) => self.parts().iter().all(|p| p.is_indexed()),
            Iter::Chain(..)
            | Iter::Filter(..)
            | Iter::FilterMap(..)
            | Iter::FlatMap(..)
            | Iter::Flatten(_)
            | Iter::TakeWhile(..)
            | Iter::SkipWhile(..)
            | Iter::MapWhile(..)
            | Iter::Scan(..) => false,
        }
    }
}

/// The bounds of the loop over an iterator's underlying index.
pub struct Space {
    pub lo: ValueId,
    pub hi: ValueId,
    pub inclusive: bool,
    pub adaptors: Vec<Adaptor>,
    /// The index is that of the source, adaptors left out; else the position in the iterator.
    pub direct: bool,
}

impl<'a> Lowerer<'a> {
    /// May its items depend on a parameter?
    pub fn iter_tainted(&self, iter: &Iter<'a>) -> bool {
        let own = match iter {
            Iter::Once(val) | Iter::Repeat(val) => self.tainted(val),
            _ => iter.source().is_some_and(|p| self.place_tainted(p)),
        };
        own || iter.function().is_some_and(|f| self.tainted(f))
            || iter.parts().iter().any(|p| self.iter_tainted(p))
    }

    /// The loop over an indexed iterator.
    pub fn space(&mut self, iter: &Rc<Iter<'a>>, span: At) -> Lowered<Space> {
        if let Some(space) = self.direct_space(iter, span)? {
            return Ok(space);
        }
        let lo = self.int(0, span.span());
        let hi = self.iter_len(iter, span)?;
        Ok(Space { lo, hi, inclusive: false, adaptors: Vec::new(), direct: false })
    }

    /// Bounds that count the source's own index.
    fn direct_space(&mut self, iter: &Rc<Iter<'a>>, span: At) -> Lowered<Option<Space>> {
        Ok(match &**iter {
            Iter::Range { lo, hi: Some(hi), inclusive } => {
                let (lo, hi, inclusive) = (*lo, *hi, *inclusive);
                Some(Space { lo, hi, inclusive, adaptors: Vec::new(), direct: true })
            }
            Iter::Seq { .. } | Iter::Chunks { .. } | Iter::Windows { .. } => {
                let lo = self.int(0, span.span());
                let hi = self.iter_len(iter, span)?;
                Some(Space { lo, hi, inclusive: false, adaptors: Vec::new(), direct: true })
            }
            Iter::Map(inner, _) | Iter::Inspect(inner, _) | Iter::Copied(inner) => {
                self.direct_space(inner, span)?
            }
            Iter::Enumerate(inner) if counts_from_zero(inner) => self.direct_space(inner, span)?,
            Iter::Rev(inner) => self
                .direct_space(inner, span)?
                .filter(|s| !s.inclusive || s.adaptors.is_empty())
                .map(|mut s| {
                    s.adaptors.push(Adaptor::Rev);
                    s
                }),
            Iter::StepBy(inner, k) => self.direct_space(inner, span)?.map(|mut s| {
                s.adaptors.push(Adaptor::StepBy(*k));
                s
            }),
            Iter::Take(inner, k) => self.direct_space(inner, span)?.map(|mut s| {
                s.adaptors.push(Adaptor::Take(*k));
                s
            }),
            Iter::Skip(inner, k) => match self.direct_space(inner, span)? {
                Some(s) if s.adaptors.is_empty() => {
                    let lo = match counts_from_zero(inner) {
                        true => self.plus(s.lo, *k, span),
                        false => self.item_of_range(s.lo, *k, span),
                    };
                    Some(Space { lo, ..s })
                }
                _ => None,
            },
            Iter::Range { hi: None, .. }
            | Iter::Enumerate(_)
            | Iter::Zip(..)
            | Iter::Once(_)
            | Iter::Repeat(_)
            | Iter::Chain(..)
            | Iter::Filter(..)
            | Iter::FilterMap(..)
            | Iter::FlatMap(..)
            | Iter::Flatten(_)
            | Iter::Cycle(_)
            | Iter::TakeWhile(..)
            | Iter::SkipWhile(..)
            | Iter::MapWhile(..)
            | Iter::Scan(..) => None,
        })
    }

    /// The item at an index: of the source if `direct`, else counted from the start of the iterator.
    pub fn item(&mut self, iter: &Rc<Iter<'a>>, i: ValueId, direct: bool, span: At) -> Lowered<Val<'a>> {
        Ok(match &**iter {
            Iter::Range { lo, .. } if !direct => Val::Value(self.item_of_range(*lo, i, span)),
            Iter::Range { .. } => Val::Value(i),
            Iter::Seq { place, by_ref } => super::pattern::part_of(place.with(Proj::Index(i)), *by_ref),
            Iter::Chunks { place, size, exact, mutable, back: true } => {
                let (place, size, exact, mutable) = (place.clone(), *size, *exact, *mutable);
                self.chunk_from_end(place, size, exact, mutable, i, span)
            }
            Iter::Chunks { place, size, exact, mutable, back: false } => {
                let lo = self.apply(Func::Mul, &[i, *size], Ty::Int, span.span());
                let hi = self.plus(lo, *size, span);
                let hi = if *exact {
                    hi
                } else {
                    let len = self.len_of(place, span);
                    self.min(hi, len, span)
                };
                Val::Ref(place.with(Proj::Range { lo: Some(lo), hi: Some(hi) }), *mutable)
            }
            Iter::Windows { place, size } => {
                let hi = self.plus(i, *size, span);
                Val::Ref(place.with(Proj::Range { lo: Some(i), hi: Some(hi) }), false)
            }
            Iter::Once(val) | Iter::Repeat(val) => (**val).clone(),
            Iter::Rev(inner) => {
                let i = if direct {
                    i
                } else {
                    let len = self.iter_len(inner, span)?;
                    let one = self.int(1, span.span());
                    let last = self.apply(Func::Sub, &[len, one], Ty::Int, span.span());
                    self.apply(Func::Sub, &[last, i], Ty::Int, span.span())
                };
                self.item(inner, i, direct, span)?
            }
            Iter::Skip(inner, k) => {
                let i = if direct { i } else { self.plus(i, *k, span) };
                self.item(inner, i, direct, span)?
            }
            Iter::StepBy(inner, k) => {
                let i = if direct { i } else { self.apply(Func::Mul, &[i, *k], Ty::Int, span.span()) };
                self.item(inner, i, direct, span)?
            }
            Iter::Take(inner, _) => self.item(inner, i, direct, span)?,
            Iter::Cycle(inner) => {
                let len = self.iter_len(inner, span)?;
                let i = self.apply(Func::Rem, &[i, len], Ty::Int, span.span());
                self.item(inner, i, false, span)?
            }
            Iter::Enumerate(inner) => {
                let item = self.item(inner, i, direct, span)?;
                Val::Tuple(vec![Val::Value(i), item])
            }
            Iter::Zip(a, b) => {
                let first = self.item(a, i, false, span)?;
                let second = self.item(b, i, false, span)?;
                Val::Tuple(vec![first, second])
            }
            Iter::Copied(inner) => super::slice::by_value(self.item(inner, i, direct, span)?),
            Iter::Map(inner, f) => {
                let item = self.item(inner, i, direct, span)?;
                self.apply_val(f, vec![item], &Ty::Unknown, span)?
            }
            Iter::Inspect(inner, f) => {
                let item = self.item(inner, i, direct, span)?;
                self.apply_val(f, vec![by_reference(item.clone())], &Ty::Unknown, span)?;
                item
            }
            Iter::Chain(..)
            | Iter::Filter(..)
            | Iter::FilterMap(..)
            | Iter::FlatMap(..)
            | Iter::Flatten(_)
            | Iter::TakeWhile(..)
            | Iter::SkipWhile(..)
            | Iter::MapWhile(..)
            | Iter::Scan(..) => return self.fail(crate::diag::catalog::bug(span, "the item of an iterator")),
        })
    }

    /// Chunk `i` of `rchunks`.
    fn chunk_from_end(
        &mut self,
        place: Place,
        size: ValueId,
        exact: bool,
        mutable: bool,
        i: ValueId,
        span: At,
    ) -> Val<'a> {
        let len = self.len_of(&place, span);
        let behind = self.apply(Func::Mul, &[i, size], Ty::Int, span.span());
        let hi = self.apply(Func::Sub, &[len, behind], Ty::Int, span.span());
        let lo = if exact {
            self.apply(Func::Sub, &[hi, size], Ty::Int, span.span())
        } else {
            self.saturating_sub(hi, size, span)
        };
        Val::Ref(place.with(Proj::Range { lo: Some(lo), hi: Some(hi) }), mutable)
    }
}

/// Is the source's index also the position in the iterator?
fn counts_from_zero(iter: &Iter<'_>) -> bool {
    match iter {
        Iter::Seq { .. } | Iter::Chunks { .. } | Iter::Windows { .. } => true,
        Iter::Map(i, _) | Iter::Inspect(i, _) | Iter::Copied(i) | Iter::Enumerate(i) | Iter::Take(i, _) => {
            counts_from_zero(i)
        }
        _ => false,
    }
}

/// As a reference, for closures that only look.
pub fn by_reference(val: Val<'_>) -> Val<'_> {
    match val {
        Val::Value(v) => Val::RefValue(v),
        Val::Place(place) => Val::Ref(place, false),
        other => other,
    }
}
