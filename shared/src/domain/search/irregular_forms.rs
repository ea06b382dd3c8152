//! Irregular forms of English words, whose stems the Snowball algorithm does not find.

/// Forms with the words to which each may belong.
const FORMS: &[(&str, &[&str])] = &[
    // Nouns.
    ("axes", &["ax", "axe", "axis"]),
    ("bases", &["base", "basis"]),
    ("oases", &["oasis"]),
    ("crises", &["crisis"]),
    ("theses", &["thesis"]),
    ("hypotheses", &["hypothesis"]),
    ("parentheses", &["parenthesis"]),
    ("syntheses", &["synthesis"]),
    ("prostheses", &["prosthesis"]),
    ("analyses", &["analysis", "analyse"]),
    ("diagnoses", &["diagnosis", "diagnose"]),
    ("emphases", &["emphasis"]),
    ("ellipses", &["ellipse", "ellipsis"]),
    ("synopses", &["synopsis"]),
    ("neuroses", &["neurosis"]),
    ("metamorphoses", &["metamorphosis"]),
    ("children", &["child"]),
    ("oxen", &["ox"]),
    ("lice", &["louse"]),
    ("woodlice", &["woodlouse"]),
    ("brethren", &["brother"]),
    ("busses", &["bus"]),
    ("gasses", &["gas"]),
    ("canvasses", &["canvas"]),
    ("passersby", &["passerby"]),
    ("dice", &["die", "dice"]),
    ("pence", &["penny"]),
    ("monies", &["money"]),
    ("data", &["data", "datum"]),
    ("media", &["media", "medium"]),
    ("strata", &["stratum"]),
    ("curricula", &["curriculum"]),
    ("memoranda", &["memorandum"]),
    ("spectra", &["spectrum"]),
    ("errata", &["erratum"]),
    ("addenda", &["addendum"]),
    ("referenda", &["referendum"]),
    ("momenta", &["momentum"]),
    ("candelabra", &["candelabra", "candelabrum"]),
    ("maxima", &["maximum"]),
    ("minima", &["minimum"]),
    ("ova", &["ovum"]),
    ("corpora", &["corpus"]),
    ("genera", &["genus"]),
    ("criteria", &["criterion"]),
    ("phenomena", &["phenomenon"]),
    ("automata", &["automaton"]),
    ("cacti", &["cactus"]),
    ("fungi", &["fungus"]),
    ("radii", &["radius"]),
    ("nuclei", &["nucleus"]),
    ("stimuli", &["stimulus"]),
    ("alumni", &["alumnus"]),
    ("foci", &["focus"]),
    ("loci", &["locus"]),
    ("syllabi", &["syllabus"]),
    ("octopi", &["octopus"]),
    ("hippopotami", &["hippopotamus"]),
    ("abaci", &["abacus"]),
    ("bacilli", &["bacillus"]),
    ("calculi", &["calculus"]),
    ("colossi", &["colossus"]),
    ("croci", &["crocus"]),
    ("gladioli", &["gladiolus"]),
    ("hibisci", &["hibiscus"]),
    ("magi", &["magus"]),
    ("moduli", &["modulus"]),
    ("narcissi", &["narcissus"]),
    ("papyri", &["papyrus"]),
    ("sarcophagi", &["sarcophagus"]),
    ("termini", &["terminus"]),
    ("thesauri", &["thesaurus"]),
    ("tumuli", &["tumulus"]),
    ("matrices", &["matrix"]),
    ("indices", &["index"]),
    ("vertices", &["vertex"]),
    ("vortices", &["vortex"]),
    ("appendices", &["appendix"]),
    ("codices", &["codex"]),
    ("helices", &["helix"]),
    ("cortices", &["cortex"]),
    ("apices", &["apex"]),
    ("bries", &["brie"]),
    ("bijoux", &["bijou"]),
    ("graffiti", &["graffito"]),
    ("panini", &["panini", "panino"]),
    ("cherubim", &["cherub"]),
    ("seraphim", &["seraph"]),
    // Verbs.
    ("ate", &["eat"]),
    ("eaten", &["eat"]),
    ("beaten", &["beat"]),
    ("bent", &["bend"]),
    ("bitten", &["bite"]),
    ("blew", &["blow"]),
    ("blown", &["blow"]),
    ("bought", &["buy"]),
    ("bound", &["bound", "bind"]),
    ("bred", &["breed"]),
    ("broke", &["break"]),
    ("broken", &["break"]),
    ("brought", &["bring"]),
    ("built", &["build"]),
    ("burnt", &["burn"]),
    ("caught", &["catch"]),
    ("chose", &["choose"]),
    ("chosen", &["choose"]),
    ("drank", &["drink"]),
    ("drunk", &["drink"]),
    ("drawn", &["draw"]),
    ("drew", &["draw"]),
    ("driven", &["drive"]),
    ("drove", &["drive"]),
    ("dyed", &["dye"]),
    ("dyeing", &["dye"]),
    ("fallen", &["fall"]),
    ("fed", &["feed"]),
    ("flew", &["fly"]),
    ("flown", &["fly"]),
    ("froze", &["freeze"]),
    ("frozen", &["freeze"]),
    ("gave", &["give"]),
    ("given", &["give"]),
    ("grew", &["grow"]),
    ("grown", &["grow"]),
    ("ground", &["ground", "grind"]),
    ("held", &["hold"]),
    ("hewn", &["hew"]),
    ("hid", &["hide"]),
    ("hidden", &["hide"]),
    ("hung", &["hang"]),
    ("kept", &["keep"]),
    ("laid", &["lay"]),
    ("lit", &["light"]),
    ("made", &["make"]),
    ("mown", &["mow"]),
    ("paid", &["pay"]),
    ("proven", &["prove"]),
    ("ran", &["run"]),
    ("ridden", &["ride"]),
    ("rode", &["ride"]),
    ("sank", &["sink"]),
    ("sunk", &["sink"]),
    ("sunken", &["sink"]),
    ("sawn", &["saw"]),
    ("seen", &["see"]),
    ("sent", &["send"]),
    ("sewn", &["sew"]),
    ("shaken", &["shake"]),
    ("shaven", &["shave"]),
    ("shone", &["shine"]),
    ("shook", &["shake"]),
    ("shorn", &["shear"]),
    ("shrank", &["shrink"]),
    ("shrunk", &["shrink"]),
    ("shrunken", &["shrink"]),
    ("slept", &["sleep"]),
    ("slid", &["slide"]),
    ("sold", &["sell"]),
    ("sown", &["sow"]),
    ("spun", &["spin"]),
    ("stolen", &["steal"]),
    ("stood", &["stand"]),
    ("struck", &["strike"]),
    ("strung", &["string"]),
    ("stuck", &["stick"]),
    ("swam", &["swim"]),
    ("swum", &["swim"]),
    ("swept", &["sweep"]),
    ("swollen", &["swell"]),
    ("taken", &["take"]),
    ("took", &["take"]),
    ("taught", &["teach"]),
    ("threw", &["throw"]),
    ("thrown", &["throw"]),
    ("tore", &["tear"]),
    ("torn", &["tear"]),
    ("woke", &["wake"]),
    ("woken", &["wake"]),
    ("wore", &["wear"]),
    ("worn", &["wear"]),
    ("wound", &["wound", "wind"]),
    ("wove", &["weave"]),
    ("woven", &["weave"]),
    ("written", &["write"]),
    ("wrote", &["write"]),
];

/// Endings of irregular plurals, which compounds share ("bookshelves"), with the endings of the singular.
const ENDINGS: &[(&str, &str)] = &[
    ("women", "woman"),
    ("men", "man"),
    ("children", "child"),
    ("people", "person"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("geese", "goose"),
    ("mice", "mouse"),
    ("eaux", "eau"),
];

/// Endings of plurals that are irregular in some words ("wolves") and regular in others ("valves").
const AMBIGUOUS_ENDINGS: &[(&str, &str)] = &[
    ("alves", "alf"),
    ("arves", "arf"),
    ("eaves", "eaf"),
    ("elves", "elf"),
    ("ieves", "ief"),
    ("lives", "life"),
    ("nives", "nife"),
    ("oaves", "oaf"),
    ("olves", "olf"),
    ("ooves", "oof"),
    ("staves", "staff"),
    ("urves", "urf"),
    ("wives", "wife"),
    ("eeves", "eef"),
    ("ae", "a"),
    // "aquaria", but also "begonia".
    ("ia", "ium"),
    // "quizzes", but also "buzzes".
    ("zzes", "z"),
];

/// Returns the words of which a word is an irregular form, among them the word itself if it may be a regular form, too;
/// empty if it is a regular form only.
pub(super) fn base_forms(word: &str) -> Vec<String> {
    let forms = irregular(word);
    match word.strip_suffix('s').filter(|_| forms.is_empty()) {
        // "mens" is a form of "men" without its apostrophe.
        Some(owner) => irregular_plural(owner),
        None => forms,
    }
}

fn irregular(word: &str) -> Vec<String> {
    if let Some((_, bases)) = FORMS.iter().find(|(form, _)| *form == word) {
        return bases.iter().map(|base| (*base).to_owned()).collect();
    }
    let plural = irregular_plural(word);
    if !plural.is_empty() {
        return plural;
    }
    if let Some((stem, ending)) = with_ending(word, AMBIGUOUS_ENDINGS) {
        return vec![format!("{stem}{ending}"), word.to_owned()];
    }
    // "lenses" is a form of "lens", but "hoses" of "hose".
    let sibilant = word.strip_suffix("es").filter(|base| base.ends_with('s') && !base.ends_with("ss"));
    // "menus" and "bras" are plurals, but "bonus" and "gas" are none. "dvds" has no vowel.
    let is_short = |base: &&str| !base.ends_with('s') && !base.trim_end_matches(is_vowel).contains(is_vowel);
    let unclear = || word.strip_suffix('s').filter(|base| base.ends_with('u') || is_short(base));
    match sibilant.or_else(unclear) {
        Some(base) => vec![base.to_owned(), word.to_owned()],
        None => Vec::new(),
    }
}

const fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

fn irregular_plural(word: &str) -> Vec<String> {
    with_ending(word, ENDINGS).map(|(stem, ending)| format!("{stem}{ending}")).into_iter().collect()
}

fn with_ending<'a>(word: &'a str, endings: &[(&str, &'static str)]) -> Option<(&'a str, &'static str)> {
    endings.iter().find_map(|(plural, singular)| Some((word.strip_suffix(plural)?, *singular)))
}

#[cfg(test)]
mod tests {
    use super::base_forms;

    #[test]
    fn regular_forms_are_left_to_the_stemmer() {
        for word in ["mugs", "shirts", "boxes", "dresses"] {
            assert_eq!(base_forms(word), [""; 0], "{word}");
        }
        for (word, bases) in [
            ("menus", ["menu", "menus"]),
            ("bras", ["bra", "bras"]),
            ("bonus", ["bonu", "bonus"]),
            ("lenses", ["lens", "lenses"]),
        ] {
            assert_eq!(base_forms(word), bases, "{word}");
        }
        assert_eq!(base_forms("womens"), ["woman"]);
    }
}
