//! Runs the client's calls against the sandbox in many small worlds, in which everything goes wrong that can. Checks that
//! no order is ever made twice or lost, and that every wait ends in time and with the truth. One seed is one world: the
//! same seed is the same world again.

// A program for developers: an overflow or a wrong index of its own should end it at once.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]

mod call;
mod check;
mod check_wait;
mod event;
mod fate;
mod network;
mod plan;
mod rules;
mod setting;
mod shrink;
mod story;
mod tally;
mod wait;
mod world;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use lexopt::prelude::*;

use plan::Plan;
use setting::Setting;
use tally::Tally;
use world::World;

const USAGE: &str = "simulate [--seeds N] [--from SEED]   runs N worlds (1000) from a seed (0) on
simulate --seed SEED                  shows what happens in one world";
/// Seeds that a thread takes at once.
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
    let setting = Setting::new()?;
    let plan = Plan::of_seed(seed);
    if World::run(&setting, &plan).is_err() {
        return Err(tell(&setting, &plan));
    }
    let (_, trace) = World::trace(&setting, &plan);
    println!("{trace}All rules hold.");
    Ok(())
}

/// The shortest story that was found of a world that breaks a rule.
fn tell(setting: &Setting, plan: &Plan) -> String {
    let (result, trace) = World::trace(setting, &shrink::shrink(setting, plan));
    let rule = result.err().unwrap_or_else(|| "The small world holds, the whole one does not.".to_owned());
    let seed = plan.seed;
    format!("Seed {seed} breaks a rule: {rule}\n\n{trace}\nAgain: npm run simulate -- --seed {seed}")
}

fn run(options: &Options) -> Result<(), String> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let began = Instant::now();
    let bar = ProgressBar::new(options.seeds);
    bar.set_style(
        ProgressStyle::with_template("{bar:40} {pos}/{len} seeds, {per_sec}, {eta} left")
            .map_err(|error| error.to_string())?,
    );
    bar.enable_steady_tick(Duration::from_millis(500));
    let (next, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let (total, failure) = (Mutex::new(Tally::default()), Mutex::new(None));
    let work = || {
        let mut tally = Tally::default();
        let setting = match Setting::new() {
            Ok(setting) => setting,
            Err(error) => return report(&failure, error),
        };
        while !is_over.load(Ordering::Relaxed) {
            let first = next.fetch_add(CHUNK, Ordering::Relaxed);
            if first >= options.seeds {
                break;
            }
            let chunk = first..(first + CHUNK).min(options.seeds);
            bar.inc(chunk.end - chunk.start);
            for seed in chunk.map(|offset| options.from.wrapping_add(offset)) {
                let plan = Plan::of_seed(seed);
                let Ok(shown) = World::run(&setting, &plan) else {
                    is_over.store(true, Ordering::Relaxed);
                    return report(&failure, tell(&setting, &plan));
                };
                tally.add(&shown);
            }
        }
        if let Ok(mut total) = total.lock() {
            total.add(&tally);
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
    print_report(options, &total, began.elapsed());
    Ok(())
}

fn report(failure: &Mutex<Option<String>>, text: String) {
    if let Ok(mut failure) = failure.lock() {
        failure.get_or_insert(text);
    }
}

fn print_report(options: &Options, total: &Tally, time: Duration) {
    println!("{} seeds, {}", options.seeds, total.describe());
    println!(
        "no rule was broken: each order exists once, nobody was told otherwise, and each wait ended in time"
    );
    let seconds = time.as_secs_f64();
    println!("{seconds:.1} s, {:.0} orders a second{}", total.orders as f64 / seconds, peak_memory());
}

/// The most memory that the process has had, where the system tells.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(String::new, |peak| format!(", at most {} of memory", peak.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_rule_is_broken_in_the_first_worlds_and_calls_end_in_all_ways() {
        let setting = Setting::new().unwrap();
        let mut total = Tally::default();
        for seed in 0..300 {
            let plan = Plan::of_seed(seed);
            let tally = World::run(&setting, &plan);
            assert!(tally.is_ok(), "{}", tell(&setting, &plan));
            total.add(&tally.unwrap());
        }
        let Tally { creations, waits, reads, .. } = total;
        assert!([creations.answered, creations.found, creations.unknown].iter().all(|count| *count > 0));
        let waits = [waits.finals, waits.deadlines, waits.refused, waits.interrupted];
        assert!(waits.iter().all(|count| *count > 10), "{waits:?}");
        let reads = [reads.answered, reads.failed, reads.interrupted];
        assert!(reads.iter().all(|count| *count > 0), "{reads:?}");
    }

    #[test]
    fn a_seed_is_the_same_world_again() {
        let setting = Setting::new().unwrap();
        let plan = Plan::of_seed(7);
        assert_eq!(World::trace(&setting, &plan).1, World::trace(&setting, &Plan::of_seed(7)).1);
    }
}
