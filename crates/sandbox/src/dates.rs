//! Times as text.

use time::{Duration, OffsetDateTime};

/// A time as in PayStar's newer samples: `2025-07-28T09:29:51.339000Z`.
pub(crate) fn timestamp(ms: u64) -> String {
    let at = date_time(ms);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, micro) = at.to_hms_micro();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z", u8::from(month))
}

/// The year and the month of a time, for the expiry of cards.
pub(crate) fn year_and_month(ms: u64) -> (i32, u8) {
    let at = date_time(ms);
    (at.year(), u8::from(at.month()))
}

/// A time as in HTTP headers: `Sun, 06 Nov 1994 08:49:37 GMT`.
// The crate `httpdate` panics after the year 9999, and the clock of a sandbox can be moved that far.
pub(crate) fn http_date(ms: u64) -> String {
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

/// A time after the year 9999 becomes the beginning of 1970.
fn date_time(ms: u64) -> OffsetDateTime {
    let since_1970 = Duration::milliseconds(i64::try_from(ms).unwrap_or(i64::MAX));
    OffsetDateTime::UNIX_EPOCH.checked_add(since_1970).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_have_the_form_of_paystars_samples() {
        assert_eq!(timestamp(1_753_694_991_339), "2025-07-28T09:29:51.339000Z");
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(timestamp(u64::MAX), "1970-01-01T00:00:00.000000Z");
        assert_eq!(year_and_month(1_753_694_991_339), (2025, 7));
    }

    #[test]
    fn dates_in_headers_have_the_form_of_http() {
        assert_eq!(http_date(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_date(1_772_323_199_000), "Sat, 28 Feb 2026 23:59:59 GMT");
    }
}
