//! The fields that an address needs in its country, from Google's address metadata.

use super::Country;

/// The selected metadata; its header describes columns and source.
const FORMATS: &str = include_str!("formats.tsv");

/// The required fields of a country that is not in the metadata: street and city.
const DEFAULT_REQUIRED: &str = "AC";

/// The format of addresses in a country.
#[derive(Debug, Clone, Copy)]
pub struct AddressFormat {
    required: &'static str,
}

impl AddressFormat {
    /// Returns the format of a country.
    #[must_use]
    pub fn of(country: &Country) -> Self {
        let mut formats = FORMATS.lines().filter_map(|line| line.split_once('\t'));
        let format = formats.find(|(code, _)| *code == country.code());
        Self { required: format.map_or(DEFAULT_REQUIRED, |(_, required)| required) }
    }

    /// Returns whether an address needs a city.
    #[must_use]
    pub fn requires_city(self) -> bool {
        self.required.contains('C')
    }

    /// Returns whether an address needs a state.
    #[must_use]
    pub fn requires_state(self) -> bool {
        self.required.contains('S') && !self.requires_city_or_state()
    }

    /// Returns whether an address needs a city or a state, but not both: its state is its only name of a place, as in
    /// Hong Kong and the Emirates. Buyers enter that name in either field.
    #[must_use]
    pub fn requires_city_or_state(self) -> bool {
        self.required.contains('S') && !self.requires_city() && !self.requires_zip()
    }

    /// Returns whether an address needs a postal code.
    #[must_use]
    pub fn requires_zip(self) -> bool {
        self.required.contains('Z')
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressFormat, FORMATS};
    use crate::domain::address::Country;

    fn format(country: &str) -> AddressFormat {
        AddressFormat::of(&country.parse::<Country>().unwrap())
    }

    #[test]
    fn every_country_has_a_format() {
        for country in rust_iso3166::ALL {
            assert!(
                FORMATS.lines().any(|line| line.starts_with(&format!("{}\t", country.alpha2))),
                "{}",
                country.alpha2
            );
            let format = format(country.alpha2);
            assert!(format.required.starts_with('A'), "{format:?}");
            assert!(format.required.chars().all(|field| "ACSZ".contains(field)), "{format:?}");
        }
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
}
