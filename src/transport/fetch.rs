//! Builds the headers of requests for `fetch`, and reads the bodies of its responses.

// A function that returns one JavaScript value can end the whole process: V8 in Node 20 fails if it drops optimized code of
// the caller meanwhile. wasm-bindgen writes a `Result` as several numbers, which is safe. js-tests/engine-bugs.test.mjs has
// an example.
#![allow(clippy::unnecessary_wraps)]
// wasm-bindgen exports only public functions, and passes values as owned values.
#![allow(unreachable_pub, clippy::needless_pass_by_value)]

use gloo_net::http::Headers;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Longer than any response of PayStar: a status with thousands of history entries is shorter.
const LONGEST_RESPONSE: usize = 4 * 1024 * 1024;
/// No stream has more empty pieces in a row. An endless series of them would block all other code.
const MOST_EMPTY_PIECES: u32 = 1000;

#[wasm_bindgen]
extern "C" {
    /// The pieces of a body. `fetch.js` reads them.
    pub type Pieces;
    /// Resolves to the next piece, or to `undefined` after the last one.
    #[wasm_bindgen(method)]
    fn next(this: &Pieces) -> Promise;
}

/// The headers of a request. `lines` has a line for each name and each value.
#[wasm_bindgen(js_name = makeHeaders, skip_typescript)]
pub fn make_headers(lines: Vec<u8>) -> Result<JsValue, JsValue> {
    let headers = Headers::new();
    let lines = core::str::from_utf8(&lines).unwrap_or_default();
    let mut lines = lines.split('\n');
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        headers.set(name, value);
    }
    Ok(headers.into_raw().into())
}

/// Reads a body: its bytes, or `undefined` if it is too long. It rejects if a piece cannot be read.
#[wasm_bindgen(js_name = readBody, skip_typescript)]
pub fn read_body(pieces: Pieces) -> Result<Promise, JsValue> {
    Ok(wasm_bindgen_futures::future_to_promise(async move {
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
            if body.len().saturating_add(length) > LONGEST_RESPONSE {
                return Ok(JsValue::UNDEFINED);
            }
            body.extend_from_slice(&piece.to_vec());
        }
    }))
}
