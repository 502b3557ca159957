//! The class `Sandbox`.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Date, Promise};
use wasm_bindgen::prelude::*;

use crate::protocol::failure::Failure;
use crate::sandbox::config::SandboxConfig;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::{self, Arrival};

use super::input;
use super::output::to_error;

#[wasm_bindgen(typescript_custom_section)]
const SHARED: &str = include_str!("shared.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("sandbox.d.ts");

#[wasm_bindgen(module = "/src/js/serve.js")]
extern "C" {
    #[wasm_bindgen(js_name = toFetch)]
    fn to_fetch(handle: &JsValue) -> JsValue;
    #[wasm_bindgen(js_name = listen)]
    fn listen(handle: &JsValue, port: &JsValue) -> Promise;
}

/// 2026-01-01T00:00:00Z: where a manual clock begins.
const MANUAL_START_MS: f64 = 1_767_225_600_000.0;

/// A simulated PayStar, for tests, demos and development. It is built from what PayStar documents; what is not
/// documented (such as the answer for an unknown id: 404 here) is the sandbox's own.
///
/// Some amounts choose an outcome, whatever the currency: `4063` fails for insufficient funds, `4061` and `4062`
/// at the issuer, `4031` and `4034` before the gateway, `4012` at the gateway; `4100` stays `Created`, `4101` stays
/// `Processing`; `4200` is refused with `LIMITS_ERROR`, `4423` with 423. All others succeed.
#[wasm_bindgen]
pub struct Sandbox {
    world: Rc<World>,
    handle: JsValue,
    fetch: JsValue,
}

struct World {
    sandbox: RefCell<sandbox::Sandbox>,
    /// Milliseconds that `advance` added.
    advanced: Cell<f64>,
    has_manual_clock: bool,
}

impl World {
    fn now(&self) -> f64 {
        let clock = if self.has_manual_clock { MANUAL_START_MS } else { Date::now() };
        clock + self.advanced.get()
    }
}

#[wasm_bindgen]
impl Sandbox {
    /// Makes an empty sandbox.
    ///
    /// @throws ConfigurationError where an option is wrong; `issues` names each.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "SandboxOptions")] options: &JsValue,
    ) -> Result<Sandbox, JsValue> {
        let config = SandboxConfig::read(&input::read(options))
            .map_err(|issues| to_error(&Failure::options(issues), None))?;
        let world = Rc::new(World {
            has_manual_clock: config.has_manual_clock,
            sandbox: RefCell::new(sandbox::Sandbox::new(config)),
            advanced: Cell::new(0.0),
        });
        let handle = handler(&world);
        Ok(Self { fetch: to_fetch(&handle), handle, world })
    }

    /// Answers a request in this process, without a network. It is bound, so it can be given away:
    /// `new PayStar({ …, baseUrl: "http://sandbox", fetch: sandbox.fetch })`.
    #[wasm_bindgen(getter, unchecked_return_type = "(request: Request) => Promise<Response>")]
    pub fn fetch(&self) -> JsValue {
        self.fetch.clone()
    }

    /// Serves HTTP on 127.0.0.1 (Node only). Without a port, a free one is taken.
    #[wasm_bindgen(unchecked_return_type = "Promise<SandboxServer>")]
    pub fn listen(
        &self,
        #[wasm_bindgen(unchecked_optional_param_type = "number")] port: &JsValue,
    ) -> Promise {
        listen(&self.handle, port)
    }

    /// Moves the sandbox's clock forward by milliseconds: orders move on with it.
    pub fn advance(&self, ms: f64) {
        if ms.is_finite() && ms > 0.0 {
            self.world.advanced.set(self.world.advanced.get() + ms);
        }
    }

    /// The sandbox's time, in milliseconds since 1970.
    pub fn now(&self) -> f64 {
        self.world.now()
    }

    /// Chooses what becomes of the order with this id, instead of what its amount says. The order must not exist
    /// yet.
    ///
    /// @throws ConfigurationError where the scenario is wrong.
    #[wasm_bindgen(js_name = setScenario)]
    pub fn set_scenario(
        &self,
        #[wasm_bindgen(js_name = externalTransactionId)] external_transaction_id: &str,
        #[wasm_bindgen(unchecked_param_type = "Scenario")] scenario: &JsValue,
    ) -> Result<(), JsValue> {
        let scenario = Scenario::read("scenario", &input::read(scenario))
            .map_err(|issues| to_error(&Failure::options(issues), None))?;
        self.world.sandbox.borrow_mut().set_scenario(external_transaction_id, scenario);
        Ok(())
    }

    /// How many orders the sandbox has made.
    #[wasm_bindgen(getter, js_name = orderCount)]
    pub fn order_count(&self) -> usize {
        self.world.sandbox.borrow().order_count()
    }
}

/// `(method, path, authorization, body) => [status, body]`. JS owns it, so a server outlives its `Sandbox`.
fn handler(world: &Rc<World>) -> JsValue {
    let world = Rc::clone(world);
    let handle = move |method: String,
                       path: String,
                       authorization: Option<String>,
                       body: Vec<u8>|
          -> JsValue {
        let arrival =
            Arrival { method: &method, path: &path, authorization: authorization.as_deref(), body: &body };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let answer = world.sandbox.borrow_mut().answer(&arrival, world.now() as u64);
        js_sys::Array::of2(&answer.status.into(), &answer.body.into()).into()
    };
    Closure::<dyn FnMut(String, String, Option<String>, Vec<u8>) -> JsValue>::new(handle).into_js_value()
}
