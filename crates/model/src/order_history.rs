//! The history of an order. A history repeats few codes, so each code is decoded once.

use serde::Serialize;
use serde::ser::Serializer;

use super::history::{self, HistoryAction};
use paystar_json::{Members, Raw, push_text};

/// One step of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct OrderHistoryEntry<'a> {
    /// The time, unchanged: `2025-07-28T09:29:51.339832`. The fraction and a final `Z` may be missing.
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub time: &'a str,
    /// The history code: `4.1.3.00` (v2) or `4.1.0.0` (legacy).
    #[cfg_attr(feature = "typescript", tsify(type = "string"))]
    pub action: &'a str,
    /// The meaning of the code, without the parts that are not known.
    #[cfg_attr(feature = "typescript", tsify(type = "HistoryAction"))]
    pub decoded: &'a HistoryAction,
}

/// The steps of an order, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderHistory {
    /// All times, without a separator. Thousands of small texts would take more time.
    times: String,
    /// For each step: the end of its time in `times`, and its meaning.
    steps: Vec<(usize, usize)>,
    meanings: Vec<HistoryAction>,
}

impl OrderHistory {
    /// Reads the member `orderHistory`. A missing history is empty.
    pub(crate) fn take(members: &mut Members) -> Result<Self, String> {
        let Some(steps) = members.take("orderHistory") else { return Ok(Self::default()) };
        let mut history = Self::default();
        let mut known = KnownCodes::default();
        let is_read = steps.each_value(&mut |step| match step.plain_pair("time", "action") {
            Some((time, action)) => {
                history.push(&mut known, time, action);
                true
            }
            None => read_step(step).map(|(time, action)| history.push(&mut known, &time, &action)).is_some(),
        });
        if is_read {
            Ok(history)
        } else {
            Err("its orderHistory is not an array of { time, action }".to_owned())
        }
    }

    fn push(&mut self, known: &mut KnownCodes, time: &str, action: &str) {
        let meaning = known.find_or_add(action, &mut self.meanings);
        self.times.push_str(time);
        self.steps.push((self.times.len(), meaning));
    }

    /// The steps.
    pub fn entries(&self) -> impl Iterator<Item = OrderHistoryEntry<'_>> {
        let mut start = 0;
        self.steps.iter().filter_map(move |(end, meaning)| {
            let time = self.times.get(start..*end)?;
            start = *end;
            let decoded = self.meanings.get(*meaning)?;
            Some(OrderHistoryEntry { time, action: &decoded.action, decoded })
        })
    }

    /// The different meanings of the steps.
    pub fn meanings(&self) -> &[HistoryAction] {
        &self.meanings
    }

    /// The steps as a JSON array. Each step is its time, then the number of its meaning.
    pub fn steps_json(&self) -> String {
        let numbers: Vec<String> = (0..self.meanings.len()).map(|number| number.to_string()).collect();
        let mut json =
            String::with_capacity(self.times.len().saturating_add(self.steps.len().saturating_mul(8)));
        let (mut start, mut separator) = (0, '[');
        for (end, meaning) in &self.steps {
            json.push(separator);
            push_text(self.times.get(start..*end).unwrap_or_default(), &mut json);
            json.push(',');
            json.push_str(numbers.get(*meaning).map_or("", String::as_str));
            (start, separator) = (*end, ',');
        }
        if separator == '[' {
            json.push(separator);
        }
        json.push(']');
        json
    }
}

impl Serialize for OrderHistory {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.entries())
    }
}

/// The time and the code of a step. A step may have other members.
fn read_step(step: Raw) -> Option<(String, String)> {
    let mut step = step.object()?;
    let (time, action) = (step.take_text("time").ok()??, step.take_text("action").ok()??);
    let is_twice = step.take("time").is_some() || step.take("action").is_some();
    (!is_twice).then_some((time, action))
}

const PLACES: usize = 256;
/// More tries would not find more codes of a usual history, and a hostile history could make each step slow.
const TRIES: usize = 4;

/// Finds a meaning by its code. It forgets codes if a history has too many of them. Then a meaning is there twice.
struct KnownCodes([Option<usize>; PLACES]);

impl Default for KnownCodes {
    fn default() -> Self {
        Self([None; PLACES])
    }
}

impl KnownCodes {
    /// The number of a meaning. A new code is decoded.
    fn find_or_add(&mut self, action: &str, meanings: &mut Vec<HistoryAction>) -> usize {
        let hash = action.bytes().fold(0_usize, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let added = meanings.len();
        for number in 0..TRIES {
            let Some(place) = self.0.get_mut(hash.wrapping_add(number) % PLACES) else { break };
            match place {
                Some(known) if meanings.get(*known).is_some_and(|meaning| meaning.action == action) => {
                    return *known;
                }
                Some(_) if number.wrapping_add(1) < TRIES => {}
                place => {
                    *place = Some(added);
                    break;
                }
            }
        }
        meanings.push(history::decode(action));
        added
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(history: &str) -> Result<OrderHistory, String> {
        let body = format!(r#"{{"orderHistory":{history}}}"#);
        OrderHistory::take(&mut Members::from_body(body.as_bytes()).unwrap())
    }

    /// The slow way: each step is read and decoded alone.
    fn read_slowly(history: &str) -> Option<serde_json::Value> {
        let body = format!(r#"{{"orderHistory":{history}}}"#);
        let Some(raw) = Members::from_body(body.as_bytes()).unwrap().take("orderHistory") else {
            return Some(serde_json::json!([]));
        };
        let steps = raw.list()?;
        let entry = |step: Raw| {
            let (time, action) = read_step(step)?;
            Some(serde_json::json!({ "time": time, "action": action, "decoded": history::decode(&action) }))
        };
        steps.into_iter().map(entry).collect::<Option<Vec<_>>>().map(serde_json::Value::Array)
    }

    /// As JavaScript reads it.
    fn expand(history: &OrderHistory) -> serde_json::Value {
        let flat: Vec<serde_json::Value> = serde_json::from_str(&history.steps_json()).unwrap();
        flat.chunks(2)
            .map(|step| {
                let decoded = &history.meanings()[usize::try_from(step[1].as_u64().unwrap()).unwrap()];
                serde_json::json!({ "time": step[0], "action": decoded.action, "decoded": decoded })
            })
            .collect()
    }

    fn assert_same(history: &str) {
        match (read(history), read_slowly(history)) {
            (Ok(read), Some(expected)) => {
                assert_eq!(serde_json::to_value(&read).unwrap(), expected, "{history}");
                assert_eq!(expand(&read), expected, "{history}");
            }
            (Err(_), None) => {}
            (read, expected) => panic!("{history}: {read:?} instead of {expected:?}"),
        }
    }

    fn history_of(actions: impl Iterator<Item = String>) -> String {
        let steps: Vec<_> = actions.map(|action| format!(r#"{{"time":"t","action":"{action}"}}"#)).collect();
        format!("[{}]", steps.join(","))
    }

    #[test]
    fn every_code_has_the_meaning_that_decode_finds() {
        for stage in 0..10 {
            let legacy = (0..1000).map(|rest| {
                let rest = format!("{rest:03}");
                let digits: Vec<_> = rest.chars().map(String::from).collect();
                format!("{stage}.{}", digits.join("."))
            });
            assert_same(&history_of(legacy));
            let v2 = (0..10_000)
                .map(|rest| format!("{stage}.{}.{}.{:02}", rest / 1000, rest / 100 % 10, rest % 100));
            assert_same(&history_of(v2));
        }
    }

    #[test]
    fn a_code_is_decoded_once() {
        let codes = ["1.1.1.00", "4.1.4.63", "1.1.1.00", "2.0.0.0", "4.1.4.63", "", "2.0.0.0"];
        let history = read(&history_of(codes.iter().map(ToString::to_string))).unwrap();
        assert_eq!((history.meanings().len(), history.entries().count()), (4, 7));
        assert!(history.entries().map(|entry| entry.action).eq(codes));
    }

    #[test]
    fn each_way_to_write_a_step_is_read_as_before() {
        for history in [
            "null",
            "[]",
            " [ ] ",
            "{}",
            "1",
            "[1]",
            "[null]",
            "[[]]",
            r#"[{"time":"t"}]"#,
            r#"[{"time":"t","action":null}]"#,
            r#"[{"time":null,"action":"a"}]"#,
            r#"[{"time":1,"action":"a"}]"#,
            r#"[{"time":"","action":""}]"#,
            r#"[{"time":"t","action":"a"},{"time":"u","action":"b"}]"#,
            r#"[{"action":"a","time":"t"}]"#,
            r#"[ {"time" : "t", "action":"a"} , {"time":"t","action":"a" }]"#,
            r#"[{"time":"t","action":"a","note":1}]"#,
            r#"[{"time":"t","action":"a","action":"b"}]"#,
            r#"[{"time":"t","time":"t","action":"a"}]"#,
            r#"[{"time":"t","action":"a","action":null}]"#,
            r#"[{"time":"t\"","action":"a\\"}]"#,
            r#"[{"time":"\u0074","action":"\ud83d\ude00"}]"#,
            r#"[{"time":"t","action":"\ud83d"}]"#,
            r#"[{"tim\u0065":"t","action":"a"}]"#,
            r#"[{"time":"день","action":"а"}]"#,
            r#"[{"time":"t","action":"a"},{"time":"t","action":"a","x":"}"}]"#,
            r#"[{"time":"t,action","action":":"}]"#,
        ] {
            assert_same(history);
        }
    }

    proptest! {
        #[test]
        fn any_history_is_read_as_before(
            steps in prop::collection::vec(
                (
                    "[0-9T:.]{0,6}|\\PC{0,3}|[\"\\\\\u{1}\u{1f}\n/]{1,3}",
                    "[1-4]\\.[0-2]\\.[0-4]\\.[0-6]{1,2}|\\PC{0,3}",
                    0..6_usize,
                ),
                0..40,
            ),
        ) {
            let steps: Vec<_> = steps
                .iter()
                .map(|(time, action, form)| {
                    let (time, action) = (serde_json::json!(time), serde_json::json!(action));
                    match form {
                        0 => format!(r#"{{"action":{action},"time":{time}}}"#),
                        1 => format!(r#" {{ "time": {time}, "action":{action}, "more":[{{}}] }} "#),
                        _ => format!(r#"{{"time":{time},"action":{action}}}"#),
                    }
                })
                .collect();
            assert_same(&format!("[{}]", steps.join(",")));
        }
    }
}
