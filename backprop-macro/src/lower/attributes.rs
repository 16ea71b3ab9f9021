//! The attributes of an expression, of whatever form.

use syn::{Attribute, Expr};

macro_rules! attributes {
    ($($form:ident)*) => {
        pub fn of(e: &Expr) -> &[Attribute] {
            match e {
                $(Expr::$form(e) => &e.attrs,)*
                // Tokens that syn does not read, and forms to come: refused where they are lowered.
                _ => &[],
            }
        }

        pub fn of_mut(e: &mut Expr) -> Option<&mut Vec<Attribute>> {
            match e {
                $(Expr::$form(e) => Some(&mut e.attrs),)*
                _ => None,
            }
        }
    };
}
attributes! {
    Array Assign Async Await Binary Block Break Call Cast Closure Const Continue Field ForLoop Group If Index
    Infer Let Lit Loop Macro Match MethodCall Paren Path Range RawAddr Reference Repeat Return Struct Try TryBlock
    Tuple Unary Unsafe While Yield
}
