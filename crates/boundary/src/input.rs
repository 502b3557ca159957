//! Values of JavaScript as [`Input`].

use paystar_model::input::{Hint, Input, Instance, Kind, Origin};

// Codes that Rust and JavaScript share: the first letter of a value.
const UNDEFINED: char = 'u';
const TRUE: char = 't';
const FALSE: char = 'f';
const NUMBER: char = 'n';
const STRING: char = 's';
const ILL_FORMED: char = 'i';
const ARRAY: char = 'l';
const OBJECT: char = 'r';
const INSTANCE: char = 'c';
const OTHER: char = 'o';

// Codes that Rust and JavaScript share: a value that is not data.
const FUNCTION: usize = 0;
const BIGINT: usize = 1;
const SYMBOL: usize = 2;
const ABORT_SIGNAL: usize = 3;
const AGENT: usize = 4;
const UNREAD_OBJECT: usize = 5;
const NESTED_TOO_DEEP: usize = 6;
const TOO_MANY_KEYS: usize = 7;
const HIDDEN_MEMBERS: usize = 8;
const TOO_MANY_PROTOTYPES: usize = 9;
const TOO_MANY_ENTRIES: usize = 10;
const ARRAY_WITH_HOLES: usize = 11;
const TOO_LARGE: usize = 12;
const THROWS: usize = 13;
const DISPATCHER: usize = 14;

// Codes that Rust and JavaScript share: the origin of a class.
const BUILT_IN: usize = 0;
const WRAPPER: usize = 1;
const CUSTOM: usize = 2;

// Codes that Rust and JavaScript share: what a caller can give instead of an object.
const NO_HINT: usize = 0;
const PLAIN_OBJECT: usize = 1;
const AWAIT: usize = 2;
const TO_STRING: usize = 3;

/// A value of JavaScript, as `flatten` of input.js writes it. It is empty for `undefined`.
pub struct FlatValue(pub Vec<u8>);

impl FlatValue {
    /// The text, or `None` if the value is not a text.
    pub fn text(&self) -> Option<String> {
        match self.read() {
            Input::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// The value. If the bytes are not valid, it is [`Kind::Unreadable`].
    pub fn read(&self) -> Input<'_> {
        if self.0.is_empty() {
            return Input::Absent;
        }
        read_text(core::str::from_utf8(&self.0).unwrap_or_default())
    }
}

/// The value of a text that input.js wrote. If the text is not valid, it is [`Kind::Unreadable`].
pub fn read_text(text: &str) -> Input<'_> {
    Reader { text, at: 0, is_ascii: text.is_ascii() }.value().unwrap_or(Input::Other(Kind::Unreadable))
}

/// Reads the text that input.js wrote.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    is_ascii: bool,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Option<Input<'a>> {
        Some(match char::from(self.next()?) {
            UNDEFINED => Input::Absent,
            TRUE => Input::Bool(true),
            FALSE => Input::Bool(false),
            NUMBER => Input::Number(self.text()?),
            STRING => Input::Text(self.text()?),
            ILL_FORMED => Input::IllFormedText,
            ARRAY => {
                let length = self.number()?;
                let mut list = Vec::with_capacity(length);
                for _ in 0..length {
                    list.push(self.value()?);
                }
                Input::List(list)
            }
            OBJECT => {
                let length = self.number()?;
                let mut record = Vec::with_capacity(length);
                for _ in 0..length {
                    record.push((self.text()?, self.value()?));
                }
                Input::Record(record)
            }
            INSTANCE => {
                Input::Instance(Instance { origin: self.origin()?, hint: self.hint()?, class: self.text()? })
            }
            OTHER => Input::Other(self.kind()?),
            _ => return None,
        })
    }

    fn kind(&mut self) -> Option<Kind> {
        Some(match self.number()? {
            FUNCTION => Kind::Function,
            BIGINT => Kind::BigInt,
            SYMBOL => Kind::Symbol,
            ABORT_SIGNAL => Kind::AbortSignal,
            AGENT => Kind::Agent,
            UNREAD_OBJECT => Kind::Object,
            NESTED_TOO_DEEP => Kind::NestedTooDeep,
            TOO_MANY_KEYS => Kind::TooManyKeys,
            HIDDEN_MEMBERS => Kind::HiddenMembers,
            TOO_MANY_PROTOTYPES => Kind::TooManyPrototypes,
            TOO_MANY_ENTRIES => Kind::TooManyEntries,
            ARRAY_WITH_HOLES => Kind::ArrayWithHoles,
            TOO_LARGE => Kind::TooLarge,
            THROWS => Kind::Throws,
            DISPATCHER => Kind::Dispatcher,
            _ => return None,
        })
    }

    fn origin(&mut self) -> Option<Origin> {
        Some(match self.number()? {
            BUILT_IN => Origin::BuiltIn,
            WRAPPER => Origin::Wrapper,
            CUSTOM => Origin::Custom,
            _ => return None,
        })
    }

    fn hint(&mut self) -> Option<Hint> {
        Some(match self.number()? {
            NO_HINT => Hint::None,
            PLAIN_OBJECT => Hint::PlainObject,
            AWAIT => Hint::Await,
            TO_STRING => Hint::ToString,
            _ => return None,
        })
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at = self.at.wrapping_add(1);
        Some(byte)
    }

    /// Digits, then a colon.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        loop {
            match self.next()? {
                b':' => return Some(number),
                digit => number = number.wrapping_mul(10).wrapping_add(usize::from(digit.wrapping_sub(b'0'))),
            }
        }
    }

    /// A text after its length. JavaScript counts the length in UTF-16 units.
    fn text(&mut self) -> Option<&'a str> {
        let units = self.number()?;
        let bytes = if self.is_ascii { units } else { self.bytes_of(units)? };
        let end = self.at.checked_add(bytes)?;
        let text = self.text.get(self.at..end)?;
        self.at = end;
        Some(text)
    }

    fn bytes_of(&self, units: usize) -> Option<usize> {
        let (mut left, mut bytes) = (units, 0_usize);
        for character in self.text.get(self.at..)?.chars() {
            if left == 0 {
                break;
            }
            left = left.checked_sub(character.len_utf16())?;
            bytes = bytes.wrapping_add(character.len_utf8());
        }
        (left == 0).then_some(bytes)
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use js_sys::{Function, eval};
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use paystar_model::input::build::{number, record, text};

    #[wasm_bindgen(module = "/src/input.js")]
    extern "C" {
        fn flatten(value: &JsValue) -> Vec<u8>;
    }

    fn take(value: &JsValue) -> FlatValue {
        FlatValue(flatten(value))
    }

    fn take_js(source: &str) -> FlatValue {
        take(&eval(&format!("({source})")).unwrap())
    }

    #[wasm_bindgen_test]
    fn each_kind_of_a_value_that_is_not_data_is_found() {
        for (kind, source) in [
            (Kind::Function, "class A {}"),
            (Kind::BigInt, "1n"),
            (Kind::Symbol, "Symbol()"),
            (Kind::HiddenMembers, "Object.defineProperty({}, 'a', { value: 1 })"),
            (
                Kind::TooManyKeys,
                "Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [index, 1]))",
            ),
            (Kind::TooManyEntries, "new Array(10_001)"),
            (Kind::ArrayWithHoles, "new Array(1)"),
            (
                Kind::TooManyPrototypes,
                "(() => { const endless = new Proxy({}, { getPrototypeOf: () => endless }); return endless })()",
            ),
            (Kind::TooLarge, "'x'.repeat(10_000_001)"),
            (Kind::Throws, "new Proxy({}, { ownKeys() { throw 1 } })"),
        ] {
            assert_eq!(take_js(source).read(), Input::Other(kind), "{source}");
        }
        for (key, kind, source) in [
            ("signal", Kind::AbortSignal, "AbortSignal.abort()"),
            ("signal", Kind::Object, "{}"),
            ("agent", Kind::Agent, "{ addRequest() {} }"),
            ("agent", Kind::Object, "{}"),
            ("dispatcher", Kind::Dispatcher, "{ dispatch() {} }"),
            ("dispatcher", Kind::Object, "{}"),
        ] {
            let expected = record(&[(key, Input::Other(kind))]);
            assert_eq!(take_js(&format!("{{ {key}: {source} }}")).read(), expected);
        }
        let nested = [("a", Input::Other(Kind::NestedTooDeep))];
        let expected = (0..4).fold(record(&nested), |inner, _| record(&[("a", inner)]));
        assert_eq!(take_js("{ a: { a: { a: { a: { a: {} } } } } }").read(), expected);
        assert_eq!(FlatValue(b"s9:short".to_vec()).read(), Input::Other(Kind::Unreadable));
        assert_eq!(FlatValue(b"o99:".to_vec()).read(), Input::Other(Kind::Unreadable));
    }

    #[wasm_bindgen_test]
    fn an_instance_that_is_not_read_has_its_class_and_a_hint() {
        for (source, name) in [
            ("new Map()", "a Map"),
            ("new ArrayBuffer(1)", "an ArrayBuffer"),
            ("new Date()", "a Date"),
            ("Promise.resolve()", "a Promise: await it first"),
            ("new Number(1)", "a Number object: use its toString()"),
            ("new (class Order { #id = 1 })()", "an instance of Order: give a plain object"),
            ("new (class { then() {} })()", "an object with a prototype: await it first"),
        ] {
            let value = take_js(source);
            let Input::Instance(_) = value.read() else { panic!("{source}") };
            assert_eq!(value.read().name(), name, "{source}");
        }
    }

    #[wasm_bindgen_test]
    fn values_keep_their_kind_and_their_order() {
        let expected = record(&[
            ("b", number("100.1")),
            ("a", Input::List(vec![text("x"), Input::Absent, Input::Bool(true)])),
            ("n", number("NaN")),
            ("big", Input::Other(Kind::BigInt)),
            ("f", Input::Other(Kind::Function)),
            ("s", Input::Other(Kind::Symbol)),
            ("signal", Input::Other(Kind::AbortSignal)),
            ("end", text("x")),
        ]);
        let source = "{ b: 100.10, a: ['x', null, true], n: NaN, big: 1n, f() {}, s: Symbol(), signal: AbortSignal.abort(), \
                      end: 'x' }";
        assert_eq!(take_js(source).read(), expected);
    }

    #[wasm_bindgen_test]
    fn a_number_is_written_as_its_shortest_decimal() {
        for (source, shortest) in [
            ("0.1 + 0.2", "0.30000000000000004"),
            ("1e21", "1e+21"),
            ("-0", "0"),
            ("2 ** 53", "9007199254740992"),
        ] {
            assert_eq!(take_js(source).read(), number(shortest));
        }
    }

    #[wasm_bindgen_test]
    fn half_of_a_surrogate_pair_is_not_a_replacement_character() {
        assert_eq!(take_js("'a\\uD800'").read(), Input::IllFormedText);
        assert_eq!(take_js("'a\\uFFFD'").read(), text("a\u{FFFD}"));
        assert_eq!(take_js("'\\uD83D\\uDCB3'").read(), text("💳"));
    }

    #[wasm_bindgen_test]
    fn an_object_that_throws_or_is_cyclic_does_not_crash() {
        for source in [
            "new Proxy({}, { ownKeys() { throw 1 } })",
            "{ get a() { throw 1 } }",
            "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
        ] {
            assert_eq!(take_js(source).read(), Input::Other(Kind::Throws), "{source}");
        }
        let cyclic = Function::new_no_args("const a = {}; a.a = a; return a").call0(&JsValue::NULL).unwrap();
        assert!(matches!(take(&cyclic).read(), Input::Record(_)));
    }

    #[wasm_bindgen_test]
    fn the_size_of_a_whole_value_has_a_limit() {
        for (what, source) in [
            (
                "values",
                "(() => { const a = new Array(1000).fill(1); const b = new Array(1000).fill(a); return { a: 1, b } })()",
            ),
            ("letters", "{ a: 1, b: 'x'.repeat(10_000_001) }"),
            ("a long key", "{ a: 1, ['x'.repeat(10_000_001)]: 1 }"),
        ] {
            assert_eq!(take_js(source).read(), Input::Other(Kind::TooLarge), "{what}");
        }
    }

    #[wasm_bindgen_test]
    fn a_getter_may_read_another_value() {
        let inner = Closure::<dyn Fn() -> bool>::new(|| {
            take_js("{ long: 'y'.repeat(20_000) }").read() == record(&[("long", text(&"y".repeat(20_000)))])
        });
        let outer = Function::new_with_args("inner", "return { a: 'x', get b() { return inner() }, c: 'z' }")
            .call1(&JsValue::NULL, inner.as_ref())
            .unwrap();
        let expected = record(&[("a", text("x")), ("b", Input::Bool(true)), ("c", text("z"))]);
        assert_eq!(take(&outer).read(), expected);
    }

    #[wasm_bindgen_test]
    fn text_of_any_length_and_script_is_read_unchanged() {
        for long in [
            "x".repeat(64),
            "x".repeat(65),
            "ж".repeat(64),
            "€".repeat(40_000),
            "x".repeat(200_000),
            String::new(),
        ] {
            let value = js_sys::Array::of2(&long.as_str().into(), &"end".into());
            assert_eq!(take(&value).read(), Input::List(vec![text(&long), text("end")]));
        }
        assert_eq!(take_js("{ '\\uD800': 1 }").read(), record(&[("\u{FFFD}", number("1"))]));
    }
}
