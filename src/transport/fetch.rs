//! Builds requests for `fetch`, and reads the bodies of its responses.

// wasm-bindgen exports only what is public.
#![allow(unreachable_pub)]

use gloo_net::http::Headers;
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestInit, RequestRedirect};

/// Longer than any answer of PayStar: a status with thousands of history entries has less.
const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// More empty pieces than any stream has. They would keep everything else from running.
const MOST_EMPTY_PIECES: u32 = 1000;

#[wasm_bindgen]
extern "C" {
    /// The pieces of a body, as `fetch.js` reads them.
    pub type Pieces;
    /// Resolves to the next piece, or to `undefined` after the last one.
    #[wasm_bindgen(method)]
    fn next(this: &Pieces) -> Promise;
}

/// What `fetch` is called with: a URL and the options of a request. `message` has the method, the URL, and the name and
/// the value of each header in lines of their own, then an empty line and the body.
#[wasm_bindgen(js_name = fetchArguments, skip_typescript)]
pub fn fetch_arguments(message: &str, signal: &AbortSignal) -> Array {
    let (head, body) = message.split_once("\n\n").unwrap_or((message, ""));
    let mut lines = head.split('\n');
    let (method, url) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let headers = Headers::new();
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        headers.set(name, value);
    }
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers.into_raw());
    // A redirect would carry the card data to another place.
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(signal));
    if !body.is_empty() {
        init.set_body(&JsValue::from_str(body));
    }
    Array::of2(&url.into(), &init)
}

/// Reads a body: its bytes, or `undefined` if it is too long. It rejects if a piece cannot be read.
#[wasm_bindgen(js_name = readBody, skip_typescript)]
pub fn read_body(pieces: Pieces) -> Promise {
    wasm_bindgen_futures::future_to_promise(async move {
        let (mut body, mut empty) = (Vec::new(), 0_u32);
        loop {
            let piece = JsFuture::from(pieces.next()).await?;
            if piece.is_undefined() {
                return Ok(Uint8Array::from(body.as_slice()).into());
            }
            let piece: Uint8Array = piece.unchecked_into();
            let length = piece.length() as usize;
            empty = if length == 0 { empty.saturating_add(1) } else { 0 };
            if empty > MOST_EMPTY_PIECES {
                return Err(JsError::new("The body of the response never ends, and has no content.").into());
            }
            if body.len().saturating_add(length) > LONGEST_ANSWER {
                return Ok(JsValue::UNDEFINED);
            }
            body.extend_from_slice(&piece.to_vec());
        }
    })
}
