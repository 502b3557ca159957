//! What an error, a code of PayStar or a history code means for the person who has to act on it.
//!
//! PayStar documentation: error-discriptions, status-discriptions, payment-history-v2.

use serde::Serialize;

use paystar_model::history;
use paystar_model::input::Input;
use paystar_tables::{Columns, before_column, length_before_column, table_rows};

use super::error_code::{ErrorCode, Outcome};

/// One row for each error code and outcome. Everything that is known about a code is here. Other code and the documents
/// are tested against this table.
const ALL_COLUMNS: &str = include_str!("errors.tsv");
/// The columns after these are for documents and tests.
const COLUMNS: usize = 7;
const BYTES: [u8; length_before_column(ALL_COLUMNS, COLUMNS)] = before_column(ALL_COLUMNS, COLUMNS);
const ERRORS: &str = match core::str::from_utf8(&BYTES) {
    Ok(table) => table,
    Err(_) => "",
};
/// What is not an error: history codes by their meaning, and unknown subjects.
const OTHERS: &str = include_str!("explanations.tsv");

/// What an error or a code means, for the developer and for the payer.
///
/// PayStar documentation: error-discriptions, status-discriptions, payment-history-v2.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Who has the cause. `unknown` also if nothing went wrong.
    #[cfg_attr(
        feature = "typescript",
        tsify(type = "\"payer\" | \"merchant\" | \"paystar\" | \"gateway\" | \"network\" | \"unknown\"")
    )]
    pub whose_fault: &'static str,
    /// When you may send the request again. `afterStatusRead`: an order may exist, so read its status first.
    /// `sameRequestLater`: later, with the same `externalTransactionId`. `afterMending`: after you corrected the cause.
    #[cfg_attr(
        feature = "typescript",
        tsify(type = "\"never\" | \"sameRequestLater\" | \"afterStatusRead\" | \"afterMending\"")
    )]
    pub retry: &'static str,
    /// What to do about it, for the developer.
    pub advice: String,
    /// A text for the payer, without codes and without internal details.
    pub payer_text: &'static str,
}

/// Explains an error of this package (an object with its fields), or a text: a code of this package, a label, a
/// `statusDescription`, or a history code. Everything else is explained as unknown.
pub fn explain(subject: &Input) -> Explanation {
    let found = if let Input::Text(text) = subject {
        find(text).or_else(|| find_history(text))
    } else {
        let field = |name| match subject.get(name) {
            Input::Text(text) => *text,
            _ => "",
        };
        // The code comes first: it includes the HTTP status, and a label alone proves little.
        error_row(field("code"), field("outcome"))
            .and_then(read_row)
            .or_else(|| find(field("statusDescription")))
            .or_else(|| find(field("label")))
    };
    found.or_else(|| find("unknown")).unwrap_or(Explanation {
        whose_fault: "unknown",
        retry: "afterStatusRead",
        advice: String::new(),
        payer_text: "",
    })
}

/// What to do about an error: the same advice as in its explanation.
pub(super) fn advice_of(code: ErrorCode, outcome: Option<Outcome>) -> &'static str {
    // As JSON, an enum is its word in quotes.
    let word = |json: Option<String>| json.unwrap_or_default().trim_matches('"').to_owned();
    let code = word(serde_json::to_string(&code).ok());
    let outcome = word(outcome.and_then(|outcome| serde_json::to_string(&outcome).ok()));
    error_row(&code, &outcome).and_then(|mut columns| columns.nth(2)).unwrap_or_default()
}

/// The row of an error, from the column `whose_fault` on. A code can have a row for each outcome. The first of them is
/// for an outcome that no row has.
fn error_row(code: &str, outcome: &str) -> Option<Columns> {
    let mut first = None;
    for mut columns in table_rows(ERRORS) {
        if columns.next() == Some(code) {
            let is_exact = columns.next() == Some(outcome);
            columns.next();
            if is_exact {
                return Some(columns);
            }
            first = first.or(Some(columns));
        }
    }
    first
}

/// The explanation of a code of this package or of PayStar, or of another subject of the tables.
fn find(subject: &str) -> Option<Explanation> {
    // PayStar writes some labels with a full stop and some without.
    let subject = subject.trim().trim_end_matches('.');
    let in_errors = || {
        table_rows(ERRORS).find_map(|mut columns| {
            let is_code = columns.next()? == subject;
            let is_paystars = columns.nth(1)?.split(' ').any(|code| !code.is_empty() && code == subject);
            (is_code || is_paystars).then_some(columns)
        })
    };
    let in_others =
        || table_rows(OTHERS).find_map(|mut columns| (columns.next()? == subject).then_some(columns));
    in_errors().or_else(in_others).and_then(read_row)
}

fn read_row(mut columns: Columns) -> Option<Explanation> {
    Some(Explanation {
        whose_fault: columns.next()?,
        retry: columns.next()?,
        advice: columns.next()?.to_owned(),
        payer_text: columns.next()?,
    })
}

fn find_history(text: &str) -> Option<Explanation> {
    let action = history::decode(text.trim());
    if action.form == "unknown" {
        return None;
    }
    let ends = match action.payment_state {
        Some("success") => "history:success",
        Some("failed") => "history:failed",
        _ => "history:open",
    };
    let row = find(&[ends, ":", action.who_acts].concat()).or_else(|| find(ends))?;
    Some(Explanation { advice: [action.summary.as_str(), " ", &row.advice].concat(), ..row })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::error_response::RequestKind;
    use super::super::failure::Failure;
    use super::super::failure::tests::one_of_each;
    use super::super::http::{Departure, HttpResponse};
    use super::*;
    use paystar_model::input::Kind;
    use paystar_model::input::build::{record, text};

    fn of_text(subject: &str) -> Explanation {
        explain(&text(subject))
    }

    fn meaning(explanation: &Explanation) -> (&'static str, &'static str) {
        (explanation.whose_fault, explanation.retry)
    }

    /// A failure as the fields of the error that it is thrown as.
    fn of_failure(failure: &Failure) -> Explanation {
        let serde_json::Value::Object(fields) = serde_json::to_value(failure).unwrap() else { panic!() };
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().map_or(Input::Absent, text)))
            .collect();
        explain(&record(&fields))
    }

    fn of_answer(status: u16, body: &str) -> Explanation {
        let answer = HttpResponse { status, body: body.as_bytes().to_vec(), ..HttpResponse::default() };
        of_failure(&Failure::from_response(&answer, &[], RequestKind::Balance))
    }

    fn assert_fit_to_be_shown(fault: &str, retry: &str, advice: &str, payer_text: &str) {
        assert!(["payer", "merchant", "paystar", "gateway", "network", "unknown"].contains(&fault));
        assert!(["never", "sameRequestLater", "afterStatusRead", "afterMending"].contains(&retry));
        assert!(advice.ends_with('.') && payer_text.ends_with('.'), "{advice}");
        let shown = payer_text.to_ascii_lowercase();
        for internal in ["paystar", "gateway", "merchant", "_", " id ", "key", "order", "server", "error"] {
            assert!(!shown.contains(internal), "{payer_text}");
        }
        assert!(!shown.contains(|c: char| c.is_ascii_digit()), "{payer_text}");
    }

    #[test]
    fn every_row_is_found_and_is_fit_to_be_shown() {
        for columns in table_rows(OTHERS) {
            let [subject, fault, retry, advice, payer_text] = columns.collect::<Vec<_>>()[..] else {
                panic!()
            };
            assert_fit_to_be_shown(fault, retry, advice, payer_text);
            let found = of_text(subject);
            assert_eq!((meaning(&found), found.advice.as_str()), ((fault, retry), advice), "{subject}");
        }
        for columns in table_rows(ERRORS) {
            let [code, outcome, paystar_codes, fault, retry, advice, payer_text] =
                columns.collect::<Vec<_>>()[..]
            else {
                panic!()
            };
            assert_fit_to_be_shown(fault, retry, advice, payer_text);
            let expected = ((fault, retry), advice);
            let found = explain(&record(&[("code", text(code)), ("outcome", text(outcome))]));
            assert_eq!((meaning(&found), found.advice.as_str()), expected, "{code} {outcome}");
            for paystar_code in paystar_codes.split_whitespace() {
                let found = of_text(paystar_code);
                assert_eq!((meaning(&found), found.advice.as_str()), expected, "{paystar_code}");
            }
        }
        assert_eq!((table_rows(OTHERS).count(), table_rows(ERRORS).count()), (9, 31));
    }

    #[test]
    fn texts_of_paystars_are_found_as_they_are_written() {
        for (subject, code) in [
            ("VALIDATION_ERROR.", "request_refused"),
            ("VALIDATION_ERROR", "request_refused"),
            ("LIMITS_ERROR", "limit_reached"),
            ("0-0000", "request_refused"),
            ("1-4007", "duplicate_order"),
            ("0001-0", "limit_reached"),
            (" 0000-1 ", "temporarily_unavailable"),
        ] {
            assert_eq!(of_text(subject), of_text(code), "{subject}");
            assert_ne!(of_text(subject), of_text("unknown"), "{subject}");
        }
    }

    #[test]
    fn after_a_failure_whose_outcome_is_unknown_the_status_comes_first() {
        for status in [0, 307, 404, 409, 429, 499, 500, 504] {
            assert_eq!(of_answer(status, "").retry, "afterStatusRead", "{status}");
        }
        for failure in [
            Failure::timeout(1, Departure::MayHaveBeenSent),
            Failure::aborted(),
            Failure::connection(Departure::MayHaveBeenSent, ""),
            Failure::invalid_answer(200, ""),
        ] {
            assert_eq!(of_failure(&failure).retry, "afterStatusRead", "{failure:?}");
        }
        assert_eq!(
            meaning(&of_failure(&Failure::connection(Departure::NothingSent, ""))),
            ("network", "sameRequestLater")
        );
    }

    #[test]
    fn the_advice_of_an_error_is_the_one_that_explains_it() {
        let lost = HttpResponse { status: 404, ..HttpResponse::default() };
        let answers = [0, 307, 400, 401, 403, 404, 409, 423, 429, 499, 503].map(|status| {
            let answer =
                HttpResponse { status, body: br#"{"message":"m"}"#.to_vec(), ..HttpResponse::default() };
            Failure::from_response(&answer, &[], RequestKind::Balance)
        });
        // Among them is one failure of each code and outcome.
        let mut others = one_of_each();
        others.push(Failure::from_response(&lost, &[], RequestKind::Status(None)));
        for failure in answers.iter().chain(&others) {
            assert_eq!(of_failure(failure).advice, failure.advice(), "{failure:?}");
            assert!(failure.advice().ends_with('.'), "{failure:?}");
        }
    }

    #[test]
    fn what_surely_was_not_sent_is_not_told_to_be_looked_up() {
        for failure in
            [Failure::connection(Departure::NothingSent, ""), Failure::timeout(5, Departure::NothingSent)]
        {
            assert!(failure.advice().starts_with("Nothing was sent."), "{failure:?}");
            assert!(!failure.advice().contains("status"), "{failure:?}");
        }
        for failure in [
            Failure::connection(Departure::MayHaveBeenSent, ""),
            Failure::timeout(5, Departure::MayHaveBeenSent),
            Failure::aborted(),
        ] {
            assert!(failure.advice().contains("status"), "{failure:?}");
        }
    }

    #[test]
    fn refusals_say_what_to_mend() {
        for (status, body, expected) in [
            (
                400,
                r#"{"label":"VALIDATION_ERROR.","statusDescrption":"1-4007"}"#,
                ("merchant", "afterStatusRead"),
            ),
            (400, r#"{"label":"LIMITS_ERROR","statusDescrption":"0001-0"}"#, ("merchant", "afterMending")),
            (
                400,
                r#"{"label":"VALIDATION_ERROR.","statusDescrption":"0-0000"}"#,
                ("merchant", "afterMending"),
            ),
            (401, "", ("merchant", "afterMending")),
            (403, "", ("merchant", "afterMending")),
            (423, "{}", ("paystar", "sameRequestLater")),
            (423, "", ("unknown", "afterStatusRead")),
            (403, "<html>", ("unknown", "afterStatusRead")),
            (409, r#"{"statusDescrption":"1-4007"}"#, ("unknown", "afterStatusRead")),
        ] {
            assert_eq!(meaning(&of_answer(status, body)), expected, "{status} {body}");
        }
        assert_eq!(of_failure(&Failure::validation(Vec::new(), None)).retry, "afterMending");
        assert_eq!(of_failure(&Failure::missing_key("payouts")).retry, "afterMending");
    }

    #[test]
    fn an_error_of_another_version_is_told_by_its_other_fields() {
        let error = record(&[("code", text("new_code")), ("statusDescription", text("0001-0"))]);
        assert_eq!(explain(&error), of_text("limit_reached"));
        let error = record(&[("code", text("new_code")), ("label", text("LIMITS_ERROR"))]);
        assert_eq!(explain(&error), of_text("limit_reached"));
    }

    #[test]
    fn history_codes_are_told_with_their_summary() {
        for (code, expected) in [
            ("4.1.4.63", ("payer", "never")),
            ("1.2.4.31", ("merchant", "never")),
            ("2.2.4.11", ("gateway", "never")),
            ("1.2.4.34", ("paystar", "never")),
            ("4.1.4.35", ("unknown", "never")),
            ("4.1.3.00", ("unknown", "never")),
            ("6.2.3.12", ("merchant", "never")),
            ("2.1.1.00", ("unknown", "afterStatusRead")),
            ("4.1.0.0", ("unknown", "afterStatusRead")),
            ("2.2.3.2", ("merchant", "never")),
        ] {
            let explanation = of_text(code);
            assert_eq!(meaning(&explanation), expected, "{code}");
            assert!(explanation.advice.starts_with(&history::decode(code).summary));
        }
    }

    #[test]
    fn what_is_not_known_is_unknown() {
        let unknown = of_text("unknown");
        assert_eq!(meaning(&unknown), ("unknown", "afterStatusRead"));
        for subject in ["", ".", "E1234", "4.1.4.633"] {
            assert_eq!(of_text(subject), unknown, "{subject:?}");
        }
        for subject in [Input::Absent, Input::IllFormedText, Input::Other(Kind::Function), record(&[])] {
            assert_eq!(explain(&subject), unknown);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_explained(subject in ".*") {
            prop_assert!(!of_text(&subject).advice.is_empty());
        }
    }
}
