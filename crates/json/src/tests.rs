use proptest::prelude::*;
use serde_json::Value;

use crate::Extra;
use crate::members::{Members, Raw};
use crate::reader::{MAX_DEPTH, MAX_MEMBERS, TOO_DEEP};
use crate::text::plain_length;

#[test]
fn a_number_keeps_its_digits() {
    let mut members =
        Members::from_body(br#"{"b": 2600.00, "e": 1E+2, "a": "x\u002dy", "n": null}"#).unwrap();
    assert_eq!(members.take("b").unwrap().number(), Some("2600.00"));
    assert_eq!(members.take("e").unwrap().number(), Some("1E+2"));
    assert_eq!(members.take("n"), None);
    assert_eq!(members.take_text("a"), Ok(Some("x-y".to_owned())));
    assert_eq!(members.take_text("a"), Ok(None));
    assert_eq!(members.into_rest(), Extra::default());
}

#[test]
fn the_rest_of_the_members_is_kept_with_all_digits() {
    let body = br#"{"z":{"y":[1.50,"1",true,null,{}]},"a":-0,"q\"":"1e5 \\\" 2"}"#;
    let members = Members::from_body(body).unwrap();
    let text = serde_json::to_string(&members.into_rest()).unwrap();
    assert_eq!(text, r#"{"z":{"y":["1.50","1",true,null,{}]},"a":"-0","q\"":"1e5 \\\" 2"}"#);
}

#[test]
fn a_special_byte_is_found_at_each_place() {
    for before in 0..20 {
        for after in 0..20 {
            for special in (0..=255_u8).filter(|byte| !matches!(byte, b'a')) {
                let mut bytes = vec![b'a'; before];
                bytes.push(special);
                bytes.extend(std::iter::repeat_n(b'a', after));
                let is_special = matches!(special, b'"' | b'\\' | 0..b' ');
                assert_eq!(plain_length(&bytes), if is_special { before } else { bytes.len() }, "{special}");
            }
        }
    }
}

#[test]
fn json_is_written_unchanged() {
    for json in ["{}", r#"{"a":[1.50]}"#, "9007199254740993.01"] {
        assert_eq!(serde_json::to_string(&Extra(json.into())).unwrap(), json);
    }
}

#[test]
fn an_invalid_body_has_a_reason_that_does_not_contain_the_body() {
    for (body, reason) in [
        (&b""[..], "it is empty"),
        (b" \r\n", "it is empty"),
        (b"{\"a\":", "its JSON ends too early"),
        (b"{\"a\":\"", "its JSON ends too early"),
        (b"[]", "it is not a JSON object"),
        (b"null", "it is not a JSON object"),
        (b"{\"a\":1,\"a\":2}", "it has a member twice"),
        (b"{\"a\":1,\"\\u0061\":2}", "it has a member twice"),
        (b"{\"a\":1}x", "it is not JSON"),
        (b"{\"a\":01}", "it is not JSON"),
        (b"<html>4111111111111111</html>", "it is not JSON"),
        (b"{\"a\":\"\xFF\"}", "it is not UTF-8"),
    ] {
        assert_eq!(Members::from_body(body).unwrap_err(), reason);
    }
}

#[test]
fn the_depth_and_the_number_of_members_have_limits() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let read = |body: &str| Members::from_body(body.as_bytes()).map(|_| ());
    assert_eq!(read(&nested(usize::from(MAX_DEPTH) - 1)), Ok(()));
    assert_eq!(read(&nested(usize::from(MAX_DEPTH))), Err(TOO_DEEP.to_owned()));
    assert_eq!(read(&nested(100_000)), Err(TOO_DEEP.to_owned()));
    assert!(read(&format!("{{\"a\":{}", "[".repeat(1_000_000))).is_err());
    let names: Vec<String> = (0..=MAX_MEMBERS).map(|index| format!("\"{index}\":1")).collect();
    assert!(read(&format!("{{{}}}", names.join(","))).is_err());
}

/// The value, read without serde_json.
fn value(raw: Raw) -> Option<Value> {
    Some(match raw.0.as_bytes()[0] {
        b'"' => Value::String(raw.text()?),
        b'{' => {
            let members = raw.object()?.members;
            let entries = members.into_iter().map(|(name, raw)| Some((name.into_owned(), value(Raw(raw))?)));
            Value::Object(entries.collect::<Option<_>>()?)
        }
        b'[' => Value::Array(raw.list()?.into_iter().map(value).collect::<Option<_>>()?),
        b't' => Value::Bool(true),
        b'f' => Value::Bool(false),
        b'n' => Value::Null,
        _ => Value::Number(raw.number()?.parse().ok()?),
    })
}

/// Both readers accept the same bodies and read the same values. A difference is a text with half of a surrogate pair:
/// serde_json refuses the body, but this reader refuses only the text.
fn agrees_with_serde_json(body: &str) -> Result<(), TestCaseError> {
    // serde_json does not skip a byte-order mark.
    let without_mark = body.strip_prefix('\u{FEFF}').unwrap_or(body);
    let theirs = serde_json::from_str::<serde_json::Map<String, Value>>(without_mark);
    let ours = Members::with_duplicates(body.as_bytes());
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            for (name, raw) in ours.members {
                // serde_json keeps only the last of several members with the same name.
                let value = value(Raw(raw));
                prop_assert!(value.is_some(), "{}", body);
                prop_assert!(theirs.contains_key(&*name), "{}", body);
            }
        }
        (Err(_), Err(_)) => {}
        (Ok(ours), Err(error)) => {
            let has_number_beyond_floats = error.to_string().contains("out of range");
            let has_half =
                body.contains("\\u") && ours.members.iter().any(|(_, raw)| value(Raw(raw)).is_none());
            prop_assert!(has_number_beyond_floats || has_half, "ours alone takes {}: {}", body, error);
        }
        (Err(reason), Ok(_)) => prop_assert_eq!(reason, TOO_DEEP, "serde_json alone takes {}", body),
    }
    Ok(())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_object_of_serde_json_is_read_the_same(members in prop::collection::btree_map(".{0,6}", json(), 0..6)) {
        let object = Value::Object(members.into_iter().collect());
        for body in [object.to_string(), serde_json::to_string_pretty(&object).unwrap()] {
            let read = value(Raw(&body));
            // Only the text of a float gives the same float, so serde_json reads the same text.
            prop_assert_eq!(read.unwrap(), serde_json::from_str::<Value>(&body).unwrap());
            agrees_with_serde_json(&body)?;
        }
    }

    #[test]
    fn a_body_with_a_fault_is_refused_if_serde_json_refuses_it(
        members in prop::collection::btree_map(".{0,6}", json(), 0..4),
        at in any::<prop::sample::Index>(),
        fault in prop_oneof![
            Just(""), Just("\""), Just("\\"), Just("{"), Just("}"), Just("["), Just("]"), Just(","), Just(":"), Just("0"),
            Just("1"), Just("-"), Just("+"), Just("."), Just("e"), Just("\\u"), Just("\\u0041"), Just("\\uD800"),
            Just("\\uDC00"), Just("\u{0}"), Just("\u{1F}"), Just("\u{7F}"), Just("\u{A0}"), Just(" "), Just("\t"),
            Just("true"), Just("nul"), Just("//"), Just("\u{FEFF}")
        ],
        cut in 0_usize..3,
    ) {
        let letters: Vec<char> = Value::Object(members.into_iter().collect()).to_string().chars().collect();
        let at = at.index(letters.len());
        let before: String = letters[..at].iter().collect();
        let after: String = letters[(at + cut).min(letters.len())..].iter().collect();
        agrees_with_serde_json(&format!("{before}{fault}{after}"))?;
    }

    #[test]
    fn text_similar_to_json_is_read_the_same(body in r#"\{("a":)?[\[\]{}",:0-9eE.+\-\\utrfalsn "]{0,24}\}"#) {
        agrees_with_serde_json(&body)?;
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = Members::from_body(&body);
    }
}
