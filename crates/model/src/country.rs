//! Country codes of ISO 3166-1 alpha-3.

const TABLE: &str = include_str!("data/countries.txt");

/// Whether ISO 3166-1 lists a three-letter code.
pub fn is_listed(code: &str) -> bool {
    TABLE.lines().any(|listed| listed == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_equal_to_a_maintained_table_of_iso_3166() {
        assert_eq!(TABLE.lines().count(), rust_iso3166::ALL.len());
        for country in rust_iso3166::ALL {
            assert!(is_listed(country.alpha3), "{} is missing", country.alpha3);
        }
        assert!(!is_listed("XXX") && !is_listed("nld") && !is_listed(""));
    }
}
