//! The rule of an operator of the user's, for callers of `a * b`: see `backprop-runtime/src/__private/operators.rs`.
//!
//! ```text
//! const _: () = {
//!     fn __bp_mul(__0: V3, __1: V3) -> V3 { <V3 as Mul<V3>>::mul(__0, __1) }
//!     ..its companion..
//!     impl BinaryVV<V3, V3> for op::Mul { fn forward(a: V3, b: V3) -> .. { __bp_mul::__fwd(a, b) } }
//! };
//! ```

use crate::model::{Operator, OperatorOperand, Options, Pass};
use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;

/// One operand, as the rule's functions see it.
struct Passed {
    name: Ident,
    along: Ident,
    /// As a parameter.
    given: TokenStream,
    /// Its type behind the reference, and that of its tangent.
    ty: TokenStream,
    tangent: TokenStream,
    pass: Pass,
}

impl Passed {
    fn new(operand: &OperatorOperand, name: &str, krate: &TokenStream) -> Self {
        let ty = operand.ty.clone();
        Passed {
            name: format_ident!("__{name}", span = Span::mixed_site()),
            along: format_ident!("__t_{name}", span = Span::mixed_site()),
            given: behind(operand.pass, &ty),
            tangent: q!(<#ty as #krate::Differentiable>::Tangent),
            ty,
            pass: operand.pass,
        }
    }

    /// What the pullback takes for it.
    fn again(&self) -> TokenStream {
        let (ty, tangent) = (&self.ty, &self.tangent);
        let slot = q!(::core::option::Option<&mut #tangent>);
        match self.pass {
            Pass::Value => q!(),
            Pass::Ref => q!(, &#ty, #slot),
            Pass::RefMut => q!(, #slot),
        }
    }

    /// What the pullback returns for it.
    fn back(&self) -> TokenStream {
        match self.pass {
            Pass::Value => self.tangent.clone(),
            Pass::Ref | Pass::RefMut => q!(()),
        }
    }

    fn letter(&self) -> &'static str {
        match self.pass {
            Pass::Value => "V",
            Pass::Ref => "R",
            Pass::RefMut => "",
        }
    }
}

fn behind(pass: Pass, ty: &TokenStream) -> TokenStream {
    match pass {
        Pass::Value => q!(#ty),
        Pass::Ref => q!(&#ty),
        Pass::RefMut => q!(&mut #ty),
    }
}

/// `companion`: that of the operator's function.
pub fn operator(of: &Operator, options: &Options, companion: &TokenStream) -> TokenStream {
    let krate = options.krate.clone().unwrap_or_else(|| q!(::backprop));
    let all: Vec<Passed> = [("a", Some(&of.lhs)), ("b", of.rhs.as_ref())]
        .into_iter()
        .filter_map(|(name, operand)| operand.map(|o| Passed::new(o, name, &krate)))
        .collect();
    let family = match (of.output.is_some(), all.len()) {
        (false, _) => "Assign",
        (true, 1) => "Unary",
        (true, _) => "Binary",
    };
    let letters: String = all.iter().map(Passed::letter).collect();
    let rule = format_ident!("{family}{letters}", span = Span::mixed_site());
    let along_rule = format_ident!("{family}{letters}Along", span = Span::mixed_site());
    let Operator { of: marker, cfgs, name, caller, params, types, bounds, output, .. } = of;
    let name = placed(name);
    let marker = Ident::new(&marker.to_string(), Span::mixed_site());
    let operators = q!(#krate::__private::operators);
    let seed = match output {
        Some(output) => q!(<#output as #krate::Differentiable>::Tangent),
        None => q!(()),
    };
    let (value, associated) = match output {
        Some(output) => (q!(#output), q!(type Output = #output;)),
        None => (q!(()), q!()),
    };
    let tys: Vec<_> = all.iter().map(|p| &p.ty).collect();
    let names: Vec<_> = all.iter().map(|p| &p.name).collect();
    let given: Vec<_> = all.iter().map(|p| &p.given).collect();
    let (again, back): (TokenStream, Vec<_>) =
        (all.iter().map(Passed::again).collect(), all.iter().map(Passed::back).collect());
    let forward = options.forward.then(|| {
        let params_along = all.iter().map(|Passed { name, along, given, pass, tangent, .. }| {
            let tangent = behind(*pass, tangent);
            q!(#name: #given, #along: ::core::option::Option<#tangent>)
        });
        let arguments = all.iter().map(|Passed { name, along, .. }| q!(#name, #along));
        q! {
            impl #params #operators::#along_rule<#(#tys),*> for #operators::op::#marker #bounds {
                #[inline(always)]
                fn along(#(#params_along),*) -> (#value, #seed) {
                    #name::__jvp(#(#arguments),*)
                }
            }
        }
    });
    q! {
        #(#cfgs)*
        const _: () = {
            #[inline]
            #caller
            #companion

            impl #params #operators::#rule<#(#tys),*> for #operators::op::#marker #bounds {
                #associated
                #[inline(always)]
                fn forward(
                    #(#names: #given),*
                ) -> (#value, impl ::core::ops::FnOnce(#seed #again) -> (#(#back,)*) + use<#(#types),*>) {
                    #name::__fwd(#(#names),*)
                }
            }

            #forward
        };
    }
}

fn placed(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().resolved_at(Span::mixed_site()));
    name
}
