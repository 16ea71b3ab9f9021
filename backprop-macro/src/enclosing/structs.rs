//! The fields of a struct that stands in the same file as a function that names it.
//!
//! ```text
//! #[derive(Differentiable)] struct Spring { a: usize, k: f64 }   ..   #[grad] fn energy(s: &Spring) -> f64
//! ```
//! In doubt there is none: where the name may be another's, where an attribute or `cfg` may change the fields. What is found
//! is checked by the compiler, in code beside the gradient.

use super::{is_module, is_word, kind, read, walk, Header, Place};
use proc_macro2::Ident;

/// Attributes that leave the fields of a struct as they are written.
const HARMLESS: [&str; 8] =
    ["derive", "doc", "allow", "expect", "repr", "must_use", "non_exhaustive", "deprecated"];

/// The struct without parameters that a name in a signature means; that of an `impl` for `Self`.
pub fn definition(name: &Ident) -> Option<syn::ItemStruct> {
    let (text, at) = read(name.span())?;
    syn::parse_str(&find(&text, at, &name.to_string())?).ok()
}

/// Its text.
fn find(text: &str, at: usize, name: &str) -> Option<String> {
    let found = locate(text, at, name)?;
    let item = super::item_at(text, found.start)?;
    item.starts_with(&found.name).then(|| format!("struct {item}"))
}

/// Where a struct is.
pub struct Located {
    pub name: String,
    /// Of its name.
    pub start: usize,
    /// The modules that it is in, from the outermost, by where their braces open.
    pub modules: Vec<usize>,
}

pub fn locate(text: &str, at: usize, name: &str) -> Option<Located> {
    let (mut modules, this) = surroundings(text, at)?;
    let name = if name == "Self" { this? } else { name.to_string() };
    if !text.match_indices(name.as_str()).any(|(at, _)| text[..at].trim_end().ends_with("struct")) {
        return None;
    }
    let levels = mentions(text, &modules, &name);
    for (depth, level) in levels.iter().enumerate().rev() {
        match level.found.as_slice() {
            _ if level.doubt => return None,
            [start] => {
                modules.truncate(depth);
                return Some(Located { name, start: *start, modules });
            }
            [] if level.open => {}
            _ => return None,
        }
    }
    None
}

/// The modules around a place, from the outermost, by where their braces open; and what `Self` is there.
fn surroundings(text: &str, at: usize) -> Option<(Vec<usize>, Option<String>)> {
    let mut found = None;
    walk(text.get(..at)?, |_, headers, _| {
        let modules = headers.iter().take_while(|h| is_module(&h.text)).map(|h| h.at).collect::<Vec<_>>();
        found = match &headers[modules.len()..] {
            [] => Some((modules, None)),
            [block] if kind(&block.text) == Place::Impl { closed: true } => Some((modules, own(&block.text))),
            _ => None,
        };
    });
    found
}

/// `V3` of `impl V3`.
pub fn own(header: &str) -> Option<String> {
    let name = header.trim_end().rsplit(|c: char| !is_word(c)).next()?;
    let before = header.trim_end().strip_suffix(name)?;
    (before.trim_end().ends_with("impl") && !name.is_empty()).then(|| name.to_string())
}

/// What a module says of a name.
#[derive(Default)]
struct Level {
    /// Where it is the name of a struct.
    found: Vec<usize>,
    /// It may be something else.
    doubt: bool,
    /// What the module around has, this one has too.
    open: bool,
}

/// What the modules say, from the outermost.
fn mentions(text: &str, modules: &[usize], name: &str) -> Vec<Level> {
    let mut levels: Vec<Level> = (0..=modules.len()).map(|_| Level::default()).collect();
    walk(text, |at, headers, header| {
        let rest = &text[at..];
        let glob = rest.starts_with('*') && header.trim_end().ends_with("super::");
        let named =
            rest.starts_with(name) && !header.ends_with(is_word) && !rest[name.len()..].starts_with(is_word);
        if !glob && !named {
            return;
        }
        let words = || header.split(|c: char| !is_word(c)).filter(|w| !w.is_empty());
        let declares = |word: &str| words().next_back() == Some(word);
        let level = headers.iter().take(modules.len()).zip(modules).take_while(|(h, m)| h.at == **m).count();
        let inner = &headers[level..];
        if glob {
            levels[level].open |= inner.is_empty() && words().eq(["use", "super"]);
            return;
        }
        if inner.iter().any(|h| h.text.trim_end().ends_with('!')) {
            // A macro may make one.
            levels[level].doubt |= declares("struct");
        } else if inner.is_empty() && declares("struct") {
            let plain = harmless(header);
            levels[level].found.push(at);
            levels[level].doubt |= !plain;
        } else if inner.iter().all(is_use) && (inner.len() + usize::from(words().any(|w| w == "use")) > 0) {
            levels[level].doubt = true;
        } else if inner.is_empty() {
            levels[level].doubt |= ["type", "enum", "union", "trait"].iter().any(|w| declares(w));
        }
    });
    levels
}

/// The braces of `use a::{b, c}`.
fn is_use(header: &Header) -> bool {
    header.text.split(|c: char| !is_word(c)).any(|word| word == "use")
}

/// Do these attributes leave the fields alone?
fn harmless(header: &str) -> bool {
    // There are no references to fields of packed ones.
    !header.contains("packed")
        && header.split('#').skip(1).all(|attribute| {
            let name = attribute.trim_start_matches('[').trim_start();
            HARMLESS
                .iter()
                .any(|known| name.strip_prefix(known).is_some_and(|rest| !rest.starts_with(is_word)))
        })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn structs_of_the_file() {
        let item = "struct S { k: f64, n: usize }";
        for (before, after, found) in [
            (item, "", true),
            ("/// struct S\n#[derive(Clone, Copy)] pub(crate) struct S { k: f64, n: usize } mod m { struct S; }", "", true),
            ("mod m { struct S { a: f32 } } ", item, true),
            ("struct S(f64, usize);", "", true),
            ("", "", false),
            ("#[cfg(a)] struct S { k: f64 } #[cfg(not(a))] struct S { k: f32 }", "", false),
            ("#[odd] struct S { k: f64 }", "", false),
            ("#[repr(C, packed)] struct S { k: f64 }", "", false),
            ("#[repr(C)] struct S { k: f64 }", "", true),
            ("make! { struct S { k: f64 } }", "", false),
            ("mod m { pub struct S { k: f64 } } use m::S;", "", false),
            ("mod m { use super::*; ", "} struct S { k: f64, n: usize }", true),
            ("mod m { ", "} struct S { k: f64, n: usize }", false),
            ("struct S { k: f64 } mod m { use super::*; ", "}", true),
            ("struct S { k: f64 } mod m { use super::*; use other::S; ", "}", false),
            ("struct S { k: f64 } mod m { use super::*; use other::{R, S}; ", "}", false),
            ("struct S { k: f64 } mod m { use other::*; ", "}", false),
            ("struct S { k: f64 } fn outer() { ", "}", false),
            ("struct S { k: f64 } impl R { ", "}", true),
            ("type S = R;", "", false),
            ("struct S<T> { k: T }", "", true),
        ] {
            let text = format!("{before} fn f(s: &S) -> f64 {{ s.k }} {after}");
            let at = text.find("S) -> f64").unwrap();
            assert_eq!(find(&text, at, "S").is_some(), found, "{text}");
        }
    }

    #[test]
    fn the_type_of_self() {
        let text = "struct S { k: f64 } impl S { fn f(&self) -> f64 { self.k } }";
        let at = text.find("self").unwrap();
        assert_eq!(find(text, at, "Self").as_deref(), Some("struct S { k: f64 }"));
        assert_eq!(find("impl S { fn f(&self) {} }", 15, "Self"), None);
        assert_eq!(find("struct S { k: f64 } impl T for S { fn f(&self) {} }", 45, "Self"), None);
    }
}
