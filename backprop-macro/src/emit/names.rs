//! The namer: every value and object gets an identifier that nothing else has at that point.
//!
//! The user's own name goes to the first holder, and to a later one when the earlier is not mentioned
//! any more where the name would be hidden; all others get `__x_1`. Ours start with two underscores, are resolved at
//! the definition site of the macro, and differ from every identifier in the user's function, because neither
//! underscores nor hygiene protect from a user's `const` of the same name.

use crate::ir::hash::{HashMap, HashSet};
use crate::source::Source;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use std::rc::Rc;

/// Who may be called by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The representative of a class of values.
    Value(crate::ir::ValueId),
    Mem(crate::ir::MemId),
}

#[derive(Debug, Default)]
pub struct Names {
    /// In the user's code.
    theirs: Rc<HashSet<String>>,
    taken: HashSet<String>,
    /// Innermost last.
    visible: HashMap<String, Vec<Holder>>,
    /// What to hide again at the end of each open scope.
    scopes: Vec<Vec<String>>,
    temporaries: u32,
    /// Per stem: the version to try next.
    versions: HashMap<String, u32>,
}

/// Do both name the same variable? On stable the syntax context shows only in the debug form of the span:
/// `#12 bytes(3..4)`.
pub fn same(a: &Ident, b: &Ident) -> bool {
    let context = |ident: &Ident| {
        let span = format!("{:?}", ident.span());
        span.split_whitespace().next().filter(|s| s.starts_with('#')).map(str::to_string)
    };
    a == b && context(a) == context(b)
}

/// The user's name with the resolution of generated code: no lint takes it for the user's variable.
pub fn ours(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::mixed_site()));
    ident
}

/// The tokens at a place of the user's code, where the compiler reports what is wrong with them; resolved as before.
pub fn placed(tokens: TokenStream, place: Span) -> TokenStream {
    let move_one = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), placed(group.stream(), place)).into();
            token.set_span(place.resolved_at(Span::mixed_site()));
        } else {
            token.set_span(place.resolved_at(token.span()));
        }
        token
    };
    tokens.into_iter().map(move_one).collect()
}

/// The identifier without `r#`.
pub fn bare(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or(text.clone(), str::to_string)
}

/// An identifier of ours; a nonsensical text gives a nonsensical name rather than a panic.
pub fn generated(text: &str, span: Span) -> Ident {
    // No keyword starts with an underscore.
    let ours = text.len() > 2 && text.starts_with("__");
    if ours && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Ident::new(text, span);
    }
    let tokens: Option<Vec<TokenTree>> = text.parse::<TokenStream>().ok().map(|t| t.into_iter().collect());
    match tokens.as_deref() {
        Some([TokenTree::Ident(ident)]) => {
            let mut ident = ident.clone();
            ident.set_span(span);
            ident
        }
        Some(_) | None => Ident::new("__unnamed", span),
    }
}

impl Names {
    /// Takes everything that occurs in the user's code.
    pub fn new(source: &Source, more: &[Ident]) -> Names {
        let theirs = source.words();
        Names { theirs, scopes: vec![Vec::new()], taken: more.iter().map(bare).collect(), ..Names::default() }
    }

    fn is_taken(&self, text: &str) -> bool {
        self.taken.contains(text) || self.theirs.contains(text)
    }

    /// `__x`, or `__x_1` if that is taken.
    pub fn fresh(&mut self, stem: &str) -> Ident {
        let text = format!("__{stem}");
        if self.is_taken(&text) {
            return self.numbered(stem);
        }
        self.make(text)
    }

    /// `__x_1`, `__x_2`: another version of the user's `x`.
    pub fn version(&mut self, of: &Ident) -> Ident {
        self.numbered(&bare(of))
    }

    fn numbered(&mut self, stem: &str) -> Ident {
        let mut k = self.versions.get(stem).copied().unwrap_or(1);
        while self.is_taken(&format!("__{stem}_{k}")) {
            k += 1;
        }
        self.versions.insert(stem.to_string(), k + 1);
        self.make(format!("__{stem}_{k}"))
    }

    /// `__v0`, `__v1`, ..
    pub fn temporary(&mut self) -> Ident {
        loop {
            let text = format!("__v{}", self.temporaries);
            self.temporaries += 1;
            if !self.is_taken(&text) {
                return self.make(text);
            }
        }
    }

    fn make(&mut self, text: String) -> Ident {
        self.taken.insert(text.clone());
        generated(&text, Span::mixed_site())
    }

    /// Who is called so here.
    pub fn holder(&self, name: &Ident) -> Option<Holder> {
        self.visible.get(&bare(name)).and_then(|all| all.last()).copied()
    }

    /// From here to the end of the scope, the user's name means this.
    pub fn hold(&mut self, name: &Ident, holder: Holder) {
        let key = bare(name);
        self.visible.entry(key.clone()).or_default().push(holder);
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(key);
        }
    }

    pub fn open(&mut self) {
        self.scopes.push(Vec::new());
    }

    pub fn close(&mut self) {
        for key in self.scopes.pop().unwrap_or_default() {
            if let Some(all) = self.visible.get_mut(&key) {
                all.pop();
            }
        }
    }
}

/// Do the buffers hold nothing yet? A constant parameter.
pub fn empty() -> Ident {
    generated("__EMPTY", Span::mixed_site())
}

/// How many lanes: a constant parameter.
pub fn lanes() -> Ident {
    generated("__K", Span::mixed_site())
}

/// How many blocks of lanes: a constant parameter.
pub fn blocks() -> Ident {
    generated("__B", Span::mixed_site())
}

/// The same tokens elsewhere in the user's code, where an error about them belongs.
pub fn relocated(tokens: TokenStream, at: Span) -> TokenStream {
    let all = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), relocated(group.stream(), at));
            moved.set_span(group.span().located_at(at));
            TokenTree::Group(moved)
        }
        mut other @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => {
            other.set_span(other.span().located_at(at));
            other
        }
    });
    all.collect()
}

#[cfg(test)]
mod tests {
    use super::{Holder, Names};
    use crate::ir::MemId;
    use crate::source::Source;
    use proc_macro2::{Ident, Span};
    use quote::quote;

    #[test]
    fn avoids_the_users_identifiers() {
        let mut source = Source::default();
        source.code(quote!(f(__x_1, { __v0 })));
        let mut names = Names::new(&source, &[]);
        assert_eq!(names.version(&Ident::new("x", Span::call_site())).to_string(), "__x_2");
        assert_eq!(names.temporary().to_string(), "__v1");
        assert_eq!(names.version(&Ident::new_raw("type", Span::call_site())).to_string(), "__type_1");
    }

    #[test]
    fn a_scope_hides_and_shows() {
        let mut names = Names::new(&Source::default(), &[]);
        let x = Ident::new("x", Span::call_site());
        names.hold(&x, Holder::Mem(MemId(0)));
        names.open();
        names.hold(&x, Holder::Mem(MemId(1)));
        assert_eq!(names.holder(&x), Some(Holder::Mem(MemId(1))));
        names.close();
        assert_eq!(names.holder(&x), Some(Holder::Mem(MemId(0))));
    }
}
