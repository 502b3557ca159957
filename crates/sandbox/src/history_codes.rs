//! The codes in an order's history. PayStar has two versions of them.
//!
//! PayStar documentation: payment-history-v2, order-history, payment-history-backward-compatibility.

use paystar_tables::{Index, slot_count};

/// Codes of v2, each with the legacy code that PayStar documents for it.
const LEGACY: &str = include_str!("legacy_codes.tsv");
static LEGACY_ROWS: Index<{ slot_count(LEGACY) }> = Index::of(LEGACY);

/// The version of the codes that a sandbox writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum HistoryCodes {
    #[default]
    V2,
    Legacy,
}

impl HistoryCodes {
    /// A code of v2 in this version. A code without a legacy code stays unchanged: PayStar can also send both versions.
    pub(crate) fn write(self, action: &str) -> &str {
        match self {
            Self::V2 => action,
            // The only public legacy code of this stage. PayStar uses it for Success and for Failed.
            Self::Legacy if action.starts_with("4.") => "4.1.0.0",
            Self::Legacy => LEGACY_ROWS.row(action).and_then(|mut row| row.next()).unwrap_or(action),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_codes_are_sorted() {
        assert_eq!(LEGACY_ROWS.first_lost(), None);
    }

    #[test]
    fn legacy_codes_are_those_of_paystars_mapping() {
        for (v2, legacy) in [
            ("1.1.1.00", "1.1.0.0"),
            ("2.1.1.00", "2.1.0.0"),
            ("4.1.3.00", "4.1.0.0"),
            ("4.1.4.63", "4.1.0.0"),
            ("1.2.4.31", "1.2.1.4"),
            ("3.0.4.54", "3.0.1.5"),
            ("1.0.1.35", "1.0.1.35"),
        ] {
            assert_eq!(HistoryCodes::Legacy.write(v2), legacy);
            assert_eq!(HistoryCodes::V2.write(v2), v2);
        }
    }
}
