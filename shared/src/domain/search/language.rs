//! The language of the catalogue: its code, its collation, its stemmer, and its rules of spelling.

use crate::domain::validation::ValidationError;
use rust_stemmers::{Algorithm, Stemmer};

/// The language in which names and descriptions are written. Words of other languages are found too, but without their
/// word forms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// Arabic.
    Arabic,
    /// Chinese, without word forms.
    Chinese,
    /// Danish.
    Danish,
    /// Dutch.
    Dutch,
    /// English.
    #[default]
    English,
    /// Finnish.
    Finnish,
    /// French.
    French,
    /// German.
    German,
    /// Greek.
    Greek,
    /// Hungarian.
    Hungarian,
    /// Italian.
    Italian,
    /// Japanese, without word forms.
    Japanese,
    /// Korean, without word forms.
    Korean,
    /// Norwegian.
    Norwegian,
    /// Portuguese.
    Portuguese,
    /// Romanian.
    Romanian,
    /// Russian.
    Russian,
    /// Spanish.
    Spanish,
    /// Swedish.
    Swedish,
    /// Tamil.
    Tamil,
    /// Thai, without word forms.
    Thai,
    /// Turkish.
    Turkish,
}

impl Language {
    /// All languages, in the order of their codes.
    pub const ALL: [Self; 22] = [
        Self::Arabic,
        Self::Danish,
        Self::German,
        Self::Greek,
        Self::English,
        Self::Spanish,
        Self::Finnish,
        Self::French,
        Self::Hungarian,
        Self::Italian,
        Self::Japanese,
        Self::Korean,
        Self::Norwegian,
        Self::Dutch,
        Self::Portuguese,
        Self::Romanian,
        Self::Russian,
        Self::Swedish,
        Self::Tamil,
        Self::Thai,
        Self::Turkish,
        Self::Chinese,
    ];

    /// Returns the code after ISO 639-1.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Chinese => "zh",
            Self::Danish => "da",
            Self::Dutch => "nl",
            Self::English => "en",
            Self::Finnish => "fi",
            Self::French => "fr",
            Self::German => "de",
            Self::Greek => "el",
            Self::Hungarian => "hu",
            Self::Italian => "it",
            Self::Japanese => "ja",
            Self::Korean => "ko",
            Self::Norwegian => "no",
            Self::Portuguese => "pt",
            Self::Romanian => "ro",
            Self::Russian => "ru",
            Self::Spanish => "es",
            Self::Swedish => "sv",
            Self::Tamil => "ta",
            Self::Thai => "th",
            Self::Turkish => "tr",
        }
    }

    /// Returns the locale whose order lists by name follow. The Unicode locale data have no order for "no", but for its
    /// two written forms.
    #[must_use]
    pub const fn locale(self) -> &'static str {
        match self {
            Self::Norwegian => "nb",
            language => language.code(),
        }
    }

    /// Returns the stem of a word in lower case, after the Snowball algorithm of the language.
    pub(super) fn snowball(self, word: &str) -> String {
        let algorithm = match self {
            Self::Arabic => Algorithm::Arabic,
            Self::Danish => Algorithm::Danish,
            Self::Dutch => Algorithm::Dutch,
            Self::English => Algorithm::English,
            Self::Finnish => Algorithm::Finnish,
            Self::French => Algorithm::French,
            Self::German => Algorithm::German,
            Self::Greek => Algorithm::Greek,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Italian => Algorithm::Italian,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Spanish => Algorithm::Spanish,
            Self::Swedish => Algorithm::Swedish,
            Self::Tamil => Algorithm::Tamil,
            Self::Turkish => Algorithm::Turkish,
            Self::Chinese | Self::Japanese | Self::Korean | Self::Thai => return word.to_owned(),
        };
        Stemmer::create(algorithm).stem(word).into_owned()
    }

    /// Returns whether an apostrophe ends a shortened word, as in "l'eau". In other languages it is part of a word.
    pub(super) const fn elides(self) -> bool {
        matches!(self, Self::French | Self::Italian)
    }

    /// Returns the spellings with two letters of which only the first one counts: "ae" for "ä".
    pub(super) const fn digraphs(self) -> &'static [&'static str] {
        match self {
            Self::German => &["ae", "oe", "ue"],
            Self::Danish | Self::Norwegian => &["aa", "ae", "oe"],
            _ => &[],
        }
    }
}

impl std::str::FromStr for Language {
    type Err = ValidationError;

    fn from_str(code: &str) -> Result<Self, ValidationError> {
        let found = Self::ALL.into_iter().find(|language| language.code() == code);
        found.ok_or_else(|| ValidationError::invalid_choice(&Self::ALL.map(Self::code)))
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_code_names_its_language() {
        for language in Language::ALL {
            assert_eq!(language.code().parse(), Ok(language));
        }
        assert_eq!(Language::default().code(), "en");
        assert_eq!([Language::German, Language::Norwegian].map(Language::locale), ["de", "nb"]);
        assert!("xx".parse::<Language>().unwrap_err().message.contains("ar, da, de"));
    }
}
