//! What the codes of `orderHistory` mean.

use serde::Serialize;

use paystar_tables::{Columns, Index, row_count, rows_of};

const CODES: &str = include_str!("data/history_codes.txt");
const LEGACY: &str = include_str!("data/history_legacy.tsv");
const SEGMENTS: &str = include_str!("data/history_segments.tsv");
const REASONS: &str = include_str!("data/history_reasons.tsv");
static CODE_ROWS: Index<{ row_count(CODES) }> = Index::of(CODES);
static SEGMENT_ROWS: Index<{ row_count(SEGMENTS) }> = Index::of(SEGMENTS);
static REASON_ROWS: Index<{ row_count(REASONS) }> = Index::of(REASONS);

/// What a history code says, as far as its parts are known.
///
/// A code of the newer form is `stage.result.state.reason`, such as `4.1.4.63`; a legacy one has one digit at its
/// end, such as `2.2.3.1`, and means what PayStar maps it to. Parts that nobody documented are left out.
///
/// PayStar documentation: payment-history-v2, payment-history-backward-compatibility, order-history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct HistoryAction {
    /// The code, as it was given.
    pub action: String,
    /// Which form it has. `unknown` is text that is no history code.
    #[cfg_attr(feature = "typescript", tsify(type = "\"v2\" | \"legacy\" | \"unknown\""))]
    pub form: &'static str,
    /// Where it happened.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            optional,
            type = "\"internal\" | \"gateway\" | \"payform\" | \"check\" | \"gatewayCallback\" | \"merchantCallback\""
        )
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'static str>,
    /// How this one step went. It is not the result of the payment: a check that works can find a failed payment.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "\"info\" | \"success\" | \"failure\""))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<&'static str>,
    /// How the payment stands after this step.
    #[cfg_attr(
        feature = "typescript",
        tsify(optional, type = "\"init\" | \"created\" | \"processing\" | \"success\" | \"failed\"")
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_state: Option<&'static str>,
    /// What kind of reason it has.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            optional,
            type = "\"NONE\" | \"TECH\" | \"AUTHZ\" | \"BUSINESS\" | \"RISK\" | \"USER\" | \"ISSUER\""
        )
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_group: Option<&'static str>,
    /// The reason by PayStar's name: `INSUFFICIENT_FUNDS`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Whether PayStar documents the whole code, not only its parts.
    pub is_documented: bool,
    /// The codes of the newer form that it stands for: itself, or what PayStar maps a legacy code to.
    pub v2: Vec<String>,
    /// Whether it stands for more than one code. Then only what they agree on is told.
    pub is_ambiguous: bool,
    /// All of this in a sentence or two, for people.
    pub summary: String,
    /// Who has to act next.
    #[cfg_attr(
        feature = "typescript",
        tsify(type = "\"payer\" | \"merchant\" | \"paystar\" | \"gateway\" | \"nobody\"")
    )]
    pub who_acts: &'static str,
}

/// Decodes a history code. Any text is taken.
pub fn decode(action: &str) -> HistoryAction {
    let Some(parts) = split(action) else {
        return Meaning::of([""; 4]).tell(action, "unknown", false, Vec::new());
    };
    let [source, result, _, last] = parts;
    if last.len() == 2 {
        let is_documented = CODE_ROWS.row(action).is_some();
        return Meaning::of(parts).tell(action, "v2", is_documented, vec![action.to_owned()]);
    }
    let rows: Vec<(&str, &str)> = rows_of(LEGACY, action)
        .filter_map(|mut columns| Some((columns.next()?, columns.next().unwrap_or_default())))
        .collect();
    let v2 = rows.iter().map(|(code, _)| *code).filter(|code| !code.is_empty()).map(str::to_owned).collect();
    let agreed = rows.iter().filter_map(|(code, _)| split(code)).reduce(agreement).unwrap_or_else(|| {
        // Of the sources, only these two are documented.
        let stage = if matches!(source, "1" | "2") { source } else { "" };
        [stage, result, rows.first().map_or("", |(_, state)| state), ""]
    });
    let is_documented = !rows.is_empty();
    Meaning::of(agreed).tell(action, "legacy", is_documented, v2)
}

/// The four parts of a code. Only the last may have two digits.
fn split(code: &str) -> Option<[&str; 4]> {
    let mut parts = code.split('.');
    let mut digits = |most| {
        parts
            .next()
            .filter(|part| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let four = [digits(1)?, digits(1)?, digits(1)?, digits(2)?];
    parts.next().is_none().then_some(four)
}

/// The parts that two codes have in common, the others empty.
fn agreement<'a>(a: [&'a str; 4], b: [&'a str; 4]) -> [&'a str; 4] {
    let mut same = a;
    for (part, other) in same.iter_mut().zip(b) {
        if *part != other {
            *part = "";
        }
    }
    same
}

/// One row of a table: the word for programs, who acts on it, and the words for people.
#[derive(Clone, Copy)]
struct Known {
    word: &'static str,
    actor: &'static str,
    phrase: &'static str,
}

impl Known {
    fn from_columns(mut columns: Columns) -> Option<Self> {
        Some(Self { word: columns.next()?, actor: columns.next()?, phrase: columns.next()? })
    }

    fn segment(name: &str, value: &str) -> Option<Self> {
        SEGMENT_ROWS.row(&[name, value].concat()).and_then(Self::from_columns)
    }

    fn reason(digits: &str) -> Option<Self> {
        REASON_ROWS.row(digits).and_then(Self::from_columns)
    }

    /// `00` is a group of its own; the others have nine reasons each, such as 61 to 69.
    fn group(digits: &str) -> Option<Self> {
        match digits {
            "00" => Self::segment("group", "0"),
            _ if digits.starts_with('0') || digits.ends_with('0') => None,
            _ => Self::segment("group", digits.get(..1)?),
        }
    }
}

struct Meaning {
    stage: Option<Known>,
    result: Option<Known>,
    state: Option<Known>,
    group: Option<Known>,
    reason: Option<Known>,
}

fn word(known: Option<Known>) -> Option<&'static str> {
    known.map(|known| known.word)
}

impl Meaning {
    fn of([stage, result, payment, reason]: [&str; 4]) -> Self {
        Self {
            stage: Known::segment("stage", stage),
            result: Known::segment("result", result),
            state: Known::segment("state", payment),
            group: Known::group(reason),
            reason: Known::reason(reason),
        }
    }

    fn tell(self, action: &str, form: &'static str, is_documented: bool, v2: Vec<String>) -> HistoryAction {
        let is_ambiguous = v2.len() > 1;
        let mut summary = self.summary();
        if form == "unknown" {
            "This is no history code that is known.".clone_into(&mut summary);
        } else if is_ambiguous {
            summary.push_str(" This legacy code stands for more than one step: ");
            summary.push_str(&v2.join(" or "));
            summary.push('.');
        } else if !is_documented {
            summary.push_str(" PayStar does not document this code as a whole.");
        }
        HistoryAction {
            action: action.to_owned(),
            form,
            stage: word(self.stage),
            result: word(self.result),
            payment_state: word(self.state),
            reason_group: word(self.group),
            reason: word(self.reason),
            is_documented,
            v2,
            is_ambiguous,
            summary,
            who_acts: self.who_acts(),
        }
    }

    fn summary(&self) -> String {
        let has_failed = word(self.state) == Some("failed");
        let mut text =
            self.state.map_or("How the payment stands is not known", |state| state.phrase).to_owned();
        // What is not named is told by its group.
        if let Some(why) = self.reason.or(self.group).filter(|why| !why.phrase.is_empty()) {
            text.push_str(if has_failed { ": " } else { ". What is told: " });
            text.push_str(why.phrase);
        }
        text.push('.');
        if let Some(result) = self.result {
            text.push(' ');
            text.push_str(self.stage.map_or("This step", |stage| stage.phrase));
            text.push_str(if has_failed && result.word == "success" { " itself " } else { " " });
            text.push_str(result.phrase);
            text.push('.');
        }
        text
    }

    fn who_acts(&self) -> &'static str {
        let at_stage = self.stage.map(|stage| stage.actor);
        let has_failed_step = word(self.result) == Some("failure");
        // Only the merchant can mend the merchant's own end, however the payment stands.
        if has_failed_step && at_stage == Some("merchant") {
            return "merchant";
        }
        let state = word(self.state);
        if state == Some("success") {
            return "nobody";
        }
        match self.reason.or(self.group).map_or("", |why| why.actor) {
            "stage" => at_stage.unwrap_or("paystar"),
            "" => match self.state {
                Some(_) if state == Some("created") && word(self.stage) == Some("payform") => "payer",
                Some(state) => state.actor,
                None if has_failed_step => at_stage.unwrap_or("nobody"),
                None => "nobody",
            },
            actor => actor,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use paystar_tables::table_rows;

    /// What PayStar's tables say of each code in words, to compare with what its digits say.
    const MEANINGS: &str = include_str!("data/history_meanings.tsv");

    fn columns_of(table: &'static str) -> Vec<Vec<&'static str>> {
        table_rows(table).map(Iterator::collect).collect()
    }

    fn full(action: &HistoryAction) -> String {
        format!("{}.{}", action.reason_group.unwrap_or_default(), action.reason.unwrap_or_default())
    }

    #[test]
    fn tables_are_sorted() {
        assert_eq!(REASON_ROWS.first_unsorted(), None);
        assert_eq!(SEGMENT_ROWS.first_unsorted(), None);
        assert_eq!(CODE_ROWS.first_unsorted(), None);
    }

    #[test]
    fn every_documented_code_means_what_paystars_tables_say() {
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
            assert_eq!(
                (action.form, action.stage, action.is_documented),
                ("v2", Some(place), true),
                "{code}"
            );
            assert_eq!(action.result.unwrap().to_ascii_uppercase(), result, "{code}");
            assert_eq!(action.payment_state, Some(state), "{code}");
            assert_eq!(full(&action), if reason.is_empty() { "NONE.UNSPECIFIED" } else { reason }, "{code}");
            assert_eq!((action.v2.as_slice(), action.is_ambiguous), ([code.to_owned()].as_slice(), false));
        }
    }

    #[test]
    fn every_legacy_code_means_what_it_is_mapped_to() {
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
    fn an_ambiguous_code_tells_what_its_meanings_agree_on() {
        let action = decode("2.0.0.0");
        assert!(action.is_ambiguous && action.is_documented);
        assert_eq!(action.v2, ["2.1.1.00", "3.1.1.00"]);
        assert_eq!(
            (action.stage, action.result, action.payment_state),
            (None, Some("success"), Some("created"))
        );
        assert_eq!(
            action.summary,
            "The payment was created. This step worked. This legacy code stands for more than one step: 2.1.1.00 or 3.1.1.00."
        );
        let ambiguous = columns_of(LEGACY).into_iter().filter(|row| decode(row[0]).is_ambiguous).count();
        assert_eq!(ambiguous, 2, "both rows of the one code");
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
            let told = [action.stage, action.result, action.payment_state, action.reason_group];
            assert_eq!(told[position], Some(word), "{row:?}");
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
    fn a_summary_tells_the_payment_from_the_step() {
        for (code, who_acts, summary) in [
            ("4.1.4.63", "payer", "The payment failed: insufficient funds. The check itself worked."),
            ("4.1.3.00", "nobody", "The payment succeeded. The check worked."),
            (
                "1.2.4.31",
                "merchant",
                "The payment failed: the balance is too low. PayStar's own step failed.",
            ),
            (
                "2.2.2.12",
                "gateway",
                "The payment is in progress. What is told: the connection failed. The request to the gateway failed. PayStar does not document this code as a whole.",
            ),
            ("3.0.1.00", "payer", "The payment was created. The payment page reports this."),
            (
                "6.2.3.12",
                "merchant",
                "The payment succeeded. What is told: the connection failed. The callback to the merchant failed. PayStar does not document this code as a whole.",
            ),
            (
                "4.1.0.0",
                "nobody",
                "How the payment stands is not known. This step worked. PayStar does not document this code as a whole.",
            ),
            (
                "2.2.9.9",
                "gateway",
                "How the payment stands is not known. The request to the gateway failed. PayStar does not document this code as a whole.",
            ),
            ("Created", "nobody", "This is no history code that is known."),
        ] {
            let action = decode(code);
            assert_eq!((action.who_acts, action.summary.as_str()), (who_acts, summary), "{code}");
        }
    }

    #[test]
    fn other_text_is_no_code() {
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
        fn any_text_decodes(text in ".*") {
            let action = decode(&text);
            prop_assert_eq!(&action.action, &text);
            prop_assert!(action.form == "unknown" || action.summary.ends_with('.'));
        }

        #[test]
        fn every_code_has_its_form_and_its_summary(code in "[0-9]\\.[0-9]\\.[0-9]\\.[0-9]{1,2}") {
            let action = decode(&code);
            prop_assert_eq!(action.form, if code.len() == 8 { "v2" } else { "legacy" });
            prop_assert!(!action.summary.is_empty() && !action.who_acts.is_empty());
            prop_assert!(action.form == "legacy" || action.v2 == [code]);
        }
    }
}
