use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use paystar_tables::table_rows;

/// The meaning of each code in PayStar's tables, to compare it with the meaning of the digits.
const MEANINGS: &str = include_str!("../data/history_meanings.tsv");

fn columns_of(table: &'static str) -> Vec<Vec<&'static str>> {
    table_rows(table).map(Iterator::collect).collect()
}

fn full(action: &HistoryAction) -> String {
    format!("{}.{}", action.reason_group.unwrap_or_default(), action.reason.unwrap_or_default())
}

#[test]
fn tables_are_sorted() {
    assert_eq!(REASON_ROWS.first_lost(), None);
    assert_eq!(SEGMENT_ROWS.first_lost(), None);
    assert_eq!(CODE_ROWS.first_lost(), None);
}

#[test]
fn every_documented_code_has_the_meaning_of_paystars_tables() {
    let meanings = columns_of(MEANINGS);
    assert_eq!(meanings.len(), 23);
    assert_eq!(
        CODES.lines().skip(1).collect::<Vec<_>>(),
        meanings.iter().map(|row| row[0]).collect::<Vec<_>>()
    );
    for row in meanings {
        let [code, actor, result, reason, state] = row[..] else { panic!("{row:?}") };
        let action = decode(code);
        let place = match actor {
            "PS" => "internal",
            "GW" => "gateway",
            "Payform" => "payform",
            _ => "check",
        };
        assert_eq!((action.form, action.stage, action.is_documented), ("v2", Some(place), true), "{code}");
        assert_eq!(action.result.unwrap().to_ascii_uppercase(), result, "{code}");
        assert_eq!(action.payment_state, Some(state), "{code}");
        assert_eq!(full(&action), if reason.is_empty() { "NONE.UNSPECIFIED" } else { reason }, "{code}");
        assert_eq!((action.v2.as_slice(), action.is_ambiguous), ([code.to_owned()].as_slice(), false));
    }
}

#[test]
fn every_legacy_code_has_the_meaning_of_its_v2_code() {
    let rows = columns_of(LEGACY);
    assert_eq!(rows.iter().map(|row| row[0]).collect::<BTreeSet<_>>().len(), 26);
    for row in &rows {
        let action = decode(row[0]);
        assert_eq!((action.form, action.is_documented), ("legacy", true), "{row:?}");
        if row[1].is_empty() {
            assert_eq!((action.v2.len(), action.payment_state), (0, Some("created")), "{row:?}");
            continue;
        }
        assert!(CODES.lines().any(|code| code == row[1]), "{row:?}");
        assert!(action.v2.iter().any(|code| code == row[1]), "{row:?}");
        if !action.is_ambiguous {
            let same = HistoryAction { action: row[0].to_owned(), form: "legacy", ..decode(row[1]) };
            assert_eq!(action, same);
        }
    }
}

#[test]
fn an_ambiguous_code_has_the_parts_that_are_equal_in_all_its_meanings() {
    let action = decode("2.0.0.0");
    assert!(action.is_ambiguous && action.is_documented);
    assert_eq!(action.v2, ["2.1.1.00", "3.1.1.00"]);
    assert_eq!((action.stage, action.result, action.payment_state), (None, Some("success"), Some("created")));
    assert_eq!(
        action.summary,
        "The payment was created. This step worked. This legacy code has more than one meaning: 2.1.1.00 or 3.1.1.00."
    );
    let ambiguous = columns_of(LEGACY).into_iter().filter(|row| decode(row[0]).is_ambiguous).count();
    assert_eq!(ambiguous, 2, "both rows have the same code");
}

#[test]
fn every_row_of_segments_and_reasons_is_read() {
    let mut rows = 0;
    for row in columns_of(SEGMENTS) {
        let [segment, word, actor, phrase] = row[..] else { panic!("{row:?}") };
        let (segment, value) = segment.split_at(segment.len() - 1);
        let (code, position) = match segment {
            "stage" => (format!("{value}.0.0.00"), 0),
            "result" => (format!("1.{value}.0.00"), 1),
            "state" => (format!("1.1.{value}.00"), 2),
            _ => (format!("1.1.4.{value}{}", if value == "0" { '0' } else { '9' }), 3),
        };
        let action = decode(&code);
        let words = [action.stage, action.result, action.payment_state, action.reason_group];
        assert_eq!(words[position], Some(word), "{row:?}");
        assert!(["", "stage", "payer", "merchant", "paystar", "gateway", "nobody"].contains(&actor));
        assert!(action.summary.contains(phrase), "{row:?}: {}", action.summary);
        rows += 1;
    }
    assert_eq!(rows, 6 + 3 + 5 + 7);
    let reasons = columns_of(REASONS);
    assert_eq!(reasons.len(), 27);
    for row in reasons {
        let [digits, detail, actor, phrase] = row[..] else { panic!("{row:?}") };
        let action = decode(&format!("2.2.4.{digits}"));
        assert_eq!(action.reason, Some(detail));
        assert!(action.reason_group.is_some() && action.summary.contains(phrase), "{row:?}");
        match actor {
            "" => assert_eq!((digits, action.who_acts), ("00", "paystar")),
            "stage" => assert_eq!(action.who_acts, "gateway"),
            actor => assert_eq!(action.who_acts, actor),
        }
    }
}

#[test]
fn unknown_parts_are_left_out() {
    for (code, stage, result, state, group, reason) in [
        ("4.1.4.69", Some("check"), Some("success"), Some("failed"), Some("ISSUER"), None),
        ("9.1.4.63", None, Some("success"), Some("failed"), Some("ISSUER"), Some("INSUFFICIENT_FUNDS")),
        ("1.9.4.10", Some("internal"), None, Some("failed"), None, None),
        ("1.1.9.01", Some("internal"), Some("success"), None, None, None),
        ("9.9.9.99", None, None, None, None, None),
        ("4.1.0.0", None, Some("success"), None, None, None),
        ("2.2.9.9", Some("gateway"), Some("failure"), None, None, None),
    ] {
        let action = decode(code);
        assert_eq!(
            (action.stage, action.result, action.payment_state, action.reason_group, action.reason),
            (stage, result, state, group, reason),
            "{code}"
        );
        assert!(!action.is_documented && action.summary.contains("does not document"), "{code}");
    }
}

#[test]
fn a_summary_has_the_state_of_the_payment_and_the_result_of_the_step() {
    for (code, who_acts, summary) in [
        ("4.1.4.63", "payer", "The payment failed: insufficient funds. The check itself worked."),
        ("4.1.3.00", "nobody", "The payment succeeded. The check worked."),
        ("1.2.4.31", "merchant", "The payment failed: the balance is too low. PayStar's own step failed."),
        (
            "2.2.2.12",
            "gateway",
            "The payment is in progress. Reason: the connection failed. The request to the gateway failed. PayStar does not document this code as a whole.",
        ),
        ("3.0.1.00", "payer", "The payment was created. The payment page reports this."),
        (
            "6.2.3.12",
            "merchant",
            "The payment succeeded. Reason: the connection failed. The callback to the merchant failed. PayStar does not document this code as a whole.",
        ),
        (
            "4.1.0.0",
            "nobody",
            "The state of the payment is not known. This step worked. PayStar does not document this code as a whole.",
        ),
        (
            "2.2.9.9",
            "gateway",
            "The state of the payment is not known. The request to the gateway failed. PayStar does not document this code as a whole.",
        ),
        ("Created", "nobody", "This is not a known history code."),
    ] {
        let action = decode(code);
        assert_eq!((action.who_acts, action.summary.as_str()), (who_acts, summary), "{code}");
    }
}

#[test]
fn another_text_is_not_a_code() {
    for text in [
        "",
        ".",
        "...",
        "4.1.4",
        "4.1.4.63.1",
        "4.1.4.633",
        "41.1.4.63",
        " 4.1.4.63",
        "4.1.4.6x",
        "\u{664}.1.4.63",
    ] {
        assert_eq!(decode(text).form, "unknown", "{text:?}");
    }
    assert_eq!(decode(&"4.".repeat(1_000_000)).form, "unknown");
}

proptest! {
    #[test]
    fn any_text_is_decoded(text in ".*") {
        let action = decode(&text);
        prop_assert_eq!(&action.action, &text);
        prop_assert!(action.form == "unknown" || action.summary.ends_with('.'));
    }

    #[test]
    fn every_code_has_a_form_and_a_summary(code in "[0-9]\\.[0-9]\\.[0-9]\\.[0-9]{1,2}") {
        let action = decode(&code);
        prop_assert_eq!(action.form, if code.len() == 8 { "v2" } else { "legacy" });
        prop_assert!(!action.summary.is_empty() && !action.who_acts.is_empty());
        prop_assert!(action.form == "legacy" || action.v2 == [code]);
    }
}
