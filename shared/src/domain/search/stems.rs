//! Stems: the forms by which inflections of one word are equal.

use super::Language;
use super::fold::fold;
use super::irregular_forms::base_forms;
use std::collections::BTreeSet;

/// Returns the stems of a word, without accents: "shoe" for "shoes". Two words are forms of one word if they share a
/// stem.
///
/// A form may belong to two words, as "leaves" to "leaf" and "leave". A word with accents has a stem as it is written
/// and one as it is written without them, because stemmers depend on the accents of their language, but visitors omit them.
#[must_use]
pub fn stems(word: &str, language: Language) -> BTreeSet<String> {
    let folded = fold(word, language);
    let bases = if language == Language::English { base_forms(&folded) } else { Vec::new() };
    let spellings = if bases.is_empty() { vec![word.to_owned(), folded] } else { bases };
    spellings.iter().map(|spelling| fold(&language.snowball(spelling), language)).collect()
}

#[cfg(test)]
mod tests {
    use super::stems;
    use crate::domain::search::Language;

    /// Forms of one word.
    const FORMS: [&str; 27] = [
        "shoes shoe, running runs, berries berry, knitted knit, lenses lens, glasses glass, buses bus",
        "gases gas, canvases canvas, irises iris, roses rose, cases case, blouses blouse, quizzes quiz",
        "boxes box, watches watch, dishes dish, potatoes potato, heroes hero, studios studio, knives knife",
        "penknives penknife, scarves scarf, headscarves headscarf, shelves shelf, bookshelves bookshelf",
        "leaves leaf, loaves loaf, wolves wolf, halves half, lives life, thieves thief, hooves hoof",
        "calves calf, wives wife, gloves glove, sleeves sleeve, olives olive, waves wave, stoves stove",
        "valves valve, curves curve, chefs chef, roofs roof, scarfs scarf, handkerchiefs handkerchief",
        "cuffs cuff, ties tie, pies pie, bries brie, menus menu, tutus tutu, bonuses bonus, bras bra",
        "spas spa, dvds dvd, tvs tv, cookies cookie, hoodies hoodie, beanies beanie, skies sky, candies candy",
        "daisies daisy, toys toy, keys key, children child, grandchildren grandchild, women woman, men man",
        "snowmen snowman, mens men, womens woman, childrens child, feet foot, teeth tooth, geese goose",
        "mice mouse, dormice dormouse, people person, oxen ox, dice die, axes axe, axes axis, bases basis",
        "bases base, matrices matrix, indices index, cacti cactus, fungi fungus, succulents succulent",
        "criteria criterion, gateaux gateau, tableaux tableau, antennae antenna, larvae larva",
        "spectra spectrum, media medium, analyses analysis, wore wear, worn wear, woven weave, torn tear",
        "broken break, ground grind, bound bind, dyed dye, dyeing dye, built build, shrunk shrink, spun spin",
        "frozen freeze, sewn sew, batteries battery, accessories accessory, ladies lady, pastries pastry",
        "butterflies butterfly, ponies pony, selfies selfie, smoothies smoothie, neckties necktie, movies movie",
        "jerseys jersey, trays tray, chimneys chimney, species species, series series, dwarves dwarf, wharves wharf",
        "turves turf, sheaves sheaf, selves self, elves elf, midwives midwife, staves staff, staves stave, beeves beef",
        "handkerchieves handkerchief, rooves roof, chives chive, sieves sieve, hives hive, cloves clove, doves dove",
        "briefs brief, reefs reef, giraffes giraffe, tomatoes tomato, mangoes mango, canoes canoe, pianos piano",
        "foxes fox, fezzes fez, brooches brooch, viruses virus, octopuses octopus, octopi octopus, busses bus",
        "hippopotami hippopotamus, gladioli gladiolus, narcissi narcissus, thesauri thesaurus, terraria terrarium",
        "gymnasia gymnasium, millennia millennium, begonias begonia, candelabra candelabrum, maxima maximum",
        "formulae formula, vertebrae vertebra, sundaes sundae, chateaux chateau, paninis panini, neuroses neurosis",
        "policemen policeman, salespeople salesperson, dwarfs dwarf, mongooses mongoose, lice louse, pence penny",
    ];

    fn share_a_stem(one: &str, other: &str, language: Language) -> bool {
        !stems(one, language).is_disjoint(&stems(other, language))
    }

    #[test]
    fn inflected_forms_share_a_stem() {
        for pair in FORMS.iter().flat_map(|line| line.split(", ")) {
            let (one, other) = pair.split_once(' ').unwrap();
            assert!(share_a_stem(one, other, Language::English), "{pair}");
        }
    }

    #[test]
    fn different_words_share_no_stem() {
        for pair in [
            "men women",
            "cafe caves",
            "safe saves",
            "wear ware",
            "skirt shirt",
            "olives life",
            "specimen man",
            "linen line",
            "person parson",
            "bus busy",
            "foot food",
            "valves half",
            "india indie",
            "sleeves sleigh",
            "minis minus",
            "roses rosy",
            "pumice mice",
        ] {
            let (one, other) = pair.split_once(' ').unwrap();
            assert!(!share_a_stem(one, other, Language::English), "{pair}");
        }
    }

    #[test]
    fn accents_matter_to_stemmers_but_not_to_visitors() {
        for (language, pair) in [
            (Language::French, "étés été"),
            (Language::French, "crèmes creme"),
            (Language::French, "chevaux cheval"),
            (Language::German, "Röcke Rock"),
            (Language::German, "Gürtel Guertel"),
            (Language::German, "Häuser Haus"),
            (Language::Spanish, "pantalones pantalón"),
            (Language::Spanish, "camión camiones"),
            (Language::Portuguese, "calções calcoes"),
            (Language::Italian, "scarpe scarpa"),
            (Language::Russian, "синий синяя"),
            (Language::Russian, "сапоги сапог"),
            (Language::Greek, "παπούτσια παπούτσι"),
            (Language::Turkish, "ayakkabılar ayakkabı"),
            (Language::Swedish, "väskor väska"),
            (Language::Danish, "skjorter skjorte"),
            (Language::Norwegian, "skjorter skjorte"),
            (Language::Finnish, "kengät kengän"),
            (Language::Hungarian, "cipők cipő"),
            (Language::Dutch, "schoenen schoen"),
            (Language::Romanian, "pantofii pantofi"),
            (Language::Arabic, "كتابان كتاب"),
            (Language::Tamil, "புத்தகங்கள் புத்தகம்"),
        ] {
            let (one, other) = pair.split_once(' ').unwrap();
            let [one, other] = [one, other].map(|word| super::super::fold::normalize(word, language));
            assert!(share_a_stem(&one, &other, language), "{language:?}: {pair}");
        }
    }
}
