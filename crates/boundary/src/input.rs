//! Values of JavaScript as [`Input`].

use paystar_model::input::{Hint, Input, Instance, Kind, Origin};

/// A value of JavaScript, as `flatten` of input.js writes it. It is empty for `undefined`.
pub struct Crossed(pub Vec<u8>);

impl Crossed {
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
        let text = core::str::from_utf8(&self.0).unwrap_or_default();
        Reader { text, at: 0, is_ascii: text.is_ascii() }.value().unwrap_or(Input::Other(Kind::Unreadable))
    }
}

/// Reads the text that input.js wrote.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    is_ascii: bool,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Option<Input<'a>> {
        Some(match self.next()? {
            b'u' => Input::Absent,
            b't' => Input::Bool(true),
            b'f' => Input::Bool(false),
            b'n' => Input::Number(self.text()?),
            b's' => Input::Text(self.text()?),
            b'i' => Input::IllFormedText,
            b'l' => {
                let length = self.length()?;
                let mut list = Vec::with_capacity(length);
                for _ in 0..length {
                    list.push(self.value()?);
                }
                Input::List(list)
            }
            b'r' => {
                let length = self.length()?;
                let mut record = Vec::with_capacity(length);
                for _ in 0..length {
                    record.push((self.text()?, self.value()?));
                }
                Input::Record(record)
            }
            b'c' => Input::Instance(Instance {
                origin: origin(self.next()?),
                hint: hint(self.next()?),
                class: self.text()?,
            }),
            _ => Input::Other(kind(self.next()?)),
        })
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at = self.at.wrapping_add(1);
        Some(byte)
    }

    /// A length: digits, then a colon.
    fn length(&mut self) -> Option<usize> {
        let mut length = 0_usize;
        loop {
            match self.next()? {
                b':' => return Some(length),
                digit => length = length.wrapping_mul(10).wrapping_add(usize::from(digit.wrapping_sub(b'0'))),
            }
        }
    }

    /// A text after its length. JavaScript counts the length in UTF-16 units.
    fn text(&mut self) -> Option<&'a str> {
        let units = self.length()?;
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

// The letters of `KINDS`, `ORIGINS` and `HINTS` in input.js. A test compares both files.

fn kind(letter: u8) -> Kind {
    match letter {
        b'a' => Kind::Function,
        b'b' => Kind::BigInt,
        b'c' => Kind::Symbol,
        b'd' => Kind::AbortSignal,
        b'e' => Kind::Agent,
        b'f' => Kind::Object,
        b'g' => Kind::NestedTooDeep,
        b'h' => Kind::TooManyKeys,
        b'i' => Kind::HiddenMembers,
        b'j' => Kind::TooManyPrototypes,
        b'k' => Kind::TooManyEntries,
        b'l' => Kind::ArrayWithHoles,
        b'm' => Kind::TooLarge,
        b'n' => Kind::Throws,
        _ => Kind::Unreadable,
    }
}

fn origin(letter: u8) -> Origin {
    match letter {
        b'b' => Origin::BuiltIn,
        b'w' => Origin::Wrapper,
        _ => Origin::Custom,
    }
}

fn hint(letter: u8) -> Hint {
    match letter {
        b'p' => Hint::PlainObject,
        b'a' => Hint::Await,
        b's' => Hint::ToString,
        _ => Hint::None,
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use js_sys::{Function, Object, eval};
    use wasm_bindgen::prelude::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use paystar_model::input::build::{number, record, text};

    #[wasm_bindgen(module = "/src/input.js")]
    extern "C" {
        fn flatten(value: &JsValue) -> Vec<u8>;

        #[wasm_bindgen(thread_local_v2)]
        static KINDS: Object;
        #[wasm_bindgen(thread_local_v2)]
        static ORIGINS: Object;
        #[wasm_bindgen(thread_local_v2)]
        static HINTS: Object;
    }

    fn take(value: &JsValue) -> Crossed {
        Crossed(flatten(value))
    }

    fn take_js(source: &str) -> Crossed {
        take(&eval(&format!("({source})")).unwrap())
    }

    /// The names of input.js and what the letter of each means here. The first letter of a Rust name is large.
    fn meanings<T: core::fmt::Debug>(letters: &Object, meaning: fn(u8) -> T) -> Vec<(String, String)> {
        Object::entries(letters)
            .iter()
            .map(|entry| {
                let entry = js_sys::Array::from(&entry);
                let (name, letter) = (entry.get(0).as_string().unwrap(), entry.get(1).as_string().unwrap());
                assert_eq!(letter.len(), 1, "{name}");
                (
                    name.to_ascii_lowercase(),
                    format!("{:?}", meaning(letter.as_bytes()[0])).to_ascii_lowercase(),
                )
            })
            .collect()
    }

    #[wasm_bindgen_test]
    fn each_letter_of_input_js_has_the_same_name_here() {
        let all = [
            KINDS.with(|letters| meanings(letters, kind)),
            ORIGINS.with(|letters| meanings(letters, origin)),
            HINTS.with(|letters| meanings(letters, hint)),
        ];
        for (name, meaning) in all.iter().flatten() {
            assert_eq!(name, meaning);
        }
        // All kinds except Unreadable.
        assert_eq!(all.map(|names| names.len()), [14, 3, 4]);
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
        ] {
            let expected = record(&[(key, Input::Other(kind))]);
            assert_eq!(take_js(&format!("{{ {key}: {source} }}")).read(), expected);
        }
        let nested = [("a", Input::Other(Kind::NestedTooDeep))];
        let expected = (0..4).fold(record(&nested), |inner, _| record(&[("a", inner)]));
        assert_eq!(take_js("{ a: { a: { a: { a: { a: {} } } } } }").read(), expected);
        assert_eq!(Crossed(b"s9:short".to_vec()).read(), Input::Other(Kind::Unreadable));
        assert_eq!(Crossed(b"o?".to_vec()).read(), Input::Other(Kind::Unreadable));
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
