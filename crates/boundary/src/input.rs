//! JS values as [`Input`].

use paystar_model::input::Input;

/// A value of JS as `flatten` of input.js writes it. Nothing at all is `undefined`.
pub struct FlatValue(pub Vec<u8>);

impl FlatValue {
    /// The text that it is, if it is one.
    pub fn text(&self) -> Option<String> {
        match self.read() {
            Input::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }

    /// The value. What could not be read is an [`Input::Other`].
    pub fn read(&self) -> Input<'_> {
        if self.0.is_empty() {
            return Input::Absent;
        }
        let text = core::str::from_utf8(&self.0).unwrap_or_default();
        Reader { text, at: 0, is_ascii: text.is_ascii() }
            .value()
            .unwrap_or(Input::Other("an object that cannot be read"))
    }
}

/// Reads what input.js wrote.
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
            _ => Input::Other(self.text()?),
        })
    }

    fn next(&mut self) -> Option<u8> {
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at = self.at.wrapping_add(1);
        Some(byte)
    }

    /// Digits and a colon.
    fn length(&mut self) -> Option<usize> {
        let mut length = 0_usize;
        loop {
            match self.next()? {
                b':' => return Some(length),
                digit => length = length.wrapping_mul(10).wrapping_add(usize::from(digit.wrapping_sub(b'0'))),
            }
        }
    }

    /// A text, whose length JS counts in units of UTF-16.
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
        assert_eq!(take_js(source).read(), expected);
    }

    #[wasm_bindgen_test]
    fn numbers_are_their_shortest_decimal() {
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
    fn half_of_a_surrogate_pair_is_told_from_a_replacement_character() {
        assert_eq!(take_js("'a\\uD800'").read(), Input::IllFormedText);
        assert_eq!(take_js("'a\\uFFFD'").read(), text("a\u{FFFD}"));
        assert_eq!(take_js("'\\uD83D\\uDCB3'").read(), text("💳"));
    }

    #[wasm_bindgen_test]
    fn what_throws_or_never_ends_is_no_crash() {
        for source in [
            "new Proxy({}, { ownKeys() { throw 1 } })",
            "{ get a() { throw 1 } }",
            "(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy })()",
        ] {
            assert_eq!(
                take_js(source).read(),
                Input::Other("an object that throws while it is read"),
                "{source}"
            );
        }
        let cyclic = Function::new_no_args("const a = {}; a.a = a; return a").call0(&JsValue::NULL).unwrap();
        assert!(matches!(take(&cyclic).read(), Input::Record(_)));
        assert_eq!(take_js("new Array(10_001)").read(), Input::Other("an array with too many entries"));
    }

    #[wasm_bindgen_test]
    fn all_of_a_value_has_a_limit_too() {
        for (what, source) in [
            (
                "values",
                "(() => { const a = new Array(1000).fill(1); const b = new Array(1000).fill(a); return { a: 1, b } })()",
            ),
            ("letters", "{ a: 1, b: 'x'.repeat(10_000_001) }"),
            ("a long key", "{ a: 1, ['x'.repeat(10_000_001)]: 1 }"),
        ] {
            assert_eq!(
                take_js(source).read(),
                Input::Other("a value that is too large to be read"),
                "{what}"
            );
        }
    }

    #[wasm_bindgen_test]
    fn a_getter_that_reads_another_value_disturbs_none() {
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
    fn text_of_any_length_and_script_arrives() {
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
