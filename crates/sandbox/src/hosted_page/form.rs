//! The form of the hosted page.

use paystar_model::card::{self, CardNumber};
use paystar_model::format::{is_digits, is_month};

use crate::dates::year_and_month;

const MOST_FIELDS: usize = 20;
const LONGEST_HOLDER: usize = 100;

/// The values that a customer entered.
#[derive(Default)]
pub(crate) struct Form {
    /// Without the spaces and dashes that people type.
    pub(crate) card_number: String,
    pub(crate) holder: String,
    /// `MM/YY`.
    pub(crate) expiry: String,
    pub(crate) cvv: String,
    pub(crate) is_cancelled: bool,
}

/// The problem of each field.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    pub(crate) card_number: Option<&'static str>,
    pub(crate) holder: Option<&'static str>,
    pub(crate) expiry: Option<&'static str>,
    pub(crate) cvv: Option<&'static str>,
}

impl Problems {
    pub(crate) fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body).take(MOST_FIELDS) {
            match name.as_ref() {
                "cardNumber" => {
                    form.card_number = value.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
                }
                "cardHolder" => value.trim().clone_into(&mut form.holder),
                "expiry" => form.expiry = value.chars().filter(|c| !c.is_whitespace()).collect(),
                "cvv" => value.trim().clone_into(&mut form.cvv),
                "action" => form.is_cancelled = value == "cancel",
                _ => {}
            }
        }
        form
    }

    /// A wrong check digit is not a problem, because PayStar's own samples have one.
    pub(crate) fn problems(&self, now: u64) -> Problems {
        let is_malformed = card::check(&self.card_number) == CardNumber::Malformed;
        let is_named =
            (1..=LONGEST_HOLDER).contains(&self.holder.len()) && !self.holder.chars().any(char::is_control);
        Problems {
            card_number: is_malformed.then_some("Enter the 12 to 19 digits of the card number."),
            holder: (!is_named).then_some("Enter the name on the card."),
            expiry: self.expiry_problem(now),
            cvv: (!is_digits(&self.cvv, 3, 4))
                .then_some("Enter the three or four digits of the security code."),
        }
    }

    fn expiry_problem(&self, now: u64) -> Option<&'static str> {
        const MALFORMED: &str = "Enter the month and the year as MM/YY, such as 05/29.";
        let Some((month, year)) = self.expiry.split_once('/') else { return Some(MALFORMED) };
        if !is_month(month) || !is_digits(year, 2, 2) {
            return Some(MALFORMED);
        }
        let (Ok(month), Ok(year)) = (month.parse::<u8>(), year.parse::<i32>()) else {
            return Some(MALFORMED);
        };
        let expires = (year.saturating_add(2000), month);
        (expires < year_and_month(now)).then_some("This card has expired.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_767_225_600_000;

    #[test]
    fn spaces_and_dashes_are_removed() {
        let form = Form::read(b"cardNumber=1234+1234-1234%201234&cardHolder=+John+W%C3%A9ak&expiry=01+%2F+26&cvv=123&action=pay");
        assert_eq!((form.card_number.as_str(), form.holder.as_str()), ("1234123412341234", "John Wéak"));
        assert!(form.problems(NOW).are_none() && !form.is_cancelled);
        assert!(Form::read(b"action=cancel").is_cancelled);
    }

    #[test]
    fn each_field_has_its_own_problem() {
        let problems = Form::read(b"&&cardNumber=4111&expiry=13/30&cvv=12x").problems(NOW);
        assert!(problems.card_number.is_some() && problems.holder.is_some());
        assert!(problems.expiry.is_some() && problems.cvv.is_some());
        for (expiry, is_right) in [
            ("12/25", false),
            ("01/26", true),
            ("1/26", false),
            ("0126", false),
            ("01/2026", false),
            ("", false),
        ] {
            let form = Form { expiry: expiry.to_owned(), ..Form::default() };
            assert_eq!(form.problems(NOW).expiry.is_none(), is_right, "{expiry}");
        }
    }
}
