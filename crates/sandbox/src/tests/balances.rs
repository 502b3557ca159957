//! The merchant's balances.

use paystar_model::balance::Balance;
use paystar_model::input::build::{record, text};
use paystar_model::order::OrderState;
use paystar_protocol::endpoint::{BALANCE, DEPOSITS, PAYOUTS};
use paystar_protocol::pipeline::Pipeline;
use proptest::prelude::*;

use super::support::{T0, bearer, deposit, member, order, sandbox_with, send};
use crate::scenario::Scenario;
use crate::{ReceivedRequest, Sandbox};

fn balance(sandbox: &mut Sandbox, now: u64) -> Balance {
    let response = send(sandbox, "GET", &format!("{BALANCE}?currency=USD"), "", now);
    Balance::from_body(response.body.as_bytes(), "USD").unwrap()
}

fn payout(sandbox: &mut Sandbox, id: &str, amount: &str, now: u64) {
    assert_eq!(send(sandbox, "POST", PAYOUTS, &order(id, amount, ""), now).status, 200);
}

fn last_action(sandbox: &mut Sandbox, id: &str, now: u64) -> String {
    let body =
        send(sandbox, "GET", &format!("{PAYOUTS}{id}/status-by-external-transaction-id"), "", now).body;
    OrderState::from_body(body.as_bytes()).unwrap().order_history.entries().last().unwrap().action.to_owned()
}

#[test]
fn both_keys_read_the_documented_members() {
    let mut sandbox = sandbox_with(&[("overdraft", text("1000"))]);
    payout(&mut sandbox, "A", "4000.5", T0);
    for authorization in [bearer("pk_out", "sk_out"), bearer("pk_in", "sk_in")] {
        let request = ReceivedRequest {
            method: "GET",
            target: "/api/v1/balance/merchant?currency=USD",
            authorization: Some(&authorization),
            ..ReceivedRequest::default()
        };
        assert_eq!(
            sandbox.respond(&request, T0).body,
            r#"{"currency":"USD","merchantBalance":10000.00,"merchantOverdraft":1000.00,"pipelineBalance":10000.00,"pipelineAvailableBalance":5999.50,"pipelineProcessingOrdersDeposit":0.00,"pipelineProcessingOrdersWithdrawals":4000.50}"#
        );
    }
    for (target, message) in [
        (BALANCE.to_owned(), "Currency is required property"),
        (format!("{BALANCE}?currency=ZZZ"), "currency has invalide value"),
    ] {
        let response = send(&mut sandbox, "GET", &target, "", T0);
        assert_eq!((response.status, member(&response.body, "message").as_str()), (400, message));
    }
}

#[test]
fn a_payout_above_the_available_balance_fails() {
    let mut sandbox =
        sandbox_with(&[("balances", record(&[("USD", text("100"))])), ("overdraft", text("10"))]);
    payout(&mut sandbox, "A", "60", T0);
    payout(&mut sandbox, "B", "50.01", T0);
    payout(&mut sandbox, "C", "50", T0);
    let open = balance(&mut sandbox, T0);
    assert_eq!(open.pipeline_processing_orders_withdrawals, "110.00");
    assert_eq!(open.pipeline_available_balance.as_deref(), Some("-10.00"));
    for (id, action) in [("A", "4.1.3.00"), ("B", "1.2.4.31"), ("C", "4.1.3.00")] {
        assert_eq!(last_action(&mut sandbox, id, T0 + 3000), action);
    }
    assert_eq!(balance(&mut sandbox, T0 + 3000).merchant_balance, "-10.00");
}

#[test]
fn a_failed_payout_returns_its_money() {
    let mut sandbox = sandbox_with(&[]);
    payout(&mut sandbox, "A", "4063", T0);
    assert_eq!(balance(&mut sandbox, T0).pipeline_available_balance.as_deref(), Some("5937.00"));
    let after = balance(&mut sandbox, T0 + 3000);
    assert_eq!(
        (after.merchant_balance.as_str(), after.pipeline_processing_orders_withdrawals.as_str()),
        ("10000.00", "0.00")
    );
}

#[test]
fn a_changed_amount_moves_the_difference() {
    let mut sandbox = sandbox_with(&[]);
    deposit(&mut sandbox, "A", "100", "", T0);
    sandbox.change_amount("A", &text("70.25"), Pipeline::Deposits, T0).unwrap();
    assert_eq!(balance(&mut sandbox, T0).pipeline_processing_orders_deposit, "70.25");
    assert_eq!(balance(&mut sandbox, T0 + 3000).merchant_balance, "10070.25");
    sandbox.change_amount("A", &text("70"), Pipeline::Deposits, T0 + 3000).unwrap();
    assert_eq!(balance(&mut sandbox, T0 + 3000).merchant_balance, "10070.00");
}

#[test]
fn sums_out_of_range_fail() {
    let mut sandbox = sandbox_with(&[]);
    for id in 0..400 {
        deposit(&mut sandbox, &id.to_string(), "999999999999999999.99", "", T0);
    }
    let after = balance(&mut sandbox, T0 + 3000);
    assert_eq!(after.pipeline_processing_orders_deposit, "0.00");
    assert!(after.merchant_balance.len() > 20 && !after.merchant_balance.starts_with('-'));
}

#[test]
fn tens_of_thousands_of_orders_work() {
    let mut sandbox = sandbox_with(&[]);
    for id in 0_u64..20_000 {
        deposit(&mut sandbox, &id.to_string(), "0.01", "", T0 + id);
    }
    assert_eq!(balance(&mut sandbox, T0 + 30_000).merchant_balance, "10200.00");
}

/// One creation of a random sequence, and the milliseconds before it.
#[derive(Debug, Clone)]
struct Creation {
    is_payout: bool,
    cents: i64,
    outcome: &'static str,
    wait_ms: u64,
}

fn creations() -> impl Strategy<Value = Vec<Creation>> {
    let outcome = prop::sample::select(vec!["Success", "Failed", "Created", "Processing"]);
    let creation = (any::<bool>(), 1_i64..400_000, outcome, 0_u64..2500);
    let creation = creation.prop_map(|(is_payout, cents, outcome, wait_ms)| Creation {
        is_payout,
        cents,
        outcome,
        wait_ms,
    });
    prop::collection::vec(creation, 1..40)
}

fn cents(text: &str) -> i64 {
    let (whole, decimals) = text.split_once('.').unwrap();
    assert_eq!(decimals.len(), 2);
    format!("{whole}{decimals}").parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// At any time, the balance must be the sum of the money that the orders have moved.
    #[test]
    fn the_balance_is_the_sum_of_all_orders(creations in creations()) {
        let mut sandbox = sandbox_with(&[]);
        let mut now = T0;
        for (index, creation) in creations.iter().enumerate() {
            now = now.saturating_add(creation.wait_ms);
            let scenario = record(&[("outcome", text(creation.outcome))]);
            sandbox.set_scenario(&index.to_string(), Scenario::read("scenario", &scenario).unwrap());
            let amount = format!("{}.{:02}", creation.cents / 100, creation.cents % 100);
            let path = if creation.is_payout { PAYOUTS } else { DEPOSITS };
            send(&mut sandbox, "POST", path, &order(&index.to_string(), &amount, ""), now);

            let (mut moved, mut incoming, mut outgoing) = (1_000_000_i64, 0_i64, 0_i64);
            let read = balance(&mut sandbox, now);
            for (index, made) in creations.iter().enumerate().take(sandbox.order_count()) {
                let order = sandbox.state.orders.get(index).unwrap();
                let sum = made.cents;
                match (order.status.as_str(), made.is_payout) {
                    ("Success", true) => moved = moved.saturating_sub(sum),
                    ("Success", false) => moved = moved.saturating_add(sum),
                    ("Created" | "Processing", true) if order.is_held => outgoing = outgoing.saturating_add(sum),
                    ("Created" | "Processing", false) => incoming = incoming.saturating_add(sum),
                    _ => {}
                }
            }
            prop_assert_eq!(cents(&read.merchant_balance), moved);
            prop_assert_eq!(cents(&read.pipeline_balance), moved);
            prop_assert_eq!(cents(&read.pipeline_processing_orders_deposit), incoming);
            prop_assert_eq!(cents(&read.pipeline_processing_orders_withdrawals), outgoing);
            let available = cents(read.pipeline_available_balance.as_deref().unwrap());
            prop_assert_eq!(available, moved.saturating_sub(outgoing));
            prop_assert!(available >= 0);
        }
    }
}
