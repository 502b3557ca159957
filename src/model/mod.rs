//! Requests, answers and the rules they obey: plain data, without JS, I/O or a clock.

pub mod additional_fields;
pub mod amount;
pub mod balance;
pub mod callback;
pub mod card;
pub mod country;
pub mod currency;
pub mod format;
pub mod history;
pub mod input;
pub mod issue;
pub mod json;
pub mod lookalike;
pub mod money;
pub mod order;
pub mod request;
pub mod telecom_operator;

use core::cmp::Ordering;

/// The rows of a compiled-in table of tab-separated columns; its first line names them.
pub(crate) fn table_rows(table: &'static str) -> Rows {
    let mut rows = Rows { rest: Some(table) };
    take_until('\n', &mut rows.rest);
    rows
}

/// The row that begins with a key: the columns behind it. Its table must be sorted by keys: this is on the way of
/// every request, and reading whole tables took most of its time.
pub(crate) fn table_row(table: &'static str, key: &str) -> Option<Columns> {
    let (_, mut rows) = table.split_once('\n')?;
    while !rows.is_empty() {
        let (before, after) = rows.as_bytes().split_at_checked(rows.len() / 2)?;
        let is_end = |byte: &u8| *byte == b'\n';
        let start = before.iter().rposition(is_end).map_or(0, |end| end.saturating_add(1));
        let end = before.len().saturating_add(after.iter().position(is_end).unwrap_or(after.len()));
        let row = rows.get(start..end)?.trim_end_matches('\r');
        let mut columns = Columns { rest: Some(row) };
        match columns.next()?.cmp(key) {
            Ordering::Equal => return Some(columns),
            Ordering::Less => rows = rows.get(end.saturating_add(1)..).unwrap_or_default(),
            Ordering::Greater => rows = rows.get(..start)?,
        }
    }
    None
}

// Types of their own, so that all tables are read by the same few functions: an iterator made of closures is
// compiled anew for each table.

/// The rows of a table.
pub(crate) struct Rows {
    rest: Option<&'static str>,
}

/// The columns of a row.
pub(crate) struct Columns {
    rest: Option<&'static str>,
}

impl Iterator for Rows {
    type Item = Columns;

    #[inline(never)]
    fn next(&mut self) -> Option<Columns> {
        // Only the last line can be empty. Some machines check files out with `\r\n`.
        let line = take_until('\n', &mut self.rest)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        (!line.is_empty()).then_some(Columns { rest: Some(line) })
    }
}

impl Iterator for Columns {
    type Item = &'static str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'static str> {
        take_until('\t', &mut self.rest)
    }
}

#[inline(never)]
fn take_until(separator: char, rest: &mut Option<&'static str>) -> Option<&'static str> {
    let text = (*rest)?;
    let (part, after) = text.split_once(separator).map_or((text, None), |(part, after)| (part, Some(after)));
    *rest = after;
    Some(part)
}

/// That a table may be asked by [`table_row`].
#[cfg(test)]
pub(crate) fn assert_sorted(table: &'static str) {
    let keys: Vec<_> = table_rows(table).map(|mut columns| columns.next().unwrap()).collect();
    assert!(keys.is_sorted_by(|one, next| one < next), "{keys:?}");
    assert!(keys.iter().all(|key| table_row(table, key).is_some()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_a_sorted_table_is_found_and_nothing_else_is() {
        let table = "key\tvalue\nB\t1\nbb\t2\nc\t3\n\u{441}\t4\n";
        for table in [table, table.trim_end()] {
            for (key, value) in [("B", "1"), ("bb", "2"), ("c", "3"), ("\u{441}", "4")] {
                assert_eq!(
                    table_row(table, key).and_then(|mut columns| columns.next()),
                    Some(value),
                    "{key}"
                );
            }
            for key in ["", "A", "b", "bbb", "key", "z", "\u{442}"] {
                assert!(table_row(table, key).is_none(), "{key}");
            }
        }
        assert!(table_row("key", "key").is_none());
        assert!(table_row("key\n", "key").is_none());
    }
}
