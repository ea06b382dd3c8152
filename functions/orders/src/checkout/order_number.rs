//! Order numbers: short enough to read out, and not to be guessed from another one.

use ferrocart::{Error, Result};

/// Crockford's base 32: no I, L, O or U, which are misread or misheard.
const DIGITS: [char; 32] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P',
    'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Y', 'Z',
];

/// A new number of 40 random bits: `FC-7K3M-Q9TD`.
pub(super) fn order_number() -> Result<String> {
    let mut bytes = [0_u8; 8];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return Err(Error::System("there is no randomness"));
    }
    let digit = |byte: &u8| DIGITS.get(usize::from(byte & 31)).copied().unwrap_or('0');
    let digits: Vec<char> = bytes.iter().map(digit).collect();
    let (first, second) = digits.split_at(4);
    Ok(format!("FC-{}-{}", String::from_iter(first), String::from_iter(second)))
}

#[cfg(test)]
mod tests {
    use super::order_number;

    #[test]
    fn an_order_number_can_be_read_out() {
        let number = order_number().unwrap();
        assert_eq!(number.len(), 12);
        assert!(number.starts_with("FC-") && !number.contains(['I', 'L', 'O', 'U']), "{number}");
        assert_ne!(number, order_number().unwrap());
    }
}
