//! The elements of a plain tuple, by the accessors that a derive makes for fields: for tangents whose type the macro does
//! not know.

use super::no_slot;
use crate::NoTangent;

macro_rules! slots {
    ($($name:ident $index:tt $of:ident $slot:ident $store:ident;)*) => {
        /// `t.__d_1()` is `&mut t.1`; beyond the tuple's length it swallows what is added.
        pub trait TupleSlots {
            $(
                #[doc(hidden)]
                type $of;
                #[doc(hidden)]
                fn $slot(&mut self) -> &mut Self::$of;
                #[doc(hidden)]
                fn $store(&mut self) -> &mut Self::$of {
                    self.$slot()
                }
            )*
        }
        slots! { [] [$(($name $index $of $slot))*] }
    };
    // For each length: what is in the tuple, what is beyond it.
    ([$($in:tt)*] [$next:tt $($beyond:tt)*]) => {
        slots! { $($in)* $next; $($beyond)* }
        slots! { [$($in)* $next] [$($beyond)*] }
    };
    ($all:tt []) => {};
    ($(($name:ident $index:tt $of:ident $slot:ident))*; $(($no:ident $nowhere:tt $no_of:ident $no_slot:ident))*) => {
        impl<$($name),*> TupleSlots for ($($name,)*) {
            $(type $of = $name;)*
            $(type $no_of = NoTangent;)*
            $(
                #[inline(always)]
                fn $slot(&mut self) -> &mut $name {
                    &mut self.$index
                }
            )*
            $(
                #[inline(always)]
                fn $no_slot(&mut self) -> &mut NoTangent {
                    no_slot(self)
                }
            )*
        }
    };
}
slots! {
    A 0 T0 __d_0 __store_0;
    B 1 T1 __d_1 __store_1;
    C 2 T2 __d_2 __store_2;
    D 3 T3 __d_3 __store_3;
    E 4 T4 __d_4 __store_4;
    F 5 T5 __d_5 __store_5;
    G 6 T6 __d_6 __store_6;
    H 7 T7 __d_7 __store_7;
    I 8 T8 __d_8 __store_8;
    J 9 T9 __d_9 __store_9;
    K 10 T10 __d_10 __store_10;
    L 11 T11 __d_11 __store_11;
}
