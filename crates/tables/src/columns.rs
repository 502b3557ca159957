//! Removes columns of a table at compile time. Some columns are only for documents, so the program does not need them.

/// The length of a table without the column `first` and the columns after it. Rows may have different numbers of columns.
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

/// The table without the column `first` and the columns after it. `LENGTH` is the result of [`length_before_column`].
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

/// The column of a byte. `column` is the column of the byte before it. A separator belongs to the next column.
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
    fn the_columns_before_a_column_are_unchanged() {
        assert_eq!(core::str::from_utf8(&SHORT).unwrap(), "a\tb\n1\t2\n\tx\n");
        assert_eq!(length_before_column(TABLE, 3), TABLE.len());
        assert_eq!(length_before_column("", 3), 0);
    }
}
