//! Payment card numbers.

use super::format;
use super::table_rows;

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

/// Masks runs of 13 to 19 digits that pass the check digit, also when written in groups.
pub fn mask_in_text(text: &str) -> String {
    // Most texts have no room for a number.
    if text.bytes().filter(u8::is_ascii_digit).count() < 13 {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let mut run = String::new();
    for character in text.chars() {
        let continues = character.is_ascii_digit() || (!run.is_empty() && matches!(character, ' ' | '-'));
        if continues {
            run.push(character);
        } else {
            flush_run(&mut clean, &mut run);
            clean.push(character);
        }
    }
    flush_run(&mut clean, &mut run);
    clean
}

fn flush_run(clean: &mut String, run: &mut String) {
    let digits: String = run.chars().filter(char::is_ascii_digit).collect();
    let is_card = digits.len() >= 13 && check(&digits) == CardNumber::Plausible;
    if is_card {
        let tail = run.trim_end_matches(|c: char| !c.is_ascii_digit()).len();
        clean.push_str(&mask(&digits));
        clean.push_str(run.get(tail..).unwrap_or_default());
    } else {
        clean.push_str(run);
    }
    run.clear();
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

    proptest! {
        #[test]
        fn any_text_is_looked_at_without_a_panic(text in ".*", month in ".{0,3}", year in ".{0,3}") {
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
