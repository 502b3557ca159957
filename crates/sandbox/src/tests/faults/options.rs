//! Invalid rules and options.

use paystar_model::input::Input;
use paystar_model::input::build::{number, record, text};

use crate::config::SandboxConfig;
use crate::faults::FaultRule;
use crate::tests::support::options_with;

#[test]
fn the_issues_of_a_rule_name_the_key() {
    let lost = ("fault", text("lost"));
    let status =
        |http_status: &'static str| vec![("fault", text("status")), ("httpStatus", number(http_status))];
    let with = |mut entries: Vec<(&'static str, Input<'static>)>, more: (&'static str, Input<'static>)| {
        entries.push(more);
        entries
    };
    for (entries, path) in [
        (vec![], "rule.fault"),
        (vec![("fault", text("lsot"))], "rule.fault"),
        (vec![lost.clone(), ("time", number("2"))], "rule.time"),
        (vec![lost.clone(), ("times", number("0"))], "rule.times"),
        (vec![lost.clone(), ("skip", number("-1"))], "rule.skip"),
        (vec![lost.clone(), ("on", text("page"))], "rule.on"),
        (vec![lost.clone(), ("externalTransactionId", number("1"))], "rule.externalTransactionId"),
        (vec![lost.clone(), ("commit", text("soon"))], "rule.commit"),
        (vec![lost.clone(), ("commitAfterMs", number("1"))], "rule.commitAfterMs"),
        (vec![lost.clone(), ("commit", text("done")), ("reservesId", Input::Bool(true))], "rule.reservesId"),
        (vec![lost.clone(), ("commit", text("later")), ("reservesId", number("1"))], "rule.reservesId"),
        (
            vec![lost.clone(), ("commit", text("later")), ("commitAfterMs", number("1.5"))],
            "rule.commitAfterMs",
        ),
        (vec![lost.clone(), ("httpStatus", number("500"))], "rule.httpStatus"),
        (vec![lost, ("afterMs", number("5"))], "rule.afterMs"),
        (vec![("fault", text("late")), ("overMs", number("5"))], "rule.overMs"),
        (vec![("fault", text("slowBody")), ("overMs", number("NaN"))], "rule.overMs"),
        (vec![("fault", text("sentTwice")), ("answer", text("third"))], "rule.answer"),
        (vec![("fault", text("late")), ("answer", text("first"))], "rule.answer"),
        (vec![("fault", text("clockJump")), ("jumpMs", number("1e+21"))], "rule.jumpMs"),
        (vec![("fault", text("clockJump")), ("jumpMs", text("1"))], "rule.jumpMs"),
        (status("399"), "rule.httpStatus"),
        (status("600"), "rule.httpStatus"),
        (with(status("503"), ("retryAfter", number("-2"))), "rule.retryAfter"),
        (with(status("503"), ("retryAfterAs", text("date"))), "rule.retryAfter"),
        (with(status("423"), ("commit", text("done"))), "rule.commit"),
        (with(status("400"), ("commit", text("later"))), "rule.commit"),
    ] {
        let issues = FaultRule::read("rule", &record(&entries)).unwrap_err();
        assert_eq!(issues.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), [path]);
    }
    assert_eq!(FaultRule::read("rule", &text("lost")).unwrap_err()[0].path, "rule");
}

#[test]
fn the_issues_of_the_option_name_the_key() {
    let (seed, rate) = (("seed", number("1")), ("rate", number("0.5")));
    for (faults, path) in [
        (text("lost"), "faults"),
        (Input::List(vec![record(&[("fault", text("stall"))]), record(&[])]), "faults[1].fault"),
        (Input::List(vec![Input::Absent; 10_001]), "faults"),
        (record(std::slice::from_ref(&seed)), "faults.rate"),
        (record(std::slice::from_ref(&rate)), "faults.seed"),
        (record(&[seed.clone(), ("rate", number("1.5"))]), "faults.rate"),
        (record(&[seed.clone(), ("rate", number("NaN"))]), "faults.rate"),
        (record(&[seed.clone(), ("rate", text("1"))]), "faults.rate"),
        (record(&[seed.clone(), rate.clone(), ("kind", text("lost"))]), "faults.kind"),
        (record(&[seed.clone(), rate.clone(), ("kinds", text("lost"))]), "faults.kinds"),
        (record(&[seed.clone(), rate.clone(), ("kinds", Input::List(vec![]))]), "faults.kinds"),
        (
            record(&[seed.clone(), rate.clone(), ("kinds", Input::List(vec![text("none")]))]),
            "faults.kinds[0]",
        ),
        (record(&[seed, rate, ("kinds", Input::List(vec![Input::Absent]))]), "faults.kinds[0]"),
    ] {
        let issues = SandboxConfig::read(&options_with(&[("faults", faults)])).err().unwrap();
        assert_eq!(issues.iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), [path]);
    }
}
