//! The way out of JS: what sends, timers, the clock and chance, for one call.

use js_sys::Math;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::protocol::http::{HttpAnswer, HttpRequest};

use super::drive::Wire;
use super::send::{NoAnswer, Transport};
use super::watch;

#[wasm_bindgen]
extern "C" {
    // Unlike the date, it does not jump when somebody sets the clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic_now() -> f64;
}

/// What the requests of one call are sent through.
pub(crate) struct Link<'a> {
    pub(crate) transport: &'a Transport,
    pub(crate) signal: Option<&'a AbortSignal>,
}

impl Wire for Link<'_> {
    type Cause = Option<JsValue>;

    async fn exchange(&self, request: &HttpRequest, limit_ms: u32) -> Result<HttpAnswer, NoAnswer> {
        self.transport.exchange(request, limit_ms, self.signal).await
    }

    async fn sleep(&self, ms: u64) -> bool {
        let ms = u32::try_from(ms).unwrap_or(u32::MAX);
        // A platform that cannot make a timer only waits too short.
        watch::sleep(ms, self.signal).await.unwrap_or(true)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn now(&self) -> u64 {
        monotonic_now() as u64
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn random(&self) -> u32 {
        (Math::random() * f64::from(u32::MAX)) as u32
    }
}
