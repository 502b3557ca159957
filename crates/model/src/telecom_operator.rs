//! The telecom operators that PayStar documents.

use serde::Serialize;

use paystar_tables::{Index, slot_count, table_rows};

const TABLE: &str = include_str!("data/telecom_operators.tsv");
const COUNTRIES: &str = include_str!("data/telecom_countries.tsv");
static COUNTRY_ROWS: Index<{ slot_count(COUNTRIES) }> = Index::of(COUNTRIES);

/// A mobile network.
///
/// PayStar documentation: telecom-operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct TelecomOperator {
    /// The value for the additional field `telecomOperator`, in PayStar's spelling: `vodafone-uk`.
    pub value: &'static str,
    /// The name for people: `Vodafone`.
    pub name: &'static str,
    /// PayStar's name of the country: `United Kingdom`.
    pub country: &'static str,
    /// The code of the country (ISO 3166-1 alpha-3): `GBR`.
    pub country_code: &'static str,
}

/// Whether PayStar documents a value of `telecomOperator`.
pub fn is_listed(operator: &str) -> bool {
    table_rows(TABLE).any(|mut columns| columns.nth(1) == Some(operator))
}

/// The operators of a country, or all operators. The country is PayStar's name, or an alpha-2 or alpha-3 code, in any
/// letter case.
pub fn list(country: Option<&str>) -> Vec<TelecomOperator> {
    let wanted = country.map(str::trim);
    table_rows(TABLE)
        .filter_map(|mut columns| {
            let (country, value, name) = (columns.next()?, columns.next()?, columns.next()?);
            let mut codes = COUNTRY_ROWS.row(country)?;
            let (alpha2, country_code) = (codes.next()?, codes.next()?);
            let is_named =
                |wanted| [country, alpha2, country_code].iter().any(|name| name.eq_ignore_ascii_case(wanted));
            wanted.is_none_or(is_named).then_some(TelecomOperator { value, name, country, country_code })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_31_operators() {
        assert_eq!(COUNTRY_ROWS.first_lost(), None);
        assert_eq!(table_rows(TABLE).count(), 31);
        for mut columns in table_rows(TABLE) {
            assert!(is_listed(columns.nth(1).unwrap()));
        }
        assert!(!is_listed("vadafone-uk"), "PayStar's samples contain this misspelled value");
    }

    #[test]
    fn the_list_has_all_rows_in_the_order_of_the_table() {
        let listed: Vec<_> = list(None)
            .into_iter()
            .map(|operator| [operator.country, operator.value, operator.name])
            .collect();
        let rows: Vec<_> = table_rows(TABLE).map(Iterator::collect::<Vec<_>>).collect();
        assert!(listed.iter().map(|row| row.to_vec()).eq(rows));
    }

    #[test]
    fn a_country_is_found_by_its_name_and_both_codes() {
        for columns in table_rows(COUNTRIES) {
            let names: Vec<_> = columns.collect();
            let iso = rust_iso3166::from_alpha2(names[1]).unwrap();
            assert_eq!(iso.alpha3, names[2]);
            let operators = list(Some(names[0]));
            assert!(
                !operators.is_empty() && operators.iter().all(|operator| operator.country_code == names[2])
            );
            for other in
                [names[1].to_ascii_lowercase(), format!(" {} ", names[2]), names[0].to_ascii_uppercase()]
            {
                assert_eq!(list(Some(&other)), operators, "{other}");
            }
        }
        assert_eq!(list(Some("NLD")), []);
        assert_eq!(list(Some("")), []);
    }
}
