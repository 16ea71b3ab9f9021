//! Valid functions, over the whole language.

/// Attribute and function.
pub fn all() -> Vec<(&'static str, &'static str)> {
    SCALARS.iter().chain(FLOW).chain(LOOPS).chain(ARRAYS).chain(TYPES).copied().collect()
}

const SCALARS: &[(&str, &str)] = &[
    ("", "fn f(x: f64) -> f64 { x * x }"),
    ("forward", "pub fn f(x: f64, y: f64) -> f64 { 1.0 / (1.0 + (-(x * y + 2.0)).exp()) }"),
    ("", "/// Doc.\n#[inline]\npub(crate) fn f(mut x: f64, y: f64) -> f64 { x *= y; x += x * y; -x.powi(2) }"),
    ("wrt(y)", "fn f(x: f64, y: f64) -> f64 { let t = x.sin(); let t = t + y; t * t }"),
    ("", "fn f(x: f32, y: f64) -> f64 { (x as f64) * y + f64::max(y, 0.5) - <f64>::min(x as f64, y) }"),
    ("", "fn f(x: f64, #[no_grad] w: f64, n: usize) -> f64 { x * w * n as f64 + (n as f64).sqrt() }"),
    ("", "fn f(x: f64, y: f64) -> (f64, f64) { let (a, (b, _)) = (x * y, (x - y, 1.0)); (a + b, a.atan2(b)) }"),
    ("", "fn f(x: f64) -> f64 { const K: f64 = 0.3; let s = { let t = x * K; t * t }; s + std::f64::consts::PI * x }"),
    ("", "fn f(x: f64, y: f64) -> f64 { let r = &x; let s = &y; r * s + *r * (*s).sin() + &x * &y }"),
    ("", "fn f(x: f64, y: f64) -> f64 { let (s, c) = x.sin_cos(); s.mul_add(c, y.clamp(-1.0, 1.0)) % 0.7 }"),
    ("", "fn f(r#type: f64, théta: f64) -> f64 { r#type * théta.cos() }"),
    ("", "fn f(x: f64, y: f64) -> f64 { backprop::detach(x) * y + g(x, y * 2.0) + m::h::<f64>(x) }"),
    ("", "fn f(x: f64) -> f64 { let mut a = x; let mut b = x * 2.0; (a, b) = (b, a + 1.0); std::mem::swap(&mut a, &mut b); a - b }"),
    ("name = other, crate = ad", "fn f(x: f64) -> f64 { x.ln_1p().sqrt().tanh() }"),
];

const FLOW: &[(&str, &str)] = &[
    ("", "fn f(x: f64, y: f64) -> f64 { if x > y { x * y } else if x < 0.0 { -x } else { y } }"),
    ("", "fn f(x: f64) -> f64 { if x < 0.0 { return x.exp(); } let y; if x > 1.0 { y = x } else { y = x * x } y }"),
    ("", "fn f(x: f64, k: i32) -> f64 { match k { 0 => x, 1 | 3 => x * x, 4..=7 => 0.5, n if n > 9 => x * n as f64, _ => -x } }"),
    ("", "fn f(x: f64, k: usize, b: bool) -> f64 { match (k % 2, b) { (0, true) => x.sin(), (1, _) => x.cos(), _ => 1.0 } }"),
    ("", "fn f(x: f64, o: Option<usize>) -> f64 { let Some(n) = o else { return x; }; if let Some(m) = n.checked_sub(1) { x * m as f64 } else { x * 2.0 } }"),
    ("", "fn f(x: f64, y: f64) -> f64 { let v = 'b: { if x > y { break 'b x * y; } y.sin() }; v + x }"),
    ("", "fn f(x: f64, k: u8) -> f64 { assert!(k < 9, \"k is {}\", k); debug_assert!(x.is_finite()); if matches!(k, 1 | 2) { x } else { x * 2.0 } }"),
    ("", "fn f(x: f64, y: f64) -> f64 { let mut s = x; if x > 0.0 && !(y > 1.0 || x == y) { s += y; if s > 2.0 { return s; } s *= 2.0; } s }"),
];

const LOOPS: &[(&str, &str)] = &[
    ("", "fn f(x: f64, n: usize) -> f64 { let mut s = 0.0; for i in 0..n { s += x.powi(i as i32); } s }"),
    ("", "fn f(x: f64, n: usize) -> f64 { let mut a = x; let mut b = 1.0; for _ in (0..=n).rev().step_by(2) { (a, b) = (b * x, a.sin()); } a + b }"),
    ("", "fn f(x: f64) -> f64 { let mut y = x; while y.abs() < 10.0 { y = y * y + 1.0; } y }"),
    ("", "fn f(x: f64, n: i32) -> f64 { let mut k = 0; let mut s = x; let r = loop { k += 1; s *= x; if k > n { break s * 2.0; } if s > 9.0 { continue; } s += 1.0; }; r + s }"),
    ("", "fn f(x: f64) -> f64 { let mut s = x; 'o: for i in 0..5 { for j in 0..i { if s > 2.0 { continue 'o; } if j == 3 { break 'o; } s += x * s; if s < -5.0 { return s; } } s *= 0.5; } s }"),
    ("", "fn f(a: &[f64], b: &[f64]) -> f64 { let mut s = 0.0; for (x, y) in a.iter().zip(b) { s += x * y; } s }"),
    ("", "fn f(a: &[f64], w: f64) -> f64 { let mut s = 1.0; for (i, &x) in a.iter().enumerate() { if i % 2 == 0 { s *= x; } else { s += w * x; } } s }"),
    ("", "fn f(a: &[f64]) -> f64 { let mut s = 0.0; for w in a.windows(2) { s += (w[1] - w[0]).powi(2); } for c in a.chunks(3) { s += c[0] * c[c.len() - 1]; } s }"),
    ("no_heap", "fn f(x: f64, n: usize) -> f64 { let mut s = 0.0; for i in 0..n { s += x * i as f64; } s }"),
    ("", "fn f(x: f64, n: usize) -> f64 { let mut s = x; #[checkpoint(every = 10)] for _ in 0..n { s = s.sin() + x; } s }"),
    ("", "fn f(x: f64, mut k: u64) -> f64 { let mut s = x; while k != 1 { if k % 2 == 0 { k /= 2; s *= 1.1; } else { k = 3 * k + 1; s = s.sin(); } } s }"),
];

const ARRAYS: &[(&str, &str)] = &[
    ("", "fn f(x: f64) -> f64 { let mut a = [x, x * x, 1.0]; a[1] *= a[0]; a[2] += a[1].sin(); a[0] + a[2] }"),
    ("", "fn f(a: [f64; 3], k: usize) -> [f64; 3] { let mut b = a; b[k % 3] = a[(k + 1) % 3] * 2.0; b }"),
    ("", "fn f(m: &[[f64; 3]; 2], v: &[f64; 3]) -> f64 { let mut s = 0.0; for i in 0..2 { for j in 0..3 { s += m[i][j] * v[j]; } } s }"),
    ("", "fn f(a: &[f64], idx: &[usize]) -> f64 { let mut b = vec![0.0; a.len()]; for (k, &i) in idx.iter().enumerate() { b[i] += a[k] * a[i]; } b.iter().sum() }"),
    ("", "fn f(a: &mut [f64], x: f64) { for v in a.iter_mut() { *v *= x; } a[0] = x; a.reverse(); a.swap(0, 1); }"),
    ("", "fn f(x: &mut f64, y: f64) -> f64 { let old = *x; *x = y * old; *x += 1.0; old }"),
    ("", "fn f(a: Vec<f64>, x: f64) -> Vec<f64> { let mut out = Vec::with_capacity(a.len()); for v in &a { out.push(v * x); } out }"),
    ("", "fn f(a: &[f64]) -> f64 { let mut b = a.to_vec(); b.rotate_left(1); b[1..3].fill(0.5); let (l, r) = b.split_at_mut(2); l[0] += r[0]; l.copy_from_slice(&a[..2]); b[0] * b[2] }"),
    ("", "fn f(x: f64) -> f64 { let [a, b, ..] = [x, x * 2.0, 3.0, 4.0]; let mut m = [[0.0; 2]; 2]; m[0] = [a, b]; m[1][0] = m[0][1]; m[1][0] * m[0][0] }"),
    ("", "fn f(a: &mut [f64]) { let n = a.len(); for i in 1..n { a[i] = a[i] + 0.5 * a[i - 1]; } let h = &mut a[1..]; h[0] *= 2.0; }"),
    ("", "fn f(a: &[f64]) -> f64 { a.iter().zip(a.iter().skip(1)).map(|(x, y)| x * y).sum::<f64>() + a.iter().fold(0.0, |s, x| s + x * x) }"),
    ("", "fn f(a: &[f64], t: f64) -> f64 { a.iter().enumerate().filter(|(i, _)| i % 2 == 0).map(|(i, x)| x * t.powi(i as i32)).product() }"),
    ("", "fn f(x: f64) -> f64 { let a: [f64; 4] = std::array::from_fn(|i| x * i as f64); let b: Vec<f64> = a.iter().rev().take(3).map(|v| v.sin()).collect(); b[0] + b.len() as f64 }"),
    ("", "fn f<const N: usize>(a: [f64; N]) -> f64 { let mut m = a[0]; for i in 1..N { m = m.max(a[i]); } m }"),
];

const TYPES: &[(&str, &str)] = &[
    ("", "fn f<T: backprop::Real>(x: T, y: T) -> T { let t = x * y; if t > T::from(0.5) { t.sin() } else { t } }"),
    ("wrt(p)", "fn f(p: &Point, x: f64) -> f64 { let q = Point { x: p.x * x, ..*p }; q.x * p.y + q.norm() }"),
    ("", "fn f(p: Line) -> Line { let mut q = p; q.a.x += 1.0; q.b = Point { x: q.a.x, y: p.a.y }; q }"),
    ("", "fn f(x: f64, y: f64) -> f64 { let g = |t: f64| t * x + y; let mut s = 0.0; let mut add = |v: f64| s += v * y; add(g(x)); add(2.0); s }"),
    ("", "fn f(x: Option<f64>, y: f64) -> Option<f64> { let v = x?; Some(v * y) }"),
    ("", "fn f(x: f64) -> Result<f64, String> { if x < 0.0 { return Err(\"negative\".to_string()); } Ok(x.sqrt()) }"),
    ("", "fn m(&self, x: f64) -> f64 { self.w * x + self.b.tanh() }"),
    ("", "fn m(&mut self, x: f64) { self.w *= x; self.b = self.w + x; }"),
    ("method", "fn new(x: f64) -> f64 { x * 2.0 }"),
    ("", "fn f(x: f64, n: u32) -> f64 { if n == 0 { 1.0 } else { x * f(x, n - 1) } }"),
    ("vjp = f_vjp", "fn f(x: f64, y: f64) -> f64 { extern_thing(x) + y }"),
    ("", "fn f<'a>(a: &'a [f64], s: &str) -> f64 where 'a: 'a { println!(\"{s}\"); a[0] * a.len() as f64 }"),
];
