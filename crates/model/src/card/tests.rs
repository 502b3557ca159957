use proptest::prelude::*;

use super::*;

#[test]
fn the_test_numbers_of_the_card_brands_are_plausible() {
    for number in
        ["4111111111111111", "5555555555554444", "378282246310005", "30569309025904", "6304000000000000"]
    {
        assert_eq!(check(number), CardNumber::Plausible, "{number}");
    }
}

#[test]
fn only_the_check_digit_of_paystars_sample_number_is_wrong() {
    assert_eq!(check("1234123412341234"), CardNumber::LuhnFailed);
}

fn number_of(prefix: &str, length: usize) -> String {
    format!("{prefix:0<length$}")
}

#[test]
fn each_row_of_the_table_is_a_brand_with_its_prefixes_and_lengths() {
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
                    assert_eq!(has_length(&number_of(prefix, length)), is_listed && length >= prefix.len());
                }
            }
        }
    }
}

#[test]
fn a_test_number_has_its_brand() {
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
fn the_check_digit_of_a_number_is_checked() {
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
fn a_mask_shows_ten_digits_of_a_card_number_and_no_character_of_another_text() {
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
fn a_card_number_in_a_text_is_masked_with_any_groups() {
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
        // The check digit is wrong, but the groups are those of a card.
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
        for (before, after) in [("", ""), ("card ", " declined"), ("(", ")"), ("=\"", "\","), ("12 ", "!")] {
            let text = [before, number, after].concat();
            assert_eq!(mask_in_text(&text), [before, masked, after].concat(), "{text:?}");
        }
    }
    assert_eq!(mask_in_text("карта4111я1111я1111я1111"), "карта411111******1111");
    assert_eq!(mask_in_text("card4111 1111 1111 1111x"), "card411111******1111x");
    assert_eq!(mask_in_text("4111111111111111, 5555555555554444"), "411111******1111, 555555******4444");
}

#[test]
fn a_number_that_is_not_a_card_number_is_not_masked() {
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
    fn uuids_times_and_phone_numbers_are_not_masked(
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
    fn a_masked_number_in_groups_never_shows_more_than_ten_digits(
        digits in prop::sample::select(vec![CARD, "5555555555554444", "1234123412341234", "2200000000000004"]),
        separator in "[^0-9a-zA-Z]{1,4}",
    ) {
        prop_assume!(separator.len() <= MAX_SEPARATOR);
        let groups: Vec<String> = digits.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into()).collect();
        let masked = mask_in_text(&groups.join(&separator));
        prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 10, "{}", masked);
    }

    #[test]
    fn masking_twice_is_the_same_as_masking_once(text in "[0-9a-f .,-]{0,80}") {
        let masked = mask_in_text(&text);
        prop_assert!(masked.len() <= text.len());
        prop_assert_eq!(mask_in_text(&masked), masked);
    }

    #[test]
    fn any_text_is_checked_without_a_panic(text in ".*", month in ".{0,3}", year in ".{0,3}") {
        mask_in_text(&text);
        brand(&text);
        has_length(&text);
        is_luhn_valid(&text);
        is_expired(&month, &year, 2026, 5);
        let masked = mask_number(&text);
        prop_assert!(masked.chars().filter(char::is_ascii_digit).count() <= 10);
    }

    #[test]
    fn a_mask_hides_all_digits_except_ten(digits in "[0-9]{13,19}") {
        let masked = mask_number(&digits);
        prop_assert_eq!(masked.len(), digits.len());
        prop_assert_eq!(masked.matches('*').count(), digits.len() - 10);
        prop_assert_eq!(mask_number(&masked), masked);
    }
}

#[test]
fn another_text_is_malformed() {
    for number in ["", "4111 1111 1111 1111", "41111111111", "41111111111111111111", "411111111111111x"] {
        assert_eq!(check(number), CardNumber::Malformed, "{number}");
    }
}
