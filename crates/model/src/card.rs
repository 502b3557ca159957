//! Payment card numbers.

use super::format;
use paystar_tables::table_rows;

const BRANDS: &str = include_str!("data/card_brands.tsv");

/// The result of a check of a card number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardNumber {
    /// The length and the check digit are valid.
    Plausible,
    /// The length is valid, but the check digit is wrong. PayStar's own samples are such numbers.
    LuhnFailed,
    /// The text is not 12 to 19 digits.
    Malformed,
}

/// Checks a card number without spaces or dashes.
pub fn check(number: &str) -> CardNumber {
    if !format::is_digits(number, 12, 19) {
        CardNumber::Malformed
    } else if passes_luhn(number) {
        CardNumber::Plausible
    } else {
        CardNumber::LuhnFailed
    }
}

/// The number with stars instead of digits, except the first six and the last four. Only these ten digits may be
/// shown.
pub fn mask(digits: &str) -> String {
    let hidden_to = digits.len().saturating_sub(4);
    digits
        .chars()
        .enumerate()
        .map(|(index, digit)| if (6..hidden_to).contains(&index) { '*' } else { digit })
        .collect()
}

/// The number without spaces and dashes. `None` if it contains any other character. A star is a hidden digit.
fn compact(number: &str) -> Option<String> {
    let compact: String = number.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    compact.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*').then_some(compact)
}

/// The brand of a card number. The first digits are enough.
pub fn brand(number: &str) -> Option<&'static str> {
    Some(brand_row(&compact(number)?)?.0)
}

/// The name and the lengths of the brand that has the longest matching prefix.
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

/// The first and the last value of a range such as `51-55`. They are equal for a single value.
fn bounds(range: &str) -> (&str, &str) {
    range.split_once('-').unwrap_or((range, range))
}

/// The digits and both values of the range have the same length, so they can be compared as text.
fn is_within(digits: &str, range: &str) -> bool {
    let (first, last) = bounds(range);
    (first..=last).contains(&digits)
}

/// Whether the length of a number is valid for its brand. Without a known brand, 12 to 19 digits are valid.
pub fn has_length(number: &str) -> bool {
    compact(number).is_some_and(|compact| {
        let lengths = brand_row(&compact).map_or("12-19", |(_, lengths)| lengths);
        let length = u8::try_from(compact.len()).unwrap_or_default();
        lengths.split(' ').any(|range| {
            let (min, max) = bounds(range);
            min.parse().is_ok_and(|min| length >= min) && max.parse().is_ok_and(|max| length <= max)
        })
    })
}

/// Whether the check digit of a number is right (Luhn).
pub fn is_luhn_valid(number: &str) -> bool {
    compact(number).is_some_and(|digits| {
        digits.len() > 1 && digits.bytes().all(|byte| byte.is_ascii_digit()) && passes_luhn(&digits)
    })
}

/// The masked number. A text that is not a number of 13 to 19 digits becomes only stars.
pub fn mask_number(number: &str) -> String {
    match compact(number) {
        Some(compact) if (13..=19).contains(&compact.len()) => mask(&compact),
        compact => "*".repeat(compact.map_or_else(|| number.chars().count(), |compact| compact.len())),
    }
}

/// Whether a card has expired, by its month (`MM`) and its year (`YY`, in this century). A card is valid to the end of its
/// month. `None` if the month or the year has another format.
pub fn is_expired(month: &str, year: &str, now_year: i32, now_month: u8) -> Option<bool> {
    if !format::is_month(month) || !format::is_digits(year, 2, 2) {
        return None;
    }
    let year = year.parse::<i32>().ok()?.checked_add(2000)?;
    Some((year, month.parse::<u8>().ok()?) < (now_year, now_month))
}

/// Masks everything that looks like a card number: 13 to 19 digits with a valid check digit, with or without groups. Any
/// character may separate the groups. If the groups are those of a card (`4-4-4-4`), the number is masked even if its
/// check digit is wrong.
///
/// UUIDs, dates, phone numbers and addresses with a port are not masked. Digits without groups are not masked if the
/// check digit is wrong, because they are probably an id.
pub fn mask_in_text(text: &str) -> String {
    // Most texts have too few digits.
    if text.bytes().filter(u8::is_ascii_digit).count() < MIN_DIGITS {
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

const MIN_DIGITS: usize = 13;
const MAX_DIGITS: usize = 19;
/// In bytes: three characters of any script, or the characters between two texts of a JSON array.
const MAX_SEPARATOR: usize = 9;
const UUID_LENGTH: usize = 36;

/// How many digits a text begins with.
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

/// The longest card number at the start of a text, and the rest of the text. `before` is the character before the text.
fn card_at(text: &str, before: char) -> Option<(&str, &str)> {
    let (mut found, mut digits, mut groups) = (None, String::new(), Vec::new());
    let (mut separator, mut is_regular, mut rest) = (None, true, text);
    loop {
        let (group, behind) = rest.split_at_checked(digits_at(rest))?;
        digits.push_str(group);
        if group.is_empty() || digits.len() > MAX_DIGITS {
            return found;
        }
        groups.push(group.len());
        // Letters of other scripts are separators, because the tables of these letters are 2 KiB.
        let between = behind.bytes().position(|byte| byte.is_ascii_alphanumeric()).unwrap_or(behind.len());
        let (gap, next) = behind.split_at_checked(between)?;
        if digits.len() >= MIN_DIGITS {
            let is_bounded = !before.is_ascii_alphanumeric() && (between > 0 || next.is_empty());
            let is_phone = before == '+' && digits.len() <= 15;
            let has_check_digit = passes_luhn(&digits);
            let may_be =
                || !is_phone && separator.is_none_or(is_one_character) && may_be_groups(&groups, &digits);
            if has_card_groups(&groups) && (has_check_digit || is_regular && is_bounded)
                || has_check_digit && is_regular && may_be()
            {
                found = text.split_at_checked(text.len().saturating_sub(behind.len()));
            }
        }
        if gap.len() > MAX_SEPARATOR {
            return found;
        }
        is_regular &= *separator.get_or_insert(gap) == gap;
        rest = next;
    }
}

fn is_one_character(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next();
    letters.as_str().is_empty()
}

/// Whether the lengths of groups are those on a card.
fn has_card_groups(groups: &[usize]) -> bool {
    match groups {
        [] | [_] => false,
        [4, 6, last] => matches!(last, 4 | 5),
        [6, last] => *last == 13,
        [8, last] => *last == 8,
        [others @ .., last] => *last <= 5 && others.iter().all(|group| *group == 4),
    }
}

/// Whether digits with a valid check digit can be a card number in these groups. Groups of two digits are a date, but not
/// if all groups have two digits.
fn may_be_groups(groups: &[usize], digits: &str) -> bool {
    match groups {
        // A phone number can begin with a zero, but a card number cannot.
        _ if digits.starts_with('0') => false,
        // Milliseconds since 1970.
        [13] => !digits.starts_with('1'),
        // `20250728092951`, with or without milliseconds.
        [14 | 17] => !digits.starts_with("20"),
        [_] => true,
        [first, others @ ..] => {
            let are_equal =
                others.split_last().is_some_and(|(_, middle)| middle.iter().all(|group| group == first));
            are_equal && others.len() > 1 || groups.iter().all(|group| (3..=10).contains(group))
        }
        [] => false,
    }
}

/// Whether the last digit is the check digit of the other digits (ISO/IEC 7812-1).
fn passes_luhn(digits: &str) -> bool {
    // The sum of the digits of twice a digit.
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let mut sum: u32 = 0;
    let mut is_doubled = false;
    for byte in digits.bytes().rev() {
        let digit = u32::from(byte.wrapping_sub(b'0'));
        let doubled = DOUBLED.get(digit as usize).copied().unwrap_or_default();
        sum = sum.wrapping_add(if is_doubled { doubled } else { digit });
        is_doubled = !is_doubled;
    }
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests;
