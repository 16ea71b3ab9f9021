//! The residual stack of a loop that ends when it likes: the first elements in place, the others on the heap.
//!
//! An allocation costs more than a short loop does.

use super::Stack;

/// Last in, first out.
pub struct Short<T, const N: usize> {
    first: [T; N],
    len: usize,
    /// What came after the first `N`.
    heap: Stack<T>,
}

impl<T: Copy + Default, const N: usize> Short<T, N> {
    /// An empty stack.
    #[inline(always)]
    pub fn new() -> Self {
        Self { first: [T::default(); N], len: 0, heap: Stack::new() }
    }

    /// Puts an element on top.
    #[inline(always)]
    pub fn push(&mut self, item: T) {
        self.push_or_take(item, Stack::new);
    }

    /// Puts an element on top; where that is beyond the first, on memory that is taken from elsewhere.
    #[inline(always)]
    pub fn push_or_take(&mut self, item: T, take: impl FnOnce() -> Stack<T>) {
        if let Some(place) = self.first.get_mut(self.len) {
            *place = item;
            self.len += 1;
            return;
        }
        if !self.heap.has_memory() {
            self.heap = take();
        }
        self.heap.push(item);
    }

    /// Gives the memory back that was taken.
    #[inline(always)]
    pub fn give_back(self, put: impl FnOnce(Stack<T>)) {
        if self.heap.has_memory() {
            put(self.heap);
        }
    }

    /// Takes the element on top.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<T> {
        if let Some(item) = self.heap.pop() {
            return Some(item);
        }
        self.len = self.len.checked_sub(1)?;
        self.first.get(self.len).copied()
    }
}

impl<T: Copy + Default, const N: usize> Default for Short<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::{Short, Stack};
    use alloc::vec::Vec;

    #[test]
    fn it_is_a_stack_of_any_size() {
        for n in [0, 1, 3, 4, 5, 9, 1000] {
            let mut stack = Short::<(usize, f64), 4>::new();
            assert_eq!(stack.pop(), None);
            for round in 0..3 {
                (0..n).for_each(|k| stack.push((k + round, 0.5)));
                assert_eq!(stack.heap.as_vec().len(), n.saturating_sub(4));
                (0..n).rev().for_each(|k| assert_eq!(stack.pop(), Some((k + round, 0.5))));
                assert_eq!(stack.pop(), None);
            }
        }
    }

    #[test]
    fn memory_is_taken_when_it_is_needed() {
        let mut memory = Stack::with_capacity(100);
        for n in [0, 4, 5, 60, 3, 60] {
            let mut stack = Short::<u8, 4>::new();
            for k in 0..n {
                stack.push_or_take(k, || core::mem::take(&mut memory));
                assert_eq!(!memory.has_memory(), k >= 4);
            }
            (0..n).rev().for_each(|k| assert_eq!(stack.pop(), Some(k)));
            stack.give_back(|heap| memory = heap);
            assert_eq!(memory.as_vec().capacity(), 100);
        }
    }

    #[test]
    fn it_goes_up_and_down() {
        let (mut stack, mut plain) = (Short::<u32, 8>::new(), Vec::new());
        for k in 0..10_000_u32 {
            if k.wrapping_mul(2_654_435_761) >> 31 == 0 {
                stack.push(k);
                plain.push(k);
            } else {
                assert_eq!(stack.pop(), plain.pop());
            }
        }
    }
}
