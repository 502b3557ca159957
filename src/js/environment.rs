//! Where the package runs.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/environment.js")]
extern "C" {
    #[wasm_bindgen(js_name = isBrowser)]
    pub(crate) fn is_browser() -> bool;
    #[wasm_bindgen(js_name = hasNodeHttp)]
    pub(crate) fn has_node_http() -> bool;
    #[wasm_bindgen(js_name = isUrl)]
    pub(crate) fn is_url(text: &str) -> bool;
}
