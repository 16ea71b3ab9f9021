//! No IR makes the back end panic: not one that an earlier stage has broken.

use super::{model, named};
use crate::adjoint::adjoint;
use crate::emit::{companion, Forms};
use crate::ir::{Function, Region};

const TEXT: &str = "fn(v0: f64, v1: f64, m0: [f64; 4], m1: &mut [f64], v30: int) {
    stack s0
    slot s1
    v2: int = const 0
    v3: f64 = const 0.5
    m2: [f64; 4] = copy m0
    loop v4: int in v2..v30 carry (v5: f64 = v0 -> v12, result v13) {
        v6: f64 = load m2[v4]
        v7: f64 = mul(v5, v6)
        v8: bool = lt(v7, v3)
        if v8 phi (v11: f64 = v9 | v10) {
            v9: f64 = add(v7, v1)
            m2[v4] = v9
        } else {
            v10: f64 = tanh(v7)
        }
        v12: f64 = add(v11, v5)
        m1[v4] = v12
    }
    v14: f64 = load m2[v2]
    v15: f64 = mul(v13, v14)
    return v15
}";

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }
}

/// Takes statements out, doubles some, and sends some to another place.
fn damage(region: &mut Region, random: &mut Random) {
    for stmt in &mut region.stmts {
        stmt.regions_mut().into_iter().for_each(|r| damage(r, random));
    }
    let n = region.stmts.len();
    match random.below(6) {
        0 if n > 0 => drop(region.stmts.remove(random.below(n))),
        1 if n > 0 => {
            let again = region.stmts[random.below(n)].clone();
            region.stmts.insert(random.below(n + 1), again);
        }
        2 if n > 1 => region.stmts.swap(random.below(n), random.below(n)),
        3 => region.diverges = random.below(2) == 0,
        _ => {}
    }
}

fn forget(f: &mut Function, random: &mut Random) {
    match random.below(8) {
        0 => f.values = Default::default(),
        1 => f.mems = Default::default(),
        2 => f.stacks = Default::default(),
        3 => f.params.clear(),
        _ => {}
    }
}

#[test]
fn broken_functions_do_not_panic() {
    let (f, _) = named(TEXT, &[]);
    for seed in 1..600 {
        let mut random = Random(seed * 0x9E37_79B9);
        let (Ok(mut joint), Ok(mut split)) = (adjoint(&f, false), adjoint(&f, true)) else {
            panic!("refused")
        };
        for adjoint in [&mut joint, &mut split] {
            damage(&mut adjoint.f.body, &mut random);
            forget(&mut adjoint.f, &mut random);
        }
        let (f, source) = named(TEXT, &[]);
        let tokens = companion(
            &model(&f, source),
            &Forms { joint: Some(joint), split: Some(split), ..Forms::default() },
            None,
        );
        assert!(!tokens.is_empty());
    }
}
