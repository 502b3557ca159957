//! PayStar's dictionary of telecom operators.

use super::table_rows;

const TABLE: &str = include_str!("data/telecom_operators.tsv");

/// Whether the dictionary has this value of `telecomOperator`.
pub fn is_listed(operator: &str) -> bool {
    table_rows(TABLE).any(|mut columns| columns.nth(1) == Some(operator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_has_its_31_operators() {
        assert_eq!(table_rows(TABLE).count(), 31);
        for mut columns in table_rows(TABLE) {
            assert!(is_listed(columns.nth(1).unwrap()));
        }
        assert!(!is_listed("vadafone-uk"), "a misspelling of PayStar's samples");
    }
}
