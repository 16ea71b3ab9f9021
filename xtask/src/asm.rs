//! Reads x86-64 assembly (AT&T syntax) as rustc emits it: functions, what they call, their innermost loops.

use std::collections::{BTreeMap, BTreeSet};

/// The instructions and local labels of one function.
type Body<'a> = Vec<&'a str>;

/// The functions of an assembly file, by symbol.
pub struct Assembly<'a>(BTreeMap<&'a str, Body<'a>>);

impl<'a> Assembly<'a> {
    /// Splits a file into functions.
    pub fn parse(text: &'a str) -> Self {
        let mut functions: BTreeMap<&str, Body> = BTreeMap::new();
        let mut current = None;
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default().trim();
            match line.strip_suffix(':') {
                Some(label) if !label.starts_with(".L") => current = Some(label),
                _ if line.is_empty() || line.starts_with('.') && !line.ends_with(':') => {}
                _ => {
                    if let Some(name) = current {
                        functions.entry(name).or_default().push(line);
                    }
                }
            }
        }
        Self(functions)
    }

    /// The bodies of the function whose symbol contains `name`, and of all it calls in this file.
    pub fn reachable(&self, name: &str) -> Vec<&Body<'a>> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.0.keys().copied().filter(|symbol| symbol.contains(name)).collect();
        while let Some(symbol) = open.pop() {
            if let (Some(body), true) = (self.0.get(symbol), seen.insert(symbol)) {
                open.extend(body.iter().filter_map(|line| target(line)));
            }
        }
        seen.into_iter().filter_map(|symbol| self.0.get(symbol)).collect()
    }
}

/// The symbol that a call or jump goes to.
fn target(line: &str) -> Option<&str> {
    let (operation, operand) = line.split_once(char::is_whitespace)?;
    let operand = operand.trim().trim_start_matches('*').split(['@', '(']).next()?;
    (operation.starts_with("call") || operation.starts_with('j')).then_some(operand)
}

/// The innermost loops of a body: from a label to a jump back to it, without another such loop inside.
pub fn innermost_loops<'b, 'a>(body: &'b Body<'a>) -> Vec<&'b [&'a str]> {
    let label_at = |name: &str| body.iter().position(|line| line.strip_suffix(':') == Some(name));
    let loops: Vec<(usize, usize)> = body
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with('j'))
        .filter_map(|(end, line)| {
            label_at(target(line)?).filter(|start| *start < end).map(|start| (start, end))
        })
        .collect();
    let contains = |a: &(usize, usize), b: &(usize, usize)| a != b && a.0 <= b.0 && b.1 <= a.1;
    loops
        .iter()
        .filter(|outer| !loops.iter().any(|inner| contains(outer, inner)))
        .map(|(start, end)| &body[*start..=*end])
        .collect()
}

/// Whether a loop has an instruction of this name.
pub fn has(lines: &[&str], operation: &str) -> bool {
    lines.iter().any(|line| line.split_whitespace().next() == Some(operation))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
\t.section .text
_ZN1v3dotE:
\tpushq %rax
\tcallq _ZN1v5innerE
\tjmp _ZN1v4tailE@PLT
_ZN1v5innerE:
.LBB1_1:
\txorl %eax, %eax
.LBB1_2:
\tmovupd (%rdi), %xmm0 # a comment
\tmulpd %xmm1, %xmm0
\tjne .LBB1_2
\tjne .LBB1_1
\tretq
_ZN1v4tailE:
\taddsd %xmm1, %xmm0
\tretq
_ZN1v5otherE:
\taddpd %xmm1, %xmm0
";

    #[test]
    fn finds_callees_and_innermost_loops() {
        let assembly = Assembly::parse(TEXT);
        let bodies = assembly.reachable("3dotE");
        assert_eq!(bodies.len(), 3, "the function, its callee, its tail call");
        let loops: Vec<_> = bodies.iter().flat_map(|body| innermost_loops(body)).collect();
        assert_eq!(loops.len(), 1, "the outer loop is not innermost");
        assert!(has(loops[0], "mulpd") && !has(loops[0], "addpd"));
    }
}
