//! What is written for each length of a tuple, one to twelve.

/// `each! { (A DA 0) }`, `each! { (A DA 0) (B DB 1) }`, ..: a type, that of a contribution to it, and the index.
macro_rules! tuples {
    ($each:ident) => {
        tuples! {
            $each []
            [(A DA 0) (B DB 1) (C DC 2) (D DD 3) (E DE 4) (F DF 5) (G DG 6) (H DH 7) (I DI 8) (J DJ 9) (L DL 10) (M DM 11)]
        }
    };
    ($each:ident [$($done:tt)*] [$next:tt $($rest:tt)*]) => {
        $each! { $($done)* $next }
        tuples! { $each [$($done)* $next] [$($rest)*] }
    };
    ($each:ident $all:tt []) => {};
}
