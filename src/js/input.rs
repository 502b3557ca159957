//! JS values as [`Input`].

use js_sys::{Array, JsString, Number, Reflect};
use wasm_bindgen::prelude::*;

use crate::model::input::Input;

/// The option that is a live object of Node's, with sockets in it: it is never read.
const AGENT: &str = "agent";
/// Deeper and longer than any request; what is beyond cannot be right.
const DEEPEST: u8 = 5;
const LONGEST: u32 = 10_000;

#[wasm_bindgen]
extern "C" {
    // Catching: a proxy or a getter of the caller's may throw.
    #[wasm_bindgen(catch, js_namespace = Object, js_name = entries)]
    fn object_entries(value: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
}

/// A member of an object that was read before, as the JS value that it is.
#[cfg(feature = "client")]
pub(crate) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    if object.is_object() { Reflect::get(object, &name.into()).ok() } else { None }
}

/// Reads a value from JS. It never throws: what cannot be read is an [`Input::Other`].
pub(crate) fn read(value: &JsValue) -> Input {
    read_nested(value, 0).unwrap_or(Input::Other("an object that throws while it is read"))
}

fn read_nested(value: &JsValue, depth: u8) -> Result<Input, JsValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(Input::Absent);
    }
    if let Some(flag) = value.as_bool() {
        return Ok(Input::Bool(flag));
    }
    if let Some(number) = value.as_f64() {
        return Number::from(number).to_string_with_radix(10).map(|text| Input::Number(text.into()));
    }
    if let Some(text) = value.dyn_ref::<JsString>() {
        return Ok(read_text(text));
    }
    if value.is_function() {
        return Ok(Input::Other("a function"));
    }
    if value.is_bigint() {
        return Ok(Input::Other("a bigint"));
    }
    if !value.is_object() {
        return Ok(Input::Other("a symbol"));
    }
    if depth == DEEPEST {
        return Ok(Input::Other("an object nested too deep"));
    }
    let next = depth.saturating_add(1);
    if is_array(value)? {
        return read_list(value.unchecked_ref(), next);
    }
    if is_signal(value)? {
        return Ok(Input::Other("an AbortSignal"));
    }
    let entries = object_entries(value)?;
    if entries.length() > LONGEST {
        return Ok(Input::Other("an object with too many keys"));
    }
    let mut record = Vec::with_capacity(entries.length() as usize);
    for entry in entries.iter() {
        let entry: Array = entry.unchecked_into();
        let key = match read_text(&entry.get(0).unchecked_into()) {
            Input::Text(key) => key,
            // Its nearest well-formed text. It cannot be a known key, and as an open key it is no text.
            _ => String::from(entry.get(0).unchecked_into::<JsString>()),
        };
        let value = entry.get(1);
        let value = if depth == 0 && key == AGENT { read_agent(&value)? } else { read_nested(&value, next)? };
        record.push((key, value));
    }
    Ok(Input::Record(record))
}

fn read_agent(value: &JsValue) -> Result<Input, JsValue> {
    if !value.is_object() {
        return read_nested(value, DEEPEST);
    }
    // What Node itself asks of an agent.
    let is_agent = Reflect::get(value, &"addRequest".into())?.is_function();
    Ok(Input::Other(if is_agent { "an agent" } else { "an object that is no agent" }))
}

fn read_list(list: &Array, depth: u8) -> Result<Input, JsValue> {
    if list.length() > LONGEST {
        return Ok(Input::Other("an array with too many entries"));
    }
    (0..list.length())
        .map(|index| read_nested(&Reflect::get_u32(list, index)?, depth))
        .collect::<Result<_, _>>()
        .map(Input::List)
}

/// Half of a surrogate pair turns into U+FFFD on its way, so two different texts could become one.
fn read_text(text: &JsString) -> Input {
    let utf8 = String::from(text);
    if utf8.contains(char::REPLACEMENT_CHARACTER) && !text.is_valid_utf16() {
        return Input::IllFormedText;
    }
    Input::Text(utf8)
}

/// By its shape, since a signal of another realm is no instance of this one's class.
fn is_signal(value: &JsValue) -> Result<bool, JsValue> {
    Ok(Reflect::get(value, &"aborted".into())?.as_bool().is_some()
        && Reflect::get(value, &"addEventListener".into())?.is_function())
}

#[cfg(test)]
mod tests {
    use js_sys::{Function, eval};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::super::super::model::input::build::{number, record, text};
    use super::*;

    fn read_js(source: &str) -> Input {
        read(&eval(&format!("({source})")).unwrap())
    }

    #[wasm_bindgen_test]
    fn values_keep_their_kind_and_their_order() {
        let expected = record(&[
            ("b", number("100.1")),
            ("a", Input::List(vec![text("x"), Input::Absent, Input::Bool(true)])),
            ("n", number("NaN")),
            ("big", Input::Other("a bigint")),
            ("f", Input::Other("a function")),
            ("s", Input::Other("a symbol")),
            ("signal", Input::Other("an AbortSignal")),
        ]);
        let source = "{ b: 100.10, a: ['x', null, true], n: NaN, big: 1n, f() {}, s: Symbol(), signal: AbortSignal.abort() }";
        assert_eq!(read_js(source), expected);
    }

    #[wasm_bindgen_test]
    fn numbers_are_their_shortest_decimal() {
        for (source, shortest) in [
            ("0.1 + 0.2", "0.30000000000000004"),
            ("1e21", "1e+21"),
            ("-0", "0"),
            ("2 ** 53", "9007199254740992"),
        ] {
            assert_eq!(read_js(source), number(shortest));
        }
    }

    #[wasm_bindgen_test]
    fn half_of_a_surrogate_pair_is_told_from_a_replacement_character() {
        assert_eq!(read_js("'a\\uD800'"), Input::IllFormedText);
        assert_eq!(read_js("'a\\uFFFD'"), text("a\u{FFFD}"));
        assert_eq!(read_js("'\\uD83D\\uDCB3'"), text("💳"));
    }

    #[wasm_bindgen_test]
    fn what_throws_or_never_ends_is_no_crash() {
        for source in [
            "new Proxy({}, { ownKeys() { throw 1 } })",
            "{ get a() { throw 1 } }",
            "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
        ] {
            assert_eq!(read_js(source), Input::Other("an object that throws while it is read"), "{source}");
        }
        let cyclic = Function::new_no_args("const a = {}; a.a = a; return a").call0(&JsValue::NULL).unwrap();
        assert!(matches!(read(&cyclic), Input::Record(_)));
        assert_eq!(read_js("new Array(10_001)"), Input::Other("an array with too many entries"));
    }
}
