//! What a function with `#[grad]` stands in. The attribute sees the function alone; but beside a method of a trait its
//! siblings would be a dozen errors of the compiler's, none of which says what is wrong.
//!
//! ```text
//! impl Mul for V3 { #[grad] fn mul(self, ..) }   →   Place::Trait
//! ```
//! So the source file is looked at, to refuse with a good message what would not compile anyway. Where it can't be read
//! (a function made by a macro, an editor's unsaved text), the place is `Other`. What the gradient computes never depends on
//! it: only what is refused, a bound that makes one error of many, calls that would not compile if it were wrong, and how
//! fast fields are (`structs.rs`), whose types the compiler checks.

pub mod methods;
pub mod structs;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use std::path::PathBuf;

/// What the innermost braces around a function belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A trait, or an `impl` of one.
    Trait,
    /// An `impl` of a type; of one without parameters: `impl V3`.
    Impl { closed: bool },
    /// A module, a function, or not known.
    Other,
}

/// Where the item stands.
pub fn place(item: &TokenStream) -> Place {
    let mut tokens = item.clone().into_iter();
    let first = tokens.clone().next().map(|t| t.span());
    let keyword = tokens.find(|t| matches!(t, TokenTree::Ident(i) if i == "fn")).map(|t| t.span());
    first.zip(keyword).and_then(|(first, keyword)| look(first, keyword)).unwrap_or(Place::Other)
}

/// Is it the name of a function of the same module of the same file that has no attribute which could be ours? Then it has
/// no companion, which the compiler would say as "cannot find module or crate".
pub fn is_unmarked(name: &Ident) -> bool {
    read(name.span()).is_some_and(|(text, at)| unmarked(&text, at, &name.to_string()))
}

/// Is it the name of a function of the same module of the same file that takes this parameter by `&`? A variable that is `&mut`
/// looks the same to either; had the text told wrong, the call would not compile.
pub fn takes_shared(name: &Ident, number: usize) -> bool {
    read(name.span()).is_some_and(|(text, at)| shared(&text, at, &name.to_string(), number))
}

/// The file in which a token stands, and where.
#[allow(clippy::incompatible_msrv, reason = "older compilers take the methods of `Position`")]
fn read(span: Span) -> Option<(String, usize)> {
    if !proc_macro::is_available() || !format!("{span:?}").starts_with("#0 ") {
        return None;
    }
    let span = span.unwrap();
    let text = std::fs::read_to_string(span.local_file()?).ok()?;
    let at = offset(&text, span.line(), span.column())?;
    Some((text, at))
}

/// The spans of the item's first token and of its `fn`.
#[allow(clippy::incompatible_msrv, reason = "older compilers take the methods of `Position`")]
fn look(first: Span, keyword: Span) -> Option<Place> {
    // A function that a macro has made is somewhere else than its tokens; nobody writes a method at the edge: spares
    // reading the file.
    if !proc_macro::is_available() || first.unwrap().column() == 1 {
        return None;
    }
    let (text, start) = read(keyword)?;
    text[start..].starts_with("fn").then(|| around(&text[..start]))
}

/// Where a span lies, on compilers before 1.88, which don't tell.
#[allow(dead_code, reason = "newer compilers have methods of these names, which are taken instead")]
trait Position {
    fn local_file(&self) -> Option<PathBuf> {
        None
    }
    fn line(&self) -> usize {
        0
    }
    fn column(&self) -> usize {
        0
    }
}

impl Position for proc_macro::Span {}

/// The byte at a line and a column, which count from one.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let before = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum::<usize>();
    let rest = text.get(before..)?;
    rest.char_indices().nth(column.checked_sub(1)?).map(|(at, _)| before + at)
}

/// The innermost braces that are open at the end of the text.
fn around(text: &str) -> Place {
    let mut open = Vec::new();
    walk(text, |_, headers, _| open = headers.iter().map(|h| h.text.clone()).collect());
    open.last().map_or(Place::Other, |header| kind(header))
}

/// Open braces, and the brackets of macro calls: what stands before them, and where they are.
struct Header {
    text: String,
    at: usize,
    closes: char,
    /// Brackets of the same kind that are open inside.
    inner: usize,
}

/// Looks at a text outside of comments and strings: `visit` gets each place, the open braces, and what has been said since
/// the last item; and once more at the end.
fn walk(text: &str, mut visit: impl FnMut(usize, &[Header], &str)) {
    let mut headers: Vec<Header> = Vec::new();
    let mut header = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let at = text.len() - rest.len();
        let length = skipped(rest, header.ends_with(is_word));
        if length > 0 {
            rest = &rest[length..];
            header.push(' ');
            continue;
        }
        visit(at, &headers, &header);
        match c {
            '{' => headers.push(Header { text: std::mem::take(&mut header), at, closes: '}', inner: 0 }),
            '(' | '[' if header.ends_with('!') && !header.ends_with("#!") => {
                let closes = if c == '(' { ')' } else { ']' };
                headers.push(Header { text: std::mem::take(&mut header), at, closes, inner: 0 });
            }
            ')' | ']' if headers.last().is_some_and(|h| h.closes == c && h.inner == 0) => {
                header = headers.pop().map(|h| h.text).unwrap_or_default();
            }
            // `V<{ N + 1 }>` goes on after its braces.
            '}' => {
                let before = headers.pop().map(|h| h.text);
                header = before.filter(|h| h.trim_end().ends_with(['<', ','])).unwrap_or_default();
            }
            ';' => header.clear(),
            _ => {
                match (headers.last_mut(), c) {
                    (Some(h), '(') if h.closes == ')' => h.inner += 1,
                    (Some(h), '[') if h.closes == ']' => h.inner += 1,
                    (Some(h), _) if h.closes == c => h.inner -= 1,
                    _ => {}
                }
                header.push(c);
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    visit(text.len(), &headers, &header);
}

/// From there to the end of the item.
fn item_at(text: &str, start: usize) -> Option<&str> {
    let rest = text.get(start..)?;
    let mut end = None;
    walk(rest, |at, headers, _| {
        let closes = match rest[at..].chars().next() {
            Some('}') => headers.len() == 1,
            Some(';') => headers.is_empty(),
            _ => false,
        };
        if closes && end.is_none() {
            end = Some(at + 1);
        }
    });
    rest.get(..end?)
}

/// Attributes that leave a function without a companion.
const HARMLESS: [&str; 6] = ["inline", "must_use", "allow", "expect", "doc", "cold"];

/// Does the function that a call at this place names have no attribute, as far as the text tells? In doubt, no.
fn unmarked(text: &str, call: usize, name: &str) -> bool {
    definition(text, call, name).is_some_and(|(_, header)| harmless(&header))
}

/// Is its parameter of this number taken by `&`, as far as the text tells? In doubt, no.
fn shared(text: &str, call: usize, name: &str, number: usize) -> bool {
    let Some((at, _)) = definition(text, call, name) else { return false };
    let Some(open) = parameters(text, at) else { return false };
    let (mut depth, mut seen, mut start) = (0_usize, 0, open);
    let mut found = None;
    walk(&text[open..], |at, _, _| {
        let here = open + at;
        match text[here..].chars().next() {
            _ if found.is_some() => {}
            Some('(' | '[' | '<' | '{') => depth += 1,
            Some(')' | ']' | '>' | '}') if depth > 0 && !text[..here].ends_with('-') => depth -= 1,
            Some(c @ (',' | ')')) if depth == 0 => {
                if seen == number || c == ')' {
                    found = Some(text[start..here].to_string())
                        .filter(|_| seen == number)
                        .or(Some(String::new()));
                }
                seen += 1;
                start = here + 1;
            }
            _ => {}
        }
    });
    let ty =
        found.and_then(|param| Some(param.split_once(':')?.1.trim().strip_prefix('&')?.trim().to_string()));
    ty.is_some_and(|ty| {
        let behind = match ty.strip_prefix('\'') {
            Some(lifetime) => lifetime.trim_start_matches(is_word).trim_start(),
            None => &ty,
        };
        behind.strip_prefix("mut").is_none_or(|rest| rest.starts_with(is_word))
    })
}

/// Behind the bracket that opens them: that of no `Fn(..)` among the generics.
fn parameters(text: &str, name_end: usize) -> Option<usize> {
    let mut angles = 0_usize;
    let mut before = ' ';
    for (at, c) in text[name_end..].char_indices() {
        match c {
            '<' => angles += 1,
            '>' if before != '-' => angles = angles.saturating_sub(1),
            '(' if angles == 0 => return Some(name_end + at + 1),
            _ => {}
        }
        before = c;
    }
    None
}

/// Where the name of the function ends that a call at this place names, and what stands before it, as far as the text tells.
fn definition(text: &str, call: usize, name: &str) -> Option<(usize, String)> {
    let defined = |at: usize| text[..at].trim_end().ends_with("fn");
    if !text.match_indices(name).any(|(at, _)| defined(at)) {
        return None;
    }
    let mut module: Vec<usize> = Vec::new();
    walk(&text[..call], |_, headers, _| {
        let modules = headers.iter().take_while(|h| is_module(&h.text));
        module = modules.map(|h| h.at).collect();
    });
    let (mut found, mut doubt) = (Vec::new(), false);
    walk(text, |at, headers, header| {
        let rest = &text[at..];
        if !rest.starts_with(name) || header.ends_with(is_word) || rest[name.len()..].starts_with(is_word) {
            return;
        }
        doubt |= headers.iter().any(|h| h.text.trim_end().ends_with('!'));
        if headers.iter().map(|h| h.at).eq(module.iter().copied()) {
            found.push((at + name.len(), header.to_string()));
            doubt |= !header.trim_end().ends_with("fn");
        } else if !headers.iter().all(|h| is_module(&h.text)) {
            // Another one, in a function.
            doubt |= header.trim_end().ends_with("fn") || header.trim_start().starts_with("use");
        }
    });
    let only = found.len() == 1 && !doubt;
    found.pop().filter(|_| only)
}

fn is_module(header: &str) -> bool {
    let mut words = header.split_whitespace().rev().skip(1);
    words.next() == Some("mod")
}

/// Are these attributes of the compiler's own?
fn harmless(header: &str) -> bool {
    header.split('#').skip(1).all(|attribute| {
        let name = attribute.trim_start_matches('[').trim_start();
        HARMLESS.iter().any(|known| name.strip_prefix(known).is_some_and(|rest| !rest.starts_with(is_word)))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the comment, string or character that the text begins with; zero: of none.
fn skipped(text: &str, in_word: bool) -> usize {
    let until =
        |from: usize, end: &str| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    if text.starts_with("//") {
        return until(2, "\n");
    }
    if text.starts_with("/*") {
        return until(2, "*/");
    }
    if text.starts_with('"') {
        return quoted(text, '"');
    }
    if let (false, Some(raw)) = (in_word, text.strip_prefix('r')) {
        let hashes = raw.chars().take_while(|c| *c == '#').count();
        if raw[hashes..].starts_with('"') {
            return until(hashes + 2, &format!("\"{}", "#".repeat(hashes)));
        }
    }
    let mut chars = text.chars();
    // `'a'` and `'\n'`, but not the lifetime `'a`.
    match (chars.next(), chars.next(), chars.next()) {
        (Some('\''), Some('\\'), _) => quoted(text, '\''),
        (Some('\''), Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

/// The length of a literal with escapes.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What the words before an opening brace declare.
fn kind(header: &str) -> Place {
    let mut angles = 0_usize;
    let mut words: Vec<String> = vec![String::new()];
    for c in header.chars() {
        match c {
            '<' => angles += 1,
            '>' => angles = angles.saturating_sub(1),
            _ => {}
        }
        match words.last_mut() {
            Some(word) if is_word(c) && angles == 0 => word.push(c),
            // `for<'a>` is no `for`
            Some(word) if c == '<' && word == "for" => word.push(c),
            _ => words.push(String::new()),
        }
    }
    let has = |word: &str| words.iter().any(|w| w == word);
    match () {
        () if has("fn") || has("mod") || header.contains('=') && !has("impl") && !has("trait") => {
            Place::Other
        }
        () if has("trait") || has("impl") && has("for") => Place::Trait,
        () if has("impl") => Place::Impl { closed: !header.contains(['<', '\'']) },
        () => Place::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_function() {
        for (text, place) in [
            ("", Place::Other),
            ("mod m { impl A for B {} ", Place::Other),
            ("impl A for B {} ", Place::Other),
            ("impl Mul<f64> for V3 { type Output = f64; ", Place::Trait),
            ("impl<T: Fn() -> f64> ops::Mul for V<T> where T: Copy { #[grad] ", Place::Trait),
            ("pub(crate) unsafe trait Loss: Sized { fn a() {} ", Place::Trait),
            ("#[doc = \"for {\"] impl V { // for {\n", Place::Impl { closed: true }),
            ("impl<F> V<F> where F: for<'a> Fn(&'a f64) { ", Place::Impl { closed: false }),
            ("impl<const N: usize> V<{ N + 1 }> { ", Place::Impl { closed: false }),
            (
                "impl V { const C: char = '{'; fn a<'a>(x: &'a str) { r#\"{\"#; /* { */ } ",
                Place::Impl { closed: true },
            ),
            ("impl A for B { fn a() { fn b() { ", Place::Other),
            ("impl A for B { fn a() { let f = |x| { ", Place::Other),
        ] {
            assert_eq!(around(text), place, "{text}");
        }
    }

    #[test]
    fn functions_without_the_attribute() {
        let call = "#[grad] fn f(x: f64) -> f64 { /* here */ g(x) } ";
        for (before, after, expected) in [
            ("", "fn g(x: f64) -> f64 { x }", true),
            ("use a::b; #[inline] #[must_use] pub(crate) fn g<T>(x: T) {} ", "", true),
            ("/// fn g\n mod m { fn g() {} } fn h() { let g = 1; } ", "fn g() {}", true),
            ("mod n { mod m { fn g() {} } } mod k { fn g() {} ", "}", true),
            ("mod n { mod m { fn g() {} } } ", "", false),
            ("#[grad] fn g(x: f64) -> f64 { x }", "", false),
            ("#[inline] #[cfg_attr(a, grad)] fn g() {}", "", false),
            ("fn g() {}", "fn g() {}", false),
            ("fn g() {} use m::g;", "", false),
            ("fn g() {} enum g {}", "", false),
            ("make! { g } fn g() {}", "", false),
            ("make!(fn g() {}); ", "", false),
            ("make![fn h() { a(1); } fn g(x: [f64; 3]) {}]; ", "", false),
            ("const A: u8 = make!(a, (b), [c; 2]); fn h() { vec![1, 2]; } fn g() {} ", "", true),
            ("mod m { fn g() {} ", "} fn g() {}", true),
            ("fn g() {} fn h() { use m::g; ", "}", false),
            ("fn g() {} fn h() { #[grad] fn g() {} ", "}", false),
            ("fn gg() {} fn g_() {}", "", false),
            ("", "", false),
        ] {
            let text = format!("{before}{call}{after}");
            let at = before.len() + call.find("g(x)").unwrap_or_default();
            assert_eq!(unmarked(&text, at, "g"), expected, "{text}");
        }
    }

    #[test]
    fn parameters_by_reference() {
        let call = "#[grad] fn f(x: f64) -> f64 { g(x) } ";
        for (definition, expected) in [
            ("#[grad] fn g(n: usize, a: &[f64], b: &mut [f64]) -> f64 { 0.0 }", [false, true, false, false]),
            (
                "fn g<'a, T: Fn(&T, u8) -> &'a T>(a: (u8, &T), mut b: &'a mut V<(T, T)>, c: & 'a V<T, T>) {}",
                [false, false, true, false],
            ),
            ("fn g(a: &mutable, /* , */ b: [&u8; 2],) {}", [true, false, false, false]),
            ("fn g() {} fn h(a: &u8) {}", [false; 4]),
            ("fn g(a: &u8) {} fn g(a: &u8) {}", [false; 4]),
            ("mod m { fn g(a: &u8) {} }", [false; 4]),
        ] {
            let text = format!("{call}{definition}");
            let at = call.find("g(x)").unwrap_or_default();
            let found: Vec<bool> = (0..4).map(|k| shared(&text, at, "g", k)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn lines_and_columns() {
        let text = "a\n  β fn";
        assert_eq!(offset(text, 2, 5).map(|at| &text[at..]), Some("fn"));
        assert_eq!(offset(text, 0, 0), None);
        assert_eq!(offset(text, 9, 1), None);
    }
}
