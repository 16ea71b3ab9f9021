//! What a function with `#[grad]` stands in. The attribute sees the function alone; but beside a method of a trait its
//! siblings would be a dozen errors of the compiler's, none of which says what is wrong.
//!
//! ```text
//! impl Mul for V3 { #[grad] fn mul(self, ..) }   →   Place::Trait
//! ```
//! So the source file is looked at, to refuse with a good message what would not compile anyway. Where it can't be read
//! (a function made by a macro, an editor's unsaved text), the place is `Other`. What the gradient computes never depends on
//! it: only what is refused, and a bound that makes one error of many.

use proc_macro2::{Span, TokenStream, TokenTree};
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

/// The spans of the item's first token and of its `fn`.
#[allow(clippy::incompatible_msrv, reason = "older compilers take the methods of `Position`")]
fn look(first: Span, keyword: Span) -> Option<Place> {
    // A function that a macro has made is somewhere else than its tokens.
    if !proc_macro::is_available() || !format!("{keyword:?}").starts_with("#0 ") {
        return None;
    }
    if first.unwrap().column() == 1 {
        // Nobody writes a method at the edge: spares reading the file.
        return None;
    }
    let span = keyword.unwrap();
    let text = std::fs::read_to_string(span.local_file()?).ok()?;
    let start = offset(&text, span.line(), span.column())?;
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
    let mut headers: Vec<String> = Vec::new();
    let mut header = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = skipped(rest, header.ends_with(is_word));
        if length > 0 {
            rest = &rest[length..];
            header.push(' ');
            continue;
        }
        match c {
            '{' => headers.push(std::mem::take(&mut header)),
            // `V<{ N + 1 }>` goes on after its braces.
            '}' => header = headers.pop().filter(|h| h.trim_end().ends_with(['<', ','])).unwrap_or_default(),
            ';' => header.clear(),
            _ => header.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    headers.last().map_or(Place::Other, |header| kind(header))
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
    fn lines_and_columns() {
        let text = "a\n  β fn";
        assert_eq!(offset(text, 2, 5).map(|at| &text[at..]), Some("fn"));
        assert_eq!(offset(text, 0, 0), None);
        assert_eq!(offset(text, 9, 1), None);
    }
}
