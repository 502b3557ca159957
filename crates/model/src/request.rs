//! The request that creates an order: payouts and all kinds of deposits have the same body.

use serde::Serialize;

use super::additional_fields::{self, AdditionalField};
use super::amount::Amount;
use super::currency;
use super::format;
use super::input::Input;
use super::issue::{Issue, IssueCode, Issues};
use super::order;

/// What is to be created. The kinds differ in what `additionalFields` may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// Money to a customer.
    Payout,
    /// A deposit by card or from person to person, whose data the merchant sends.
    Deposit,
    /// A deposit with a stored card.
    TokenDeposit,
    /// A deposit whose card data the customer enters on PayStar's page.
    HostedDeposit,
}

/// A payout or a deposit to create.
///
/// PayStar documentation: create-payout-h2h, deposit-h2h, deposit-by-token-h2h, deposit-h2c, additionalfields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct OrderRequest<'a> {
    /// How much, in units of the currency: `"100.10"`. Digits of a string are sent as they stand. A number
    /// that is not exact in the currency's minor unit (`0.1 + 0.2`) is refused.
    #[cfg_attr(feature = "typescript", tsify(type = "string | number"))]
    #[serde(serialize_with = "Amount::as_json_number")]
    pub amount: Amount,
    /// ISO 4217 code, such as `USD`. Codes that ISO does not list pass through.
    pub currency: &'a str,
    /// Your own id of this order, and its idempotency key: PayStar refuses a second order with it. Store it
    /// before you send, and never make a new one for the same order.
    pub external_transaction_id: &'a str,
    /// Where PayStar sends callbacks about this order, instead of the URL set for the pipeline.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<&'a str>,
    /// Where the customer is led while the order is processed.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub processing_redirect_url: Option<&'a str>,
    /// Where the customer is led after a failure.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_redirect_url: Option<&'a str>,
    /// Where the customer is led after success.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string | URL | undefined"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_redirect_url: Option<&'a str>,
    /// What the flow needs (agreed with your account manager), as an object or as PayStar's own array:
    /// `{ cardNumber: "…", bankName: "…" }` or `[{ key: "cardNumber", value: "…" }]`.
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

const KEYS: &[&str] = &[
    "amount",
    "currency",
    "externalTransactionId",
    "callbackUrl",
    "processingRedirectUrl",
    "failedRedirectUrl",
    "successRedirectUrl",
    "additionalFields",
];

impl<'a> OrderRequest<'a> {
    /// Checks a request and finds all that is wrong with it. The request is there when no issue stops it.
    ///
    /// With `strict`, a card number whose check digit is wrong stops it too.
    pub fn check(input: &Input<'a>, kind: RequestKind, strict: bool) -> (Option<Self>, Vec<Issue>) {
        let mut issues = Issues::default();
        let request = Self::read(input, kind, strict, &mut issues);
        let is_sound = !issues.has_errors();
        (request.filter(|_| is_sound), issues.into_vec())
    }

    fn read(input: &Input<'a>, kind: RequestKind, strict: bool, issues: &mut Issues) -> Option<Self> {
        if !matches!(input, Input::Record(_)) {
            issues.error(
                "",
                IssueCode::InvalidType,
                ["The request must be an object, not ", &input.name(), "."].concat(),
            );
            return None;
        }
        issues.unknown_keys("", input, KEYS);
        let currency = read_currency(input.get("currency"), issues);
        let amount = read_amount(input.get("amount"), currency, issues);
        let external_transaction_id =
            order::check_id("externalTransactionId", input.get("externalTransactionId"), issues);
        let callback_url = read_url("callbackUrl", input, issues);
        let processing_redirect_url = read_url("processingRedirectUrl", input, issues);
        let failed_redirect_url = read_url("failedRedirectUrl", input, issues);
        let success_redirect_url = read_url("successRedirectUrl", input, issues);
        let additional_fields = additional_fields::read(input.get("additionalFields"), strict, issues);
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

    /// The JSON body, in PayStar's order of keys.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Values of this request that must not show up in an error or a log.
    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.additional_fields
            .iter()
            .filter(|field| additional_fields::SECRET_KEYS.contains(&field.key))
            .map(|field| field.value)
    }
}

/// PayStar's page asks for the card, so its data must not be sent; a stored card needs its token.
fn check_card_data(kind: RequestKind, fields: &[AdditionalField], issues: &mut Issues) {
    match kind {
        RequestKind::HostedDeposit => {
            for field in fields.iter().filter(|field| additional_fields::CARD_KEYS.contains(&field.key)) {
                let path = ["additionalFields.", field.key].concat();
                let message =
                    [&path, " must not be sent: the customer enters the card on PayStar's page."].concat();
                issues.error(path, IssueCode::CardDataNotAllowed, message);
            }
        }
        RequestKind::TokenDeposit if !fields.iter().any(|field| field.key == "cardToken") => {
            // PayStar does not document which key carries the token, so another one may be right.
            let message =
                "additionalFields.cardToken is missing: a deposit with a stored card is made with its token.";
            issues.warning("additionalFields.cardToken", IssueCode::Required, message);
        }
        _ => {}
    }
}

/// A currency code; one that cannot be right is noted.
pub fn read_currency<'a>(input: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    const PATH: &str = "currency";
    let code = issues.required_text(PATH, input)?;
    if !currency::is_code(code) {
        let message = "currency must be a code of 2 to 16 Latin letters and digits, such as USD.";
        issues.error(PATH, IssueCode::InvalidFormat, message);
        return None;
    }
    if let Some(listed) = currency::listed_in_other_case(code) {
        let message = ["currency must be in capital letters: ", &listed, "."].concat();
        issues.error(PATH, IssueCode::InvalidFormat, message);
    }
    Some(code)
}

/// An amount of a currency; one that cannot be sent exactly is noted.
pub(crate) fn read_amount(input: &Input, code: Option<&str>, issues: &mut Issues) -> Option<Amount> {
    const PATH: &str = "amount";
    let minor_units = code.and_then(currency::minor_units);
    let amount = match input {
        Input::Text(text) => Amount::from_text(text, minor_units),
        Input::Number(shortest) => Amount::from_number(shortest, minor_units),
        other => {
            issues.wrong_type(PATH, "a decimal string or a number", other);
            return None;
        }
    };
    amount
        .map_err(|error| {
            let units = match (error.code, code, minor_units) {
                (IssueCode::TooManyDecimals | IssueCode::NotExact, Some(code), Some(units)) => {
                    format!(" {code} has {units}.")
                }
                _ => String::new(),
            };
            issues.error(PATH, error.code, [PATH, " ", error.advice, &units].concat());
        })
        .ok()
}

fn read_url<'a>(path: &str, request: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    const LONGEST: usize = 2048;
    let url = issues.optional_text(path, request.get(path))?;
    if url.len() > LONGEST {
        issues.error(path, IssueCode::TooLong, format!("{path} is longer than {LONGEST} bytes."));
    } else if !format::is_http_url(url) {
        let message = [path, " must be an absolute http or https URL without a user name."].concat();
        issues.error(path, IssueCode::InvalidFormat, message);
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::super::input::Kind;
    use super::super::input::build::{number, record, text};
    use super::super::issue::Severity;
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
    fn the_body_has_paystars_keys_in_order_and_the_amounts_own_digits() {
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
            request.unwrap().to_json().unwrap(),
            r#"{"amount":100.10,"currency":"USD","externalTransactionId":"Order-7","callbackUrl":"https://shop.example/callback","additionalFields":[{"key":"cardNumber","value":"4111111111111111"},{"key":"bankName","value":"all"}]}"#
        );
    }

    #[test]
    fn a_string_amount_beyond_any_double_travels_exactly() {
        let (request, _) = check(&request(&[("amount", text("9007199254740993.01"))]), false);
        assert!(request.unwrap().to_json().unwrap().starts_with(r#"{"amount":9007199254740993.01,"#));
    }

    #[test]
    fn a_sum_of_floats_is_refused_and_says_what_to_do() {
        let (request, issues) = check(&request(&[("amount", number("0.30000000000000004"))]), false);
        assert_eq!(request, None);
        assert_eq!(issues[0].code, IssueCode::NotExact);
        assert!(issues[0].message.contains("give a string") && issues[0].message.ends_with("USD has 2."));
    }

    #[test]
    fn all_issues_come_at_once() {
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
    fn minor_units_are_the_currencys_own() {
        assert_eq!(issues(&[("currency", text("JPY"))]), one("amount", IssueCode::TooManyDecimals));
        assert_eq!(issues(&[("currency", text("KWD")), ("amount", text("1.001"))]), []);
        assert_eq!(issues(&[("currency", text("USDT_TRC20")), ("amount", text("1.00000001"))]), []);
    }

    #[test]
    fn values_of_other_types_are_issues() {
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
    fn both_published_examples_pass_with_the_check_digit_as_a_warning() {
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
