//! The fields that an address needs in its country, from Google's address metadata.

use super::Country;
use crate::domain::validation::ValidationError;
use regex_lite::Regex;
use unicode_normalization::UnicodeNormalization;

/// The selected metadata; its header describes columns and source.
const FORMATS: &str = include_str!("formats.tsv");

/// The required fields of a country that is not in the metadata: street and city.
const DEFAULT_REQUIRED: &str = "AC";

/// The first of ten consecutive decimal digits of the scripts in which people type postal codes: Arabic, Persian,
/// Devanagari, Bengali, Thai and Myanmar.
const ZEROS: [u32; 6] = [0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0x1040];

/// The maximum length of a country prefix of a postal code: the `AND` of Andorra.
const MAX_PREFIX: usize = 3;

/// The format of addresses in a country.
#[derive(Debug, Clone)]
pub struct AddressFormat {
    country: Country,
    required: &'static str,
    /// The pattern of postal codes without separators, and an example.
    zip: Option<(&'static str, &'static str)>,
}

impl AddressFormat {
    /// Returns the format of a country.
    #[must_use]
    pub fn of(country: &Country) -> Self {
        let lines = FORMATS.lines().map(|line| line.split('\t'));
        let mut columns = lines.filter_map(|mut columns| (columns.next() == Some(country.code())).then_some(columns));
        let mut columns = columns.next().into_iter().flatten();
        let required = columns.next().unwrap_or(DEFAULT_REQUIRED);
        let zip = columns.next().zip(columns.next());
        Self { country: country.clone(), required, zip }
    }

    /// Returns whether an address needs a city.
    #[must_use]
    pub fn requires_city(&self) -> bool {
        self.required.contains('C')
    }

    /// Returns whether an address needs a state.
    #[must_use]
    pub fn requires_state(&self) -> bool {
        self.required.contains('S') && !self.requires_city_or_state()
    }

    /// Returns whether an address needs a city or a state, but not both: its state is its only name of a place, as in
    /// Hong Kong and the Emirates. Buyers enter that name in either field.
    #[must_use]
    pub fn requires_city_or_state(&self) -> bool {
        self.required.contains('S') && !self.requires_city() && !self.requires_zip()
    }

    /// Returns whether an address needs a postal code.
    #[must_use]
    pub fn requires_zip(&self) -> bool {
        self.required.contains('Z')
    }

    /// Checks a postal code where one is required. Case, separators and a country prefix do not matter, nor does the
    /// script of the digits.
    ///
    /// Where postal codes are optional any text is accepted: parcels arrive without, and the metadata may be older than
    /// the codes.
    pub fn check_zip(&self, zip: &str) -> Result<(), ValidationError> {
        let Some((pattern, example)) = self.zip else { return Ok(()) };
        let code: String = zip.nfkc().map(ascii_digit).filter(|c| !is_separator(*c)).collect();
        let code = code.to_uppercase();
        let letters = code.bytes().take_while(u8::is_ascii_uppercase).count();
        let without_prefix = code.get(letters..).filter(|_| letters <= MAX_PREFIX).unwrap_or_default();
        let with_prefix = format!("{}{code}", self.country.code());
        let is_valid = Regex::new(&format!("^(?:{pattern})$"))
            .is_ok_and(|pattern| [&code, &with_prefix, without_prefix].into_iter().any(|code| pattern.is_match(code)));
        if is_valid {
            return Ok(());
        }
        let message = format!("must be a postal code of the country {}, such as {example}", self.country.code());
        Err(ValidationError::new("invalid_postal_code", message))
    }
}

/// Returns the ASCII digit of a decimal digit, and any other character itself.
fn ascii_digit(c: char) -> char {
    let digit = |zero: &u32| u32::from(c).checked_sub(*zero).and_then(|digit| char::from_digit(digit, 10));
    ZEROS.iter().find_map(digit).unwrap_or(c)
}

/// Returns whether a character separates the parts of a postal code, or is the postal mark of Japan.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '〒')
}

#[cfg(test)]
mod tests {
    use super::{AddressFormat, FORMATS};
    use crate::domain::address::Country;

    fn format(country: &str) -> AddressFormat {
        AddressFormat::of(&country.parse::<Country>().unwrap())
    }

    #[test]
    fn every_country_has_a_format_that_accepts_its_example() {
        let mut with_zip = 0;
        for country in rust_iso3166::ALL {
            assert!(
                FORMATS.lines().any(|line| line.starts_with(&format!("{}\t", country.alpha2))),
                "{}",
                country.alpha2
            );
            let format = format(country.alpha2);
            assert!(format.required.starts_with('A'), "{format:?}");
            assert!(format.required.chars().all(|field| "ACSZ".contains(field)), "{format:?}");
            assert_eq!(format.zip.is_some(), format.requires_zip(), "{format:?}");
            if let Some((_, example)) = format.zip {
                format.check_zip(example).unwrap();
                assert_eq!(format.check_zip("?").unwrap_err().code, "invalid_postal_code", "{format:?}");
                with_zip += 1;
            }
        }
        assert!(with_zip > 60, "{with_zip}");
    }

    #[test]
    fn city_state_and_postal_code_are_required_where_they_exist() {
        for (country, city, state, city_or_state, zip) in [
            ("US", true, true, false, true),
            ("CA", true, true, false, true),
            ("DE", true, false, false, true),
            ("GB", true, false, false, true),
            ("IE", true, false, false, false),
            ("HK", false, false, true, false),
            ("AE", false, false, true, false),
            ("JP", false, true, false, true),
            ("SG", false, false, false, true),
            ("JM", true, true, false, false),
            ("PA", true, false, false, false),
            ("QA", true, false, false, false),
            ("MO", false, false, false, false),
        ] {
            let format = format(country);
            let found = (
                format.requires_city(),
                format.requires_state(),
                format.requires_city_or_state(),
                format.requires_zip(),
            );
            assert_eq!(found, (city, state, city_or_state, zip), "{country}");
        }
    }

    #[test]
    fn spellings_of_a_postal_code_are_accepted() {
        for (country, zip) in [
            ("US", "62701"),
            ("US", "62701-1234"),
            ("US", "62701 1234"),
            ("US", "627011234"),
            ("US", "IL 62701"),
            ("CA", "h2k3v7"),
            ("CA", "H2K-3V7"),
            ("GB", "ec1a1bb"),
            ("GB", " EC1A  1BB "),
            ("DE", "D-80331"),
            ("DE", "DE-80331"),
            ("SE", "SE-114 55"),
            ("SE", "114\u{A0}55"),
            ("LV", "1010"),
            ("LV", "LV-1010"),
            ("LU", "L-1234"),
            ("JP", "〒１００－０００１"),
            ("JP", "1000001"),
            ("PL", "00\u{2013}950"),
            ("IN", "११००३४"),
            ("NL", "1234ab"),
        ] {
            assert_eq!(format(country).check_zip(zip), Ok(()), "{country} {zip}");
        }
    }

    #[test]
    fn impossible_postal_codes_are_rejected_where_one_is_required() {
        for (country, zip) in [
            ("US", "6270"),
            ("US", "627011"),
            ("US", "ABCDE"),
            ("US", "ABCD62701"),
            ("CA", "12345"),
            ("GB", "12345"),
            ("DE", "8033"),
            ("NL", "0123 AB"),
        ] {
            assert_eq!(format(country).check_zip(zip).unwrap_err().code, "invalid_postal_code", "{country} {zip}");
        }
        for country in ["HK", "AE", "IE"] {
            assert_eq!(format(country).check_zip("n/a"), Ok(()), "{country}");
        }
    }
}
