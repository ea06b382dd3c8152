//! The texts of mails, one file for each language. Another language is another file and an entry in `texts`.

use ferrocart::domain::notification::NotificationKind;
use ferrocart::domain::search::Language;
use ferrocart::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All texts of a language.
#[derive(Debug, Deserialize)]
pub(crate) struct Texts {
    /// The code of the language, for screen readers.
    pub(crate) language: String,
    /// The sign between whole and minor units.
    pub(crate) decimal: String,
    /// The labels of the layout.
    pub(crate) labels: BTreeMap<String, String>,
    mails: BTreeMap<String, MailTexts>,
}

/// The texts of one kind of mail, which can have placeholders.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct MailTexts {
    pub(crate) subject: String,
    pub(crate) heading: String,
    pub(crate) paragraphs: Vec<String>,
    /// The text of the button, if there is one.
    pub(crate) button: Option<String>,
}

impl Texts {
    /// Reads the texts of a language; in English, if there are none in it.
    pub(crate) fn of(language: Language) -> Result<Self> {
        let file = match language {
            Language::German => include_str!("../texts/de.json"),
            _ => include_str!("../texts/en.json"),
        };
        serde_json::from_str(file).map_err(|_error| Error::System("a file of texts is malformed"))
    }

    pub(crate) fn mail(&self, kind: NotificationKind) -> Result<&MailTexts> {
        self.mails.get(kind.as_str()).ok_or(Error::System("a kind of mail has no texts"))
    }
}

#[cfg(test)]
mod tests {
    use super::Texts;
    use ferrocart::domain::notification::NotificationKind;
    use ferrocart::domain::search::Language;

    #[test]
    fn every_language_has_the_same_texts() {
        let [english, german] = [Language::English, Language::German].map(|it| Texts::of(it).expect("texts"));
        assert_eq!([english.language.as_str(), german.language.as_str()], ["en", "de"]);
        assert!(english.labels.keys().eq(german.labels.keys()));
        for texts in [&english, &german] {
            for kind in NotificationKind::ALL {
                let mail = texts.mail(kind).expect("texts");
                assert!(!mail.subject.is_empty() && !mail.paragraphs.is_empty(), "{kind:?}");
            }
            assert_eq!(texts.mails.len(), NotificationKind::ALL.len());
        }
        let dutch = Texts::of(Language::Dutch).expect("texts");
        assert_eq!(dutch.language, "en");
    }
}
