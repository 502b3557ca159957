//! The body of a creation.

use paystar_json::{Members, Raw};
use paystar_model::additional_fields::CARD_KEYS;
use paystar_model::amount::{Amount, plain_decimal};
use paystar_model::card::{self, CardNumber};
use paystar_model::decimal::Decimal;
use paystar_model::format::is_http_url;
use paystar_model::id::ExternalTransactionId;
use paystar_protocol::endpoint::Host;
use paystar_protocol::pipeline::Pipeline;

use super::route::CreationEndpoint;

const MOST_FIELDS: usize = 200;
const LONGEST_ID: usize = 512;
const LONGEST_URL: usize = 4096;
const LONGEST_HOLDER: usize = 200;

/// The kinds of orders. They differ in how they start and in the members of their responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderKind {
    Payout,
    /// A deposit with card data in the request.
    CardDeposit,
    /// A deposit from person to person. The customer pays by bank, without a card number.
    PersonToPerson,
    /// A deposit with a stored card.
    TokenDeposit,
    /// A deposit without card data. The customer enters the card on PayStar's page.
    HostedDeposit,
}

impl OrderKind {
    pub(crate) fn pipeline(self) -> Pipeline {
        if self == Self::Payout { Pipeline::Payouts } else { Pipeline::Deposits }
    }
}

/// The card data that the sandbox stores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Card {
    /// Masked.
    pub(crate) number: Option<String>,
    pub(crate) holder: Option<String>,
}

impl Card {
    pub(crate) fn new(number: Option<&str>, holder: Option<&str>) -> Self {
        // A text that is not a card number cannot be masked, so it is not stored.
        let number = number.filter(|number| card::check(number) != CardNumber::Malformed).map(card::mask);
        Self { number, holder: holder.map(str::to_owned) }
    }
}

/// Where the hosted page sends the customer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Redirects {
    pub(crate) processing: Option<String>,
    pub(crate) success: Option<String>,
    pub(crate) failed: Option<String>,
}

/// A valid creation.
pub(crate) struct CreationRequest {
    pub(crate) kind: OrderKind,
    pub(crate) external_transaction_id: ExternalTransactionId,
    /// The digits of the merchant.
    pub(crate) amount: Amount,
    pub(crate) sum: Decimal,
    pub(crate) currency: String,
    pub(crate) callback_url: Option<String>,
    pub(crate) redirects: Redirects,
    pub(crate) card: Card,
    /// The whole number, to recognise a test card. It is not stored.
    pub(crate) card_number: Option<String>,
    /// The token of a stored card.
    pub(crate) token: Option<String>,
}

impl CreationRequest {
    /// Reads a body. The error is PayStar's message about the first problem. The messages about long ids, URLs and card
    /// data are the sandbox's own.
    pub(crate) fn read(
        body: &[u8],
        endpoint: CreationEndpoint,
        knows_currency: impl Fn(&str) -> bool,
    ) -> Result<Self, String> {
        let mut members = Members::from_body(body).unwrap_or_default();
        let external_transaction_id = required(&mut members, "externalTransactionId")
            .ok_or("External_transaction_id is required property")?;
        let currency = required(&mut members, "currency");
        let (amount, sum) =
            members.take("amount").and_then(read_amount).ok_or("Amount is required property")?;
        let currency = currency.ok_or("Currency is required property")?;
        if !knows_currency(&currency) {
            return Err("currency has invalide value".to_owned());
        }
        if external_transaction_id.len() > LONGEST_ID {
            return Err("external_transaction_id has invalide value".to_owned());
        }
        let mut url = |name: &str| match required(&mut members, name) {
            Some(url) if url.len() > LONGEST_URL || !is_http_url(&url) => {
                Err(format!("{name} has invalide value"))
            }
            url => Ok(url),
        };
        let callback_url = url("callbackUrl")?;
        let redirects = Redirects {
            processing: url("processingRedirectUrl")?,
            success: url("successRedirectUrl")?,
            failed: url("failedRedirectUrl")?,
        };
        let fields = AdditionalFields::read(members.take("additionalFields"));
        let kind = fields.kind(endpoint);
        if kind == OrderKind::HostedDeposit
            && let Some(key) = fields.card_key()
        {
            return Err(format!("{key} must not be sent: the customer enters the card on the page"));
        }
        let holder = fields.get("cardHolder").filter(|holder| holder.len() <= LONGEST_HOLDER);
        Ok(Self {
            kind,
            external_transaction_id: external_transaction_id.into(),
            amount,
            sum,
            currency,
            callback_url,
            redirects,
            card: Card::new(fields.get("cardNumber"), holder),
            card_number: fields.get("cardNumber").map(str::to_owned),
            token: fields.token().map(str::to_owned),
        })
    }
}

fn required(members: &mut Members, name: &str) -> Option<String> {
    members.take_text(name).ok().flatten().filter(|text| !text.is_empty())
}

/// A JSON number above zero. PayStar does not document its message for other amounts, so they count as missing.
fn read_amount(value: Raw) -> Option<(Amount, Decimal)> {
    let amount = Amount::from_text(&plain_decimal(value.number()?)?, None).ok()?;
    let sum = Decimal::parse(amount.as_str()).ok()?;
    Some((amount, sum))
}

/// The pairs of texts in `additionalFields`. Other entries are ignored.
struct AdditionalFields(Vec<(String, String)>);

impl AdditionalFields {
    fn read(value: Option<Raw>) -> Self {
        let entries = value.and_then(Raw::list).unwrap_or_default();
        let pair = |entry: Raw| {
            let mut entry = entry.object()?;
            Some((entry.take_text("key").ok()??, entry.take_text("value").ok()??))
        };
        Self(entries.into_iter().take(MOST_FIELDS).filter_map(pair).collect())
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// PayStar does not document which token and which key a request has, so the sandbox accepts both.
    fn token(&self) -> Option<&str> {
        self.get("cardToken").or_else(|| self.get("cardStorageToken"))
    }

    fn card_key(&self) -> Option<&str> {
        self.0.iter().map(|(key, _)| key.as_str()).find(|key| CARD_KEYS.contains(key))
    }

    fn kind(&self, endpoint: CreationEndpoint) -> OrderKind {
        let host = match endpoint {
            CreationEndpoint::Payouts => return OrderKind::Payout,
            CreationEndpoint::Deposits(host) => host,
        };
        match host {
            Some(Host::Token) => OrderKind::TokenDeposit,
            Some(Host::Init) => OrderKind::HostedDeposit,
            None if self.token().is_some() => OrderKind::TokenDeposit,
            _ if self.get("cardNumber").is_some() => OrderKind::CardDeposit,
            _ => OrderKind::PersonToPerson,
        }
    }
}
