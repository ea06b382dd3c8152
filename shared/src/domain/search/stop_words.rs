//! Words of each language that are too common to search for: articles, prepositions, conjunctions. Without accents.

use super::Language;

impl Language {
    /// Returns whether a folded word is too common to search for.
    #[must_use]
    pub fn is_stop_word(self, folded: &str) -> bool {
        stop_words(self).contains(&folded)
    }
}

const fn stop_words(language: Language) -> &'static [&'static str] {
    match language {
        Language::Arabic => &["و", "في", "من", "علي", "الي", "عن", "مع", "او", "هذا", "هذه"],
        Language::Danish => {
            &["og", "i", "pa", "af", "til", "med", "for", "en", "et", "den", "det", "de", "fra", "som", "er"]
        }
        Language::Dutch => &[
            "de", "het", "een", "en", "van", "in", "op", "met", "voor", "te", "aan", "of", "om", "uit", "bij", "is",
            "dat", "die", "deze", "dit",
        ],
        Language::English => &[
            "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "have", "in", "into", "is", "it",
            "its", "of", "on", "or", "so", "that", "the", "their", "they", "this", "to", "was", "will", "with", "you",
            "your",
        ],
        Language::Finnish => &["ja", "tai", "on", "se", "ei", "kun", "seka", "myos", "jossa", "joka"],
        Language::French => &[
            "le", "la", "les", "un", "une", "des", "du", "de", "d", "l", "et", "en", "a", "au", "aux", "pour", "avec",
            "sur", "dans", "par", "ou", "sans", "ce", "qui", "que", "qu", "est",
        ],
        Language::German => &[
            "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "mit",
            "von", "vom", "zu", "zum", "zur", "fur", "in", "im", "an", "am", "auf", "aus", "bei", "ist",
        ],
        Language::Greek => &[
            "ο", "η", "το", "οι", "τα", "του", "τησ", "των", "τον", "την", "και", "με", "για", "απο", "σε", "στο",
            "στη", "στην", "ενα", "μια",
        ],
        Language::Hungarian => &["a", "az", "egy", "es", "vagy", "is", "hogy", "nem", "ez"],
        Language::Italian => &[
            "il", "lo", "la", "i", "gli", "le", "l", "un", "uno", "una", "di", "d", "del", "dello", "della", "dei",
            "delle", "dell", "e", "ed", "o", "a", "al", "alla", "all", "in", "con", "per", "da", "su",
        ],
        Language::Norwegian => {
            &["og", "i", "pa", "av", "til", "med", "for", "en", "et", "ei", "den", "det", "de", "fra", "som", "er"]
        }
        Language::Portuguese => &[
            "o", "a", "os", "as", "um", "uma", "de", "do", "da", "dos", "das", "e", "em", "no", "na", "com", "para",
            "por", "ou", "que",
        ],
        Language::Romanian => {
            &["si", "de", "la", "cu", "pe", "in", "din", "un", "o", "sau", "pentru", "ale", "al", "a"]
        }
        Language::Russian => &["и", "в", "во", "на", "с", "со", "для", "из", "по", "от", "к", "или", "у", "о", "за"],
        Language::Spanish => &[
            "el", "la", "los", "las", "un", "una", "unos", "unas", "de", "del", "y", "e", "o", "u", "a", "al", "en",
            "con", "para", "por", "que", "sin",
        ],
        Language::Swedish => {
            &["och", "i", "pa", "av", "till", "med", "for", "en", "ett", "den", "det", "de", "fran", "som", "ar"]
        }
        Language::Tamil => &["மற்றும்", "ஒரு", "இந்த", "அந்த"],
        Language::Turkish => &["ve", "ile", "bir", "bu", "icin", "da", "de", "veya"],
        Language::Chinese | Language::Japanese | Language::Korean | Language::Thai => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::{Language, stop_words};

    #[test]
    fn stop_words_are_folded() {
        for language in Language::ALL {
            for word in stop_words(language) {
                assert_eq!(fold(word, language), *word, "{language:?}");
            }
        }
    }
}
