//! Currencies of ISO 4217: their codes, their names and how many decimals their amounts have.

use serde::Serialize;

use super::input::Input;
use super::issue::{IssueCode, Issues, Place, Severity};
use paystar_tables::{Index, slot_count, table_rows};

const TABLE: &str = include_str!("data/currencies.tsv");
static ROWS: Index<{ slot_count(TABLE) }> = Index::of(TABLE);

/// A currency of ISO 4217. PayStar's own list is not public: ask your account manager which currencies you can use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Currency {
    /// The three-letter code: `USD`.
    pub code: &'static str,
    /// The English name: `United States dollar`.
    pub name: &'static str,
    /// How many decimals its amounts have: 2 for `USD`, 0 for `JPY`. Missing if ISO 4217 does not define it (gold).
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor_units: Option<u8>,
}

/// All currencies, sorted by code.
pub fn list() -> impl Iterator<Item = Currency> {
    table_rows(TABLE).filter_map(|mut columns| {
        let (code, minor_units, name) = (columns.next()?, columns.next()?.parse().ok(), columns.next()?);
        Some(Currency { code, name, minor_units })
    })
}

/// The currency with a code, in any letter case.
pub fn find(code: &str) -> Option<Currency> {
    list().find(|currency| currency.code.eq_ignore_ascii_case(code.trim()))
}

/// How many decimals the amounts of a currency have: 2 for `USD`, 0 for `JPY`.
///
/// `None` if ISO 4217 does not define it (gold) or does not list the currency (crypto).
pub fn minor_units(code: &str) -> Option<u8> {
    // No currency has more than one digit.
    match ROWS.row(code)?.next()?.as_bytes() {
        [digit @ b'0'..=b'9'] => digit.checked_sub(b'0'),
        _ => None,
    }
}

/// Whether ISO 4217 lists the code.
pub fn is_listed(code: &str) -> bool {
    ROWS.row(code).is_some()
}

/// The listed code that differs from this code only in letter case: `USD` for `usd`.
fn listed_in_other_case(code: &str) -> Option<&'static str> {
    // Most codes are in capital letters.
    if !code.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    ROWS.key(&code.to_ascii_uppercase())
}

/// Whether a text has the format of a currency code.
fn is_code(text: &str) -> bool {
    (2..=16).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// Reads the member `currency` of a request. PayStar's own list of currencies is not public, so a code that ISO 4217 does
/// not list is valid.
pub fn read<'a>(input: &Input<'a>, issues: &mut Issues) -> Option<&'a str> {
    const PLACE: Place = Place::fixed("", "currency");
    let code = issues.required_text(PLACE, input)?;
    if !is_code(code) {
        let problem = ["must be a code of 2 to 16 Latin letters and digits, such as USD.", "", ""];
        issues.add_fixed(PLACE, IssueCode::InvalidFormat, Severity::Error, problem);
        return None;
    }
    if let Some(listed) = listed_in_other_case(code) {
        let problem = ["must be in capital letters: ", listed, "."];
        issues.add_fixed(PLACE, IssueCode::InvalidFormat, Severity::Error, problem);
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_equal_to_a_maintained_table_of_iso_4217() {
        assert_eq!(ROWS.first_lost(), None);
        let ours: Vec<&str> = table_rows(TABLE).filter_map(|mut columns| columns.next()).collect();
        let theirs: Vec<iso_currency::Currency> =
            <iso_currency::Currency as iso_currency::IntoEnumIterator>::iter().collect();
        assert_eq!(ours.len(), theirs.len());
        for currency in theirs {
            let exponent = currency.exponent().map(|digits| u8::try_from(digits).unwrap());
            assert!(ours.contains(&currency.code()), "{} is missing", currency.code());
            assert_eq!(minor_units(currency.code()), exponent, "{}", currency.code());
            // The source misspells this name.
            let name = currency.name().trim().replace("Caribean", "Caribbean");
            let listed = find(&currency.code().to_ascii_lowercase()).unwrap();
            assert_eq!(
                (listed.code, listed.name, listed.minor_units),
                (currency.code(), name.as_str(), exponent)
            );
        }
        assert_eq!(list().map(|currency| currency.code).collect::<Vec<_>>(), ours);
        assert_eq!(find("USDT"), None);
    }

    #[test]
    fn a_code_that_is_not_listed_is_valid_and_has_no_minor_units() {
        assert_eq!(minor_units("USDT"), None);
        assert_eq!(minor_units("usd"), None);
        assert_eq!(listed_in_other_case("usd"), Some("USD"));
        assert_eq!(listed_in_other_case("USD"), None);
        assert!(is_code("USDT_TRC20") && is_code("usd"));
        assert!(!is_code("US D") && !is_code("\u{423}SD") && !is_code("U"));
    }
}
