//! The shapes of products on a field of 100 by 100 units, in the notation of SVG paths with absolute coordinates.

/// The outline of a product, which is filled, and the lines on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) body: &'static str,
    pub(super) details: &'static str,
}

/// Returns the shape of the product with this name in this category. The first word that the name contains decides.
pub(super) fn of_product(name: &str, category: &str) -> Shape {
    let name = name.to_ascii_lowercase();
    let by_name = BY_NAME.into_iter().find(|(word, _)| name.contains(word)).map(|(_, shape)| shape);
    by_name.unwrap_or(match category {
        "Bags" => TOTE,
        "Outerwear" => JACKET,
        "Pants" => TROUSERS,
        "Shoes" => SHOE,
        _ => T_SHIRT,
    })
}

#[rustfmt::skip]
const BY_NAME: [(&str, Shape); 34] = [
    ("beanie", Shape {
        body: "M 24 66 Q 22 28 50 24 Q 78 28 76 66 L 78 66 L 78 80 L 22 80 L 22 66 Z M 44 22 Q 44 14 50 14 Q 56 14 \
            56 22 Q 50 26 44 22 Z",
        details: "M 24 66 L 76 66 M 32 67 L 32 79 M 41 67 L 41 79 M 50 67 L 50 79 M 59 67 L 59 79 M 68 67 L 68 79 M 50 \
            26 L 50 64 M 38 31 Q 33 48 34 64 M 62 31 Q 67 48 66 64",
    }),
    ("socks", Shape {
        body: "M 22 14 L 42 14 L 42 54 L 56 68 Q 62 78 52 82 Q 46 84 40 80 L 24 66 Q 20 62 22 54 Z M 54 14 L 74 14 \
            L 74 54 L 86 66 Q 92 76 84 80 Q 78 83 72 79 L 56 66 Q 53 62 54 54 Z",
        details: "M 22 22 L 42 22 M 54 22 L 74 22 M 22 28 L 42 28 M 54 28 L 74 28 M 46 82 Q 46 72 56 70 M 79 81 Q 78 \
            72 87 68",
    }),
    ("belt", Shape {
        body: "M 12 44 L 36 44 L 36 58 L 12 58 Z M 60 44 L 84 44 Q 92 51 84 58 L 60 58 Z",
        details: "M 34 38 L 62 38 L 62 64 L 34 64 Z M 40 44 L 56 44 L 56 58 L 40 58 Z M 34 51 L 54 51 M 68 51 L 69 51 \
            M 76 51 L 77 51",
    }),
    ("scarf", Shape {
        body: "M 36 14 L 64 14 L 64 34 L 58 42 L 66 78 L 48 82 L 42 46 L 34 34 Z M 42 44 L 40 86 L 24 84 L 34 36 Z",
        details: "M 36 34 Q 50 42 64 34 M 50 70 L 64 66 M 27 74 L 40 76 M 50 82 L 51 88 M 56 81 L 57 87 M 62 80 L 63 \
            86 M 27 85 L 26 91 M 33 86 L 32 92",
    }),
    ("gloves", Shape {
        body: "M 30 88 L 30 62 L 20 48 Q 18 42 24 42 L 32 50 L 34 22 Q 38 16 41 22 L 42 42 L 44 16 Q 48 11 51 16 L \
            51 42 L 55 18 Q 59 14 61 20 L 60 44 L 65 28 Q 69 25 71 30 L 68 60 L 66 88 Z",
        details: "M 30 70 L 67 70 M 36 71 L 36 87 M 43 71 L 43 87 M 50 71 L 50 87 M 57 71 L 57 87",
    }),
    ("sunglasses", Shape {
        body: "M 14 42 L 44 42 Q 46 64 30 66 Q 14 64 14 42 Z M 56 42 L 86 42 Q 86 64 70 66 Q 54 64 56 42 Z",
        details: "M 44 46 Q 50 40 56 46 M 14 42 L 8 38 M 86 42 L 92 38 M 22 56 L 32 46 M 64 56 L 74 46",
    }),
    ("watch", Shape {
        body: "M 40 8 L 60 8 L 62 32 L 38 32 Z M 38 68 L 62 68 L 60 92 L 40 92 Z M 28 50 Q 28 28 50 28 Q 72 28 72 \
            50 Q 72 72 50 72 Q 28 72 28 50 Z",
        details: "M 34 50 Q 34 34 50 34 Q 66 34 66 50 Q 66 66 50 66 Q 34 66 34 50 Z M 50 40 L 50 50 L 58 54 M 72 50 L \
            76 50 M 50 75 L 50 76 M 50 81 L 50 82 M 50 87 L 50 88",
    }),
    ("umbrella", Shape {
        body: "M 12 52 Q 16 20 50 18 Q 84 20 88 52 Q 78 44 69 52 Q 60 44 50 52 Q 40 44 31 52 Q 22 44 12 52 Z",
        details: "M 50 18 L 50 12 M 50 18 Q 34 30 31 52 M 50 18 Q 66 30 69 52 M 50 52 L 50 80 Q 50 88 57 88 Q 64 88 64 \
            80",
    }),
    ("backpack", Shape {
        body: "M 26 40 Q 26 20 50 20 Q 74 20 74 40 L 76 84 L 24 84 Z",
        details: "M 42 20 Q 42 12 50 12 Q 58 12 58 20 M 26 44 L 74 44 M 34 58 L 66 58 L 66 76 L 34 76 Z M 34 63 L 66 \
            63 M 25 60 Q 18 62 19 80 L 24 80 M 75 60 Q 82 62 81 80 L 76 80",
    }),
    ("duffel", Shape {
        body: "M 14 46 Q 14 40 20 40 L 80 40 Q 86 40 86 46 L 88 78 L 12 78 Z",
        details: "M 32 40 Q 32 22 50 22 Q 68 22 68 40 M 14 50 L 86 50 M 28 50 L 28 78 M 72 50 L 72 78 M 44 54 L 56 54",
    }),
    ("wallet", Shape {
        body: "M 18 34 L 78 34 Q 82 34 82 38 L 82 70 Q 82 74 78 74 L 18 74 Z",
        details: "M 24 34 L 26 26 L 70 26 L 72 34 M 18 42 L 82 42 M 62 52 L 82 52 M 62 62 L 82 62 M 62 52 Q 56 57 62 \
            62 M 67 57 L 68 57",
    }),
    ("notebook", Shape {
        body: "M 26 14 L 72 14 Q 76 14 76 18 L 76 82 Q 76 86 72 86 L 26 86 Z",
        details: "M 34 14 L 34 86 M 46 30 L 64 30 M 46 36 L 64 36 M 66 14 L 66 86 M 20 26 L 28 26 M 20 38 L 28 38 M 20 \
            50 L 28 50 M 20 62 L 28 62 M 20 74 L 28 74",
    }),
    ("tape", Shape {
        body: "M 14 54 Q 14 34 34 34 Q 54 34 54 54 Q 54 74 34 74 Q 14 74 14 54 Z M 46 38 Q 50 26 66 26 Q 86 26 86 \
            48 Q 86 70 66 70 L 50 69 Q 54 62 54 54 Q 54 44 46 38 Z",
        details: "M 24 54 Q 24 44 34 44 Q 44 44 44 54 Q 44 64 34 64 Q 24 64 24 54 Z M 57 48 Q 57 38 66 38 Q 76 38 76 \
            48 Q 76 58 66 58 Q 58 58 57 50",
    }),
    ("lamp", Shape {
        body: "M 30 78 L 66 78 Q 70 78 70 84 L 26 84 Q 26 78 30 78 Z M 54 22 L 82 38 L 70 50 Q 50 46 54 22 Z",
        details: "M 46 78 L 32 48 L 60 30 M 78 43 Q 80 50 74 48 M 32 46 Q 36 48 32 50 Q 28 48 32 46",
    }),
    ("mug", Shape {
        body: "M 24 30 L 68 30 L 66 78 Q 65 82 60 82 L 32 82 Q 27 82 26 78 Z",
        details: "M 68 40 Q 86 40 84 54 Q 82 68 67 66 M 25 38 L 67 38 M 36 24 Q 32 18 36 12 M 46 24 Q 42 18 46 12 M 56 \
            24 Q 52 18 56 12",
    }),
    ("skillet", Shape {
        body: "M 8 52 Q 8 28 34 28 Q 60 28 60 52 Q 60 76 34 76 Q 8 76 8 52 Z M 59 47 L 90 45 Q 95 52 90 58 L 59 57 \
            Z",
        details: "M 15 52 Q 15 35 34 35 Q 53 35 53 52 Q 53 69 34 69 Q 15 69 15 52 Z M 86 51 L 87 51",
    }),
    ("knife", Shape {
        body: "M 8 44 L 60 40 L 60 56 L 44 58 Q 20 58 8 44 Z M 60 40 L 90 40 Q 94 48 90 56 L 60 56 Z",
        details: "M 60 40 L 60 56 M 68 48 L 69 48 M 76 48 L 77 48 M 84 48 L 85 48",
    }),
    ("coffee", Shape {
        body: "M 28 16 L 72 16 L 57 44 L 43 44 Z M 40 50 L 60 50 L 74 82 Q 74 86 70 86 L 30 86 Q 26 86 26 82 Z",
        details: "M 43 44 L 40 50 M 57 44 L 60 50 M 32 24 L 68 24 M 31 70 L 69 70 M 50 52 L 50 60",
    }),
    ("towels", Shape {
        body: "M 20 20 L 58 20 L 58 78 L 20 78 Z M 58 30 L 82 30 L 82 84 L 40 84 L 40 78 L 58 78 Z",
        details: "M 28 20 L 28 78 M 50 20 L 50 78 M 66 30 L 66 84 M 74 30 L 74 84 M 34 14 L 34 20 M 44 14 L 44 20 M 34 \
            14 L 44 14",
    }),
    ("stockpot", Shape {
        body: "M 20 38 L 80 38 L 78 82 Q 78 86 74 86 L 26 86 Q 22 86 22 82 Z M 18 38 Q 22 26 50 25 Q 78 26 82 38 Z",
        details: "M 44 25 Q 44 18 50 18 Q 56 18 56 25 M 20 50 L 10 50 L 10 58 L 21 58 M 80 50 L 90 50 L 90 58 L 79 58",
    }),
    ("bottle", Shape {
        body: "M 42 12 L 58 12 L 58 24 Q 66 28 66 38 L 66 84 Q 66 90 60 90 L 40 90 Q 34 90 34 84 L 34 38 Q 34 28 42 \
            24 Z",
        details: "M 42 18 L 58 18 M 42 24 L 58 24 M 34 44 L 66 44 M 34 80 L 66 80 M 40 52 L 40 70",
    }),
    ("vest", Shape {
        body: "M 38 18 Q 50 26 62 18 L 72 24 Q 68 40 74 50 L 74 86 L 26 86 L 26 50 Q 32 40 28 24 Z",
        details: "M 50 23 L 50 86 M 31 38 L 69 38 M 27 50 L 73 50 M 26 62 L 74 62 M 26 74 L 74 74",
    }),
    ("hoodie", Shape {
        body: "M 38 20 Q 50 8 62 20 L 76 28 L 88 74 L 76 78 L 70 52 L 70 88 L 30 88 L 30 52 L 24 78 L 12 74 L 24 28 \
            Z",
        details: "M 38 20 Q 50 42 62 20 M 46 30 L 46 44 M 54 30 L 54 44 M 38 64 L 62 64 L 68 80 L 32 80 Z M 30 84 L 70 \
            84",
    }),
    ("shorts", Shape {
        body: "M 28 22 L 72 22 L 82 72 L 56 74 L 50 50 L 44 74 L 18 72 Z",
        details: "M 27 29 L 73 29 M 50 29 L 50 50 M 46 29 L 44 42 M 54 29 L 56 40 M 19 66 L 45 68 M 55 68 L 81 66",
    }),
    ("boots", Shape {
        body: "M 26 14 L 56 14 L 54 44 Q 60 54 78 58 Q 86 62 86 72 L 22 72 Q 26 40 26 14 Z",
        details: "M 20 72 L 88 72 L 87 80 L 62 80 L 60 76 L 46 76 L 44 82 L 20 82 Z M 46 18 L 44 44 L 52 44 M 26 20 L \
            20 20 L 20 12 L 28 12",
    }),
    ("sandals", Shape {
        body: "M 10 66 Q 10 58 24 58 L 70 58 Q 90 58 90 66 L 88 76 L 12 76 Z",
        details: "M 11 68 L 89 68 M 30 58 Q 32 36 44 36 L 50 58 M 58 58 Q 60 40 70 40 L 78 58 M 38 46 L 46 46 M 62 49 \
            L 74 49",
    }),
    ("planner", Shape {
        body: "M 26 14 L 72 14 Q 76 14 76 18 L 76 82 Q 76 86 72 86 L 26 86 Z",
        details: "M 34 14 L 34 86 M 46 30 L 64 30 M 46 36 L 64 36 M 66 14 L 66 86 M 20 26 L 28 26 M 20 38 L 28 38 M 20 \
            50 L 28 50 M 20 62 L 28 62 M 20 74 L 28 74",
    }),
    ("pannier", Shape {
        body: "M 26 40 Q 26 20 50 20 Q 74 20 74 40 L 76 84 L 24 84 Z",
        details: "M 42 20 Q 42 12 50 12 Q 58 12 58 20 M 26 44 L 74 44 M 34 58 L 66 58 L 66 76 L 34 76 Z M 34 63 L 66 \
            63 M 25 60 Q 18 62 19 80 L 24 80 M 75 60 Q 82 62 81 80 L 76 80",
    }),
    ("tray", Shape {
        body: "M 10 46 L 90 46 L 84 70 L 16 70 Z",
        details: "M 13 58 L 87 58 M 34 46 L 48 24 L 52 26 L 40 46 M 58 46 L 60 20 L 65 20 L 64 46",
    }),
    ("pen", Shape {
        body: "M 66 16 L 84 34 L 38 80 L 20 62 Z M 20 62 L 38 80 L 14 86 Z",
        details: "M 58 24 L 76 42 M 26 56 L 44 74 M 14 86 L 22 78 M 70 12 L 88 30",
    }),
    ("desk mat", Shape {
        body: "M 10 40 L 78 30 L 92 66 L 22 78 Z",
        details: "M 14 43 L 77 33 L 89 64 L 25 75 Z M 54 50 Q 58 44 64 46 Q 70 50 66 56 Q 60 60 55 56 Z",
    }),
    ("stand", Shape {
        body: "M 12 34 L 88 34 L 88 44 L 12 44 Z M 20 44 L 30 44 L 28 70 L 22 70 Z M 70 44 L 80 44 L 78 70 L 72 70 \
            Z",
        details: "M 18 39 Q 40 36 60 39 M 66 39 L 80 39",
    }),
    ("chopping board", Shape {
        body: "M 22 24 L 60 24 L 60 40 L 78 40 L 78 84 L 22 84 Z",
        details: "M 28 30 Q 34 50 28 78 M 40 30 Q 45 52 40 78 M 52 30 Q 56 54 52 78 M 66 46 Q 69 60 66 78 M 34 18 L 48 \
            18 L 48 24 M 34 18 L 34 24",
    }),
    ("cap", Shape {
        body: "M 20 62 Q 22 30 50 28 Q 78 30 78 62 Q 50 54 20 62 Z M 20 62 Q 50 54 78 62 Q 92 66 94 74 Q 76 66 50 \
            66 Q 30 66 20 62 Z",
        details: "M 50 28 Q 40 40 39 57 M 50 28 Q 60 40 61 57 M 47 27 Q 50 24 53 27",
    }),
];

#[rustfmt::skip]
const TOTE: Shape = Shape {
    body: "M 24 40 L 76 40 L 81 84 L 19 84 Z",
    details: "M 36 40 Q 36 16 50 16 Q 64 16 64 40 M 24 46 L 76 46 M 40 58 L 60 58 L 61 74 L 39 74 Z",
};
#[rustfmt::skip]
const JACKET: Shape = Shape {
    body: "M 38 18 Q 50 26 62 18 L 76 26 L 88 72 L 76 76 L 70 50 L 70 86 L 30 86 L 30 50 L 24 76 L 12 72 L 24 \
        26 Z",
    details: "M 50 23 L 50 86 M 38 18 L 44 34 L 50 26 L 56 34 L 62 18 M 35 66 L 44 62 M 65 66 L 56 62 M 30 80 L 70 \
        80",
};
#[rustfmt::skip]
const TROUSERS: Shape = Shape {
    body: "M 32 14 L 68 14 L 74 88 L 56 88 L 50 42 L 44 88 L 26 88 Z",
    details: "M 32 21 L 68 21 M 50 21 L 50 42 M 34 23 Q 42 30 34 34 M 66 23 Q 58 30 66 34 M 26 83 L 44 83 M 56 83 \
        L 74 83",
};
#[rustfmt::skip]
const SHOE: Shape = Shape {
    body: "M 14 38 Q 24 44 34 34 L 52 50 Q 62 58 78 60 Q 88 62 88 72 L 12 72 Q 10 54 14 38 Z",
    details: "M 11 72 L 89 72 L 88 79 L 12 79 Z M 40 40 L 34 46 M 45 45 L 39 51 M 51 50 L 45 56 M 20 72 Q 22 58 14 \
        54 M 72 72 Q 70 64 76 60",
};
#[rustfmt::skip]
const T_SHIRT: Shape = Shape {
    body: "M 36 20 Q 50 32 64 20 L 88 34 L 80 50 L 70 45 L 70 84 L 30 84 L 30 45 L 20 50 L 12 34 Z",
    details: "M 33 21 Q 50 38 67 21 M 70 45 L 69 38 M 30 45 L 31 38 M 30 80 L 70 80 M 54 46 L 63 46 L 63 54 Q 58 \
        58 54 54 Z",
};
