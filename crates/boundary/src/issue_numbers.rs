//! Numbers for issues whose texts are compiled in. JavaScript asks once for the texts of a number, and keeps them.

use paystar_model::issue::{FixedIssue, Issue};

/// More than twice the number of such issues in this package. So a search finds a free slot.
const SLOTS: usize = 1024;
/// The rest stays free. The issues after it have no number, and are passed as text.
const MAX_ISSUES: usize = 512;

/// The numbers that were given.
pub struct IssueNumbers {
    issues: Vec<FixedIssue>,
    /// The number of an issue plus 1, in the slot of its hash or in a slot after it. 0 is a free slot.
    slots: [u16; SLOTS],
}

impl Default for IssueNumbers {
    fn default() -> Self {
        Self::new()
    }
}

impl IssueNumbers {
    /// Without numbers.
    pub const fn new() -> Self {
        Self { issues: Vec::new(), slots: [0; SLOTS] }
    }

    /// The number of an issue. It never changes. `None` if there are too many.
    pub fn number_of(&mut self, issue: &FixedIssue) -> Option<u32> {
        let mut at = issue.hash() % SLOTS;
        loop {
            let slot = self.slots.get_mut(at)?;
            let Some(number) = slot.checked_sub(1) else {
                if self.issues.len() == MAX_ISSUES {
                    return None;
                }
                self.issues.push(*issue);
                *slot = u16::try_from(self.issues.len()).ok()?;
                return Some(u32::from(slot.checked_sub(1)?));
            };
            if self.issues.get(usize::from(number))?.is(issue) {
                return Some(u32::from(number));
            }
            at = at.wrapping_add(1) % SLOTS;
        }
    }

    /// The issue with a number, with its texts.
    pub fn issue(&self, number: usize) -> Option<Issue> {
        self.issues.get(number).map(FixedIssue::write)
    }
}

#[cfg(test)]
mod tests {
    use paystar_model::input::Input;
    use paystar_model::input::build::{record, text};
    use paystar_model::issue::{Found, Issues, Place};
    use paystar_model::request::{OrderRequest, RequestKind};

    use super::*;

    fn fixed(issues: &Issues) -> Vec<FixedIssue> {
        let fixed = |found: &Found| if let Found::Fixed(issue) = found { Some(*issue) } else { None };
        issues.found().iter().filter_map(fixed).collect()
    }

    #[test]
    fn each_issue_has_its_own_number_which_never_changes() {
        let mut numbers = IssueNumbers::new();
        let mut known: Vec<(Issue, u32)> = Vec::new();
        for kind in [RequestKind::Payout, RequestKind::TokenDeposit, RequestKind::HostedDeposit] {
            for currency in ["usd", "eur", "", "$", "USD"] {
                for value in ["", " ", "x", "4111111111111112", "5"] {
                    for strict in [false, true] {
                        let keys = OrderRequest::known_keys().skip(8);
                        let fields: Vec<_> = keys.map(|key| (key, text(value))).collect();
                        let input = record(&[
                            ("amount", text(value)),
                            ("currency", text(currency)),
                            ("callbackUrl", text(value)),
                            ("additionalFields", record(&fields)),
                        ]);
                        for issue in fixed(&OrderRequest::find_issues(&input, kind, strict).1) {
                            let number = numbers.number_of(&issue).unwrap();
                            assert_eq!(numbers.issue(number as usize), Some(issue.write()));
                            match known.iter().find(|(_, earlier)| *earlier == number) {
                                Some((known, _)) => assert_eq!(*known, issue.write()),
                                None => known.push((issue.write(), number)),
                            }
                        }
                    }
                }
            }
        }
        assert!(known.len() > 50);
    }

    #[test]
    fn issues_after_the_last_number_have_no_number() {
        let mut numbers = IssueNumbers::new();
        let name: &'static str = String::leak("n".repeat(1000));
        let mut given = 0;
        for end in 0..1000 {
            let mut issues = Issues::default();
            issues.required_text(Place::fixed("", name.get(end..).unwrap()), &Input::Absent);
            given += fixed(&issues).iter().filter_map(|issue| numbers.number_of(issue)).count();
        }
        assert_eq!((given, numbers.issue(MAX_ISSUES)), (MAX_ISSUES, None));
        assert!(numbers.issue(0).is_some());
    }
}
