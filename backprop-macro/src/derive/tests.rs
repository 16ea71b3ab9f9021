//! Expansions parse, have the promised shape, and errors sit on the user's tokens.

use proc_macro2::TokenStream;
use quote::{quote, ToTokens};
use syn::Item;

use super::expand;

/// The tangent type in the expansion, without docs.
fn tangent_type(input: TokenStream) -> String {
    let file: syn::File = syn::parse2(expand(input)).expect("the expansion is a file");
    let mut item = file.items.into_iter().next().expect("the tangent type");
    let strip = |fields: &mut syn::Fields| fields.iter_mut().for_each(|field| field.attrs.clear());
    match &mut item {
        Item::Struct(item) => {
            item.attrs.clear();
            strip(&mut item.fields);
        }
        Item::Enum(item) => {
            item.attrs.clear();
            item.variants.iter_mut().for_each(|variant| {
                variant.attrs.clear();
                strip(&mut variant.fields);
            });
        }
        other => panic!("not a type: {}", other.to_token_stream()),
    }
    item.to_token_stream().to_string()
}

/// The messages in an expansion that is all errors.
fn messages(input: TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(expand(input)).expect("compile_error! items");
    let message = |item: Item| match item {
        Item::Macro(item) => {
            let text: syn::LitStr = syn::parse2(item.mac.tokens).expect("a message");
            text.value()
        }
        other => panic!("not an error: {}", other.to_token_stream()),
    };
    file.items.into_iter().map(message).collect()
}

fn assert_tangent(input: TokenStream, expected: TokenStream) {
    let expected: Item = syn::parse2(expected).expect("an item");
    assert_eq!(tangent_type(input), expected.to_token_stream().to_string());
}

#[test]
fn named_fields_keep_name_and_visibility_and_passive_ones_are_absent() {
    assert_tangent(
        quote!(
            pub struct Joint {
                pub angle: f64,
                pub(crate) offset: [f32; 3],
                id: usize,
                #[no_grad]
                limit: f64,
            }
        ),
        quote! {
            pub struct JointTangent {
                pub angle: <f64 as ::backprop::Differentiable>::Tangent,
                pub(crate) offset: <[f32; 3] as ::backprop::Differentiable>::Tangent
            }
        },
    );
}

#[test]
fn tuple_fields_keep_their_index() {
    assert_tangent(
        quote!(
            struct Weighted(f64, usize, pub f64, bool);
        ),
        quote! {
            struct WeightedTangent(
                <f64 as ::backprop::Differentiable>::Tangent,
                pub (),
                pub <f64 as ::backprop::Differentiable>::Tangent
            );
        },
    );
}

#[test]
fn unit_structs_and_structs_without_floats() {
    assert_tangent(
        quote!(
            struct Unit;
        ),
        quote!(
            struct UnitTangent;
        ),
    );
    assert_tangent(
        quote!(
            struct Ids {
                a: Vec<u8>,
            }
        ),
        quote!(
            struct IdsTangent {}
        ),
    );
    assert_tangent(
        quote!(
            struct Ids(Option<String>);
        ),
        quote!(
            struct IdsTangent();
        ),
    );
}

#[test]
fn generics_of_passive_fields_are_dropped() {
    assert_tangent(
        quote! {
            struct Model<'a, T: Real + Into<Tag>, Tag, const N: usize> where Tag: Clone {
                w: [T; N], name: &'a str, tag: PhantomData<Tag>,
            }
        },
        quote! {
            struct ModelTangent<T: Real, const N: usize> where T: ::backprop::Differentiable {
                w: <[T; N] as ::backprop::Differentiable>::Tangent
            }
        },
    );
}

#[test]
fn projections_are_bounded_themselves() {
    assert_tangent(
        quote!(
            struct Of<H: Has> {
                thing: Vec<H::Thing>,
            }
        ),
        quote! {
            struct OfTangent<H: Has> where H::Thing: ::backprop::Differentiable {
                thing: <Vec<H::Thing> as ::backprop::Differentiable>::Tangent
            }
        },
    );
}

#[test]
fn self_is_spelled_out() {
    assert_tangent(
        quote!(
            struct Tree<T> {
                value: T,
                kids: Vec<Self>,
            }
        ),
        quote! {
            struct TreeTangent<T> where T: ::backprop::Differentiable {
                value: <T as ::backprop::Differentiable>::Tangent,
                kids: <Vec<Tree<T> > as ::backprop::Differentiable>::Tangent
            }
        },
    );
}

#[test]
fn enums_have_the_same_variants() {
    assert_tangent(
        quote!(
            pub enum Shape {
                Circle { r: f64, id: u8 },
                Tagged(char, f64),
                Name(String),
                Nothing,
            }
        ),
        quote! {
            pub enum ShapeTangent {
                Circle { r: <f64 as ::backprop::Differentiable>::Tangent },
                Tagged((), <f64 as ::backprop::Differentiable>::Tangent),
                Name,
                Nothing
            }
        },
    );
}

#[test]
fn the_crate_path_is_the_users() {
    let code = expand(quote!(
        #[differentiable(crate = ::ad::inner)]
        struct S {
            x: f64,
            #[no_grad]
            y: f64,
        }
    ))
    .to_string();
    assert!(code.contains(":: ad :: inner :: Tangent"));
    assert!(!code.contains("backprop :: "));
}

#[test]
fn raw_identifiers_have_accessors() {
    let code = expand(quote!(
        struct S {
            r#type: f64,
            r#match: u8,
        }
    ))
    .to_string();
    assert!(code.contains("fn __d_type") && code.contains("fn __store_match"));
}

#[test]
fn no_lint_is_allowed_and_every_public_item_is_documented() {
    let code = expand(quote!(
        pub struct S {
            pub x: f64,
            pub n: u8,
        }
    ))
    .to_string();
    assert!(!code.contains("allow") && !code.contains("unsafe"));
    assert_eq!(code.matches("pub fn").count(), code.matches("# [doc (hidden)]").count());
}

#[test]
fn all_errors_of_an_item_are_reported_together() {
    let errors = messages(quote! {
        #[differentiable(krate = a)]
        enum E { #[no_grad] A { #[no_grad(x)] x: f64 }, B(#[differentiable] f64) }
    });
    assert_eq!(
        errors,
        [
            "unknown option: `#[differentiable(..)]` takes `crate = path`",
            "`#[no_grad]` doesn't belong on a variant",
            "`#[no_grad]` takes no arguments",
            "`#[differentiable(..)]` belongs on the type; fields take `#[no_grad]`",
        ]
    );
}

#[test]
fn unions_and_empty_enums_are_refused() {
    assert!(messages(quote!(union U { a: f64, b: u64 }))[0].starts_with("a union has no tangent"));
    assert_eq!(
        messages(quote!(
            enum Never {}
        )),
        ["an enum without variants has no tangent"]
    );
}
