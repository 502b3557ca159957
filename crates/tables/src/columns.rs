//! Leaves columns out of a table at compile time, so that a program does not carry what only documents need.

/// A table without its columns from `first` on. The table may have more columns in some rows than in others.
pub const fn length_before_column(table: &str, first: usize) -> usize {
    let mut length: usize = 0;
    let mut column = 0;
    let mut bytes = table.as_bytes();
    while let [byte, rest @ ..] = bytes {
        column = column_after(*byte, column);
        if column < first || *byte == b'\n' {
            length = length.wrapping_add(1);
        }
        bytes = rest;
    }
    length
}

/// The text of the table that [`length_before_column`] measures. `LENGTH` is what it returns.
pub const fn before_column<const LENGTH: usize>(table: &str, first: usize) -> [u8; LENGTH] {
    let mut kept = [0; LENGTH];
    let mut free = kept.as_mut_slice();
    let mut column = 0;
    let mut bytes = table.as_bytes();
    while let [byte, rest @ ..] = bytes {
        column = column_after(*byte, column);
        if (column < first || *byte == b'\n')
            && let [place, others @ ..] = free
        {
            *place = *byte;
            free = others;
        }
        bytes = rest;
    }
    kept
}

/// The column of a byte, where a separator belongs to the column after it.
const fn column_after(byte: u8, column: usize) -> usize {
    match byte {
        b'\n' => 0,
        b'\t' => column.wrapping_add(1),
        _ => column,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "a\tb\tc\n1\t2\t3\n\tx\ty\n";
    const SHORT: [u8; length_before_column(TABLE, 2)] = before_column(TABLE, 2);

    #[test]
    fn the_columns_before_one_stay_as_they_are() {
        assert_eq!(core::str::from_utf8(&SHORT).unwrap(), "a\tb\n1\t2\n\tx\n");
        assert_eq!(length_before_column(TABLE, 3), TABLE.len());
        assert_eq!(length_before_column("", 3), 0);
    }
}
