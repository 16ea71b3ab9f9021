//! The elements of a plain tuple, by the accessors that a derive makes for fields: for tangents whose type the macro does
//! not know.

use super::no_slot;
use crate::NoTangent;

/// `t.__d_1()` is `&mut t.1`; beyond the tuple's length it swallows what is added.
pub trait TupleSlots {
    #[doc(hidden)]
    type T0;
    #[doc(hidden)]
    type T1;
    #[doc(hidden)]
    type T2;
    #[doc(hidden)]
    type T3;
    #[doc(hidden)]
    type T4;
    #[doc(hidden)]
    type T5;
    #[doc(hidden)]
    type T6;
    #[doc(hidden)]
    type T7;
    #[doc(hidden)]
    type T8;
    #[doc(hidden)]
    type T9;
    #[doc(hidden)]
    type T10;
    #[doc(hidden)]
    type T11;
    #[doc(hidden)]
    fn __d_0(&mut self) -> &mut Self::T0;
    #[doc(hidden)]
    fn __d_1(&mut self) -> &mut Self::T1;
    #[doc(hidden)]
    fn __d_2(&mut self) -> &mut Self::T2;
    #[doc(hidden)]
    fn __d_3(&mut self) -> &mut Self::T3;
    #[doc(hidden)]
    fn __d_4(&mut self) -> &mut Self::T4;
    #[doc(hidden)]
    fn __d_5(&mut self) -> &mut Self::T5;
    #[doc(hidden)]
    fn __d_6(&mut self) -> &mut Self::T6;
    #[doc(hidden)]
    fn __d_7(&mut self) -> &mut Self::T7;
    #[doc(hidden)]
    fn __d_8(&mut self) -> &mut Self::T8;
    #[doc(hidden)]
    fn __d_9(&mut self) -> &mut Self::T9;
    #[doc(hidden)]
    fn __d_10(&mut self) -> &mut Self::T10;
    #[doc(hidden)]
    fn __d_11(&mut self) -> &mut Self::T11;
    #[doc(hidden)]
    fn __store_0(&mut self) -> &mut Self::T0 {
        self.__d_0()
    }
    #[doc(hidden)]
    fn __store_1(&mut self) -> &mut Self::T1 {
        self.__d_1()
    }
    #[doc(hidden)]
    fn __store_2(&mut self) -> &mut Self::T2 {
        self.__d_2()
    }
    #[doc(hidden)]
    fn __store_3(&mut self) -> &mut Self::T3 {
        self.__d_3()
    }
    #[doc(hidden)]
    fn __store_4(&mut self) -> &mut Self::T4 {
        self.__d_4()
    }
    #[doc(hidden)]
    fn __store_5(&mut self) -> &mut Self::T5 {
        self.__d_5()
    }
    #[doc(hidden)]
    fn __store_6(&mut self) -> &mut Self::T6 {
        self.__d_6()
    }
    #[doc(hidden)]
    fn __store_7(&mut self) -> &mut Self::T7 {
        self.__d_7()
    }
    #[doc(hidden)]
    fn __store_8(&mut self) -> &mut Self::T8 {
        self.__d_8()
    }
    #[doc(hidden)]
    fn __store_9(&mut self) -> &mut Self::T9 {
        self.__d_9()
    }
    #[doc(hidden)]
    fn __store_10(&mut self) -> &mut Self::T10 {
        self.__d_10()
    }
    #[doc(hidden)]
    fn __store_11(&mut self) -> &mut Self::T11 {
        self.__d_11()
    }
}

macro_rules! slots {
    ($(($($name:ident $index:tt $assoc:ident $slot:ident),*; $($no_assoc:ident $no_slot:ident),*))*) => { $(
        impl<$($name),*> TupleSlots for ($($name,)*) {
            $(type $assoc = $name;)*
            $(type $no_assoc = NoTangent;)*
            $(#[inline(always)]
            fn $slot(&mut self) -> &mut $name {
                &mut self.$index
            })*
            $(#[inline(always)]
            fn $no_slot(&mut self) -> &mut NoTangent {
                no_slot(self)
            })*
        }
    )* };
}

slots! {
    (A 0 T0 __d_0; T1 __d_1, T2 __d_2, T3 __d_3, T4 __d_4, T5 __d_5, T6 __d_6, T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1; T2 __d_2, T3 __d_3, T4 __d_4, T5 __d_5, T6 __d_6, T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2; T3 __d_3, T4 __d_4, T5 __d_5, T6 __d_6, T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3; T4 __d_4, T5 __d_5, T6 __d_6, T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4; T5 __d_5, T6 __d_6, T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5; T6 __d_6, T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5, G 6 T6 __d_6; T7 __d_7, T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5, G 6 T6 __d_6, H 7 T7 __d_7; T8 __d_8, T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5, G 6 T6 __d_6, H 7 T7 __d_7, I 8 T8 __d_8; T9 __d_9, T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5, G 6 T6 __d_6, H 7 T7 __d_7, I 8 T8 __d_8, J 9 T9 __d_9; T10 __d_10, T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5, G 6 T6 __d_6, H 7 T7 __d_7, I 8 T8 __d_8, J 9 T9 __d_9, K 10 T10 __d_10; T11 __d_11)
    (A 0 T0 __d_0, B 1 T1 __d_1, C 2 T2 __d_2, D 3 T3 __d_3, E 4 T4 __d_4, F 5 T5 __d_5, G 6 T6 __d_6, H 7 T7 __d_7, I 8 T8 __d_8, J 9 T9 __d_9, K 10 T10 __d_10, L 11 T11 __d_11; )
}
