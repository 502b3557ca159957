//! The fields of `additionalFields` and their documented keys. Other keys are allowed, too.

use serde::Serialize;

use paystar_tables::{Index, slot_count, table_rows};

/// One entry of `additionalFields`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct AdditionalField<'a> {
    /// A documented key, such as `cardNumber`, or a key that you and your account manager have agreed.
    pub key: &'a str,
    /// The value. It is always text.
    pub value: &'a str,
}

const TABLE: &str = include_str!("data/additional_field_keys.tsv");
static ROWS: Index<{ slot_count(TABLE) }> = Index::of(TABLE);

/// A documented key of `additionalFields`.
///
/// PayStar documentation: additionalfields, create-payout-h2h, telecom-operator, limits-en.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct AdditionalFieldKey {
    /// The key, in PayStar's spelling.
    pub key: &'static str,
    /// The table of the documentation that contains the key. `seen elsewhere`: only a sample or another page has the key.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            type = "\"payment method & card\" | \"customer identity\" | \"contact & address\" | \"seen elsewhere\""
        )
    )]
    pub group: &'static str,
    /// The meaning of the value.
    pub meaning: &'static str,
    /// The format of the value, such as `YYYY-MM-DD`. `text` means any text.
    pub format: &'static str,
    /// A value from PayStar's documentation.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<&'static str>,
}

/// The documented keys. All of them are optional: your account manager tells you which keys you need.
///
/// PayStar documentation: additionalfields, create-payout-h2h, telecom-operator, limits-en.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct KnownAdditionalFields {
    /// Your own code of the product or service. Example: `Merch-12345`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub product_code: Option<String>,
    /// The whole card number. Format: 12 to 19 digits. Example: `1234123412341234`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_number: Option<String>,
    /// The month in which the card expires. Format: MM. Example: `05`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_expire_month: Option<String>,
    /// The year in which the card expires. Format: YY. Example: `26`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_expire_year: Option<String>,
    /// The security code of the card (CVV or CVC). Format: 3 or 4 digits. Example: `583`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_cvv: Option<String>,
    /// The name on the card. Example: `JOHN WEAK`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_holder: Option<String>,
    /// The token of a card that was saved before. Example: `a1b2c3d4e5f6g7h8`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub card_token: Option<String>,
    /// The customer's first name.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub first_name: Option<String>,
    /// The customer's middle name.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub middle_name: Option<String>,
    /// The customer's last name.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub last_name: Option<String>,
    /// The number of an official document. The type of the document may come first. Example: `Passport 123456789`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_document_id: Option<String>,
    /// The customer's date of birth. Format: YYYY-MM-DD. Example: `2019-04-05`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_birthday_date: Option<String>,
    /// The customer's nationality. Format: ISO 3166-1 alpha-3. Example: `UKR`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_nationality: Option<String>,
    /// The customer's e-mail address. Format: e-mail address. Example: `Jhon.Wick@Continental-Hotel.com`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub email: Option<String>,
    /// The customer's phone number. Format: 5 to 15 digits with the country code. Example: `44644012345`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub phone_number: Option<String>,
    /// The customer's mobile network. Format: a value of `telecomOperators()`. Example: `vodafone-uk`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub telecom_operator: Option<String>,
    /// The international dialing code. Format: digits. Example: `31`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub dialing_code: Option<String>,
    /// The street address. Example: `123 Main Street, Apt 5B`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_address: Option<String>,
    /// The city. Example: `Amsterdam`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_city: Option<String>,
    /// The state or region. Example: `CA`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_state: Option<String>,
    /// The postal code in its local form. Example: `1012 AB`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_zip_code: Option<String>,
    /// The code of the country. Format: ISO 3166-1 alpha-3. Example: `NLD`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_country_code: Option<String>,
    /// The full name of the country. Example: `Netherlands`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub customer_country: Option<String>,
    /// The bank that issued the card. PayStar uses it for routing. Example: `SuperBank`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub bank_name: Option<String>,
    /// Your own id of the payer. The double e is PayStar's spelling. Example: `Merch-12345`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub payeer_identifier: Option<String>,
    /// The kind of payment method. Example: `card`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub r#type: Option<String>,
    /// The customer's phone number. One of PayStar's samples has this key. Format: 5 to 15 digits with the country code. Example: `+331234567890`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub phone: Option<String>,
    /// The customer's IP address.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | undefined"))]
    pub ip: Option<String>,
}

/// The names of the documented keys.
pub(crate) fn known_keys() -> impl Iterator<Item = &'static str> {
    ROWS.keys()
}

/// The groups, in the order of the documentation.
const GROUPS: [&str; 4] =
    ["payment method & card", "customer identity", "contact & address", "seen elsewhere"];

/// The documented keys, in the order of the documentation.
pub fn keys() -> impl Iterator<Item = AdditionalFieldKey> {
    GROUPS.into_iter().flat_map(|group| all_keys().filter(move |key| key.group == group))
}

fn all_keys() -> impl Iterator<Item = AdditionalFieldKey> {
    table_rows(TABLE).filter_map(|mut columns| {
        let (key, _rule) = (columns.next()?, columns.next()?);
        let (group, format, example) = (columns.next()?, columns.next()?, columns.next()?);
        let example = (!example.is_empty()).then_some(example);
        Some(AdditionalFieldKey { key, group, meaning: columns.next()?, format, example })
    })
}

/// The keys of secret values. An error or a log must not contain these values.
pub const SECRET_KEYS: &[&str] = &["cardNumber", "cardCvv", "cardToken"];

/// The keys of a card.
pub const CARD_KEYS: &[&str] =
    &["cardNumber", "cardExpireMonth", "cardExpireYear", "cardCvv", "cardHolder", "cardToken"];

/// The same key, compiled in. `None` if the key is not documented.
pub(crate) fn documented_key(key: &str) -> Option<&'static str> {
    ROWS.key(key)
}

/// The name of the rule for the values of a documented key. `None` for another key.
pub(crate) fn rule_of(key: &str) -> Option<&'static str> {
    ROWS.row(key)?.next()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_type_for_editors_has_the_keys_of_the_table() {
        let serde_json::Value::Object(members) =
            serde_json::to_value(KnownAdditionalFields::default()).unwrap()
        else {
            panic!("a struct is an object")
        };
        assert_eq!(ROWS.first_lost(), None);
        assert_eq!(keys().count(), known_keys().count());
        let ours: BTreeSet<_> = members.keys().map(String::as_str).collect();
        assert_eq!(ours, known_keys().collect::<BTreeSet<_>>());
    }
}
