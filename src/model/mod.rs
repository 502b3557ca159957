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

/// The rows of a compiled-in table of tab-separated columns; its first line names them.
pub(crate) fn table_rows(table: &'static str) -> Rows {
    let mut rows = Rows { rest: Some(table) };
    take_until('\n', &mut rows.rest);
    rows
}

/// The row that begins with a key: the columns behind it.
#[inline(never)]
pub(crate) fn table_row(table: &'static str, key: &str) -> Option<Columns> {
    table_rows(table).find_map(|mut columns| (columns.next() == Some(key)).then_some(columns))
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
