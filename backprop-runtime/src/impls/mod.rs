//! `Differentiable`, `Tangent` and `Accumulate` for the types of core and alloc, one family per file.

mod arrays;
mod boxes;
mod floats;
mod options;
mod passive;
mod tuples;
mod vecs;

/// The lengths of two tangents, or of a value and a tangent, must agree.
#[inline]
#[track_caller]
pub(crate) fn same_len(left: usize, right: usize) {
    #[cold]
    #[inline(never)]
    #[track_caller]
    fn mismatch(left: usize, right: usize) -> ! {
        panic!("backprop: tangents of different lengths, {left} and {right}")
    }
    if left != right {
        mismatch(left, right);
    }
}

/// The next number of a flat tangent.
#[inline]
#[track_caller]
pub(crate) fn first(flat: &[f64]) -> f64 {
    match flat.first() {
        Some(&number) => number,
        None => panic!("backprop: the flat tangent is too short"),
    }
}

/// `Tangent` of a container, given how to visit its parts.
macro_rules! slice_tangent_methods {
    () => {
        #[inline]
        fn add(&mut self, other: &Self) {
            $crate::impls::same_len(self.len(), other.len());
            for (a, b) in self.iter_mut().zip(other) {
                a.add(b);
            }
        }
        #[inline]
        fn scale(&mut self, by: f64) {
            for a in self {
                a.scale(by);
            }
        }
        #[inline]
        fn dot(&self, other: &Self) -> f64 {
            $crate::impls::same_len(self.len(), other.len());
            self.iter().zip(other).map(|(a, b)| a.dot(b)).sum()
        }
        #[inline]
        fn __set_zero(&mut self) {
            for a in self {
                a.__set_zero();
            }
        }
        fn flat_len(&self) -> usize {
            self.iter().map(Tangent::flat_len).sum()
        }
        fn to_flat(&self, out: &mut ::alloc::vec::Vec<f64>) {
            for a in self {
                a.to_flat(out);
            }
        }
        fn from_flat(&mut self, flat: &[f64]) -> usize {
            let mut read = 0;
            for a in self {
                read += a.from_flat(&flat[read..]);
            }
            read
        }
    };
}
pub(crate) use slice_tangent_methods;
