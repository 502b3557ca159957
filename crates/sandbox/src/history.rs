//! The codes of an order's history, in PayStar's two editions, and how times are written.
//!
//! PayStar documentation: payment-history-v2, order-history, payment-history-backward-compatibility.

use time::{Duration, OffsetDateTime};

use paystar_tables::{Index, row_count};

/// Codes of v2 and the legacy ones that PayStar maps them to.
const LEGACY: &str = include_str!("legacy_codes.tsv");
static LEGACY_ROWS: Index<{ row_count(LEGACY) }> = Index::of(LEGACY);

/// Which codes a sandbox writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum HistoryCodes {
    #[default]
    V2,
    Legacy,
}

impl HistoryCodes {
    /// A code of v2 in this edition. One that has no legacy form stays as it is: PayStar, too, may send both.
    pub(super) fn write(self, action: &str) -> &str {
        match self {
            Self::V2 => action,
            // The only legacy code of this stage that is public, used with Success and Failed alike.
            Self::Legacy if action.starts_with("4.") => "4.1.0.0",
            Self::Legacy => LEGACY_ROWS.row(action).and_then(|mut row| row.next()).unwrap_or(action),
        }
    }
}

/// As in PayStar's newer samples: `2025-07-28T09:29:51.339000Z`.
pub(super) fn timestamp(ms: u64) -> String {
    let at = date_time(ms);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, micro) = at.to_hms_micro();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z", u8::from(month))
}

/// The year and month of a time, for the expiry of cards.
pub(super) fn year_and_month(ms: u64) -> (i32, u8) {
    let at = date_time(ms);
    (at.year(), u8::from(at.month()))
}

/// As in the headers of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(super) fn http_date(ms: u64) -> String {
    let at = date_time(ms);
    let (hour, minute, second) = at.to_hms();
    format!(
        "{:.3}, {:02} {:.3} {:04} {hour:02}:{minute:02}:{second:02} GMT",
        at.weekday(),
        at.day(),
        at.month(),
        at.year()
    )
}

fn date_time(ms: u64) -> OffsetDateTime {
    let since_1970 = Duration::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX));
    OffsetDateTime::UNIX_EPOCH.checked_add(since_1970).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_codes_are_sorted() {
        assert_eq!(LEGACY_ROWS.first_unsorted(), None);
    }

    #[test]
    fn times_read_as_in_paystars_samples() {
        assert_eq!(timestamp(1_753_694_991_339), "2025-07-28T09:29:51.339000Z");
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(timestamp(u64::MAX), "1970-01-01T00:00:00.000000Z");
        assert_eq!(year_and_month(1_753_694_991_339), (2025, 7));
    }

    #[test]
    fn dates_in_headers_are_those_of_http() {
        assert_eq!(http_date(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(1_772_323_199_000), "Sat, 28 Feb 2026 23:59:59 GMT");
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
