//! Tables with tab-separated columns. They are compiled into the program.

// Tests may overflow, because a test that overflows fails.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod columns;

use core::cmp::Ordering;

pub use columns::{before_column, length_before_column};

/// The rows of a table. Its first line contains the names of the columns.
pub fn table_rows(table: &'static str) -> Rows {
    let mut rows = Rows { rest: Some(table) };
    take_until(b'\n', &mut rows.rest);
    rows
}

/// The number of rows of a table.
pub const fn row_count(table: &str) -> usize {
    let mut count: usize = 0;
    let mut bytes = table.as_bytes();
    while let [byte, rest @ ..] = bytes {
        if *byte == b'\n' && !rest.is_empty() {
            count = count.wrapping_add(1);
        }
        bytes = rest;
    }
    count
}

/// Finds rows of a table by their first column. The table must be sorted by this column. The starts of the rows are
/// calculated at compile time, because every request uses some of the tables.
pub struct Index<const ROWS: usize> {
    table: &'static str,
    starts: [u16; ROWS],
}

impl<const ROWS: usize> Index<ROWS> {
    /// The index of a sorted table.
    pub const fn of(table: &'static str) -> Self {
        let mut starts = [0; ROWS];
        let mut free = starts.as_mut_slice();
        let mut at: u16 = 0;
        let mut bytes = table.as_bytes();
        while let [byte, rest @ ..] = bytes {
            at = at.wrapping_add(1);
            if *byte == b'\n'
                && let [start, others @ ..] = free
            {
                *start = at;
                free = others;
            }
            bytes = rest;
        }
        Self { table, starts }
    }

    /// The row that begins with a key: the columns after the key.
    pub fn row(&self, key: &str) -> Option<Columns> {
        find_row(self.table, &self.starts, key)
    }

    /// The key of the first row that this index cannot find, because the table is not sorted. For tests of tables.
    pub fn first_unsorted(&self) -> Option<&'static str> {
        let keys = || table_rows(self.table).filter_map(|mut columns| columns.next());
        let is_out_of_order = |(key, next): (&'static str, &'static str)| (key >= next).then_some(next);
        keys()
            .zip(keys().skip(1))
            .find_map(is_out_of_order)
            .or_else(|| keys().find(|key| self.row(key).is_none()))
    }

    /// The first column of each row.
    pub fn keys(&'static self) -> Keys {
        Keys { table: self.table, starts: &self.starts }
    }
}

fn find_row(table: &'static str, starts: &[u16], key: &str) -> Option<Columns> {
    let rows_from = |start: &u16| table.as_bytes().get(usize::from(*start)..).unwrap_or_default();
    let index = starts
        .binary_search_by(|start| {
            let row = rows_from(start);
            let (head, tail) = row.split_at_checked(key.len()).unwrap_or((row, &[]));
            // A shorter key is less than a longer key, because the end of a column sorts before every character of a key.
            head.cmp(key.as_bytes()).then_with(|| match tail.first() {
                None | Some(b'\t' | b'\r' | b'\n') => Ordering::Equal,
                _ => Ordering::Greater,
            })
        })
        .ok()?;
    let start = usize::from(*starts.get(index)?);
    let end = starts.get(index.wrapping_add(1)).map_or(table.len(), |next| usize::from(*next));
    let row = table.get(start..end)?;
    let row = row.strip_suffix('\n').unwrap_or(row);
    let row = row.strip_suffix('\r').unwrap_or(row);
    let mut columns = Columns { rest: Some(row) };
    // The key itself may contain the end of a column.
    (columns.next()? == key).then_some(columns)
}

/// All rows of a table that begin with a key: the columns after the key. The table need not be sorted.
pub fn rows_of(table: &'static str, key: &str) -> impl Iterator<Item = Columns> {
    table_rows(table).filter_map(move |row| row.after(key))
}

// All tables share these types, because an iterator of closures would be compiled again for each table.

/// The rows of a table.
pub struct Rows {
    rest: Option<&'static str>,
}

/// The columns of a row.
pub struct Columns {
    rest: Option<&'static str>,
}

impl Columns {
    /// The columns after a key, if the row begins with the key.
    fn after(self, key: &str) -> Option<Self> {
        let rest = self.rest?.strip_prefix(key)?.strip_prefix('\t')?;
        Some(Self { rest: Some(rest) })
    }
}

/// The first column of each row of a table.
pub struct Keys {
    table: &'static str,
    starts: &'static [u16],
}

impl Iterator for Keys {
    type Item = &'static str;

    fn next(&mut self) -> Option<&'static str> {
        let (start, others) = self.starts.split_first()?;
        self.starts = others;
        Columns { rest: self.table.get(usize::from(*start)..) }.next()
    }
}

impl Iterator for Rows {
    type Item = Columns;

    #[inline(never)]
    fn next(&mut self) -> Option<Columns> {
        // Only the last line can be empty. On some machines, git writes files with `\r\n`.
        let line = take_until(b'\n', &mut self.rest)?;
        let line = line.strip_suffix('\r').unwrap_or(line);
        (!line.is_empty()).then_some(Columns { rest: Some(line) })
    }
}

impl Iterator for Columns {
    type Item = &'static str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'static str> {
        take_until(b'\t', &mut self.rest)
    }
}

/// The text before and after the first occurrence of an ASCII character. This function is smaller in wasm than the search
/// of the standard library.
pub fn split_at_byte(text: &str, separator: u8) -> Option<(&str, &str)> {
    let at = text.as_bytes().iter().position(|byte| *byte == separator)?;
    Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
}

#[inline(never)]
fn take_until(separator: u8, rest: &mut Option<&'static str>) -> Option<&'static str> {
    let text = (*rest)?;
    let (part, after) =
        split_at_byte(text, separator).map_or((text, None), |(part, after)| (part, Some(after)));
    *rest = after;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_a_sorted_table_is_found_and_no_other_text() {
        for table in [
            "key\tvalue\nB\t1\nbb\t2\nc\t3\n\u{441}\t4\n",
            "key\tvalue\nB\t1\nbb\t2\nc\t3\n\u{441}\t4",
            "key\tvalue\r\nB\t1\r\nbb\t2\r\nc\t3\r\n\u{441}\t4\r\n",
        ] {
            assert_eq!(row_count(table), 4);
            let index = Index::<4>::of(table);
            assert_eq!(index.first_unsorted(), None);
            for (key, value) in [("B", "1"), ("bb", "2"), ("c", "3"), ("\u{441}", "4")] {
                assert_eq!(index.row(key).and_then(|mut columns| columns.next()), Some(value), "{key}");
            }
            for key in ["", "A", "b", "bbb", "key", "z", "\u{442}", "c\t3", "c\t"] {
                assert!(index.row(key).is_none(), "{key}");
            }
        }
        assert_eq!((row_count("key"), row_count("key\n")), (0, 0));
        assert!(Index::<0>::of("key").row("key").is_none());
    }

    #[test]
    fn a_table_that_is_not_sorted_is_found() {
        assert_eq!(Index::<3>::of("key\tvalue\na\t1\nc\t2\nb\t3\n").first_unsorted(), Some("b"));
        assert_eq!(Index::<2>::of("key\tvalue\na\t1\na\t2\n").first_unsorted(), Some("a"));
    }
}
