//! ISO 4217: the names of currencies, and how many decimals their amounts have.

use serde::Serialize;

use paystar_tables::{Index, row_count, table_rows};

const TABLE: &str = include_str!("data/currencies.tsv");
static ROWS: Index<{ row_count(TABLE) }> = Index::of(TABLE);

/// A currency of ISO 4217. PayStar's own list is not public: ask your account manager which of them it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Currency {
    /// The three-letter code: `USD`.
    pub code: &'static str,
    /// The English name: `United States dollar`.
    pub name: &'static str,
    /// Digits after the point of its smallest unit: 2 for `USD`, 0 for `JPY`. Missing where ISO gives it none (gold).
    #[cfg_attr(feature = "typescript", tsify(optional))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor_units: Option<u8>,
}

/// All currencies, by their codes.
pub fn list() -> impl Iterator<Item = Currency> {
    table_rows(TABLE).filter_map(|mut columns| {
        let (code, minor_units, name) = (columns.next()?, columns.next()?.parse().ok(), columns.next()?);
        Some(Currency { code, name, minor_units })
    })
}

/// The currency of a code in any letter case.
pub fn find(code: &str) -> Option<Currency> {
    list().find(|currency| currency.code.eq_ignore_ascii_case(code.trim()))
}

/// Digits after the point of the currency's smallest unit: 2 for `USD`, 0 for `JPY`.
///
/// `None` where ISO 4217 does not list the currency or gives it no minor unit (gold, crypto).
/// PayStar's own list of currencies is not public, so such codes are let through.
pub fn minor_units(code: &str) -> Option<u8> {
    ROWS.row(code)?.next()?.parse().ok()
}

/// Whether ISO 4217 lists the code.
pub fn is_listed(code: &str) -> bool {
    ROWS.row(code).is_some()
}

/// The listed code that this one is in another letter case: `USD` for `usd`.
pub fn listed_in_other_case(code: &str) -> Option<String> {
    // Most codes are in capital letters.
    if !code.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let capitals = code.to_ascii_uppercase();
    is_listed(&capitals).then_some(capitals)
}

/// Whether text can be a currency code at all: a few letters and digits.
pub fn is_code(text: &str) -> bool {
    (2..=16).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_iso_4217_as_its_maintained_source_has_it() {
        assert_eq!(ROWS.first_unsorted(), None);
        let ours: Vec<&str> = table_rows(TABLE).filter_map(|mut columns| columns.next()).collect();
        let theirs: Vec<iso_currency::Currency> =
            <iso_currency::Currency as iso_currency::IntoEnumIterator>::iter().collect();
        assert_eq!(ours.len(), theirs.len());
        for currency in theirs {
            let exponent = currency.exponent().map(|digits| u8::try_from(digits).unwrap());
            assert!(ours.contains(&currency.code()), "{} is missing", currency.code());
            assert_eq!(minor_units(currency.code()), exponent, "{}", currency.code());
            // The only name that the source misspells.
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
    fn unlisted_codes_have_no_minor_units_and_are_codes_all_the_same() {
        assert_eq!(minor_units("USDT"), None);
        assert_eq!(minor_units("usd"), None);
        assert_eq!(listed_in_other_case("usd").as_deref(), Some("USD"));
        assert_eq!(listed_in_other_case("USD"), None);
        assert!(is_code("USDT_TRC20") && is_code("usd"));
        assert!(!is_code("US D") && !is_code("\u{423}SD") && !is_code("U"));
    }
}
