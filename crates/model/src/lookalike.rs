//! Letters of other scripts that look like Latin letters. In PayStar's own samples, `cardNumber` begins with a Cyrillic
//! letter, so people copy it.

use paystar_tables::table_rows;

const TABLE: &str = include_str!("data/lookalikes.tsv");

/// The Latin letter that looks like a letter of another script.
fn latin(letter: char) -> Option<char> {
    // Full-width letters have the order of ASCII.
    if let Some(offset) = u32::from(letter).checked_sub(0xFF01).filter(|offset| *offset < 94) {
        return offset.checked_add(0x21).and_then(char::from_u32);
    }
    table_rows(TABLE).find_map(|mut columns| {
        let from = columns.next()?.chars().next()?;
        let to = columns.next()?.chars().next()?;
        (from == letter).then_some(to)
    })
}

/// Whether a character cannot be seen in a key: it has no width, or it looks like a space.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{A0}' | '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// The same text with Latin letters instead of look-alike letters, and without invisible characters.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|character| !is_invisible(*character))
        .map(|character| if character.is_ascii() { character } else { latin(character).unwrap_or(character) })
        .collect()
}

/// The first character that makes a text look like another text: an invisible character, or a look-alike letter between
/// Latin letters. `None` for a text that has no Latin letters.
pub fn first_lookalike(text: &str) -> Option<char> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return None;
    }
    text.chars().find(|character| is_invisible(*character)).or_else(|| {
        if text.is_ascii() || !fold(text).is_ascii() || !text.chars().any(|c| c.is_ascii_alphabetic()) {
            return None;
        }
        text.chars().find(|character| !character.is_ascii())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cyrillic_greek_and_full_width_letters_fold_to_latin() {
        assert_eq!(fold("\u{441}ardNumber"), "cardNumber");
        assert_eq!(fold("em\u{3B1}il"), "email");
        assert_eq!(fold("\u{FF45}mail"), "email");
        assert_eq!(fold("card\u{200B}Number"), "cardNumber");
        assert_eq!(fold("имя"), "имя");
    }

    #[test]
    fn a_mix_of_scripts_has_a_lookalike_and_another_language_has_none() {
        assert_eq!(first_lookalike("\u{441}ardNumber"), Some('\u{441}'));
        assert_eq!(first_lookalike("card\u{200B}Number"), Some('\u{200B}'));
        assert_eq!(first_lookalike("cardNumber"), None);
        assert_eq!(first_lookalike("имя"), None);
        assert_eq!(first_lookalike("größe"), None);
    }

    #[test]
    fn every_row_of_the_table_folds_to_its_letter() {
        let mut rows = 0;
        for mut columns in table_rows(TABLE) {
            let (from, to) = (columns.next().unwrap(), columns.next().unwrap());
            assert!(!from.is_ascii() && to.is_ascii(), "{from} {to}");
            assert_eq!(fold(from), to);
            rows += 1;
        }
        assert!(rows > 40);
    }
}
