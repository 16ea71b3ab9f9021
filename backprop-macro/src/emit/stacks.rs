//! Residual storage: one tuple per push.
//!
//! ```text
//! push s0 (v1, v2)      __s0.push((x, t));
//! pop s0 (v7, v8)       let Some((x, t)) = __s0.pop() else { unreachable!() };
//! ```
//! A stack is made before the first statement of the body that uses it; a slot is an `Option`. A loop of few iterations keeps
//! them in place ([`in_place`]), and the heap is for the others.

use super::body::Body;
use super::expr::Expr;
use super::place::Mode;
use super::tables::{mem_ty, value_ty};
use crate::ir::hash::HashMap;
use crate::ir::ids::Id;
use crate::ir::ty::FloatTy;
use crate::ir::{Function, Loop, MemId, Operand, Place, Popped, Region, Room, StackId, Stmt, Ty};
use proc_macro2::{Literal, Span, TokenStream};

impl Body<'_> {
    /// The stacks that the next statement is the first to use.
    pub(super) fn stacks_here(&mut self) {
        if self.arena.is_some() {
            return;
        }
        let mut here: Vec<StackId> =
            self.facts.stacks.iter().filter(|(_, at)| **at == self.pos()).map(|(s, _)| *s).collect();
        here.sort_unstable();
        here.into_iter().for_each(|s| self.make_stack(s));
    }

    fn make_stack(&mut self, stack: StackId) {
        let name = self.names.fresh(&format!("s{}", stack.0));
        self.stack_names.insert(stack, name.clone());
        let krate = self.krate;
        if self.is_slot(stack) {
            self.out.extend(q!(let mut #name = ::core::option::Option::None;));
            return;
        }
        if let Some(items) = self.facts.in_place.get(&stack) {
            let items = literal(*items);
            self.out.extend(q!(let mut #name = #krate::__private::Short::<_, #items>::new();));
            return;
        }
        let number = literal(stack.index());
        let made = match &self.store {
            Some(store) => q!(#krate::__private::Stacks::take(#store, #number)),
            None => q!(#krate::__private::Stack::new()),
        };
        self.out.extend(q!(let mut #name = #made;));
    }

    /// A loop that runs to its end pushes once per iteration: its stack gets room for that before, so that nothing can grow
    /// in the loop. `range` is what it walks.
    pub(super) fn make_room(&mut self, l: &Loop, range: TokenStream) -> TokenStream {
        let ends = l.header.is_none() && l.stop.is_none() && !l.body.diverges;
        let pushed = l.body.stmts.iter().find_map(|stmt| match stmt {
            Stmt::Push { stack, .. } if ends && self.arena.is_none() => Some(*stack),
            _ => None,
        });
        let Some((stack, stack_name)) = pushed.and_then(|s| Some((s, self.stack_names.get(&s)?.clone())))
        else {
            return range;
        };
        if room(self.f, stack) != Some(Room::Many) {
            return range;
        }
        self.roomy.insert(stack);
        q!(#stack_name.room_for(#range))
    }

    /// At the end of a core that borrows its stacks.
    pub fn give_back(&mut self) -> TokenStream {
        let Some(store) = self.store.clone() else { return TokenStream::new() };
        let krate = self.krate;
        let mut all: Vec<_> = self.stack_names.iter().collect();
        all.sort_by_key(|(stack, _)| **stack);
        let slot = |s: &StackId| self.is_slot(*s);
        let puts = all.into_iter().rev().filter(|(s, _)| !slot(s)).map(|(stack, name)| {
            let number = literal(stack.index());
            if self.facts.in_place.contains_key(stack) {
                return q!(#name.give_back(|__heap| #krate::__private::Stacks::put(#store, #number, __heap)););
            }
            q!(#krate::__private::Stacks::put(#store, #number, #name);)
        });
        q!(#(#puts)*)
    }

    pub(super) fn push(&mut self, stack: StackId, operands: &[Operand]) {
        if self.arena.is_some() {
            return self.push_words(stack, operands);
        }
        let items: Vec<Expr> = operands.iter().map(|item| self.pushed(item)).collect();
        self.flush();
        let moved: Vec<MemId> = operands
            .iter()
            .filter_map(|item| match item {
                Operand::Mem(mem) => Some(*mem),
                Operand::Value(_) | Operand::Copy(_) => None,
            })
            .collect();
        moved.into_iter().for_each(|mem| self.flush_readers_of(mem));
        let item = match items.as_slice() {
            [one] => q!(#one),
            many => q!((#(#many),*)),
        };
        let Some(name) = self.stack_names.get(&stack).cloned() else { return };
        if self.is_slot(stack) {
            self.out.extend(q!(#name = ::core::option::Option::Some(#item);));
            return;
        }
        let (number, krate) = (literal(stack.index()), self.krate);
        let pushed = match self.store.as_ref().filter(|_| self.facts.in_place.contains_key(&stack)) {
            Some(store) => {
                q!(#name.push_or_take(#item, || #krate::__private::Stacks::take(#store, #number));)
            }
            None if self.roomy.contains(&stack) => q!(#name.push_within(#item);),
            None => q!(#name.push(#item);),
        };
        self.out.extend(pushed);
    }

    /// One word per item.
    fn push_words(&mut self, stack: StackId, items: &[Operand]) {
        let Some(arena) = &self.arena else { return };
        let name = arena.name.clone();
        let own = |item: &Operand| matches!(item, Operand::Value(v) if arena.pullbacks.contains_key(v));
        let words: Vec<bool> = items.iter().map(|item| !own(item)).collect();
        for (item, _) in items.iter().zip(&words).filter(|(_, word)| **word) {
            let item = self.pushed(item);
            self.flush();
            self.out.extend(q!(#name.push(#item);));
        }
        if let Some(arena) = &mut self.arena {
            arena.pushed.insert(stack, words);
        }
    }

    /// In the opposite order.
    fn pop_words(&mut self, stack: StackId, items: &[Popped]) {
        let Some(arena) = &self.arena else { return };
        let (name, words) = (arena.name.clone(), arena.pushed.get(&stack).cloned().unwrap_or_default());
        for (item, _) in items.iter().zip(&words).filter(|(_, word)| **word).rev() {
            let Popped::Value(value) = item else { continue };
            let (pattern, ty) = (self.pattern(*value), self.number_type(*value));
            self.out.extend(q!(let #pattern #ty = #name.pop();));
        }
    }

    /// `: f64`
    fn number_type(&self, value: crate::ir::ValueId) -> TokenStream {
        match value_ty(self.f, value) {
            Ty::Float(FloatTy::F32) => q!(: ::core::primitive::f32),
            Ty::Float(FloatTy::F64) => q!(: ::core::primitive::f64),
            Ty::Float(FloatTy::Param(code)) => {
                let ty = self.tokens(code);
                q!(: #ty)
            }
            Ty::Bool => q!(: ::core::primitive::bool),
            _ => TokenStream::new(),
        }
    }

    fn pushed(&mut self, item: &Operand) -> Expr {
        match item {
            Operand::Value(v) => {
                let expr = self.take_one(*v);
                self.typed(*v, expr)
            }
            Operand::Mem(mem) if self.facts.held.contains(mem) => {
                let name = self.mem_ident(*mem);
                Expr::atom(q!(#name))
            }
            Operand::Mem(_) | Operand::Copy(_) => self.aggregate(item),
        }
    }

    pub(super) fn pop(&mut self, stack: StackId, items: &[Popped]) {
        self.flush();
        if self.arena.is_some() {
            return self.pop_words(stack, items);
        }
        let patterns: Vec<TokenStream> = items
            .iter()
            .map(|item| match item {
                Popped::Value(v) => self.pattern(*v),
                Popped::Mem(m) if self.facts.mem_mentioned(*m, self.pos(), u32::MAX) => self.mem_pattern(*m),
                Popped::Mem(_) => q!(_),
            })
            .collect();
        let pattern = match patterns.as_slice() {
            [one] => q!(#one),
            many => q!((#(#many),*)),
        };
        let Some(name) = self.stack_names.get(&stack).cloned() else { return };
        let method = if self.is_slot(stack) { q!(take) } else { q!(pop) };
        self.out.extend(q! {
            let ::core::option::Option::Some(#pattern) = #name.#method() else { ::core::unreachable!() };
        });
    }

    /// `s.save(&place)`
    pub(super) fn save(&mut self, stack: StackId, place: &Place) {
        let path = self.path(place, Mode::Read);
        self.flush();
        let Some(name) = self.stack_names.get(&stack).cloned() else { return };
        let place = path.shared();
        self.out.extend(q!(#name.save(#place);));
    }

    /// The last elements go back to where they were.
    pub(super) fn restore(&mut self, stack: StackId, place: &Place) {
        let path = self.path(place, Mode::Update);
        self.flush();
        let Some(name) = self.stack_names.get(&stack).cloned() else { return };
        let place = path.exclusive();
        self.out.extend(q!(#name.restore(#place);));
    }

    fn is_slot(&self, stack: StackId) -> bool {
        room(self.f, stack) == Some(Room::One)
    }
}

fn room(f: &Function, stack: StackId) -> Option<Room> {
    (stack.index() < f.stacks.len()).then(|| f.stacks[stack])
}

fn literal(n: usize) -> TokenStream {
    let mut literal = Literal::usize_unsuffixed(n);
    literal.set_span(Span::mixed_site());
    q!(#literal)
}

/// Can a workspace keep the function's stacks: do they hold nothing but numbers?
pub fn reusable(f: &Function) -> bool {
    let any = f.stacks.ids().any(|s| f.stacks[s] != Room::One);
    any && numbers_only(f, &f.body)
}

/// How many pushes the short stacks hold in place: so that they are 32 words at most, where a push is a few plain numbers.
pub fn in_place(f: &Function) -> HashMap<StackId, usize> {
    let plain = |item: &Operand| match item {
        Operand::Value(v) => {
            matches!(value_ty(f, *v), Ty::Float(FloatTy::F32 | FloatTy::F64) | Ty::Int | Ty::Bool)
        }
        Operand::Mem(_) | Operand::Copy(_) => false,
    };
    let pushes = f.body.deep().filter_map(|stmt| match stmt {
        Stmt::Push { stack, items } if room(f, *stack) == Some(Room::Few) => {
            let pushes = match items.len() {
                1 | 2 => 16,
                3 | 4 => 8,
                5..=8 => 4,
                _ => return None,
            };
            items.iter().all(plain).then_some((*stack, pushes))
        }
        _ => None,
    });
    pushes.collect()
}

fn numbers_only(f: &Function, region: &Region) -> bool {
    region.deep().all(|stmt| match stmt {
        Stmt::Push { stack: _, items } => items.iter().all(|item| match item {
            Operand::Value(v) => is_data(&value_ty(f, *v)),
            Operand::Mem(m) => is_data(&mem_ty(f, *m)),
            Operand::Copy(place) => is_data(&super::tables::place_ty(f, place)),
        }),
        Stmt::Save { stack: _, place } => is_data(&super::tables::place_ty(f, place)),
        Stmt::Let { .. }
        | Stmt::Decl { .. }
        | Stmt::Store { .. }
        | Stmt::Assign { .. }
        | Stmt::Accumulate { .. }
        | Stmt::Bulk(_)
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Call(_)
        | Stmt::Opaque(_)
        | Stmt::Pop { .. }
        | Stmt::Restore { .. }
        | Stmt::Pullback(_) => true,
    })
}

fn is_data(ty: &Ty) -> bool {
    match ty {
        Ty::Float(FloatTy::F32 | FloatTy::F64 | FloatTy::Any | FloatTy::Param(_)) | Ty::Int | Ty::Bool => {
            true
        }
        Ty::Float(FloatTy::Lanes(inner)) => is_data(&Ty::Float((**inner).clone())),
        Ty::Array(elem, _) | Ty::Vec(elem) | Ty::Slice(elem) | Ty::Option(elem) | Ty::Boxed(elem) => {
            is_data(elem)
        }
        Ty::Tuple(items) => items.iter().all(is_data),
        Ty::Passive(_) | Ty::Adt(..) | Ty::Unknown => false,
    }
}
