//! Linear algebra in loops: solvers, factorisations, eigenvalues, against central differences.

use backprop::grad;

#[grad]
fn thomas(x: &[f64]) -> f64 {
    let n = x.len();
    let mut c = vec![0.0; n];
    let mut d = vec![0.0; n];
    let b = |i: usize| 4.0 + x[i] * x[i];
    c[0] = 1.0 / b(0);
    d[0] = x[0] / b(0);
    for i in 1..n {
        let m = 1.0 / (b(i) - x[i - 1] * c[i - 1]);
        c[i] = m;
        d[i] = (x[i] - x[i - 1] * d[i - 1]) * m;
    }
    for i in (0..n - 1).rev() {
        d[i] -= c[i] * d[i + 1];
    }
    d.iter().sum()
}

#[test]
fn thomas_matches_differences() {
    check_slice!(thomas([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(thomas([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn cholesky(x: &[f64]) -> f64 {
    const N: usize = 3;
    let mut a = [[0.0; N]; N];
    for i in 0..N {
        for j in 0..N {
            a[i][j] = x[i] * x[j] + if i == j { 2.0 + x[3 + i] } else { 0.0 };
        }
    }
    let mut l = [[0.0f64; N]; N];
    for i in 0..N {
        for j in 0..=i {
            let mut s = a[i][j];
            for k in 0..j {
                s -= l[i][k] * l[j][k];
            }
            if i == j {
                if s <= 0.0 {
                    return f64::NAN;
                }
                l[i][j] = s.sqrt();
            } else {
                l[i][j] = s / l[j][j];
            }
        }
    }
    let mut logdet = 0.0;
    for i in 0..N {
        logdet += 2.0 * l[i][i].ln();
    }
    logdet
}

#[test]
fn cholesky_matches_differences() {
    check_slice!(cholesky([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(cholesky([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn lu_pivot(x: &[f64]) -> f64 {
    let n = 3;
    let mut a: Vec<Vec<f64>> = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..n {
            a[i][j] = (x[i] * (j as f64 + 1.0) + x[3 + j]).sin() + if i == j { x[j] } else { 0.1 };
        }
    }
    let mut b: Vec<f64> = x[..n].to_vec();
    for k in 0..n {
        let mut p = k;
        for i in k + 1..n {
            if a[i][k].abs() > a[p][k].abs() {
                p = i;
            }
        }
        if p != k {
            a.swap(p, k);
            b.swap(p, k);
        }
        for i in k + 1..n {
            let m = a[i][k] / a[k][k];
            for j in k..n {
                let t = a[k][j];
                a[i][j] -= m * t;
            }
            b[i] -= m * b[k];
        }
    }
    for i in (0..n).rev() {
        for j in i + 1..n {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    b.iter().map(|v| v * v).sum()
}

#[test]
fn lu_pivot_matches_differences() {
    check_slice!(lu_pivot([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(lu_pivot([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn lu_flat(x: &[f64]) -> f64 {
    let n = 3usize;
    let mut a = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            a[i * n + j] = (x[i] - 2.0 * x[3 + j]).cos() + if i == j { 2.0 } else { 0.0 };
        }
    }
    let mut det = 1.0;
    let mut perm: Vec<usize> = (0..n).collect();
    for k in 0..n {
        let mut best = 0.0;
        let mut p = k;
        for i in k..n {
            let v = a[perm[i] * n + k].abs();
            if v > best {
                best = v;
                p = i;
            }
        }
        if p != k {
            perm.swap(p, k);
            det = -det;
        }
        let pk = perm[k];
        det *= a[pk * n + k];
        for i in k + 1..n {
            let pi = perm[i];
            let m = a[pi * n + k] / a[pk * n + k];
            a[pi * n + k] = m;
            for j in k + 1..n {
                a[pi * n + j] -= m * a[pk * n + j];
            }
        }
    }
    det
}

#[test]
fn lu_flat_matches_differences() {
    check_slice!(lu_flat([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(lu_flat([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

#[grad]
fn gauss_seidel(x: &[f64]) -> f64 {
    let n = x.len();
    let mut u = vec![0.0; n];
    for _ in 0..20 {
        let mut change: f64 = 0.0;
        for i in 0..n {
            let left = if i > 0 { u[i - 1] } else { 0.0 };
            let right = if i + 1 < n { u[i + 1] } else { 1.0 };
            let new = (x[i] + left + right) / 3.0;
            change = change.max((new - u[i]).abs());
            u[i] = new;
        }
        if change < 1e-14 {
            break;
        }
    }
    u.iter().map(|v| v * v).sum()
}

#[test]
fn gauss_seidel_matches_differences() {
    check_slice!(gauss_seidel([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(gauss_seidel([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod conjugate_gradient_parts {
    use backprop::grad;
    #[grad]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }
    #[grad]
    fn conjugate_gradient(x: &[f64]) -> f64 {
        let n = x.len();
        let mut u = vec![0.0; n];
        let mut r = x.to_vec();
        let mut p = r.clone();
        let mut rs = dot(&r, &r);
        for _ in 0..3 {
            let mut ap = vec![0.0; n];
            for i in 0..n {
                ap[i] = (3.0 + x[i] * x[i]) * p[i];
                if i > 0 {
                    ap[i] -= p[i - 1];
                }
                if i + 1 < n {
                    ap[i] -= p[i + 1];
                }
            }
            let alpha = rs / dot(&p, &ap);
            for i in 0..n {
                u[i] += alpha * p[i];
                r[i] -= alpha * ap[i];
            }
            let new = dot(&r, &r);
            let beta = new / rs;
            for i in 0..n {
                p[i] = r[i] + beta * p[i];
            }
            rs = new;
        }
        dot(&u, &u)
    }
    #[test]
    fn conjugate_gradient_matches_differences() {
        check_slice!(conjugate_gradient([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(conjugate_gradient([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn jacobi_eig(x: &[f64]) -> f64 {
    let mut a = [[x[0] + 3.0, x[1], x[2]], [x[1], x[3], x[4]], [x[2], x[4], x[5] - 3.0]];
    for _ in 0..8 {
        for p in 0..2 {
            for q in p + 1..3 {
                if a[p][q].abs() < 1e-14 {
                    continue;
                }
                let th = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = th.signum() / (th.abs() + (th * th + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for k in 0..3 {
                    let (u, v) = (a[k][p], a[k][q]);
                    a[k][p] = c * u - s * v;
                    a[k][q] = s * u + c * v;
                }
                for k in 0..3 {
                    let (u, v) = (a[p][k], a[q][k]);
                    a[p][k] = c * u - s * v;
                    a[q][k] = s * u + c * v;
                }
            }
        }
    }
    let mut m = a[0][0];
    for i in 1..3 {
        m = m.max(a[i][i]);
    }
    m
}

#[test]
fn jacobi_eig_matches_differences() {
    check_slice!(jacobi_eig([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(jacobi_eig([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod matmul_chain_parts {
    use backprop::grad;
    type M = [[f64; 2]; 2];
    #[grad]
    fn mul(a: &M, b: &M) -> M {
        let mut c = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c
    }
    #[grad]
    fn matmul_chain(x: &[f64]) -> f64 {
        let m = [[x[0], x[1]], [x[2], x[3]]];
        let mut r = [[1.0, 0.0], [0.0, 1.0]];
        let mut p = m;
        let mut e = 11u32;
        while e > 0 {
            if e & 1 == 1 {
                r = mul(&r, &p);
            }
            p = mul(&p, &p);
            e >>= 1;
        }
        r[0][0] + r[1][1] * x[4]
    }
    #[test]
    fn matmul_chain_matches_differences() {
        check_slice!(matmul_chain([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(matmul_chain([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn levinson(x: &[f64]) -> f64 {
    let n = 4;
    let r: Vec<f64> = (0..n).map(|k| if k == 0 { 5.0 + x[0] } else { x[k] / (k as f64) }).collect();
    let mut a = vec![1.0];
    let mut err = r[0];
    for m in 1..n {
        let mut acc = 0.0;
        for j in 0..m {
            acc += a[j] * r[m - j];
        }
        let k = -acc / err;
        a.push(0.0);
        let old = a.clone();
        for j in 1..=m {
            a[j] = old[j] + k * old[m - j];
        }
        err *= 1.0 - k * k;
    }
    err + a.iter().sum::<f64>()
}

#[test]
fn levinson_matches_differences() {
    check_slice!(levinson([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(levinson([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod csr_parts {
    use backprop::grad;
    struct Csr {
        ptr: Vec<usize>,
        col: Vec<usize>,
    }
    #[grad]
    fn csr(x: &[f64]) -> f64 {
        let m = Csr { ptr: vec![0, 2, 3, 5], col: vec![0, 2, 1, 0, 1] };
        let (vals, v) = x.split_at(3);
        let mut y = vec![0.0; 3];
        for i in 0..m.ptr.len() - 1 {
            let mut acc = 0.0;
            for k in m.ptr[i]..m.ptr[i + 1] {
                acc += vals[k % 3] * v[m.col[k]];
            }
            y[i] = acc.tanh();
        }
        y.iter().zip(v).map(|(a, b)| a * b).sum()
    }
    #[test]
    fn csr_matches_differences() {
        check_slice!(csr([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(csr([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

#[grad]
fn in_place_transpose(x: &[f64]) -> f64 {
    let n = 2;
    let mut a = x[..4].to_vec();
    for i in 0..n {
        for j in i + 1..n {
            a.swap(i * n + j, j * n + i);
        }
    }
    for i in 0..n {
        let row = &mut a[i * n..(i + 1) * n];
        let s: f64 = row.iter().sum();
        row.iter_mut().for_each(|v| *v *= s);
    }
    a[0] * a[1] + a[2] * a[3] * x[4]
}

#[test]
fn in_place_transpose_matches_differences() {
    check_slice!(in_place_transpose([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
    check_slice!(in_place_transpose([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
}

mod cg_small_parts {
    use backprop::grad;
    #[grad]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }
    #[grad]
    fn cg_small(x: &[f64]) -> f64 {
        let mut r = x.to_vec();
        let mut rs = dot(&r, &r);
        for _ in 0..3 {
            let new = dot(&r, &r);
            let beta = new / rs;
            for i in 0..6 {
                r[i] = r[i] * beta;
            }
            rs = new;
        }
        rs
    }
    #[test]
    fn cg_small_matches_differences() {
        check_slice!(cg_small([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(cg_small([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}

mod cg_small2_parts {
    use backprop::grad;
    #[grad]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }
    #[grad]
    fn cg_small2(x: &[f64]) -> f64 {
        let mut rs = dot(x, x);
        let mut s = 0.0;
        for i in 0..3 {
            let new = dot(x, &x[i..]);
            s += new * rs;
            rs = new;
        }
        s
    }
    #[test]
    fn cg_small2_matches_differences() {
        check_slice!(cg_small2([0.7, -0.4, 1.3, 0.9, -1.1, 0.35]));
        check_slice!(cg_small2([-0.2, 0.8, 0.6, -1.4, 0.45, 1.9]));
    }
}
