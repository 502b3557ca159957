//! The hosted page.

use paystar_model::order::OrderState;
use paystar_protocol::endpoint::{DEPOSITS, PAYOUTS};

use super::support::{CARD, T0, card_fields, deposit_body, member, order, sandbox_with, send, send_to_host};
use crate::{ReceivedRequest, Response, Sandbox};

const VALID: &str = "cardNumber=1234+1234+1234+1234&cardHolder=JOHN+WEAK&expiry=05%2F29&cvv=123&action=pay";
const REDIRECTS: &str = r#","processingRedirectUrl":"https://m.example/p","successRedirectUrl":"https://m.example/s?a=1","failedRedirectUrl":"https://m.example/f""#;

/// Creates a hosted deposit. The result is the path of its page.
fn create(sandbox: &mut Sandbox, id: &str, more: &str) -> String {
    let body = order(id, "100", more);
    let created = send_to_host(sandbox, "POST", DEPOSITS, Some("init.paystar.uk"), &body, T0);
    assert_eq!(member(&created.body, "orderStatus"), "Init");
    let url = member(&created.body, "paymentUrl");
    url.strip_prefix("http://sandbox").unwrap().to_owned()
}

fn visit(sandbox: &mut Sandbox, method: &str, page: &str, form: &str, now: u64) -> Response {
    sandbox.respond(
        &ReceivedRequest { method, target: page, body: form.as_bytes(), ..ReceivedRequest::default() },
        now,
    )
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers.iter().find(|(header, _)| *header == name).map_or("", |(_, value)| value)
}

fn state(sandbox: &mut Sandbox, id: &str, now: u64) -> (String, Vec<String>) {
    let state = OrderState::from_body(deposit_body(sandbox, id, now).as_bytes()).unwrap();
    let actions = state.order_history.entries().map(|step| step.action.to_owned()).collect();
    (state.order_status.as_str().to_owned(), actions)
}

#[test]
fn a_deposit_starts_after_the_customer_has_submitted_the_page() {
    let mut sandbox = sandbox_with(&[]);
    let page = create(&mut sandbox, "A", "");
    assert_eq!(state(&mut sandbox, "A", T0 + 99_999).0, "Init");
    for _ in 0..2 {
        let form = visit(&mut sandbox, "GET", &page, "", T0 + 100_000);
        assert!(form.status == 200 && form.body.contains("100.00 USD"));
    }
    let sent = visit(&mut sandbox, "POST", &page, VALID, T0 + 100_000);
    assert_eq!((sent.status, header(&sent, "location")), (303, page.as_str()));
    assert_eq!(state(&mut sandbox, "A", T0 + 100_000).0, "Created");
    assert!(visit(&mut sandbox, "GET", &page, "", T0 + 101_000).body.contains("Payment in progress"));
    let (word, actions) = state(&mut sandbox, "A", T0 + 103_000);
    assert_eq!(word, "Success");
    assert_eq!(actions, ["1.1.1.00", "3.0.1.51", "3.0.1.53", "3.1.1.00", "2.1.1.00", "4.1.3.00"]);
    assert!(visit(&mut sandbox, "GET", &page, "", T0 + 103_000).body.contains("Payment succeeded"));
    let body = deposit_body(&mut sandbox, "A", T0 + 103_000);
    assert!(body.contains("123412******1234") && body.contains("BankToken-") && !body.contains("12341234"));
}

#[test]
fn the_customer_is_redirected_to_the_urls_of_the_merchant() {
    let mut sandbox = sandbox_with(&[]);
    let page = create(&mut sandbox, "A", REDIRECTS);
    let sent = visit(&mut sandbox, "POST", &page, VALID, T0);
    assert_eq!(header(&sent, "location"), "https://m.example/p");
    assert_eq!(visit(&mut sandbox, "GET", &page, "", T0).status, 200);
    let done = visit(&mut sandbox, "GET", &page, "", T0 + 3000);
    assert_eq!((done.status, header(&done, "location")), (303, "https://m.example/s?a=1"));
    let again = visit(&mut sandbox, "POST", &page, "action=cancel", T0 + 3000);
    assert_eq!(header(&again, "location"), "https://m.example/s?a=1");
    assert_eq!(state(&mut sandbox, "A", T0 + 3000).0, "Success");

    let cancelled = create(&mut sandbox, "B", REDIRECTS);
    let sent = visit(&mut sandbox, "POST", &cancelled, "action=cancel", T0);
    assert_eq!(header(&sent, "location"), "https://m.example/f");
    let (word, actions) = state(&mut sandbox, "B", T0);
    assert_eq!((word.as_str(), actions.last().unwrap().as_str()), ("Failed", "3.0.4.54"));
    visit(&mut sandbox, "POST", &cancelled, VALID, T0);
    assert_eq!(state(&mut sandbox, "B", T0 + 9000).0, "Failed");
}

#[test]
fn an_invalid_form_is_shown_again_without_the_card_and_changes_nothing() {
    let mut sandbox = sandbox_with(&[]);
    let page = create(&mut sandbox, "A", "");
    let form = "cardNumber=41111&cardHolder=%22%3E%3Cscript%3E&expiry=13%2F29&cvv=77777";
    let response = visit(&mut sandbox, "POST", &page, form, T0);
    assert_eq!(response.status, 422);
    assert!(
        response.body.contains("value=\"&quot;&gt;&lt;script&gt;\"") && !response.body.contains("<script")
    );
    assert!(!response.body.contains("41111") && !response.body.contains("77777"));
    for field in ["cardNumber", "expiry", "cvv"] {
        assert!(response.body.contains(&format!("aria-describedby=\"{field}-wrong\"")), "{field}");
    }
    assert!(!response.body.contains("cardHolder-wrong"));
    assert_eq!(state(&mut sandbox, "A", T0 + 9000), ("Init".to_owned(), vec!["1.1.1.00".to_owned()]));
}

#[test]
fn a_test_card_also_fails_on_the_page() {
    let mut sandbox = sandbox_with(&[]);
    let page = create(&mut sandbox, "A", "");
    visit(&mut sandbox, "POST", &page, &VALID.replace("1234+1234+1234+1234", "4000000000000002"), T0);
    let (word, actions) = state(&mut sandbox, "A", T0 + 3000);
    assert_eq!((word.as_str(), actions.last().unwrap().as_str()), ("Failed", "4.1.4.63"));
    assert!(visit(&mut sandbox, "GET", &page, "", T0 + 3000).body.contains("Payment failed"));
}

#[test]
fn card_data_in_a_hosted_deposit_is_refused() {
    let mut sandbox = sandbox_with(&[]);
    let body = order("A", "1", &card_fields(CARD));
    let response = send_to_host(&mut sandbox, "POST", DEPOSITS, Some("init.paystar.uk"), &body, T0);
    assert_eq!(response.status, 400);
    assert!(member(&response.body, "message").starts_with("cardNumber must not be sent"));
    assert_eq!(sandbox.order_count(), 0);
}

#[test]
fn pages_need_no_key_and_load_nothing() {
    let mut sandbox = sandbox_with(&[]);
    let page = create(&mut sandbox, "A", "");
    let form = visit(&mut sandbox, "GET", &page, "", T0);
    let policy = header(&form, "content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    assert!(!form.body.contains("src=") && !form.body.contains("http"));
    for (method, path) in [("GET", "/pay/x"), ("POST", "/pay/x"), ("GET", "/pay/"), ("PUT", page.as_str())] {
        assert_eq!(visit(&mut sandbox, method, path, "", T0).status, 404, "{method} {path}");
    }
    let payout = send(&mut sandbox, "POST", PAYOUTS, &order("P", "1", ""), T0);
    let no_page = format!("/pay/{}", member(&payout.body, "externalId"));
    assert_eq!(visit(&mut sandbox, "GET", &no_page, "", T0).status, 404);
}
