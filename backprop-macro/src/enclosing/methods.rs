//! The methods of a struct that stand in the same file, in an `impl` beside the struct.
//!
//! ```text
//! struct Matrix { .. }  impl Matrix { #[grad] fn at(&self, i: usize, j: usize) -> f64 { self.data[i * self.cols + j] } }
//! ```
//! In doubt there is none: where an attribute or `cfg` may change the `impl`, where a name is there twice. Who uses what a body
//! says has the compiler check that it is the body (`lower/accessors.rs`).

use super::structs::{locate, own};
use super::{is_word, item_at, kind, read, walk, Place};
use proc_macro2::Ident;

/// The name of the type that a name in a signature means, and those methods whose names are wanted.
pub fn of(name: &Ident, wanted: &dyn Fn(&str) -> bool) -> Option<(String, Vec<syn::ImplItemFn>)> {
    let (text, at) = read(name.span())?;
    let (own, found) = find(&text, at, &name.to_string(), wanted)?;
    Some((own, found.iter().filter_map(|text| syn::parse_str(text).ok()).collect()))
}

fn find(text: &str, at: usize, name: &str, wanted: &dyn Fn(&str) -> bool) -> Option<(String, Vec<String>)> {
    let defines = |at: usize| wanted(word(text[at + 2..].trim_start()));
    if !text.match_indices("fn").any(|(at, _)| defines(at)) {
        return None;
    }
    let found = locate(text, at, name)?;
    // Where `fn` is, what stands before it, and whether its `impl` is as it is written.
    let mut starts: Vec<(usize, String, bool)> = Vec::new();
    walk(text, |at, headers, header| {
        let Some((block, modules)) = headers.split_last() else { return };
        let rest = &text[at..];
        let here = rest.starts_with("fn") && !header.ends_with(is_word) && !rest[2..].starts_with(is_word);
        let first = || !header.split(|c: char| !is_word(c)).any(|word| word == "fn");
        if here && first() && modules.iter().map(|h| h.at).eq(found.modules.iter().copied()) {
            let inherent = kind(&block.text) == Place::Impl { closed: true };
            if inherent && own(&block.text).as_deref() == Some(found.name.as_str()) {
                starts.push((at, header.to_string(), !block.text.contains('#')));
            }
        }
    });
    let names: Vec<&str> = starts.iter().map(|(at, ..)| word(text[at + 2..].trim_start())).collect();
    let once = |name: &str| names.iter().filter(|other| **other == name).count() == 1;
    let plain = starts.iter().zip(&names).filter(|((.., plain), name)| *plain && wanted(name) && once(name));
    let texts =
        plain.filter_map(|((at, header, _), _)| Some(format!("{header}{}", item_at(text, *at)?))).collect();
    Some((found.name, texts))
}

fn word(text: &str) -> &str {
    text.find(|c: char| !is_word(c)).map_or(text, |end| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn methods_of_the_file() {
        let item = "struct S { k: f64 }";
        let imp = "impl S { fn other(&self) { fn at() {} } /* fn at */ #[grad] pub fn at(&self) -> f64 { self.k } }";
        let text = "#[grad] pub fn at(&self) -> f64 { self.k }";
        for (before, after, found) in [
            (item, imp, true),
            (imp, item, true),
            (item, "", false),
            (item, "impl T for S { fn at(&self) -> f64 { self.k } }", false),
            (item, "impl<T> S { fn at(&self) -> f64 { self.k } }", false),
            (item, "#[cfg(a)] impl S { fn at(&self) -> f64 { 1.0 } }", false),
            (
                item,
                "impl S { #[grad] pub fn at(&self) -> f64 { self.k } } impl S { #[cfg(a)] fn at(&self) {} }",
                false,
            ),
            (item, "mod m { impl S { fn at(&self) -> f64 { self.k } } }", false),
            (item, "make! { impl S { fn at(&self) -> f64 { self.k } } }", false),
            ("mod m { struct S; } use m::S;", imp, false),
        ] {
            let whole = format!("{before} fn f(s: &S) -> f64 {{ s.at() }} {after}");
            let at = whole.find("S) -> f64").unwrap();
            let expected: Vec<&str> = if found { vec![text] } else { Vec::new() };
            let all = find(&whole, at, "S", &|name| name == "at").map_or_else(Vec::new, |(_, all)| all);
            let all: Vec<&str> = all.iter().map(|text| text.trim()).collect();
            assert_eq!(all, expected, "{whole}");
        }
    }
}
