//! Runs the client's calls with the sandbox in many small worlds with faults. Checks that no order is created twice or
//! lost, and that every wait ends in time and with the true status. A seed always makes the same world.

// This program is for developers: an overflow or a wrong index in it may panic.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]

mod call;
mod config;
mod counts;
mod create_call;
mod create_rules;
mod delivery;
mod event;
mod ids;
mod interruption;
mod lifecycle;
mod network;
mod panel;
mod plan;
mod rules;
mod shrink;
mod snapshot;
mod status_call;
mod status_record;
mod status_rules;
mod trace;
mod world;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;

use config::CommonConfig;
use counts::Counts;
use plan::Plan;
use world::World;

const USAGE: &str =
    "simulate [--seeds N] [--from SEED]   runs N worlds (default: 1000), starting with a seed (default: 0)
simulate --seed SEED                  shows what happens in one world";
/// The number of seeds that a thread takes at a time.
const CHUNK: u64 = 100;

struct Options {
    seeds: u64,
    from: u64,
    only: Option<u64>,
}

fn main() -> ExitCode {
    let options = match read_options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = match options.only {
        Some(seed) => replay(seed),
        None => run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn read_options() -> Result<Options, lexopt::Error> {
    let mut options = Options { seeds: 1000, from: 0, only: None };
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("seeds") => options.seeds = arguments.value()?.parse()?,
            Long("from") => options.from = arguments.value()?.parse()?,
            Long("seed") => options.only = Some(arguments.value()?.parse()?),
            _ => return Err(argument.unexpected()),
        }
    }
    Ok(options)
}

fn replay(seed: u64) -> Result<(), String> {
    let config = CommonConfig::new()?;
    let plan = Plan::from_seed(seed);
    if World::run(&config, &plan).is_err() {
        return Err(describe_failure(&config, &plan));
    }
    let (_, trace) = World::run_with_trace(&config, &plan);
    println!("{trace}All rules hold.");
    Ok(())
}

/// Describes a world that breaks a rule: the rule, and a trace of the smallest failing world that was found.
fn describe_failure(config: &CommonConfig, plan: &Plan) -> String {
    let (result, trace) = World::run_with_trace(config, &shrink::shrink(config, plan));
    let rule = result.err().unwrap_or_else(|| "The smaller world does not break it any more.".to_owned());
    let seed = plan.seed;
    format!("Seed {seed} breaks a rule: {rule}\n\n{trace}\nTo repeat it: npm run simulate -- --seed {seed}")
}

fn run(options: &Options) -> Result<(), String> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    let bar = ProgressBar::new(options.seeds);
    bar.set_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {per_sec}, {eta} left")
            .map_err(|error| error.to_string())?,
    );
    bar.enable_steady_tick(Duration::from_millis(500));
    let (next, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let (total, failure) = (Mutex::new(Counts::default()), Mutex::new(None));
    let work = || {
        let mut counts = Counts::default();
        let config = match CommonConfig::new() {
            Ok(config) => config,
            Err(error) => return set_failure(&failure, error),
        };
        while !is_over.load(Ordering::Relaxed) {
            let first = next.fetch_add(CHUNK, Ordering::Relaxed);
            if first >= options.seeds {
                break;
            }
            let chunk = first..(first + CHUNK).min(options.seeds);
            bar.inc(chunk.end - chunk.start);
            for seed in chunk.map(|offset| options.from.wrapping_add(offset)) {
                let plan = Plan::from_seed(seed);
                let Ok(counted) = World::run(&config, &plan) else {
                    is_over.store(true, Ordering::Relaxed);
                    return set_failure(&failure, describe_failure(&config, &plan));
                };
                counts.add(&counted);
            }
        }
        if let Ok(mut total) = total.lock() {
            total.add(&counts);
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    bar.finish_and_clear();
    if let Some(failure) = failure.into_inner().map_err(|error| error.to_string())? {
        return Err(failure);
    }
    let total = total.into_inner().map_err(|error| error.to_string())?;
    print_report(options, &total, started.elapsed());
    Ok(())
}

fn set_failure(failure: &Mutex<Option<String>>, text: String) {
    if let Ok(mut failure) = failure.lock() {
        failure.get_or_insert(text);
    }
}

fn print_report(options: &Options, total: &Counts, time: Duration) {
    println!("{} seeds, {}", options.seeds, total.describe());
    println!(
        "no rule was broken: each order exists once, no call returned another order, and each wait ended in time"
    );
    let seconds = time.as_secs_f64();
    println!("{seconds:.1} s, {:.0} orders a second{}", total.orders as f64 / seconds, peak_memory());
}

/// The peak memory of this process. Empty if the system does not have this number.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(String::new, |peak| format!(", at most {} of memory", peak.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_worlds_break_no_rule_and_have_all_results_of_calls() {
        let config = CommonConfig::new().unwrap();
        let mut total = Counts::default();
        for seed in 0..300 {
            let plan = Plan::from_seed(seed);
            let counts = World::run(&config, &plan);
            assert!(counts.is_ok(), "{}", describe_failure(&config, &plan));
            total.add(&counts.unwrap());
        }
        let Counts { creates, waits, reads, .. } = total;
        assert!([creates.answered, creates.found, creates.unknown].iter().all(|count| *count > 0));
        let waits = [waits.finals, waits.deadlines, waits.refused, waits.interrupted];
        assert!(waits.iter().all(|count| *count > 10), "{waits:?}");
        let reads = [reads.answered, reads.failed, reads.interrupted];
        assert!(reads.iter().all(|count| *count > 0), "{reads:?}");
    }

    #[test]
    fn a_seed_always_makes_the_same_world() {
        let config = CommonConfig::new().unwrap();
        let plan = Plan::from_seed(7);
        assert_eq!(
            World::run_with_trace(&config, &plan).1,
            World::run_with_trace(&config, &Plan::from_seed(7)).1
        );
    }
}
