//! Payment card numbers.

use super::format;
use paystar_tables::table_rows;

const BRANDS: &str = include_str!("data/card_brands.tsv");

/// What a text can be as a card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardNumber {
    /// Right length, right check digit.
    Plausible,
    /// Right length, wrong check digit. PayStar's own samples are such numbers.
    LuhnFailed,
    /// Not 12 to 19 digits.
    Malformed,
}

/// Looks at a card number without spaces or dashes.
pub fn check(number: &str) -> CardNumber {
    if !format::is_digits(number, 12, 19) {
        CardNumber::Malformed
    } else if passes_luhn(number) {
        CardNumber::Plausible
    } else {
        CardNumber::LuhnFailed
    }
}

/// The first six and the last four digits, the others as stars: what may be shown of a card number.
pub fn mask(digits: &str) -> String {
    let hidden_to = digits.len().saturating_sub(4);
    digits
        .chars()
        .enumerate()
        .map(|(index, digit)| if (6..hidden_to).contains(&index) { '*' } else { digit })
        .collect()
}

/// The number without the spaces and dashes that people write in it, or `None` where something else is in it.
/// Stars stand for hidden digits.
fn compact(number: &str) -> Option<String> {
    let compact: String = number.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    compact.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*').then_some(compact)
}

/// The brand that a number, or as much of one as has been typed, belongs to.
pub fn brand(number: &str) -> Option<&'static str> {
    Some(brand_row(&compact(number)?)?.0)
}

/// The name of the brand with the longest prefix that fits, and its lengths.
fn brand_row(compact: &str) -> Option<(&'static str, &'static str)> {
    let mut best = (0, None);
    for mut columns in table_rows(BRANDS) {
        let (name, lengths, prefixes) = (columns.next()?, columns.next()?, columns.next()?);
        for range in prefixes.split(' ') {
            let length = bounds(range).0.len();
            if length > best.0 && compact.get(..length).is_some_and(|start| is_within(start, range)) {
                best = (length, Some((name, lengths)));
            }
        }
    }
    best.1
}

/// The ends of a range such as `51-55`; of a single value, twice that.
fn bounds(range: &str) -> (&str, &str) {
    range.split_once('-').unwrap_or((range, range))
}

/// Both ends of a range are as long as the digits, so they compare as text.
fn is_within(digits: &str, range: &str) -> bool {
    let (first, last) = bounds(range);
    (first..=last).contains(&digits)
}

/// Whether the number has a length of its brand; without a known brand, 12 to 19 digits.
pub fn has_length(number: &str) -> bool {
    compact(number).is_some_and(|compact| {
        let lengths = brand_row(&compact).map_or("12-19", |(_, lengths)| lengths);
        let length = u8::try_from(compact.len()).unwrap_or_default();
        lengths.split(' ').any(|range| {
            let (least, most) = bounds(range);
            least.parse().is_ok_and(|least| length >= least) && most.parse().is_ok_and(|most| length <= most)
        })
    })
}

/// Whether the check digit of a number is right (Luhn).
pub fn is_luhn_valid(number: &str) -> bool {
    compact(number).is_some_and(|digits| {
        digits.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit()) && passes_luhn(&digits)
    })
}

/// What may be shown of a card number. Text that is none, or is shorter than one, becomes nothing but stars.
pub fn mask_number(number: &str) -> String {
    match compact(number) {
        Some(compact) if (13..=19).contains(&compact.len()) => mask(&compact),
        compact => "*".repeat(compact.map_or_else(|| number.chars().count(), |compact| compact.len())),
    }
}

/// Whether a card of this month (`MM`) and year (`YY`, of this century) is past its last day. It is valid to the end
/// of its month. `None` where month or year are not of that form.
pub fn is_expired(month: &str, year: &str, now_year: i32, now_month: u8) -> Option<bool> {
    if !format::is_month(month) || !format::is_digits(year, 2, 2) {
        return None;
    }
    let year = year.parse::<i32>().ok()?.checked_add(2000)?;
    Some((year, month.parse::<u8>().ok()?) < (now_year, now_month))
}

/// Masks what looks like a card number. It has 13 to 19 digits, alone or in groups, and its check digit is right. In the
/// groups of a card (`4-4-4-4`) it is masked with a wrong check digit too. Any character may separate groups.
///
/// UUIDs, dates, phone numbers and addresses with a port stay. So do ids: digits without groups whose check digit is
/// wrong.
pub fn mask_in_text(text: &str) -> String {
    // Most texts have no room for a number.
    if text.bytes().filter(u8::is_ascii_digit).count() < SHORTEST {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let (mut rest, mut before) = (text, ' ');
    while let Some(letter) = rest.chars().next() {
        let skipped = if is_uuid(rest) {
            UUID_LENGTH
        } else if !letter.is_ascii_digit() {
            letter.len_utf8()
        } else if let Some((number, behind)) = card_at(rest, before) {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            clean.push_str(&mask(&digits));
            (before, rest) = ('0', behind);
            continue;
        } else {
            digits_at(rest)
        };
        let (head, tail) = rest.split_at_checked(skipped).unwrap_or((rest, ""));
        clean.push_str(head);
        before = head.chars().next_back().unwrap_or(before);
        rest = tail;
    }
    clean
}

const SHORTEST: usize = 13;
const LONGEST: usize = 19;
/// In bytes: three signs, or what stands between two texts of a JSON array.
const LONGEST_SEPARATOR: usize = 9;
const UUID_LENGTH: usize = 36;

fn digits_at(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

fn is_uuid(text: &str) -> bool {
    text.as_bytes().get(..UUID_LENGTH).is_some_and(|text| {
        text.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    })
}

/// The longest card number at the start of a text, and the rest of the text.
fn card_at(text: &str, before: char) -> Option<(&str, &str)> {
    let (mut found, mut digits, mut groups) = (None, String::new(), Vec::new());
    let (mut separator, mut is_regular, mut rest) = (None, true, text);
    loop {
        let (group, behind) = rest.split_at_checked(digits_at(rest))?;
        digits.push_str(group);
        if group.is_empty() || digits.len() > LONGEST {
            return found;
        }
        groups.push(group.len());
        // Only ASCII letters and digits count: the tables of all other scripts are 2 KiB.
        let between = behind.bytes().position(|byte| byte.is_ascii_alphanumeric()).unwrap_or(behind.len());
        let (gap, next) = behind.split_at_checked(between)?;
        if digits.len() >= SHORTEST {
            let is_bounded = !before.is_ascii_alphanumeric() && (between > 0 || next.is_empty());
            let is_phone = before == '+' && digits.len() <= 15;
            let is_right = passes_luhn(&digits);
            let may_be = || !is_phone && separator.is_none_or(is_one_sign) && may_be_groups(&groups, &digits);
            if has_form(&groups) && (is_right || is_regular && is_bounded)
                || is_right && is_regular && may_be()
            {
                found = text.split_at_checked(text.len().saturating_sub(behind.len()));
            }
        }
        if gap.len() > LONGEST_SEPARATOR {
            return found;
        }
        is_regular &= *separator.get_or_insert(gap) == gap;
        rest = next;
    }
}

fn is_one_sign(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next();
    letters.as_str().is_empty()
}

/// Whether groups are those of a card.
fn has_form(groups: &[usize]) -> bool {
    match groups {
        [] | [_] => false,
        [4, 6, last] => matches!(last, 4 | 5),
        [6, last] => *last == 13,
        [8, last] => *last == 8,
        [others @ .., last] => *last <= 5 && others.iter().all(|group| *group == 4),
    }
}

/// Whether somebody may write a card number in such groups, where its check digit is right. Groups of two are those of a
/// date, unless all are.
fn may_be_groups(groups: &[usize], digits: &str) -> bool {
    match groups {
        // No card number begins with a zero, but a phone number may.
        _ if digits.starts_with('0') => false,
        // Milliseconds since 1970.
        [13] => !digits.starts_with('1'),
        // `20250728092951`, with or without milliseconds.
        [14 | 17] => !digits.starts_with("20"),
        [_] => true,
        [first, others @ ..] => {
            let is_even =
                others.split_last().is_some_and(|(_, middle)| middle.iter().all(|group| group == first));
            is_even && others.len() > 1 || groups.iter().all(|group| (3..=10).contains(group))
        }
        [] => false,
    }
}

/// Whether the last digit is the check digit of the others (ISO/IEC 7812-1).
fn passes_luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().fold(0_u32, |sum, (index, byte)| {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        let doubled = digit.wrapping_mul(2);
        let value = match index.is_multiple_of(2) {
            true => digit,
            false if doubled > 9 => doubled.wrapping_sub(9),
            false => doubled,
        };
        sum.wrapping_add(value)
    });
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn test_numbers_of_the_card_brands_are_plausible() {
        for number in
            ["4111111111111111", "5555555555554444", "378282246310005", "30569309025904", "6304000000000000"]
        {
            assert_eq!(check(number), CardNumber::Plausible, "{number}");
        }
    }

    #[test]
    fn the_number_of_paystars_samples_fails_only_its_check_digit() {
        assert_eq!(check("1234123412341234"), CardNumber::LuhnFailed);
    }

    fn number_of(prefix: &str, length: usize) -> String {
        format!("{prefix:0<length$}")
    }

    #[test]
    fn every_row_of_the_table_is_a_brand_with_its_prefixes_and_lengths() {
        assert_eq!(table_rows(BRANDS).count(), 9);
        for columns in table_rows(BRANDS) {
            let [name, lengths, prefixes] = columns.collect::<Vec<_>>()[..] else { panic!() };
            for prefix_range in prefixes.split(' ') {
                let (first, last) = bounds(prefix_range);
                assert!(first.len() == last.len() && first <= last, "{prefix_range}");
                for prefix in [first, last] {
                    assert_eq!(brand(prefix), Some(name), "{prefix}");
                    for length in 1..=24 {
                        let is_listed = lengths.split(' ').any(|range| {
                            let (short, long) = bounds(range);
                            (short.parse().unwrap()..=long.parse().unwrap()).contains(&length)
                        });
                        assert_eq!(
                            has_length(&number_of(prefix, length)),
                            is_listed && length >= prefix.len()
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn brands_of_test_numbers() {
        for (number, name) in [
            ("4111 1111 1111 1111", Some("visa")),
            ("5555-5555-5555-4444", Some("mastercard")),
            ("2221000000000009", Some("mastercard")),
            ("2720999999999996", Some("mastercard")),
            ("2721000000000000", None),
            ("378282246310005", Some("american-express")),
            ("30569309025904", Some("diners-club")),
            ("6011111111111117", Some("discover")),
            ("3530111333300000", Some("jcb")),
            ("6200000000000005", Some("unionpay")),
            ("6304000000000000", Some("maestro")),
            ("2200000000000004", Some("mir")),
            ("411111******1111", Some("visa")),
            ("1234123412341234", None),
            ("2", None),
            ("4x", None),
            ("", None),
            ("****", None),
        ] {
            assert_eq!(brand(number), name, "{number}");
        }
    }

    #[test]
    fn check_digits() {
        for (number, is_valid) in [
            ("4111 1111 1111 1111", true),
            ("1234123412341234", false),
            ("4111111111111112", false),
            ("0", false),
            ("", false),
            ("411111******1111", false),
            ("\u{664}111", false),
        ] {
            assert_eq!(is_luhn_valid(number), is_valid, "{number}");
        }
    }

    #[test]
    fn a_mask_shows_six_and_four_digits_of_a_card_number_and_nothing_of_other_text() {
        for (number, masked) in [
            ("4111 1111 1111 1111", "411111******1111"),
            ("411111******1111", "411111******1111"),
            ("4222222222222", "422222***2222"),
            ("411111111111", "************"),
            ("1234", "****"),
            ("12345678901234567890", "********************"),
            ("secret key 4111111111111111", "***************************"),
            ("💳", "*"),
            ("", ""),
        ] {
            assert_eq!(mask_number(number), masked);
        }
    }

    #[test]
    fn a_card_is_valid_to_the_end_of_its_month() {
        for (month, year, now, expired) in [
            ("05", "26", (2026, 5), Some(false)),
            ("05", "26", (2026, 6), Some(true)),
            ("12", "25", (2026, 1), Some(true)),
            ("01", "27", (2026, 12), Some(false)),
            ("13", "26", (2026, 5), None),
            ("5", "26", (2026, 5), None),
            ("05", "2026", (2026, 5), None),
            ("", "", (2026, 5), None),
        ] {
            assert_eq!(is_expired(month, year, now.0, now.1), expired, "{month}/{year}");
        }
    }

    const CARD: &str = "4111111111111111";

    #[test]
    fn card_numbers_in_text_are_masked_however_they_are_grouped() {
        for (number, masked) in [
            (CARD, "411111******1111"),
            ("4111 1111 1111 1111", "411111******1111"),
            ("4111-1111-1111-1111", "411111******1111"),
            ("4111.1111.1111.1111", "411111******1111"),
            ("4111\n1111\n1111\n1111", "411111******1111"),
            ("4111\r\n1111\r\n1111\r\n1111", "411111******1111"),
            ("4111/1111/1111/1111", "411111******1111"),
            ("4111_1111_1111_1111", "411111******1111"),
            ("4111\u{a0}1111\u{a0}1111\u{a0}1111", "411111******1111"),
            ("4111\u{200b}1111\u{200b}1111\u{200b}1111", "411111******1111"),
            ("4111 · 1111 · 1111 · 1111", "411111******1111"),
            (r#"4111","1111","1111","1111"#, "411111******1111"),
            ("4111 1111-1111.1111", "411111******1111"),
            ("411111 1111111111", "411111******1111"),
            ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "411111******1111"),
            ("41 11 11 11 11 11 11 11", "411111******1111"),
            ("41111111.11111111", "411111******1111"),
            ("3782 822463 10005", "378282*****0005"),
            ("3056-930902-5904", "305693****5904"),
            ("4222.2222.22222", "422222***2222"),
            // These fail the check digit, but are grouped as on a card.
            ("1234 1234 1234 1234", "123412******1234"),
            ("1234.1234.1234.1234", "123412******1234"),
            ("1234-1234-1234-1234", "123412******1234"),
            ("1234\n1234\n1234\n1234", "123412******1234"),
            ("3782 822463 10006", "378282*****0006"),
            ("3056 930902 5905", "305693****5905"),
            ("6304 0000 0000 0000 001", "630400*********0001"),
            ("123412 3412341234123", "123412*********4123"),
            ("12341234 12341234", "123412******1234"),
        ] {
            for (before, after) in
                [("", ""), ("card ", " declined"), ("(", ")"), ("=\"", "\","), ("12 ", "!")]
            {
                let text = [before, number, after].concat();
                assert_eq!(mask_in_text(&text), [before, masked, after].concat(), "{text:?}");
            }
        }
        assert_eq!(mask_in_text("карта4111я1111я1111я1111"), "карта411111******1111");
        assert_eq!(mask_in_text("card4111 1111 1111 1111x"), "card411111******1111x");
        assert_eq!(mask_in_text("4111111111111111, 5555555555554444"), "411111******1111, 555555******4444");
    }

    #[test]
    fn what_is_no_card_number_stays() {
        for text in [
            "order 1234567890123456",
            "Limit id: 5eaf47eb-344c-4aeb-8651-494d649499b5 was reached",
            "abcdef12-3456-4789-8123-456789abcdef",
            "12345678-1234-1234-1234-123456789012",
            "PSP-20250728-000123456789",
            "2025-07-28T09:29:51.339832",
            "2025-07-28 09:29:51.339",
            "2025-07-28 09:29:59, 2025-08-01 10:00:00",
            "28.07.2025 09:29",
            "1722158991330",
            "20250728092953",
            "+44 644 012345",
            "+353 861 234 5672",
            "+4915123456788",
            "0049 1512 3456789",
            "+7 (495) 123-45-67",
            "192.168.100.200:8080",
            "::ffff:10.0.0.1:443",
            "4.1.4.63, 4.1.3.00, 1.1.0.0, 2.0.0.0, 3.1.0.0",
            "1 722 158 991 339",
            "2600.00 of 1000000.00",
            "40 numbers: 1, 22, 333, 4444, 55555",
            "12345678901234567890123",
        ] {
            assert_eq!(mask_in_text(text), text);
        }
    }

    proptest! {
        #[test]
        fn uuids_and_moments_stay(
            uuid in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
            digits in "[0-9]{8}-[0-9]{4}-4[0-9]{3}-8[0-9]{3}-[0-9]{12}",
            moment in "20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?Z?",
            phone in "\\+[1-9][0-9]{0,2}[ -]?[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{2,4}",
            millis in 1_000_000_000_000_u64..2_000_000_000_000,
        ) {
            for text in [uuid, digits, moment, phone, millis.to_string()] {
                prop_assert_eq!(mask_in_text(&text), text);
            }
        }

        #[test]
        fn groups_of_a_card_never_show_more_than_ten_digits(
            digits in prop::sample::select(vec![CARD, "5555555555554444", "1234123412341234", "2200000000000004"]),
            separator in "[^0-9a-zA-Z]{1,4}",
        ) {
            prop_assume!(separator.len() <= LONGEST_SEPARATOR);
            let groups: Vec<String> = digits.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into()).collect();
            let masked = mask_in_text(&groups.join(&separator));
            prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 10, "{}", masked);
        }

        #[test]
        fn masking_leaves_all_but_digits(text in "[0-9a-f .,-]{0,80}") {
            let masked = mask_in_text(&text);
            prop_assert!(masked.len() <= text.len());
            prop_assert_eq!(mask_in_text(&masked), masked);
        }

        #[test]
        fn any_text_is_looked_at_without_a_panic(text in ".*", month in ".{0,3}", year in ".{0,3}") {
            mask_in_text(&text);
            brand(&text);
            has_length(&text);
            is_luhn_valid(&text);
            is_expired(&month, &year, 2026, 5);
            let masked = mask_number(&text);
            prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 10);
        }

        #[test]
        fn a_mask_hides_all_but_ten_digits(digits in "[0-9]{13,19}") {
            let masked = mask_number(&digits);
            prop_assert_eq!(masked.len(), digits.len());
            prop_assert_eq!(masked.matches('*').count(), digits.len() - 10);
            prop_assert_eq!(mask_number(&masked), masked);
        }
    }

    #[test]
    fn other_text_is_malformed() {
        for number in ["", "4111 1111 1111 1111", "41111111111", "41111111111111111111", "411111111111111x"] {
            assert_eq!(check(number), CardNumber::Malformed, "{number}");
        }
    }
}
