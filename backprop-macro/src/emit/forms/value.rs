//! `value`: the function itself, for code that has only the companion's name.

use super::core::local;
use super::signature::{Item, Signature};
use proc_macro2::TokenStream;

/// `turbofish`: the generic arguments of the function itself.
pub fn item(signature: &Signature<'_>, turbofish: &TokenStream) -> TokenStream {
    let function = &signature.model.ident;
    // A parameter of the function's own name would hide it.
    let hidden = signature.params.iter().any(|p| p.ident == *function);
    let (mut params, mut arguments) = (signature.declarations(), signature.arguments());
    if hidden {
        for (k, param) in signature.params.iter().enumerate() {
            let (name, ty) = (local(&format!("p{k}")), &param.model.ty);
            params[k] = q!(#name: #ty);
            arguments[k] = q!(#name);
        }
    }
    let doc = Some(format!(" [`{function}`] itself."));
    let output = signature.output().clone();
    let body = q!(#function #turbofish(#(#arguments),*));
    signature.item(&signature.public("value"), Item { doc, params, output, body, ..Item::default() })
}
