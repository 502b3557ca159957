//! The request that creates an order. Payouts and all kinds of deposits have the same members.

use paystar_json::push_text;
use serde::Serialize;

use super::additional_field_rules as field_rules;
use super::additional_fields::{AdditionalField, CARD_KEYS, SECRET_KEYS, known_keys};
use super::amount::Amount;
use super::currency;
use super::format;
use super::id;
use super::input::Input;
use super::issue::{Issue, IssueCode, Issues, Place, Severity};

/// The kind of an order to create. Each kind has its own rules for `additionalFields`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// A payout to a customer.
    Payout,
    /// A deposit by card or from person to person (P2P). The merchant sends its data.
    Deposit,
    /// A deposit with a stored card.
    TokenDeposit,
    /// A deposit with a card that the customer enters on PayStar's page.
    HostedDeposit,
}

/// A payout or a deposit to create.
///
/// PayStar documentation: create-payout-h2h, deposit-h2h, deposit-by-token-h2h, deposit-h2c, additionalfields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OrderRequest<'a> {
    /// The amount, in units of the currency: `"100.10"`. The digits of a string are sent unchanged. A number that is not
    /// exact in the minor unit of the currency (`0.1 + 0.2`) is refused.
    #[cfg_attr(feature = "typescript", tsify(type = "string | number"))]
    #[serde(serialize_with = "Amount::as_json_number")]
    pub amount: Amount,
    /// The code of the currency in capital letters (ISO 4217), such as `USD`. A code that ISO 4217 does not list is sent
    /// unchanged.
    pub currency: &'a str,
    /// Your own id of the order. It is the idempotency key: PayStar refuses a second order with the same id. Store the id
    /// before you send the request, and never use a new id for the same order. At most 512 bytes.
    pub external_transaction_id: &'a str,
    /// The URL for callbacks about this order. The default is the URL of the pipeline.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<&'a str>,
    /// The page that the customer sees while the order is in progress.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processing_redirect_url: Option<&'a str>,
    /// The page that the customer sees after a failure.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_redirect_url: Option<&'a str>,
    /// The page that the customer sees after a success.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_redirect_url: Option<&'a str>,
    /// Further data of the order, as an object or as PayStar's array: `{ cardNumber: "…", bankName: "…" }` or
    /// `[{ key: "cardNumber", value: "…" }]`. Your account manager tells you which keys you need. At most 200 entries.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            optional,
            type = "AdditionalFields | KnownAdditionalFields | readonly AdditionalField[] | undefined"
        )
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_fields: Vec<AdditionalField<'a>>,
}

const KEYS: &[&str; 8] = &[
    "amount",
    "currency",
    "externalTransactionId",
    "callbackUrl",
    "processingRedirectUrl",
    "failedRedirectUrl",
    "successRedirectUrl",
    "additionalFields",
];

/// The position of a known key. Most keys are the texts of [`KEYS`] itself, and addresses are compared faster than texts.
fn position_of(key: &str) -> Option<usize> {
    let is_same = |known: &&str| core::ptr::eq(known.as_ptr(), key.as_ptr()) && known.len() == key.len();
    KEYS.iter().position(is_same).or_else(|| KEYS.iter().position(|known| *known == key))
}

impl<'a> OrderRequest<'a> {
    /// Checks a request and finds all its issues. The request is `None` if an issue is an error.
    ///
    /// With `strict`, a wrong check digit of a card number is an error.
    pub fn check(input: &Input<'a>, kind: RequestKind, strict: bool) -> (Option<Self>, Vec<Issue>) {
        let (request, issues) = Self::find_issues(input, kind, strict);
        (request, issues.into_vec())
    }

    /// The same as [`OrderRequest::check`]. The texts of the issues are not written yet.
    pub fn find_issues(input: &Input<'a>, kind: RequestKind, strict: bool) -> (Option<Self>, Issues) {
        let mut issues = Issues::default();
        let request = Self::read(input, kind, strict, &mut issues);
        let is_valid = !issues.has_errors();
        (request.filter(|_| is_valid), issues)
    }

    /// The documented keys of a request and of its `additionalFields`.
    pub fn known_keys() -> impl Iterator<Item = &'static str> {
        KEYS.iter().copied().chain(known_keys())
    }

    fn read(input: &Input<'a>, kind: RequestKind, strict: bool, issues: &mut Issues) -> Option<Self> {
        let Input::Record(entries) = input else {
            let message = ["The request must be an object, not ", &input.name(), "."].concat();
            issues.error("", IssueCode::InvalidType, message);
            return None;
        };
        // One pass is faster than a search for each member.
        let mut members = [&Input::Absent; KEYS.len()];
        let mut has_unknown = false;
        for (key, value) in entries {
            match position_of(key).and_then(|position| members.get_mut(position)) {
                Some(member) => *member = value,
                None => has_unknown = true,
            }
        }
        if has_unknown {
            issues.unknown_keys("", input, KEYS);
        }
        let [amount, currency, id, callback_url, processing_url, failed_url, success_url, fields] = members;
        let currency = currency::read(currency, issues);
        let amount = Amount::read(amount, currency, issues);
        let external_transaction_id = id::read("externalTransactionId", id, issues);
        let callback_url = read_url("callbackUrl", callback_url, issues);
        let processing_redirect_url = read_url("processingRedirectUrl", processing_url, issues);
        let failed_redirect_url = read_url("failedRedirectUrl", failed_url, issues);
        let success_redirect_url = read_url("successRedirectUrl", success_url, issues);
        let additional_fields = field_rules::read(fields, strict, issues);
        check_card_data(kind, &additional_fields, issues);
        Some(Self {
            amount: amount?,
            currency: currency?,
            external_transaction_id: external_transaction_id?,
            callback_url,
            processing_redirect_url,
            failed_redirect_url,
            success_redirect_url,
            additional_fields,
        })
    }

    /// The JSON body. The members have the order of PayStar's documentation.
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(512);
        json.push_str("{\"amount\":");
        json.push_str(self.amount.as_str());
        let texts = [
            (",\"currency\":", Some(self.currency)),
            (",\"externalTransactionId\":", Some(self.external_transaction_id)),
            (",\"callbackUrl\":", self.callback_url),
            (",\"processingRedirectUrl\":", self.processing_redirect_url),
            (",\"failedRedirectUrl\":", self.failed_redirect_url),
            (",\"successRedirectUrl\":", self.success_redirect_url),
        ];
        for (name, text) in texts {
            let Some(text) = text else { continue };
            json.push_str(name);
            push_text(text, &mut json);
        }
        let mut before = ",\"additionalFields\":[{\"key\":";
        for AdditionalField { key, value } in &self.additional_fields {
            json.push_str(before);
            push_text(key, &mut json);
            json.push_str(",\"value\":");
            push_text(value, &mut json);
            before = "},{\"key\":";
        }
        json.push_str(if self.additional_fields.is_empty() { "}" } else { "}]}" });
        json
    }

    /// The values of this request that an error or a log must not contain.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.additional_fields
            .iter()
            .filter(|field| SECRET_KEYS.contains(&field.key))
            .map(|field| field.value)
    }
}

/// A hosted deposit must not have card data, because PayStar's page asks for the card. A deposit with a stored card needs
/// the token of the card.
fn check_card_data(kind: RequestKind, fields: &[AdditionalField], issues: &mut Issues) {
    match kind {
        RequestKind::HostedDeposit => {
            for field in fields.iter().filter(|field| CARD_KEYS.contains(&field.key)) {
                let problem = ["must not be sent: the customer enters the card on PayStar's page.", "", ""];
                let code = IssueCode::CardDataNotAllowed;
                field_rules::add_issue(field.key, code, Severity::Error, problem, issues);
            }
        }
        RequestKind::TokenDeposit if !fields.iter().any(|field| field.key == "cardToken") => {
            // PayStar does not document the key of the token, so another key may be right.
            let problem = ["is missing: a deposit with a stored card needs the token of the card.", "", ""];
            field_rules::add_issue("cardToken", IssueCode::Required, Severity::Warning, problem, issues);
        }
        _ => {}
    }
}

fn read_url<'a>(path: &'static str, url: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    const MAX_BYTES: usize = 2048;
    let place = Place::fixed("", path);
    let url = issues.optional_text(place, url)?;
    if url.len() > MAX_BYTES {
        let problem = ["is longer than 2048 bytes.", "", ""];
        issues.add_fixed(place, IssueCode::TooLong, Severity::Error, problem);
    } else if !format::is_http_url(url) {
        let problem = ["must be an absolute http or https URL without a user name.", "", ""];
        issues.add_fixed(place, IssueCode::InvalidFormat, Severity::Error, problem);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::super::input::Kind;
    use super::super::input::build::{number, record, text};
    use super::*;

    fn request<'a>(changes: &[(&'a str, Input<'a>)]) -> Input<'a> {
        let mut entries = vec![
            ("amount", text("100.10")),
            ("currency", text("USD")),
            ("externalTransactionId", text("Order-7")),
        ];
        for (key, value) in changes {
            entries.retain(|(name, _)| name != key);
            entries.push((key, value.clone()));
        }
        record(&entries)
    }

    fn check<'a>(input: &Input<'a>, strict: bool) -> (Option<OrderRequest<'a>>, Vec<Issue>) {
        OrderRequest::check(input, RequestKind::Payout, strict)
    }

    fn issues(changes: &[(&str, Input)]) -> Vec<(String, IssueCode)> {
        let (_, issues) = check(&request(changes), false);
        issues.into_iter().map(|issue| (issue.path, issue.code)).collect()
    }

    fn one(path: &str, code: IssueCode) -> Vec<(String, IssueCode)> {
        vec![(path.to_owned(), code)]
    }

    #[test]
    fn the_body_has_the_documented_order_of_keys_and_the_given_digits() {
        let input = request(&[
            ("callbackUrl", text("https://shop.example/callback")),
            (
                "additionalFields",
                record(&[("cardNumber", text("4111111111111111")), ("bankName", text("all"))]),
            ),
        ]);
        let (request, issues) = check(&input, true);
        assert_eq!(issues, []);
        assert_eq!(
            request.unwrap().to_json(),
            r#"{"amount":100.10,"currency":"USD","externalTransactionId":"Order-7","callbackUrl":"https://shop.example/callback","additionalFields":[{"key":"cardNumber","value":"4111111111111111"},{"key":"bankName","value":"all"}]}"#
        );
    }

    #[test]
    fn the_body_is_the_json_that_serde_writes() {
        let texts = [
            "a",
            "",
            "\"",
            "a\\b",
            "\n\u{1}\u{7f}",
            "\u{20ac}\u{1f4b3}",
            "0123456789\t",
            "</script>\u{2028}",
        ];
        let mut count = 0;
        for (index, text) in texts.iter().enumerate() {
            let url = |bit: usize| (index & bit != 0).then_some(*text);
            for entries in 0..3 {
                let request = OrderRequest {
                    amount: Amount::read(&Input::Text("100.10"), Some("USD"), &mut Issues::default())
                        .unwrap(),
                    currency: "USD",
                    external_transaction_id: text,
                    callback_url: url(1),
                    processing_redirect_url: url(2),
                    failed_redirect_url: url(4),
                    success_redirect_url: url(1),
                    additional_fields: vec![AdditionalField { key: text, value: text }; entries],
                };
                assert_eq!(request.to_json(), serde_json::to_string(&request).unwrap());
                count += 1;
            }
        }
        assert_eq!(count, 24);
    }

    #[test]
    fn a_string_amount_that_no_double_can_hold_is_sent_unchanged() {
        let (request, _) = check(&request(&[("amount", text("9007199254740993.01"))]), false);
        assert!(request.unwrap().to_json().starts_with(r#"{"amount":9007199254740993.01,"#));
    }

    #[test]
    fn a_sum_of_floats_is_refused_with_advice() {
        let (request, issues) = check(&request(&[("amount", number("0.30000000000000004"))]), false);
        assert_eq!(request, None);
        assert_eq!(issues[0].code, IssueCode::NotExact);
        assert!(issues[0].message.contains("give a string") && issues[0].message.ends_with("USD has 2."));
    }

    #[test]
    fn all_issues_are_found_at_once() {
        let found = issues(&[
            ("amount", text("-5")),
            ("currency", text("usd")),
            ("externalTransactionId", Input::Absent),
            ("callbackURL", text("https://shop.example")),
            ("successRedirectUrl", text("shop.example")),
            ("additionalFields", record(&[("email", text("none"))])),
        ]);
        assert_eq!(
            found,
            [
                ("callbackURL".to_owned(), IssueCode::UnknownKey),
                ("currency".to_owned(), IssueCode::InvalidFormat),
                ("amount".to_owned(), IssueCode::Negative),
                ("externalTransactionId".to_owned(), IssueCode::Required),
                ("successRedirectUrl".to_owned(), IssueCode::InvalidFormat),
                ("additionalFields.email".to_owned(), IssueCode::InvalidFormat),
            ]
        );
    }

    #[test]
    fn an_amount_is_checked_with_the_minor_units_of_its_currency() {
        assert_eq!(issues(&[("currency", text("JPY"))]), one("amount", IssueCode::TooManyDecimals));
        assert_eq!(issues(&[("currency", text("KWD")), ("amount", text("1.001"))]), []);
        assert_eq!(issues(&[("currency", text("USDT_TRC20")), ("amount", text("1.00000001"))]), []);
    }

    #[test]
    fn a_value_of_a_wrong_type_is_an_issue() {
        for wrong in
            [Input::Bool(true), Input::Other(Kind::BigInt), Input::List(vec![]), Input::IllFormedText]
        {
            assert_eq!(issues(&[("amount", wrong.clone())]), one("amount", IssueCode::InvalidType));
            assert_eq!(
                issues(&[("externalTransactionId", wrong)]),
                one("externalTransactionId", IssueCode::InvalidType)
            );
        }
        for whole in [Input::Absent, text("x"), Input::List(vec![])] {
            let (request, issues) = check(&whole, false);
            assert_eq!((request, issues[0].code), (None, IssueCode::InvalidType));
        }
    }

    #[test]
    fn both_published_examples_are_valid_with_a_warning_about_the_check_digit() {
        let card = ("cardNumber", text("1234123412341234"));
        for fields in [
            [
                card.clone(),
                ("payeerIdentifier", text("Merch-12345")),
                ("email", text("Jhon.Wick@Continental-Hotel.com")),
            ]
            .to_vec(),
            [card.clone(), ("bankName", text("SuperBank"))].to_vec(),
        ] {
            let (request, issues) = check(
                &record(&[
                    ("amount", number("100")),
                    ("currency", text("RUB")),
                    ("externalTransactionId", text("Merch12345")),
                    ("callbackUrl", text("https://merch.com/callbackUrl")),
                    ("additionalFields", record(&fields)),
                ]),
                false,
            );
            assert!(request.is_some());
            assert_eq!(issues.len(), 1);
            assert_eq!((issues[0].code, issues[0].severity), (IssueCode::LuhnFailed, Severity::Warning));
        }
    }

    #[test]
    fn each_kind_of_deposit_has_its_rule_for_card_data() {
        let found = |kind, fields: &[(&str, Input)]| {
            let (_, issues) =
                OrderRequest::check(&request(&[("additionalFields", record(fields))]), kind, true);
            issues.into_iter().map(|issue| (issue.path, issue.code)).collect::<Vec<_>>()
        };
        let card = [("cardNumber", text("4111111111111111")), ("email", text("a@b.c"))];
        let token = [("cardToken", text("token-1"))];
        assert_eq!(found(RequestKind::Deposit, &card), []);
        assert_eq!(found(RequestKind::TokenDeposit, &token), []);
        assert_eq!(
            found(RequestKind::TokenDeposit, &card),
            one("additionalFields.cardToken", IssueCode::Required)
        );
        assert_eq!(found(RequestKind::HostedDeposit, &[]), []);
        for (key, value) in [
            ("cardNumber", "4111111111111111"),
            ("cardExpireMonth", "05"),
            ("cardExpireYear", "30"),
            ("cardCvv", "123"),
            ("cardHolder", "A B"),
            ("cardToken", "token-1"),
        ] {
            let path = format!("additionalFields.{key}");
            let issues = found(RequestKind::HostedDeposit, &[(key, text(value))]);
            assert_eq!(issues, one(&path, IssueCode::CardDataNotAllowed));
        }
    }

    #[test]
    fn secrets_are_the_card_data() {
        let fields = record(&[
            ("cardNumber", text("4111111111111111")),
            ("bankName", text("b")),
            ("cardCvv", text("123")),
        ]);
        let (request, _) = check(&request(&[("additionalFields", fields)]), false);
        assert_eq!(request.unwrap().secrets().collect::<Vec<_>>(), ["4111111111111111", "123"]);
    }
}
