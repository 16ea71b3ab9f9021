//! Loops over blocks of directions: see `lanes/blocks`.

use super::{MemId, ValueId};

/// Over the blocks that are in one of the masks: in the body, each object in blocks stands for its part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct BlockLoop {
    pub reads: Vec<Masked>,
    /// The blocks visited join these.
    pub writes: Vec<Masked>,
    /// The vector that gets a new element, which has the blocks of `reads`; the loop is over all of them.
    pub grown: Option<MemId>,
}

/// The mask of an element, or those of all together.
#[derive(Clone, Debug, PartialEq)]
pub struct Masked {
    pub mem: MemId,
    pub index: Option<ValueId>,
}

impl BlockLoop {
    /// The values of the elements' indices.
    pub fn indices(&self) -> impl Iterator<Item = ValueId> + '_ {
        self.reads.iter().chain(&self.writes).filter_map(|m| m.index)
    }
}
