//! Payment card numbers.

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
    if !(12..=19).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
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

/// Masks runs of 13 to 19 digits that pass the check digit, also when written in groups.
pub fn mask_in_text(text: &str) -> String {
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

    #[test]
    fn other_text_is_malformed() {
        for number in ["", "4111 1111 1111 1111", "41111111111", "41111111111111111111", "411111111111111x"] {
            assert_eq!(check(number), CardNumber::Malformed, "{number}");
        }
    }
}
