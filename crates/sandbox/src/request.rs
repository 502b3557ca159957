//! The body of a creation, as the sandbox reads it.

use paystar_json::{Members, Raw};
use paystar_model::additional_fields::CARD_KEYS;
use paystar_model::amount::{Amount, plain_decimal};
use paystar_model::card::{self, CardNumber};
use paystar_model::format::is_http_url;
use paystar_protocol::endpoint::Host;
use paystar_protocol::pipeline::Pipeline;

use super::config::SandboxConfig;
use super::money::Money;

const MOST_FIELDS: usize = 200;
const LONGEST_ID: usize = 512;
const LONGEST_URL: usize = 4096;
const LONGEST_HOLDER: usize = 200;

/// The kinds of orders, which differ in how they begin and in what their answers hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderKind {
    Payout,
    /// A deposit whose card data the merchant sent.
    CardDeposit,
    /// A deposit from person to person: the customer pays by bank, without a card number.
    PersonToPerson,
    /// A deposit with a stored card.
    TokenDeposit,
    /// A deposit whose card data the customer enters on PayStar's page.
    HostedDeposit,
}

impl OrderKind {
    pub(super) fn pipeline(self) -> Pipeline {
        if self == Self::Payout { Pipeline::Payouts } else { Pipeline::Deposits }
    }
}

/// What the sandbox keeps of a card.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Card {
    /// Masked.
    pub(super) number: Option<String>,
    pub(super) holder: Option<String>,
}

impl Card {
    pub(super) fn new(number: Option<&str>, holder: Option<&str>) -> Self {
        // Text that is no card number could not be masked.
        let number = number.filter(|number| card::check(number) != CardNumber::Malformed).map(card::mask);
        Self { number, holder: holder.map(str::to_owned) }
    }
}

/// Where a customer is led.
#[derive(Debug, Clone, Default)]
pub(super) struct Redirects {
    pub(super) processing: Option<String>,
    pub(super) success: Option<String>,
    pub(super) failed: Option<String>,
}

/// Which creation a request asks for, as far as its URL and headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    Payouts,
    /// The host tells the kinds of deposits apart, where there is one.
    Deposits(Option<Host>),
}

/// A creation whose body is sound.
pub(super) struct CreateRequest {
    pub(super) kind: OrderKind,
    pub(super) external_transaction_id: String,
    pub(super) amount: Amount,
    pub(super) sum: Money,
    pub(super) currency: String,
    pub(super) callback_url: Option<String>,
    pub(super) redirects: Redirects,
    pub(super) card: Card,
    /// Whole, to find a test card. It is not kept.
    pub(super) card_number: Option<String>,
    /// The stored card that a deposit is made with.
    pub(super) token: Option<String>,
}

impl CreateRequest {
    /// Reads a body; otherwise PayStar's message of the first thing that is wrong. The messages about ids that are too
    /// long, about URLs and about card data are the sandbox's own.
    pub(super) fn read(body: &[u8], door: Door, config: &SandboxConfig) -> Result<Self, String> {
        let mut members = Members::from_body(body).unwrap_or_default();
        let external_transaction_id = required(&mut members, "externalTransactionId")
            .ok_or("External_transaction_id is required property")?;
        let currency = required(&mut members, "currency");
        let amount = members.take("amount").and_then(read_amount);
        let (amount, sum) = amount
            .and_then(|amount| Some((Money::of(&amount)?, amount)))
            .map(|(sum, amount)| (amount, sum))
            .ok_or("Amount is required property")?;
        let currency = currency.ok_or("Currency is required property")?;
        if !config.knows_currency(&currency) {
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
        let fields = Fields::read(members.take("additionalFields"));
        let kind = fields.kind(door);
        if kind == OrderKind::HostedDeposit
            && let Some(key) = fields.card_key()
        {
            return Err(format!("{key} must not be sent: the customer enters the card on the page"));
        }
        let holder = fields.get("cardHolder").filter(|holder| holder.len() <= LONGEST_HOLDER);
        Ok(Self {
            kind,
            external_transaction_id,
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

/// A JSON number above zero. What PayStar says of other amounts is not documented; here they count as missing.
fn read_amount(value: Raw) -> Option<Amount> {
    Amount::from_text(&plain_decimal(value.number()?)?, None).ok()
}

/// `additionalFields`: what is not a pair of texts is passed over.
struct Fields(Vec<(String, String)>);

impl Fields {
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

    /// Which of its two tokens a stored card is named by is not documented, nor under which key: all are taken.
    fn token(&self) -> Option<&str> {
        self.get("cardToken").or_else(|| self.get("cardStorageToken"))
    }

    fn card_key(&self) -> Option<&str> {
        self.0.iter().map(|(key, _)| key.as_str()).find(|key| CARD_KEYS.contains(key))
    }

    fn kind(&self, door: Door) -> OrderKind {
        let host = match door {
            Door::Payouts => return OrderKind::Payout,
            Door::Deposits(host) => host,
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
