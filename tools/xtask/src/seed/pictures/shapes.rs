//! The shapes of the categories on a field of 100 by 100 units, in the notation of SVG paths with absolute coordinates.

use anyhow::{Context as _, Result, bail};
use tiny_skia::{Path, PathBuilder};

/// The outline of a product, which is filled, and the lines on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) body: &'static str,
    pub(super) details: &'static str,
}

/// A beanie.
const ACCESSORIES: Shape = Shape {
    body: "M 24 66 Q 22 28 50 24 Q 78 28 76 66 L 78 66 L 78 80 L 22 80 L 22 66 Z M 44 22 Q 44 14 50 14 Q 56 14 56 22 Q 50 26 44 22 Z",
    details: "M 24 66 L 76 66 M 32 67 L 32 79 M 41 67 L 41 79 M 50 67 L 50 79 M 59 67 L 59 79 M 68 67 L 68 79 M 50 26 L 50 64 \
              M 38 31 Q 33 48 34 64 M 62 31 Q 67 48 66 64",
};
/// A tote bag.
const BAGS: Shape = Shape {
    body: "M 24 40 L 76 40 L 81 84 L 19 84 Z",
    details: "M 36 40 Q 36 16 50 16 Q 64 16 64 40 M 24 46 L 76 46 M 40 58 L 60 58 L 61 74 L 39 74 Z",
};
/// A desk lamp.
const DESK: Shape = Shape {
    body: "M 30 78 L 66 78 Q 70 78 70 84 L 26 84 Q 26 78 30 78 Z M 54 22 L 82 38 L 70 50 Q 50 46 54 22 Z",
    details: "M 46 78 L 32 48 L 60 30 M 78 43 Q 80 50 74 48 M 32 46 Q 36 48 32 50 Q 28 48 32 46",
};
/// A mug.
const KITCHEN: Shape = Shape {
    body: "M 24 30 L 68 30 L 66 78 Q 65 82 60 82 L 32 82 Q 27 82 26 78 Z",
    details: "M 68 40 Q 86 40 84 54 Q 82 68 67 66 M 25 38 L 67 38 M 36 24 Q 32 18 36 12 M 46 24 Q 42 18 46 12 M 56 24 Q 52 18 56 12",
};
/// A jacket.
const OUTERWEAR: Shape = Shape {
    body: "M 38 18 Q 50 26 62 18 L 76 26 L 88 72 L 76 76 L 70 50 L 70 86 L 30 86 L 30 50 L 24 76 L 12 72 L 24 26 Z",
    details: "M 50 23 L 50 86 M 38 18 L 44 34 L 50 26 L 56 34 L 62 18 M 35 66 L 44 62 M 65 66 L 56 62 M 30 80 L 70 80",
};
/// Trousers.
const PANTS: Shape = Shape {
    body: "M 32 14 L 68 14 L 74 88 L 56 88 L 50 42 L 44 88 L 26 88 Z",
    details: "M 32 21 L 68 21 M 50 21 L 50 42 M 34 23 Q 42 30 34 34 M 66 23 Q 58 30 66 34 M 26 83 L 44 83 M 56 83 L 74 83",
};
/// A shoe.
const SHOES: Shape = Shape {
    body: "M 14 38 Q 24 44 34 34 L 52 50 Q 62 58 78 60 Q 88 62 88 72 L 12 72 Q 10 54 14 38 Z",
    details: "M 11 72 L 89 72 L 88 79 L 12 79 Z M 40 40 L 34 46 M 45 45 L 39 51 M 51 50 L 45 56 M 20 72 Q 22 58 14 54 M 72 72 Q 70 64 76 60",
};
/// A T-shirt, for all other categories.
const T_SHIRT: Shape = Shape {
    body: "M 36 20 Q 50 32 64 20 L 88 34 L 80 50 L 70 45 L 70 84 L 30 84 L 30 45 L 20 50 L 12 34 Z",
    details: "M 33 21 Q 50 38 67 21 M 70 45 L 69 38 M 30 45 L 31 38 M 30 80 L 70 80 M 54 46 L 63 46 L 63 54 Q 58 58 54 54 Z",
};

pub(super) fn of_category(category: &str) -> Shape {
    match category {
        "Accessories" => ACCESSORIES,
        "Bags" => BAGS,
        "Desk" => DESK,
        "Kitchen" => KITCHEN,
        "Outerwear" => OUTERWEAR,
        "Pants" => PANTS,
        "Shoes" => SHOES,
        _ => T_SHIRT,
    }
}

/// Parses a path of `M`, `L`, `Q` and `Z`.
pub(super) fn path(text: &str) -> Result<Path> {
    let mut words = text.split_ascii_whitespace();
    let mut path = PathBuilder::new();
    while let Some(command) = words.next() {
        let mut number = || words.next().context("a path ends early")?.parse::<f32>().context("no coordinate");
        match command {
            "M" => path.move_to(number()?, number()?),
            "L" => path.line_to(number()?, number()?),
            "Q" => path.quad_to(number()?, number()?, number()?, number()?),
            "Z" => path.close(),
            other => bail!("unknown command {other}"),
        }
    }
    path.finish().context("an empty path")
}
