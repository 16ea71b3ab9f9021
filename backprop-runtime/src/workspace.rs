//! Reused memory for residuals.
//!
//! A core that needs stacks is generated once, over [`Stacks`]: with [`Fresh`] it is `f::grad`, with a
//! [`Workspace`] it is `f::grad_with`. A stack is moved out for the time of the call and moved
//! back afterwards, so that a warm workspace allocates nothing and a panic in between only loses capacity.

use crate::__private::Stack;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::fmt;

/// Memory that `f::grad_with` keeps from one call to the next.
///
/// One workspace may serve any number of functions. It grows to the largest call and then allocates no
/// more.
///
/// ```
/// # use backprop_runtime as backprop;
/// let mut workspace = backprop::Workspace::default();
/// // loss::grad_with(&mut workspace, &x, &mut d_x);
/// # workspace.clear();
/// ```
#[derive(Default)]
pub struct Workspace {
    shelves: Vec<Shelf>,
}

/// The free stacks of one element type and one slot: a `Vec<Stack<T>>`, the last one put back first.
struct Shelf {
    slot: usize,
    stacks: Box<dyn Any + Send + Sync>,
}

impl Workspace {
    /// A workspace without memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives all memory back.
    pub fn clear(&mut self) {
        self.shelves = Vec::new();
    }

    fn shelf<T: Send + Sync + 'static>(&mut self, slot: usize) -> Option<&mut Vec<Stack<T>>> {
        self.shelves
            .iter_mut()
            .filter(|shelf| shelf.slot == slot)
            .find_map(|shelf| shelf.stacks.downcast_mut())
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workspace").field("shelves", &self.shelves.len()).finish()
    }
}

/// Where a generated core gets its residual stacks from.
pub trait Stacks {
    /// An empty stack. Slots are numbered per function; a recursive call may take from a slot in use.
    fn take<T: Send + Sync + 'static>(&mut self, slot: usize) -> Stack<T>;

    /// Gives a stack back to its slot.
    fn put<T: Send + Sync + 'static>(&mut self, slot: usize, stack: Stack<T>);
}

impl Stacks for Workspace {
    fn take<T: Send + Sync + 'static>(&mut self, slot: usize) -> Stack<T> {
        self.shelf(slot).and_then(Vec::pop).unwrap_or_default()
    }

    fn put<T: Send + Sync + 'static>(&mut self, slot: usize, stack: Stack<T>) {
        let stack = stack.emptied();
        if let Some(stacks) = self.shelf(slot) {
            stacks.push(stack);
        } else {
            self.shelves.push(Shelf { slot, stacks: Box::new(Vec::from([stack])) });
        }
    }
}

/// New stacks for each call, freed after it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fresh;

impl Stacks for Fresh {
    #[inline(always)]
    fn take<T: Send + Sync + 'static>(&mut self, _: usize) -> Stack<T> {
        Stack::new()
    }

    #[inline(always)]
    fn put<T: Send + Sync + 'static>(&mut self, _: usize, stack: Stack<T>) {
        drop(stack);
    }
}

impl<S: Stacks> Stacks for &mut S {
    #[inline(always)]
    fn take<T: Send + Sync + 'static>(&mut self, slot: usize) -> Stack<T> {
        (**self).take(slot)
    }

    #[inline(always)]
    fn put<T: Send + Sync + 'static>(&mut self, slot: usize, stack: Stack<T>) {
        (**self).put(slot, stack);
    }
}

#[cfg(test)]
mod tests {
    use super::{Stack, Stacks, Workspace};

    #[test]
    fn a_stack_comes_back_with_its_memory() {
        let mut workspace = Workspace::default();
        let mut stack: Stack<f64> = workspace.take(0);
        stack.save(&[1.0, 2.0, 3.0]);
        let memory = stack.as_vec().as_ptr();
        workspace.put(0, stack);
        let other: Stack<f32> = workspace.take(0);
        assert_eq!(other.as_vec().capacity(), 0, "another element type has another stack");
        let stack: Stack<f64> = workspace.take(0);
        assert!(stack.as_vec().is_empty());
        assert_eq!(stack.as_vec().as_ptr(), memory);
    }

    #[test]
    fn recursion_gets_its_own_stacks_and_finds_each_again() {
        let mut workspace = Workspace::default();
        for _ in 0..2 {
            let (mut outer, mut inner): (Stack<u8>, Stack<u8>) = (workspace.take(7), workspace.take(7));
            if outer.as_vec().capacity() == 0 {
                outer = Stack::with_capacity(64);
                inner = Stack::with_capacity(8);
            } else {
                assert_eq!((outer.as_vec().capacity(), inner.as_vec().capacity()), (64, 8));
            }
            workspace.put(7, inner);
            workspace.put(7, outer);
        }
    }

    #[test]
    fn a_workspace_goes_to_another_thread() {
        fn assert_send_sync<T: Send + Sync>(_: &T) {}
        assert_send_sync(&Workspace::default());
    }
}
