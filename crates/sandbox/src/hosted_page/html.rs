//! The HTML of the hosted page. It works without JavaScript and loads no other files. Its look and its words are the
//! sandbox's own.

use base64ct::{Base64, Encoding};
use percent_encoding::{CONTROLS, utf8_percent_encode};
use sha2::{Digest, Sha256};

use paystar_model::order::OrderStatus;

use super::form::{Form, Problems};
use crate::creation_request::OrderKind;
use crate::http::Response;
use crate::order::Order;
use crate::responses::{PAYEE, sum_text};
use crate::route::PAGES;

const STYLE: &str = include_str!("page.css");
const NOTE: &str =
    "<p class=\"note\">This page is part of a sandbox. No money moves. Use only invented cards.</p>";

/// The redirect after the form. It leads to the URL of the merchant for this status. Without this URL, it leads to the
/// page itself.
pub(super) fn redirect(order: &Order) -> Response {
    let redirects = &order.redirects;
    let url = match order.status {
        OrderStatus::Success => &redirects.success,
        OrderStatus::Failed => &redirects.failed,
        _ => &redirects.processing,
    };
    let location = url.clone().unwrap_or_else(|| format!("{PAGES}{}", order.external_id));
    // A header must be ASCII: Node and the class `Response` throw an error for other characters.
    let location = utf8_percent_encode(&location, CONTROLS).to_string();
    let headers = vec![("location", location), ("cache-control", "no-store".to_owned())];
    Response { headers, ..Response::without_body(303) }
}

/// The page of an order. If the order is final, the customer returns to the merchant.
pub(super) fn page(order: &Order) -> Response {
    match order.status {
        OrderStatus::Init => form(order, &Form::default(), &Problems::default()),
        OrderStatus::Success if order.redirects.success.is_some() => redirect(order),
        OrderStatus::Failed if order.redirects.failed.is_some() => redirect(order),
        _ => status(order),
    }
}

/// The form. It keeps the values that the customer entered, except the card number and the card code.
pub(super) fn form(order: &Order, entered: &Form, problems: &Problems) -> Response {
    let amount = amount(order);
    let number = field(
        "cardNumber",
        "Card number",
        "inputmode=\"numeric\" autocomplete=\"cc-number\" maxlength=\"30\" placeholder=\"1234 1234 1234 1234\"",
        "",
        problems.card_number,
    );
    let holder = field(
        "cardHolder",
        "Name on the card",
        "autocomplete=\"cc-name\" maxlength=\"100\" placeholder=\"JOHN WEAK\"",
        &entered.holder,
        problems.holder,
    );
    let expiry = field(
        "expiry",
        "Expiry (MM/YY)",
        "autocomplete=\"cc-exp\" maxlength=\"7\" placeholder=\"05/29\"",
        &entered.expiry,
        problems.expiry,
    );
    let cvv = field(
        "cvv",
        "CVV",
        "type=\"password\" inputmode=\"numeric\" autocomplete=\"cc-csc\" maxlength=\"4\" placeholder=\"123\"",
        "",
        problems.cvv,
    );
    let (status, title, summary) = if problems.are_none() {
        (200, format!("Pay {amount}"), "")
    } else {
        let summary = "<p class=\"wrong\" role=\"alert\">Nothing was paid. Correct the fields below.</p>";
        (422, format!("Error: pay {amount}"), summary)
    };
    let main = format!(
        "<h1>Pay by card</h1><p class=\"amount\">{amount}</p>{summary}\
         <form method=\"post\">{number}{holder}<div class=\"pair\">{expiry}{cvv}</div>\
         <button name=\"action\" value=\"pay\">Pay {amount}</button>\
         <button class=\"plain\" name=\"action\" value=\"cancel\">Cancel</button></form>{NOTE}"
    );
    document(status, &title, "", &main)
}

fn status(order: &Order) -> Response {
    let (title, words) = match order.status {
        OrderStatus::Success => ("Payment succeeded", "Thank you. You can close this page."),
        OrderStatus::Failed => ("Payment failed", "No money was taken. You can close this page."),
        _ => ("Payment in progress", "This page reloads every two seconds."),
    };
    let is_final = order.status.is_final();
    let refresh = if is_final { "" } else { "<meta http-equiv=\"refresh\" content=\"2\">" };
    let payee = if order.kind == OrderKind::PersonToPerson && !is_final { payee() } else { String::new() };
    let amount = amount(order);
    let main = format!(
        "<h1 role=\"status\">{title}</h1><p class=\"amount\">{amount}</p>{payee}<p>{words}</p>{NOTE}"
    );
    document(200, title, refresh, &main)
}

fn payee() -> String {
    let [bank, number, holder] = PAYEE;
    format!(
        "<dl><dt>Bank</dt><dd>{bank}</dd><dt>Card</dt><dd>{number}</dd><dt>Name</dt><dd>{holder}</dd></dl>"
    )
}

fn amount(order: &Order) -> String {
    format!("{} {}", sum_text(order.sum), escape(&order.currency))
}

fn field(name: &str, label: &str, attributes: &str, value: &str, problem: Option<&str>) -> String {
    let value = escape(value);
    let (state, message) = problem.map_or_else(Default::default, |problem| {
        (
            format!(" aria-invalid=\"true\" aria-describedby=\"{name}-wrong\""),
            format!("<p class=\"wrong\" id=\"{name}-wrong\">{problem}</p>"),
        )
    });
    // The inputs are not `required`, because a browser would also block Cancel and show its own messages.
    format!(
        "<div><label for=\"{name}\">{label}</label>\
         <input id=\"{name}\" name=\"{name}\" value=\"{value}\" {attributes}{state}>{message}</div>"
    )
}

fn document(status: u16, title: &str, head: &str, main: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{head}\
         <title>{title}</title><style>{STYLE}</style></head><body><main>{main}</main></body></html>"
    );
    let style = Base64::encode_string(&Sha256::digest(STYLE));
    // Chromium also applies form-action to redirects, and these lead to merchants.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self' http: https:; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", policy),
        ("cache-control", "no-store".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    Response { status, headers, body }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
