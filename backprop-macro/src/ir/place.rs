//! Places: a memory object and a path into it.
//!
//! ```text
//! m0[v1].k      m2[v3..v4]
//! ```

use super::visit::Visitor;
use super::{CodeId, MemId, ValueId};

#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub mem: MemId,
    pub proj: Vec<Proj>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Proj {
    Index(ValueId),
    /// `[lo..hi]`, `[lo..]`, `[..hi]`, `[..]`; `hi` is exclusive.
    Range {
        lo: Option<ValueId>,
        hi: Option<ValueId>,
    },
    /// A named field, or a tuple index.
    Field(Field),
    /// The payload field of an enum variant that the surrounding branch has matched; the path is in the side table.
    Payload {
        variant: CodeId,
        field: Field,
        arity: Fields,
    },
    /// What a `Box` holds: `*b`.
    Deref,
}

#[derive(Clone, Debug)]
pub enum Field {
    /// The identifier is in the side table; the text is its name.
    Named(CodeId, String),
    Index(u32),
}

/// Fields are the same if their names are: each mention has an identifier of its own.
impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        match (self, other) {
            (Field::Named(_, a), Field::Named(_, b)) => a == b,
            (Field::Index(a), Field::Index(b)) => a == b,
            (Field::Named(..), Field::Index(_)) | (Field::Index(_), Field::Named(..)) => false,
        }
    }
}

impl Eq for Field {}

impl std::hash::Hash for Field {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Field::Named(_, name) => name.hash(state),
            Field::Index(index) => index.hash(state),
        }
    }
}

/// Shape of a variant's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fields {
    Tuple(u32),
    Named,
}

impl Place {
    /// The whole object.
    pub fn whole(mem: MemId) -> Self {
        Place { mem, proj: Vec::new() }
    }

    pub fn with(&self, proj: Proj) -> Self {
        let mut place = self.clone();
        place.proj.push(proj);
        place
    }

    /// The same path in another object (a shadow).
    pub fn on(&self, mem: MemId) -> Self {
        Place { mem, proj: self.proj.clone() }
    }

    pub fn visit(&self, v: &mut dyn Visitor) {
        v.mem(self.mem);
        self.visit_indices(v);
    }

    /// The values in the path only.
    pub fn visit_indices(&self, v: &mut dyn Visitor) {
        for (step, proj) in self.proj.iter().enumerate() {
            match proj {
                Proj::Index(i) => v.index(self, step, *i),
                Proj::Range { lo, hi } => lo.iter().chain(hi).for_each(|b| v.index(self, step, *b)),
                Proj::Field(_) | Proj::Payload { .. } | Proj::Deref => {}
            }
        }
    }

    pub fn map(&self, f: &mut dyn FnMut(ValueId) -> ValueId) -> Place {
        let proj = self.proj.iter().map(|p| match p {
            Proj::Index(i) => Proj::Index(f(*i)),
            Proj::Range { lo, hi } => Proj::Range { lo: lo.map(&mut *f), hi: hi.map(&mut *f) },
            Proj::Field(_) | Proj::Payload { .. } | Proj::Deref => p.clone(),
        });
        Place { mem: self.mem, proj: proj.collect() }
    }
}
