//! What the core costs without a boundary to JS: `cargo bench --package paystar-protocol --profile native`.
//!
//! docs/benchmarks.md has the same work through the package.

// A benchmark may stop where its own data is wrong.
#![allow(clippy::unwrap_used)]
#![allow(missing_docs)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use paystar_model::amount::Amount;
use paystar_model::input::Input;
use paystar_model::money;
use paystar_model::order::OrderState;
use paystar_model::request::{OrderRequest, RequestKind};
use paystar_protocol::call_config::VerifyConfig;
use paystar_protocol::config::{ClientConfig, Platform};
use paystar_protocol::{callbacks, jwt};

const PUBLIC_KEY: &str = "pk_benches_5d1e";
const PRIVATE_KEY: &str = "sk_benches_0f8b4c2a9d7e";
const CALLBACK: &[u8] = br#"{"externalId":"a30288b2-5f0c-4c5b-9a25-0c8f7a1f5a11","status":"Success","amount":"100.10","currency":"USD","orderType":"Withdrawal","externalParams":{"cardToken":"tok_5f0c4c5b9a250c8f7a1f5a11a30288b2","cardStorageToken":"sto_0c8f7a1f5a11a30288b25f0c4c5b9a25","cardHolder":"JOHNATHAN WEAK","cardNumber":"411111******1111"}}"#;

fn text(value: &str) -> Input<'_> {
    Input::Text(value)
}

fn record<'a>(entries: &[(&'a str, Input<'a>)]) -> Input<'a> {
    Input::Record(entries.to_vec())
}

fn verify_callback(criterion: &mut Criterion) {
    let keys = record(&[("publicKey", text(PUBLIC_KEY)), ("privateKey", text(PRIVATE_KEY))]);
    let config = ClientConfig::read(&record(&[("payouts", keys)]), Platform::default()).ok().unwrap();
    let options = VerifyConfig::read(&Input::Absent).ok().unwrap();
    let signature = callbacks::sign(&config, &options, CALLBACK).ok().unwrap().to_hex();
    criterion.bench_function("callback verified", |bencher| {
        bencher.iter(|| {
            callbacks::verify(&config, &options, black_box(CALLBACK), Some(black_box(&signature)))
                .ok()
                .unwrap()
        });
    });
}

fn sign_token(criterion: &mut Criterion) {
    criterion.bench_function("token signed", |bencher| {
        bencher.iter(|| jwt::sign(black_box(PUBLIC_KEY), black_box(PRIVATE_KEY)).unwrap());
    });
}

fn payout<'a>(changes: &[(&'a str, Input<'a>)]) -> Input<'a> {
    let mut entries = vec![
        ("amount", text("100.10")),
        ("currency", text("USD")),
        ("externalTransactionId", text("Order-7")),
        ("callbackUrl", text("https://merchant.example/callbacks/paystar")),
        (
            "additionalFields",
            record(&[("cardNumber", text("4111111111111111")), ("bankName", text("SuperBank"))]),
        ),
    ];
    for (key, value) in changes {
        entries.retain(|(name, _)| name != key);
        entries.push((*key, value.clone()));
    }
    record(&entries)
}

fn check_payout(criterion: &mut Criterion) {
    let invalid = payout(&[
        ("amount", text("1e3")),
        ("externalTransactionId", text("")),
        ("callbackUrl", text("ftp://merchant.example/callbacks/paystar")),
        ("additionalFields", record(&[("cardNumber", text("4111 1111 1111 1111"))])),
    ]);
    for (name, input, issues) in [("valid", payout(&[]), 0), ("invalid", invalid, 4)] {
        assert_eq!(OrderRequest::check(&input, RequestKind::Payout, false).1.len(), issues);
        criterion.bench_function(&format!("payout checked, {name}"), |bencher| {
            bencher.iter(|| OrderRequest::check(black_box(&input), RequestKind::Payout, false));
        });
    }
}

/// A status as PayStar writes it, with a history of so many entries.
fn status_body(entries: usize) -> String {
    let mut history = String::new();
    for index in 0..entries {
        let comma = if index == 0 { "" } else { "," };
        let action = if index % 2 == 0 { "1.1.2.00" } else { "4.1.4.63" };
        write!(history, r#"{comma}{{"time":"2025-07-28T09:29:51.339832","action":"{action}"}}"#).unwrap();
    }
    format!(r#"{{"externalId":"PSP-1","orderStatus":"Processing","orderHistory":[{history}]}}"#)
}

fn read_status(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("status read, entries of its history");
    for entries in [1_usize, 10, 100, 1000] {
        let body = status_body(entries);
        group.throughput(Throughput::Elements(u64::try_from(entries).unwrap()));
        group.bench_with_input(BenchmarkId::from_parameter(entries), &body, |bencher, body| {
            bencher.iter(|| OrderState::from_body(black_box(body.as_bytes())).unwrap());
        });
    }
    group.finish();
}

fn amounts(criterion: &mut Criterion) {
    let (amount, currency) = (text("2600.5"), text("USD"));
    criterion.bench_function("amount read", |bencher| {
        bencher.iter(|| Amount::from_text(black_box("9007199254740993.01"), Some(2)).unwrap());
    });
    criterion.bench_function("amount formatted", |bencher| {
        bencher.iter(|| money::format_amount(black_box(&amount), black_box(&currency)).unwrap());
    });
}

criterion_group!(core, verify_callback, sign_token, check_payout, read_status, amounts);
criterion_main!(core);
