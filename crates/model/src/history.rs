//! The meanings of the codes in `orderHistory`.

use serde::Serialize;

use paystar_tables::{Columns, Index, rows_of, slot_count};

const CODES: &str = include_str!("data/history_codes.txt");
const LEGACY: &str = include_str!("data/history_legacy.tsv");
const SEGMENTS: &str = include_str!("data/history_segments.tsv");
const REASONS: &str = include_str!("data/history_reasons.tsv");
static CODE_ROWS: Index<{ slot_count(CODES) }> = Index::of(CODES);
static SEGMENT_ROWS: Index<{ slot_count(SEGMENTS) }> = Index::of(SEGMENTS);
static REASON_ROWS: Index<{ slot_count(REASONS) }> = Index::of(REASONS);

/// The meaning of a history code.
///
/// A v2 code is `stage.result.state.reason`, such as `4.1.4.63`. A legacy code ends with a single digit, such as `2.2.3.1`.
/// PayStar maps it to a v2 code. A part that is not documented is missing.
///
/// PayStar documentation: payment-history-v2, payment-history-backward-compatibility, order-history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct HistoryAction {
    /// The code, unchanged.
    pub action: String,
    /// The form of the code. `unknown`: the text is not a history code.
    #[cfg_attr(feature = "typescript", tsify(type = "\"v2\" | \"legacy\" | \"unknown\""))]
    pub form: &'static str,
    /// The stage of the step: PayStar itself, the gateway, the payment page, a check, or a callback.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            optional,
            type = "\"internal\" | \"gateway\" | \"payform\" | \"check\" | \"gatewayCallback\" | \"merchantCallback\""
        )
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<&'static str>,
    /// The result of this step. It is not the result of the payment: a successful check can find a failed payment.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "\"info\" | \"success\" | \"failure\""))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<&'static str>,
    /// The state of the payment after this step.
    #[cfg_attr(
        feature = "typescript",
        tsify(optional, type = "\"init\" | \"created\" | \"processing\" | \"success\" | \"failed\"")
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_state: Option<&'static str>,
    /// The group of the reason.
    #[cfg_attr(
        feature = "typescript",
        tsify(
            optional,
            type = "\"NONE\" | \"TECH\" | \"AUTHZ\" | \"BUSINESS\" | \"RISK\" | \"USER\" | \"ISSUER\""
        )
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_group: Option<&'static str>,
    /// PayStar's name of the reason: `INSUFFICIENT_FUNDS`.
    #[cfg_attr(feature = "typescript", tsify(optional, type = "string"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Whether PayStar documents the code as a whole, not only its parts.
    pub is_documented: bool,
    /// The v2 codes with the same meaning: the code itself, or the codes to which PayStar maps a legacy code.
    pub v2: Vec<String>,
    /// Whether there are several v2 codes. Then the other members describe only what is equal in all of them.
    pub is_ambiguous: bool,
    /// The meaning in a few sentences, for people.
    pub summary: String,
    /// Who can do something about this step. `nobody`: there is nothing to do.
    #[cfg_attr(
        feature = "typescript",
        tsify(type = "\"payer\" | \"merchant\" | \"paystar\" | \"gateway\" | \"nobody\"")
    )]
    pub who_acts: &'static str,
}

/// Decodes a history code. The text may be anything.
pub fn decode(action: &str) -> HistoryAction {
    let Some(parts) = split(action) else {
        return Meaning::of([""; 4]).action(action, "unknown", false, Vec::new());
    };
    let [stage, result, _, last] = parts;
    if last.len() == 2 {
        let is_documented = CODE_ROWS.row(action).is_some();
        return Meaning::of(parts).action(action, "v2", is_documented, vec![action.to_owned()]);
    }
    let rows: Vec<(&str, &str)> = rows_of(LEGACY, action)
        .filter_map(|mut columns| Some((columns.next()?, columns.next().unwrap_or_default())))
        .collect();
    let v2 = rows.iter().map(|(code, _)| *code).filter(|code| !code.is_empty()).map(str::to_owned).collect();
    let common = rows.iter().filter_map(|(code, _)| split(code)).reduce(common_parts).unwrap_or_else(|| {
        // Only these two stages of legacy codes are documented.
        let stage = if matches!(stage, "1" | "2") { stage } else { "" };
        [stage, result, rows.first().map_or("", |(_, state)| state), ""]
    });
    let is_documented = !rows.is_empty();
    Meaning::of(common).action(action, "legacy", is_documented, v2)
}

/// The four parts of a code. Only the last part may have two digits.
fn split(code: &str) -> Option<[&str; 4]> {
    let mut parts = code.split('.');
    let mut digits = |max| {
        parts
            .next()
            .filter(|part| (1..=max).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let four = [digits(1)?, digits(1)?, digits(1)?, digits(2)?];
    parts.next().is_none().then_some(four)
}

/// The parts that are equal in two codes. The other parts are empty.
fn common_parts<'a>(a: [&'a str; 4], b: [&'a str; 4]) -> [&'a str; 4] {
    let mut same = a;
    for (part, other) in same.iter_mut().zip(b) {
        if *part != other {
            *part = "";
        }
    }
    same
}

/// The meaning of one part of a code: a row of a table.
#[derive(Clone, Copy)]
struct Part {
    /// The word for programs.
    word: &'static str,
    /// Who can do something about it. `stage`: the actor of the stage.
    actor: &'static str,
    /// The words of the summary.
    phrase: &'static str,
}

impl Part {
    fn from_columns(mut columns: Columns) -> Option<Self> {
        Some(Self { word: columns.next()?, actor: columns.next()?, phrase: columns.next()? })
    }

    fn segment(name: &str, value: &str) -> Option<Self> {
        SEGMENT_ROWS.row(&[name, value].concat()).and_then(Self::from_columns)
    }

    fn reason(digits: &str) -> Option<Self> {
        REASON_ROWS.row(digits).and_then(Self::from_columns)
    }

    /// The group of `00` has one reason. Each other group has nine reasons, such as 61 to 69.
    fn group(digits: &str) -> Option<Self> {
        match digits {
            "00" => Self::segment("group", "0"),
            _ if digits.starts_with('0') || digits.ends_with('0') => None,
            _ => Self::segment("group", digits.get(..1)?),
        }
    }
}

/// The meanings of the four parts of a code, and of the group of its reason.
struct Meaning {
    stage: Option<Part>,
    result: Option<Part>,
    state: Option<Part>,
    group: Option<Part>,
    reason: Option<Part>,
}

fn word(part: Option<Part>) -> Option<&'static str> {
    part.map(|part| part.word)
}

impl Meaning {
    fn of([stage, result, payment, reason]: [&str; 4]) -> Self {
        Self {
            stage: Part::segment("stage", stage),
            result: Part::segment("result", result),
            state: Part::segment("state", payment),
            group: Part::group(reason),
            reason: Part::reason(reason),
        }
    }

    fn action(self, action: &str, form: &'static str, is_documented: bool, v2: Vec<String>) -> HistoryAction {
        let is_ambiguous = v2.len() > 1;
        let mut summary = self.summary();
        if form == "unknown" {
            "This is not a known history code.".clone_into(&mut summary);
        } else if is_ambiguous {
            summary.push_str(" This legacy code has more than one meaning: ");
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
            self.state.map_or("The state of the payment is not known", |state| state.phrase).to_owned();
        // The group is less exact than the reason.
        if let Some(why) = self.reason.or(self.group).filter(|why| !why.phrase.is_empty()) {
            text.push_str(if has_failed { ": " } else { ". Reason: " });
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
        // Only the merchant can repair the merchant's own server, whatever the state of the payment is.
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
mod tests;
