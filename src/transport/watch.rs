//! What can end an attempt early: its time limit and the caller's signal.

use core::cell::{Cell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::{Poll, Waker};
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    // Bound here, not taken from a `Window`, so that they are there in every runtime. Node answers with an
    // object, browsers with a number.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Closure<dyn FnMut()>, ms: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// Why an attempt ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The time limit.
    Timeout,
    /// The caller's signal.
    Aborted,
}

#[derive(Default)]
struct State {
    stop: Cell<Option<Stop>>,
    waker: RefCell<Option<Waker>>,
}

impl State {
    fn stop(&self, why: Stop) {
        if self.stop.get().is_none() {
            self.stop.set(Some(why));
            if let Some(waker) = self.waker.take() {
                waker.wake();
            }
        }
    }
}

/// One attempt's clock, from its first byte to the last byte of the answer. Dropping it stops the clock and
/// lets go of the caller's signal, which may live much longer than the attempt.
pub(crate) struct Watch {
    state: Rc<State>,
    controller: AbortController,
    timer: JsValue,
    _on_timeout: Closure<dyn FnMut()>,
    caller: Option<(AbortSignal, Closure<dyn FnMut()>)>,
}

impl Watch {
    pub(crate) fn start(timeout_ms: u32, signal: Option<&AbortSignal>) -> Result<Self, JsValue> {
        let state = Rc::new(State::default());
        let controller = AbortController::new()?;
        let caller = match signal {
            Some(signal) => {
                let on_abort = stopper(&state, Stop::Aborted);
                signal.add_event_listener_with_callback("abort", on_abort.as_ref().unchecked_ref())?;
                Some((signal.clone(), on_abort))
            }
            None => None,
        };
        let on_timeout = stopper(&state, Stop::Timeout);
        let timer = set_timeout(&on_timeout, timeout_ms);
        Ok(Self { state, controller, timer, _on_timeout: on_timeout, caller })
    }

    /// What `fetch` listens to.
    pub(crate) fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Awaits something for as long as nothing ends the attempt. It ends even where the thing awaited never
    /// does: an injected `fetch` may ignore its signal.
    pub(crate) async fn race<F: Future>(&self, awaited: F) -> Result<F::Output, Stop> {
        let mut awaited = pin!(awaited);
        let stopped = poll_fn(|context| {
            // Before the poll: what is awaited may run the caller's code, which may abort.
            self.state.waker.replace(Some(context.waker().clone()));
            if let Some(why) = self.state.stop.get() {
                return Poll::Ready(Err(why));
            }
            awaited.as_mut().poll(context).map(Ok)
        });
        let result = stopped.await;
        if result.is_err() {
            self.controller.abort();
        }
        result
    }
}

/// Waits. `false` where the caller's signal ended it, or had ended it before.
pub(crate) async fn sleep(ms: u32, signal: Option<&AbortSignal>) -> Result<bool, JsValue> {
    if signal.is_some_and(AbortSignal::aborted) {
        return Ok(false);
    }
    let watch = Watch::start(ms, signal)?;
    Ok(watch.race(core::future::pending::<()>()).await != Err(Stop::Aborted))
}

fn stopper(state: &Rc<State>, why: Stop) -> Closure<dyn FnMut()> {
    let state = Rc::clone(state);
    Closure::new(move || state.stop(why))
}

impl Drop for Watch {
    fn drop(&mut self) {
        clear_timeout(&self.timer);
        if let Some((signal, on_abort)) = &self.caller {
            // A signal that cannot let go of a listener only keeps it longer.
            let _ = signal.remove_event_listener_with_callback("abort", on_abort.as_ref().unchecked_ref());
        }
    }
}
