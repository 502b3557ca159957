//! The class `Sandbox`.

use core::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use js_sys::{Array, Date, Promise};
use wasm_bindgen::prelude::*;

use crate::model::issue::{IssueCode, Issues};
use crate::protocol::endpoint::Pipeline;
use crate::protocol::failure::Failure;
use crate::sandbox::config::SandboxConfig;
use crate::sandbox::faults::{FaultRule, Reply, Sending};
use crate::sandbox::scenario::Scenario;
use crate::sandbox::{self, Arrival};

use super::input;
use super::output::{to_error, to_js};

#[wasm_bindgen(typescript_custom_section)]
const SHARED: &str = include_str!("shared.d.ts");

#[wasm_bindgen(typescript_custom_section)]
const SURFACE: &str = include_str!("sandbox.d.ts");

#[wasm_bindgen(module = "/src/js/in_process.js")]
extern "C" {
    #[wasm_bindgen(js_name = toFetch)]
    fn to_fetch(handle: &JsValue, courier: &Courier) -> JsValue;
}

#[wasm_bindgen(module = "/src/js/serve.js")]
extern "C" {
    #[wasm_bindgen(js_name = listen)]
    fn listen(handle: &JsValue, courier: &Courier, port: &JsValue) -> Promise;
}

#[wasm_bindgen(module = "/src/js/courier.js")]
extern "C" {
    type Courier;
    #[wasm_bindgen(js_name = makeCourier)]
    fn make_courier(due: &JsValue, answered: &JsValue, wait: &JsValue, has_manual_clock: bool) -> Courier;
    #[wasm_bindgen(method)]
    fn advanced(this: &Courier);
    #[wasm_bindgen(method)]
    fn changed(this: &Courier);
    #[wasm_bindgen(method)]
    fn settle(this: &Courier) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    /// A request, as serve.js hands it over.
    type Received;
    #[wasm_bindgen(method, getter)]
    fn method(this: &Received) -> String;
    #[wasm_bindgen(method, getter)]
    fn target(this: &Received) -> String;
    #[wasm_bindgen(method, getter)]
    fn authorization(this: &Received) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn host(this: &Received) -> Option<String>;
    #[wasm_bindgen(method, getter, js_name = namedHost)]
    fn named_host(this: &Received) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn address(this: &Received) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn origin(this: &Received) -> String;
    #[wasm_bindgen(method, getter)]
    fn body(this: &Received) -> Vec<u8>;
}

/// 2026-01-01T00:00:00Z: where a manual clock begins.
const MANUAL_START_MS: f64 = 1_767_225_600_000.0;

/// A simulated PayStar, for tests, demos and development: payouts, deposits of all kinds with their hosted page,
/// balances, callbacks. It is built from what PayStar documents; what is not documented (such as the answer for an
/// unknown id: 404 here) is the sandbox's own.
///
/// Some amounts choose an outcome, whatever the currency: `4063` fails for insufficient funds, `4061` and `4062`
/// at the issuer, `4031` and `4034` before the gateway, `4012` at the gateway; `4100` stays `Created`, `4101` stays
/// `Processing`; `4200` is refused with `LIMITS_ERROR`, `4423` with 423. All others succeed.
#[wasm_bindgen]
pub struct Sandbox {
    world: Rc<World>,
    handle: JsValue,
    fetch: JsValue,
    courier: Courier,
}

struct World {
    sandbox: RefCell<sandbox::Sandbox>,
    /// Milliseconds that `advance` and jumps of the clock added.
    advanced: Cell<f64>,
    has_manual_clock: bool,
}

impl World {
    fn now(&self) -> f64 {
        let clock = if self.has_manual_clock { MANUAL_START_MS } else { Date::now() };
        clock + self.advanced.get()
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn whole_now(&self) -> u64 {
        self.now() as u64
    }

    /// Milliseconds until callbacks are due. By hand, time does not come by itself.
    #[allow(clippy::cast_precision_loss)]
    fn callback_wait(&self) -> Option<f64> {
        let wait = self.sandbox.borrow().next_callback_at()?.saturating_sub(self.whole_now());
        (wait == 0 || !self.has_manual_clock).then_some(wait as f64)
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
        let config = SandboxConfig::read(&input::take(options).read())
            .map_err(|issues| to_error(&Failure::options(issues), None))?;
        let world = Rc::new(World {
            has_manual_clock: config.has_manual_clock,
            sandbox: RefCell::new(sandbox::Sandbox::new(config)),
            advanced: Cell::new(0.0),
        });
        let handle = handler(&world);
        let courier = courier(&world);
        Ok(Self { fetch: to_fetch(&handle, &courier), handle, courier, world })
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
        listen(&self.handle, &self.courier, port)
    }

    /// Moves the sandbox's clock forward by milliseconds: orders move on with it, and callbacks that are due then
    /// begin to leave. `settle` waits for them.
    pub fn advance(&self, ms: f64) {
        if ms.is_finite() && ms > 0.0 {
            self.world.advanced.set(self.world.advanced.get() + ms);
        }
        self.courier.advanced();
    }

    /// Sends all callbacks that are due now, and waits until each was answered or given up for now. Attempts that are
    /// due later are not waited for.
    #[wasm_bindgen(unchecked_return_type = "Promise<void>")]
    pub fn settle(&self) -> Promise {
        self.courier.settle()
    }

    /// The last 1 000 callbacks that were sent, in the order of their first attempts.
    #[wasm_bindgen(js_name = listCallbacks, unchecked_return_type = "SandboxCallback[]")]
    pub fn list_callbacks(&self) -> Result<JsValue, JsValue> {
        to_js(&self.world.sandbox.borrow().sent_callbacks())
    }

    /// Changes the amount of an order, as when a customer pays another sum, and calls back ("amount changed"). Without
    /// a pipeline it is a deposit.
    ///
    /// @throws ConfigurationError where there is no such order, it has failed, or the amount is none.
    #[wasm_bindgen(js_name = changeAmount)]
    pub fn change_amount(
        &self,
        #[wasm_bindgen(js_name = externalTransactionId)] external_transaction_id: &str,
        #[wasm_bindgen(unchecked_param_type = "string")] amount: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "\"payouts\" | \"deposits\"")] pipeline: &JsValue,
    ) -> Result<(), JsValue> {
        let to_error = |issues| to_error(&Failure::options(issues), None);
        let named = match pipeline.as_string() {
            None if pipeline.is_undefined() => Some(Pipeline::Deposits),
            name => name.and_then(|name| Pipeline::named(&name)),
        };
        let Some(pipeline) = named else {
            let mut issues = Issues::default();
            let message = "pipeline must be \"payouts\" or \"deposits\".";
            issues.error("pipeline", IssueCode::UnknownValue, message);
            return Err(to_error(issues.into_vec()));
        };
        let (amount, now) = (input::take(amount), self.world.whole_now());
        let mut sandbox = self.world.sandbox.borrow_mut();
        sandbox.change_amount(external_transaction_id, &amount.read(), pipeline, now).map_err(to_error)?;
        drop(sandbox);
        self.courier.changed();
        Ok(())
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
        let scenario = Scenario::read("scenario", &input::take(scenario).read())
            .map_err(|issues| to_error(&Failure::options(issues), None))?;
        self.world.sandbox.borrow_mut().set_scenario(external_transaction_id, scenario);
        Ok(())
    }

    /// How many orders the sandbox has made.
    #[wasm_bindgen(getter, js_name = orderCount)]
    pub fn order_count(&self) -> usize {
        self.settled().order_count()
    }

    /// The orders that the sandbox has made, in that order.
    #[wasm_bindgen(js_name = listOrders, unchecked_return_type = "SandboxOrder[]")]
    pub fn list_orders(&self) -> Result<JsValue, JsValue> {
        to_js(&self.settled().made().collect::<Vec<_>>())
    }

    /// Adds a rule to the script of faults, behind the others: what goes wrong with which request to the API.
    ///
    /// @throws ConfigurationError where the rule is wrong, or one too many.
    #[wasm_bindgen(js_name = injectFault)]
    pub fn inject_fault(
        &self,
        #[wasm_bindgen(unchecked_param_type = "SandboxFault")] rule: &JsValue,
    ) -> Result<(), JsValue> {
        FaultRule::read("rule", &input::take(rule).read())
            .and_then(|rule| self.world.sandbox.borrow_mut().inject_fault(rule))
            .map_err(|issues| to_error(&Failure::options(issues), None))
    }

    /// Ends all faults to come, those by a seed too. Delayed orders still appear.
    #[wasm_bindgen(js_name = clearFaults)]
    pub fn clear_faults(&self) {
        self.world.sandbox.borrow_mut().clear_faults();
    }
}

impl Sandbox {
    /// As it stands now: time may have gone by since the last request.
    fn settled(&self) -> Ref<'_, sandbox::Sandbox> {
        self.world.sandbox.borrow_mut().settle(self.world.whole_now());
        self.world.sandbox.borrow()
    }
}

/// `(received) => [status, headers, body, sending, milliseconds]`. JS owns it, so a server outlives its `Sandbox`.
fn handler(world: &Rc<World>) -> JsValue {
    let world = Rc::clone(world);
    let handle = move |received: Received| -> JsValue {
        let (method, target, origin, body) =
            (received.method(), received.target(), received.origin(), received.body());
        let (authorization, host) = (received.authorization(), received.host());
        let (named_host, address) = (received.named_host(), received.address());
        let arrival = Arrival {
            method: &method,
            target: &target,
            authorization: authorization.as_deref(),
            host: host.as_deref(),
            named_host: named_host.as_deref(),
            address: address.as_deref(),
            origin: &origin,
            body: &body,
        };
        let Reply { answer, sending, clock_jump_ms } =
            world.sandbox.borrow_mut().reply(&arrival, world.whole_now());
        #[allow(clippy::cast_precision_loss)]
        world.advanced.set(world.advanced.get() + clock_jump_ms as f64);
        let headers: Array =
            answer.headers.iter().map(|(name, value)| Array::of2(&(*name).into(), &value.into())).collect();
        let (sending, ms) = words_of(sending);
        Array::of5(&answer.status.into(), &headers, &answer.body.into(), &sending.into(), &ms.into()).into()
    };
    Closure::<dyn FnMut(Received) -> JsValue>::new(handle).into_js_value()
}

fn words_of(sending: Sending) -> (&'static str, u32) {
    match sending {
        Sending::Whole => ("whole", 0),
        Sending::Late(ms) => ("late", ms),
        Sending::Slow(ms) => ("slow", ms),
        Sending::Lost => ("lost", 0),
        Sending::CutInHeaders => ("cutInHeaders", 0),
        Sending::CutInBody => ("cutInBody", 0),
        Sending::Stalled => ("stalled", 0),
        Sending::StalledInBody => ("stalledInBody", 0),
        Sending::Short => ("short", 0),
    }
}

/// What sends the callbacks. JS owns it, too.
fn courier(world: &Rc<World>) -> Courier {
    let due = {
        let world = Rc::clone(world);
        move || -> JsValue {
            let deliveries = world.sandbox.borrow_mut().due_callbacks(world.whole_now());
            to_js(&deliveries).unwrap_or_else(|_| Array::new().into())
        }
    };
    let answered = {
        let world = Rc::clone(world);
        move |id: f64, status: Option<u16>| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let id = id as u64;
            world.sandbox.borrow_mut().callback_answered(id, status, world.whole_now());
        }
    };
    let wait = {
        let world = Rc::clone(world);
        move || world.callback_wait()
    };
    make_courier(
        &Closure::<dyn FnMut() -> JsValue>::new(due).into_js_value(),
        &Closure::<dyn FnMut(f64, Option<u16>)>::new(answered).into_js_value(),
        &Closure::<dyn FnMut() -> Option<f64>>::new(wait).into_js_value(),
        world.has_manual_clock,
    )
}
