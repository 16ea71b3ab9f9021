//! Structs of numbers that are only looked at by their fields are these numbers, and one that is stored in an element is stored
//! by its fields: no object is made, kept for its shape, and got a cotangent of its own.
//!
//! ```text
//! m3 = V3 { x: v1, y: v2 }; v4 = load m3.x; .. v4 ..   →   .. v1 ..
//! m1[v5] = V3 { x: v1, y: v2 }                         →   m1[v5].x = v1; m1[v5].y = v2
//! ```
//! Only where the struct is seen, so that it is no variant of an enum.

use crate::ir::hash::{HashMap, HashSet};
use crate::ir::visit::Mentions;
use crate::ir::{
    Field, Function, Init, MemId, Op, Operand, Place, Proj, Region, ResultOf, Stmt, Ty, ValueId,
};

pub(super) fn in_parts(f: &mut Function) {
    let mut body = std::mem::take(&mut f.body);
    spread(f, &mut body);
    let mut made = numbers(f, &body);
    if let ResultOf::Mem(mem) = f.result {
        made.remove(&mem);
    }
    let mut same = HashMap::default();
    for stmt in body.deep() {
        match read(stmt, &made) {
            Some((value, number)) => {
                same.insert(value, number);
            }
            None if matches!(stmt, Stmt::Decl { mem, .. } if made.contains_key(mem)) => {}
            None => {
                let mentioned = Mentions::of(|m| stmt.visit_shallow(m)).mems;
                made.retain(|mem, _| !mentioned.contains(mem));
            }
        }
    }
    if !made.is_empty() {
        same.clear();
        body.deep().for_each(|stmt| same.extend(read(stmt, &made)));
        drop_made(&mut body, &made);
        let resolve = |mut v| {
            while let Some(next) = same.get(&v) {
                v = *next;
            }
            v
        };
        body.rename(&mut |v| resolve(v));
        if let ResultOf::Value(v) = &mut f.result {
            *v = resolve(*v);
        }
        f.alike.iter_mut().for_each(|(a, b)| (*a, *b) = (resolve(*a), resolve(*b)));
    }
    f.body = body;
}

type Made = HashMap<MemId, Vec<(Field, ValueId)>>;

/// The fields of a struct that is seen, if they are floats of known types and what it is made of is as well.
fn floats(f: &Function, ty: &Ty, init: &Init) -> Option<Vec<(Field, ValueId)>> {
    let Init::Struct { path: _, fields, base: None } = init else { return None };
    if !matches!(ty, Ty::Adt(_, seen) if !seen.is_empty()) {
        return None;
    }
    let number = |(field, operand): &(Field, Operand)| match operand {
        // A field that is not seen may be a constant, which has no cotangent.
        Operand::Value(value)
            if f.values[*value].ty.is_float() && ty.project(&Proj::Field(field.clone())).is_float() =>
        {
            Some((field.clone(), *value))
        }
        Operand::Value(_) | Operand::Mem(_) | Operand::Copy(_) => None,
    };
    fields.iter().map(number).collect::<Option<Vec<_>>>().filter(|all| !all.is_empty())
}

/// Elements get their fields, one by one.
fn spread(f: &Function, region: &mut Region) {
    let mut out = Vec::with_capacity(region.stmts.len());
    for mut stmt in std::mem::take(&mut region.stmts) {
        stmt.regions_mut().into_iter().for_each(|inner| spread(f, inner));
        match &stmt {
            Stmt::Assign { place, init } if !place.proj.is_empty() => {
                let ty = place.proj.iter().fold(f.mems[place.mem].ty.clone(), |ty, proj| ty.project(proj));
                match floats(f, &ty, init) {
                    Some(fields) => {
                        out.extend(fields.into_iter().map(|(field, value)| Stmt::Store {
                            place: place.with(Proj::Field(field)),
                            value,
                        }))
                    }
                    None => out.push(stmt),
                }
            }
            _ => out.push(stmt),
        }
    }
    region.stmts = out;
}

/// Objects that may be numbers: which ones.
fn numbers(f: &mut Function, body: &Region) -> Made {
    let mut all = Made::default();
    let mut twice = HashSet::default();
    for stmt in body.deep() {
        let Stmt::Decl { mem, init: Some(init) } = stmt else { continue };
        let ty = f.mems[*mem].ty.clone();
        let Some(fields) = floats(f, &ty, init) else { continue };
        // A literal is what the field is.
        for (field, value) in &fields {
            let known = ty.project(&Proj::Field(field.clone()));
            f.values[*value].ty = f.values[*value].ty.join(&known);
        }
        let known = fields.iter().all(|(_, v)| f.values[*v].ty != Ty::ANY_FLOAT);
        if !known || all.insert(*mem, fields).is_some() {
            twice.insert(*mem);
        }
    }
    all.retain(|mem, _| !twice.contains(mem));
    all
}

/// A field of such an object is read: its value, and the number that it is.
fn read(stmt: &Stmt, made: &Made) -> Option<(ValueId, ValueId)> {
    let (value, Op::Load(Place { mem, proj })) = stmt.computed()? else { return None };
    let [Proj::Field(field)] = &proj[..] else { return None };
    let (_, number) = made.get(mem)?.iter().find(|(known, _)| known == field)?;
    Some((value, *number))
}

fn drop_made(region: &mut Region, made: &Made) {
    region.stmts.retain(|stmt| {
        let declares = matches!(stmt, Stmt::Decl { mem, .. } if made.contains_key(mem));
        !declares && read(stmt, made).is_none()
    });
    let inner = region.stmts.iter_mut().flat_map(Stmt::regions_mut);
    inner.for_each(|inner| drop_made(inner, made));
}
