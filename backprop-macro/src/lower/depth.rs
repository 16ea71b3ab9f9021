//! Refuses code that is nested so deeply that parsing or lowering it could overflow the stack.
//!
//! ```text
//! ((((… 400 times …))))   →   E30, before anything recursive looks at it
//! ```
//!
//! It works on tokens, without recursion.

use crate::diag::{catalog, Errors};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Brackets within brackets.
const NESTING: usize = 330;
/// Operators or `else`s in a row within one pair of brackets, without `;` or `,` between them.
const CHAIN: usize = 2400;
/// `else` within one pair of brackets, without `;` between them.
const ELSES: usize = 400;
/// Prefix operators or opening angle brackets in a row.
const PREFIXES: usize = 150;

/// What has been seen since the last separator.
#[derive(Default)]
struct Run {
    operators: usize,
    elses: usize,
    prefixes: usize,
    angles: usize,
}

/// An error if the code is nested too deeply.
pub fn check(tokens: &TokenStream) -> Result<(), Errors> {
    let mut stack = vec![(tokens.clone().into_iter(), Run::default())];
    while let Some((iter, run)) = stack.last_mut() {
        let Some(token) = iter.next() else {
            stack.pop();
            continue;
        };
        let span = token.span();
        if let Some((what, limit)) = advance(run, &token) {
            return Err(catalog::too_deep(span.into(), what, &limit.to_string()).into());
        }
        if let TokenTree::Group(group) = token {
            if stack.len() > NESTING {
                let what = "brackets are nested too deeply";
                return Err(catalog::too_deep(span.into(), what, &NESTING.to_string()).into());
            }
            stack.push((group.stream().into_iter(), Run::default()));
        }
    }
    Ok(())
}

/// Counts one token; what there is too much of.
fn advance(run: &mut Run, token: &TokenTree) -> Option<(&'static str, usize)> {
    match token {
        TokenTree::Punct(p) => match p.as_char() {
            ';' | ',' => *run = Run::default(),
            '.' => run.prefixes = 0,
            '<' => {
                run.angles += 1;
                run.operators += 1;
            }
            '>' => {
                run.angles = run.angles.saturating_sub(1);
                run.operators += 1;
            }
            _ => {
                run.operators += 1;
                run.prefixes += 1;
            }
        },
        TokenTree::Ident(ident) => match ident.to_string().as_str() {
            "else" => {
                run.elses += 1;
                run.prefixes = 0;
            }
            "return" | "break" | "move" | "mut" | "let" | "match" | "loop" | "while" | "in" | "dyn"
            | "for" | "if" => {
                run.prefixes += 1;
            }
            _ => run.prefixes = 0,
        },
        TokenTree::Literal(_) => run.prefixes = 0,
        TokenTree::Group(group) => {
            run.prefixes = 0;
            if group.delimiter() == Delimiter::Brace {
                run.operators = 0;
                run.angles = 0;
            } else {
                run.operators += 1;
            }
        }
    }
    if run.operators > CHAIN {
        Some(("too many operators in one expression", CHAIN))
    } else if run.elses > ELSES {
        Some(("too many `else`s in one chain", ELSES))
    } else if run.prefixes > PREFIXES {
        Some(("too many operators in a row", PREFIXES))
    } else if run.angles > CHAIN / 4 {
        Some(("too many angle brackets", CHAIN / 4))
    } else {
        None
    }
}
