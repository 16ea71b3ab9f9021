//! Residual stacks: what a forward sweep keeps for the reverse sweep, last in first out.

use alloc::vec::Vec;

/// A vector whose pushes are made for hot loops.
#[derive(Clone, Debug)]
pub struct Stack<T>(Vec<T>);

impl<T> Default for Stack<T> {
    #[inline(always)]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Stack<T> {
    /// Empty, without memory.
    #[inline(always)]
    pub const fn new() -> Self {
        Stack(Vec::new())
    }

    /// Empty, with room for so many.
    #[inline(always)]
    pub fn with_capacity(items: usize) -> Self {
        Stack(Vec::with_capacity(items))
    }

    /// Makes room for one more per iteration of a loop over `range`, which it gives back.
    #[inline(always)]
    pub fn room_for<R: Iterator>(&mut self, range: R) -> R {
        if let (_, Some(more)) = range.size_hint() {
            self.0.reserve(more);
        }
        range
    }

    /// Makes room for what a nest of loops of these lengths pushes, if there is so much memory.
    #[inline]
    pub fn reserve(&mut self, lengths: &[usize]) {
        let all = lengths.iter().fold(1, |all: usize, n| all.saturating_mul(*n));
        // Where there is not, the loops grow it, as far as they get.
        let _ = self.0.try_reserve_exact(all);
    }

    /// Pushes where room was made.
    ///
    /// # Panics
    /// If there is none.
    #[inline(always)]
    pub fn push_within(&mut self, item: T) {
        assert!(self.has_room(), "one push per iteration");
        self.0.push(item);
    }

    /// Did it ever need memory?
    #[inline(always)]
    pub fn has_memory(&self) -> bool {
        self.0.capacity() > 0
    }

    /// Does the next push need no memory?
    #[inline(always)]
    pub fn has_room(&self) -> bool {
        self.0.len() < self.0.capacity()
    }

    /// A full stack grows out of line, so that the numbers of the loop around stay in registers, which the call in
    /// [`Vec::push`] would spill.
    #[inline(always)]
    pub fn push(&mut self, item: T) {
        if self.has_room() {
            self.0.push(item);
        } else {
            self.push_to_full(item);
        }
    }

    #[cold]
    #[inline(never)]
    fn push_to_full(&mut self, item: T) {
        self.0.push(item);
    }

    /// The last item.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<T> {
        self.0.pop()
    }

    /// Without its items, with its memory.
    pub(crate) fn emptied(mut self) -> Self {
        self.0.clear();
        self
    }

    #[cfg(test)]
    pub(crate) fn as_vec(&self) -> &Vec<T> {
        &self.0
    }
}

impl<T: Copy> Stack<T> {
    /// Pushes all elements of a slice.
    #[inline(always)]
    pub fn save(&mut self, slice: &[T]) {
        self.0.extend_from_slice(slice);
    }

    /// Puts the last items back into the slice whence they were saved.
    #[inline]
    pub fn restore(&mut self, slice: &mut [T]) {
        let rest = self.0.len() - slice.len();
        slice.copy_from_slice(&self.0[rest..]);
        self.0.truncate(rest);
    }
}
