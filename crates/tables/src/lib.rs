//! Tables with tab-separated columns. They are compiled into the program.

// Tests may overflow, because a test that overflows fails.
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod columns;

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

/// The number of slots of an [`Index`] of a table: at least a third more than its rows.
pub const fn slot_count(table: &str) -> usize {
    let rows = row_count(table);
    rows.wrapping_add(rows.div_ceil(3)).next_power_of_two()
}

/// Finds rows of a table by their first column. The slots of the rows are calculated at compile time, because every request
/// uses some of the tables. A row has the slot of the hash of its key, or the next free slot.
pub struct Index<const SLOTS: usize> {
    table: &'static str,
    /// The start of a row in each slot. 0 is a free slot, because the first line is not a row.
    slots: [u16; SLOTS],
}

impl<const SLOTS: usize> Index<SLOTS> {
    /// The index of a table. `SLOTS` is the result of [`slot_count`].
    pub const fn of(table: &'static str) -> Self {
        let mut slots = [0; SLOTS];
        let mut at: u16 = 0;
        let mut bytes = table.as_bytes();
        while let [byte, rest @ ..] = bytes {
            at = at.wrapping_add(1);
            bytes = rest;
            if *byte == b'\n' && !rest.is_empty() {
                take_slot(&mut slots, hash_of_first_column(rest), at);
            }
        }
        Self { table, slots }
    }

    /// The row that begins with a key: the columns after the key.
    pub fn row(&self, key: &str) -> Option<Columns> {
        Some(find_row(self.table, &self.slots, key)?.1)
    }

    /// The same key, as a part of the table.
    pub fn key(&self, key: &str) -> Option<&'static str> {
        Some(find_row(self.table, &self.slots, key)?.0)
    }

    /// The key of the first row that this index does not find, because an earlier row has the same key. For tests of
    /// tables.
    pub fn first_lost(&self) -> Option<&'static str> {
        self.keys().find(|key| !self.key(key).is_some_and(|found| core::ptr::eq(found, *key)))
    }

    /// The first column of each row.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        table_rows(self.table).filter_map(|mut columns| columns.next())
    }
}

/// The hash of the first column of a row.
const fn hash_of_first_column(row: &[u8]) -> usize {
    let mut length: usize = 0;
    let mut bytes = row;
    while let [byte, rest @ ..] = bytes
        && !is_end_of_column(*byte)
    {
        length = length.wrapping_add(1);
        bytes = rest;
    }
    hash_of(if let Some((column, _)) = row.split_at_checked(length) { column } else { row })
}

/// The hash of a key. It reads eight bytes at a time.
const fn hash_of(key: &[u8]) -> usize {
    const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut hash: u64 = 0;
    let mut bytes = key;
    while let Some((chunk, rest)) = bytes.split_first_chunk() {
        hash = (hash ^ u64::from_le_bytes(*chunk)).wrapping_mul(FACTOR);
        hash ^= hash >> 32;
        bytes = rest;
    }
    let mut last: u64 = 0;
    while let [byte, rest @ ..] = bytes {
        last = last << 8 | *byte as u64;
        bytes = rest;
    }
    hash = (hash ^ last).wrapping_mul(FACTOR);
    // Only the last bits are used.
    #[allow(clippy::cast_possible_truncation)]
    let slot = (hash >> 32) as usize;
    slot
}

const fn is_end_of_column(byte: u8) -> bool {
    byte < b' '
}

/// The program does not compile if no slot is free.
const fn take_slot(slots: &mut [u16], hash: usize, start: u16) {
    let last = slots.len().wrapping_sub(1);
    let mut at = hash & last;
    loop {
        if let Some((_, [slot, ..])) = slots.split_at_mut_checked(at)
            && *slot == 0
        {
            *slot = start;
            return;
        }
        at = at.wrapping_add(1) & last;
    }
}

fn find_row(table: &'static str, slots: &[u16], key: &str) -> Option<(&'static str, Columns)> {
    let last = slots.len().wrapping_sub(1);
    let mut at = hash_of(key.as_bytes()) & last;
    for _ in 0..slots.len() {
        let start = usize::from(*slots.get(at)?);
        if start == 0 {
            return None;
        }
        let row = table.get(start..)?;
        // A key that itself contains the end of a column is longer than each column.
        let columns = if row.as_bytes().starts_with(key.as_bytes()) { row.get(key.len()..) } else { None };
        if let Some(rest) = columns
            && rest.bytes().next().is_none_or(is_end_of_column)
            && !key.bytes().any(is_end_of_column)
        {
            return Some((row.get(..key.len())?, Columns { rest: rest.strip_prefix('\t') }));
        }
        at = at.wrapping_add(1) & last;
    }
    None
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
    /// The rest of the table, from the next column of the row.
    rest: Option<&'static str>,
}

impl Columns {
    /// The columns after a key, if the row begins with the key.
    fn after(self, key: &str) -> Option<Self> {
        let rest = self.rest?.strip_prefix(key)?.strip_prefix('\t')?;
        Some(Self { rest: Some(rest) })
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
        let text = self.rest?;
        let end = text.bytes().position(is_end_of_column).unwrap_or(text.len());
        let (column, rest) = text.split_at_checked(end)?;
        self.rest = rest.strip_prefix('\t');
        Some(column)
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
    fn every_row_is_found_and_no_other_text() {
        const TABLE: &str = "key\tvalue\nc\t3\nbb\t2\nB\t1\n\u{441}\t4\n";
        const WITHOUT_END: &str = "key\tvalue\nc\t3\nbb\t2\nB\t1\n\u{441}\t4";
        const WITH_RETURNS: &str = "key\tvalue\r\nc\t3\r\nbb\t2\r\nB\t1\r\n\u{441}\t4\r\n";
        for index in [Index::<8>::of(TABLE), Index::<8>::of(WITHOUT_END), Index::<8>::of(WITH_RETURNS)] {
            assert_eq!((row_count(index.table), slot_count(index.table)), (4, 8));
            assert_eq!(index.first_lost(), None);
            assert_eq!(index.keys().collect::<Vec<_>>(), ["c", "bb", "B", "\u{441}"]);
            for (key, value) in [("B", "1"), ("bb", "2"), ("c", "3"), ("\u{441}", "4")] {
                assert_eq!(index.row(key).and_then(|mut columns| columns.next()), Some(value), "{key}");
                assert_eq!(index.key(key), Some(key));
            }
            for key in ["", "A", "b", "bbb", "key", "z", "\u{442}", "c\t3", "c\t", "c\t3\nbb", "c\n", "\n"] {
                assert!(index.row(key).is_none(), "{key}");
            }
        }
        assert_eq!((row_count("key"), row_count("key\n"), slot_count("key")), (0, 0, 1));
        assert!(Index::<1>::of("key").row("key").is_none());
    }

    #[test]
    fn an_index_whose_slots_are_all_taken_ends_its_search() {
        let index = Index::<2>::of("key\tvalue\na\t1\nb\t2\n");
        assert!(index.row("a").is_some() && index.row("b").is_some() && index.row("c").is_none());
    }

    #[test]
    fn a_key_that_a_table_has_twice_is_found() {
        assert_eq!(Index::<4>::of("key\tvalue\na\t1\nc\t2\n").first_lost(), None);
        assert_eq!(Index::<4>::of("key\tvalue\na\t1\na\t2\n").first_lost(), Some("a"));
    }
}
