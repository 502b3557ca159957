//! Reads an answer's body, up to a limit.

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Longer than any answer of PayStar's: a status with thousands of history entries has less.
pub(crate) const LONGEST_ANSWER: usize = 4 * 1024 * 1024;
/// Why a longer one cannot be used.
pub(crate) const TOO_LONG: &str = "it is longer than 4 MiB";

#[wasm_bindgen]
extern "C" {
    // Structural and catching: an injected `fetch` may answer with a response of another library.
    type AnyResponse;
    #[wasm_bindgen(method, catch, js_name = arrayBuffer)]
    fn array_buffer(this: &AnyResponse) -> Result<JsValue, JsValue>;

    type AnyStream;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn get_reader(this: &AnyStream) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<JsValue, JsValue>;
}

/// Why a body could not be read.
pub(crate) enum BodyError {
    /// The stream failed.
    Broken(JsValue),
    /// It is longer than the limit.
    TooLong,
}

impl From<JsValue> for BodyError {
    fn from(error: JsValue) -> Self {
        Self::Broken(error)
    }
}

pub(crate) async fn read(response: &JsValue) -> Result<Vec<u8>, BodyError> {
    let stream = Reflect::get(response, &"body".into())?;
    if stream.is_null() {
        return Ok(Vec::new());
    }
    if stream.is_object() && Reflect::get(&stream, &"getReader".into())?.is_function() {
        return read_stream(stream.unchecked_ref()).await;
    }
    let buffer = settle(response.unchecked_ref::<AnyResponse>().array_buffer()?).await?;
    let bytes = Uint8Array::new(&buffer.dyn_into::<ArrayBuffer>()?.into());
    if bytes.length() as usize > LONGEST_ANSWER {
        return Err(BodyError::TooLong);
    }
    Ok(bytes.to_vec())
}

async fn read_stream(stream: &AnyStream) -> Result<Vec<u8>, BodyError> {
    let reader = stream.get_reader()?;
    let mut body = Vec::new();
    loop {
        let part = settle(reader.read()?).await?;
        if Reflect::get(&part, &"done".into())?.is_truthy() {
            return Ok(body);
        }
        let bytes = Reflect::get(&part, &"value".into())?.dyn_into::<Uint8Array>()?;
        if body.len().saturating_add(bytes.length() as usize) > LONGEST_ANSWER {
            if let Ok(cancelled) = reader.cancel() {
                // Awaited by nobody, so its failure must not count as unhandled.
                wasm_bindgen_futures::spawn_local(async move {
                    let _ = settle(cancelled).await;
                });
            }
            return Err(BodyError::TooLong);
        }
        body.extend_from_slice(&bytes.to_vec());
    }
}

/// Awaits a promise, or takes a value that is none.
pub(crate) async fn settle(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}
