//! Callbacks in their usual form, which are read without copies.

use std::borrow::Cow;

use super::amount::is_plain_decimal;
use paystar_json::{Members, Raw};

/// More members without a name in the documentation make a callback unusual.
const MAX_EXTRA: usize = 8;

/// A callback whose values are parts of its body. [`super::callback::Callback`] has the rules: it accepts each body that is
/// accepted here, with the same values.
#[derive(Debug, Default)]
pub struct PlainCallback<'a> {
    /// PayStar's id of the order.
    pub external_id: &'a str,
    /// The status of the order.
    pub status: &'a str,
    /// The amount.
    pub amount: &'a str,
    /// The kind of the order.
    pub order_type: &'a str,
    /// The currency.
    pub currency: Option<&'a str>,
    /// The card.
    pub external_params: Option<PlainParams<'a>>,
    /// The JSON of the other members, with their names. Members that follow each other are one part.
    pub extra: Vec<&'a str>,
    /// The digits of each number in `extra`. They become texts.
    pub extra_numbers: Vec<&'a str>,
}

/// The texts `cardToken`, `cardStorageToken`, `cardHolder` and `cardNumber`. A text is `None` if it is missing or `null`.
pub type PlainParams<'a> = [Option<&'a str>; 4];

impl<'a> PlainCallback<'a> {
    /// Reads a body. `None` does not mean that the body is not valid: all bodies with an unusual form are `None`.
    pub fn read(body: &'a str) -> Option<Self> {
        let mut read = Self::default();
        let mut extra_names = Vec::new();
        let mut is_after_extra = false;
        let [mut external_id, mut status, mut amount, mut order_type] = [None; 4];
        for (name, value) in Members::with_duplicates(body.as_bytes()).ok()? {
            let Cow::Borrowed(name) = name else { return None };
            let follows_extra = core::mem::take(&mut is_after_extra);
            let (known, text) = match name {
                "externalId" | "externald" => (&mut external_id, value.plain_text()?),
                "status" => (&mut status, value.plain_text()?),
                "amount" => (&mut amount, value.number().or_else(|| value.plain_text())?),
                "orderType" => (&mut order_type, value.plain_text()?),
                "currency" => (&mut read.currency, value.plain_text()?),
                "externalParams" => {
                    let params = read_params(value)?;
                    if read.external_params.replace(params).is_some() {
                        return None;
                    }
                    continue;
                }
                _ => {
                    if extra_names.len() == MAX_EXTRA || extra_names.contains(&name) {
                        return None;
                    }
                    extra_names.push(name);
                    read.push_extra(body, name, value, follows_extra)?;
                    is_after_extra = true;
                    continue;
                }
            };
            if known.replace(text).is_some() {
                return None;
            }
        }
        read.external_id = signed(external_id)?;
        read.status = signed(status)?;
        read.order_type = signed(order_type)?;
        read.amount = amount.filter(|amount| is_plain_decimal(amount))?;
        Some(read)
    }

    fn push_extra(&mut self, body: &'a str, name: &str, value: Raw<'a>, follows_extra: bool) -> Option<()> {
        value.each_number(&mut |_, number| self.extra_numbers.push(number));
        let place = |part: &str| part.as_ptr().addr().wrapping_sub(body.as_ptr().addr());
        let end = place(value.json()).wrapping_add(value.json().len());
        let last = if follows_extra { self.extra.pop() } else { None };
        // The quote before the name belongs to the member.
        let start = last.map_or_else(|| place(name).wrapping_sub(1), place);
        self.extra.push(body.get(start..end)?);
        Some(())
    }
}

/// A signed text.
fn signed(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty() && !text.as_bytes().contains(&b';'))
}

fn read_params(value: Raw<'_>) -> Option<PlainParams<'_>> {
    let mut params = [None; 4];
    let mut seen = [false; 4];
    for (name, value) in value.object()? {
        let index = ["cardToken", "cardStorageToken", "cardHolder", "cardNumber"]
            .iter()
            .position(|known| *known == name)?;
        let (param, seen) = (params.get_mut(index)?, seen.get_mut(index)?);
        if core::mem::replace(seen, true) {
            return None;
        }
        *param = if value.is_null() { None } else { Some(value.plain_text()?) };
    }
    Some(params)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::callback::Callback;

    /// As JavaScript makes it.
    fn result_of(plain: &PlainCallback) -> serde_json::Value {
        let mut unsigned = serde_json::Map::new();
        if let Some(currency) = plain.currency {
            unsigned.insert("currency".to_owned(), currency.into());
        }
        if let Some([token, storage, holder, number]) = plain.external_params {
            let params = serde_json::json!({
                "cardToken": token, "cardStorageToken": storage, "cardHolder": holder, "cardNumber": number, "extra": {}
            });
            unsigned.insert("externalParams".to_owned(), params);
        }
        unsigned.insert("extra".to_owned(), extra_of(plain));
        serde_json::json!({
            "externalId": plain.external_id,
            "status": plain.status,
            "isFinal": (matches!(plain.status, "Success" | "Failed")),
            "amount": plain.amount,
            "orderType": plain.order_type,
            "unsigned": unsigned,
        })
    }

    fn extra_of(plain: &PlainCallback) -> serde_json::Value {
        let place = |part: &str| part.as_ptr().addr();
        let mut numbers = plain.extra_numbers.iter().peekable();
        let mut parts = Vec::new();
        for part in &plain.extra {
            let (mut rest, mut text) = (*part, String::new());
            while let Some(number) = numbers.next_if(|number| place(number) < place(part) + part.len()) {
                let (before, after) = rest.split_at(place(number) - place(rest));
                text = format!("{text}{before}\"{number}\"");
                rest = after.strip_prefix(*number).unwrap();
            }
            parts.push(text + rest);
        }
        assert_eq!(numbers.next(), None);
        serde_json::from_str(&format!("{{{}}}", parts.join(","))).unwrap()
    }

    /// Whether a body was accepted. Then the slow way must accept it too, with the same result.
    fn is_plain(body: &str) -> bool {
        let Some(plain) = PlainCallback::read(body) else { return false };
        let slow = Callback::from_body(body.as_bytes()).unwrap();
        assert_eq!(result_of(&plain), serde_json::to_value(&slow).unwrap(), "{body}");
        true
    }

    #[test]
    fn usual_bodies_are_plain() {
        for body in [
            r#"{"externalId":"a","status":"Success","amount":"100.10","orderType":"Withdrawal"}"#,
            r#" { "externald" : "a" , "status":"New","amount":2600.00,"orderType":"Deposit","currency":""} "#,
            r#"{"externalId":"a","status":"S","amount":-1,"orderType":"D","externalParams":{}}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","externalParams":{"cardToken":null,"cardNumber":"4"}}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","fee":1.50,"b":true,"c":null,"d":"x"}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","x":[1,-2.50,{"y":1e400}],"z":{},"w":[]}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","x":"a\u00e9\n1","y":["\"1",2],"z":3}"#,
        ] {
            assert!(is_plain(body), "{body}");
        }
    }

    #[test]
    fn unusual_bodies_are_left_to_the_slow_way() {
        for body in [
            "",
            "[]",
            r#"{"externalId":"a","status":"S","amount":1}"#,
            r#"{"externalId":"","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a;","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"\u0061","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"external\u0049d":"a","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a","status":"S","amount":1e2,"orderType":"D"}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","status":"S"}"#,
            r#"{"externalId":"a","externald":"a","status":"S","amount":1,"orderType":"D"}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","x":1,"x":1}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","currency":null}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","externalParams":{"x":"1"}}"#,
            r#"{"externalId":"a","status":"S","amount":1,"orderType":"D","externalParams":{"cardToken":null,"cardToken":null}}"#,
        ] {
            assert!(!is_plain(body), "{body}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn each_body_that_is_accepted_has_the_result_of_the_slow_way(
            members in prop::collection::vec(
                (
                    "externalI?d|externalId|status|amount|orderType|currency|externalParams|[a-c]|__proto__|\\\\u0061",
                    "\"[A-Z]?[a-z]{0,2}[;\\\\]?\"|-?[0-9]{1,3}(\\.[0-9]{1,2})?|null|true|\\[\\]|\\{\\}|\\[[0-9]{1,3}(,-?[0-9]\\.[0-9]){0,2}\\]|\\{\"a\":[0-9],\"b\":\"1\"\\}|\"\\\\n7\"|\\{\"cardToken\":\"t\",\"cardNumber\":null\\}|\\{\"cardToken\":1\\}",
                ),
                0..4,
            ),
            at in 0..5_usize,
        ) {
            let mut parts: Vec<_> = [r#""externalId":"a""#, r#""status":"S""#, r#""amount":1.50"#, r#""orderType":"D""#]
                .map(ToOwned::to_owned)
                .to_vec();
            if at < 4 {
                parts.remove(at);
            }
            parts.extend(members.iter().map(|(name, value)| format!(r#""{name}": {value}"#)));
            is_plain(&format!("{{{}}}", parts.join(",")));
        }
    }
}
