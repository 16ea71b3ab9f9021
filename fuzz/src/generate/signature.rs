//! Signatures.

use super::{Generator, Level};
use crate::program::{Param, ParamTy, Ret};

impl Generator {
    pub(super) fn result(&mut self, helper: bool) -> Ret {
        let loops = self.level >= Level::Loops;
        match self.below(if helper { 8 } else { 12 }) {
            0 => {
                self.used("tuple result");
                Ret::Pair
            }
            1 if loops => {
                self.used("array result");
                Ret::Array(3)
            }
            2 if helper && self.level == Level::Columns => {
                self.used("nested array result");
                Ret::Rows(2, 3)
            }
            2 if loops && !helper => {
                self.used("Vec result");
                Ret::Vec
            }
            _ => Ret::Float,
        }
    }

    pub(super) fn param(&mut self, name: &str, ty: ParamTy) -> Param {
        let can = matches!(ty, ParamTy::Float | ParamTy::Array(_) | ParamTy::Vec(_) | ParamTy::Int(_));
        let mutable = can && self.once_in(4);
        if mutable {
            self.used("mut parameter");
        }
        Param { name: name.into(), ty, mutable, no_grad: false }
    }

    pub(super) fn parameters(&mut self, helper: bool) -> Vec<Param> {
        let scalars = 1 + self.below(3);
        let mut out: Vec<Param> =
            (0..scalars).map(|k| self.param(&format!("x{k}"), ParamTy::Float)).collect();
        if self.once_in(3) {
            let ty = self.passive_type();
            out.push(self.param("k", ty));
        }
        let more = if helper { self.below(2) } else { self.below(3) };
        for k in 0..more {
            let ty = self.aggregate_type(helper);
            out.push(self.param(["a", "b"][k], ty));
        }
        if !helper && self.once_in(10) {
            self.used("#[no_grad] parameter");
            let no_grad = Param { no_grad: true, mutable: false, ..self.param("w", ParamTy::Float) };
            out.insert(0, no_grad);
        }
        let turn = self.below(out.len());
        out.rotate_left(turn);
        out
    }

    pub(super) fn passive_type(&mut self) -> ParamTy {
        match self.below(4) {
            0 => ParamTy::Bool,
            1 => {
                self.used("enum parameter");
                ParamTy::Enum
            }
            _ => ParamTy::Int(7),
        }
    }

    fn aggregate_type(&mut self, helper: bool) -> ParamTy {
        let n = 3 + self.below(3);
        if self.level == Level::Scalar {
            return match self.below(3) {
                0 => {
                    self.used("reference parameter");
                    ParamTy::RefFloat
                }
                1 => {
                    self.used("tuple parameter");
                    ParamTy::Pair
                }
                _ => ParamTy::Int(5),
            };
        }
        if self.level == Level::Calls {
            match self.below(9) {
                0 => {
                    self.used("struct parameter");
                    self.need_struct();
                    return ParamTy::Struct;
                }
                1 if !helper => {
                    self.used("&mut f64 parameter");
                    return ParamTy::MutFloat;
                }
                2 if !helper => {
                    self.used("&mut slice parameter");
                    return ParamTy::MutSlice(n);
                }
                _ => {}
            }
        }
        match self.below(if helper { 7 } else { 8 }) {
            0 => {
                self.used("array by value");
                ParamTy::Array(n)
            }
            1 => {
                self.used("array by reference");
                ParamTy::RefArray(n)
            }
            2 => {
                self.used("nested array parameter");
                ParamTy::Array2(2, 3)
            }
            3 => {
                self.used("Vec by value");
                ParamTy::Vec(n)
            }
            4 => {
                self.used("&Vec");
                ParamTy::RefVec(n)
            }
            _ => {
                self.used("slice parameter");
                ParamTy::Slice(n)
            }
        }
    }
}
