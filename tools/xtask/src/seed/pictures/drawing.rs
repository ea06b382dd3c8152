//! Draws a product: its shape, in the colour of one of its variants.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use ferrocart::db::products::ProductDoc;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::super::random::hash;
use super::shapes::{self, Shape};

/// Width and height of a picture in pixels.
pub(super) const SIDE: u32 = 640;

/// A colour: red, green and blue.
type Rgb = [u8; 3];

/// The outline of all shapes.
const INK: Rgb = [38, 38, 46];
/// The colours that names of variants mention. The first one that a name contains counts.
#[rustfmt::skip]
const COLORS: [(&str, Rgb); 31] = [
    ("navy", [35, 50, 92]), ("petrol", [28, 92, 107]), ("sky", [126, 180, 222]), ("ink", [42, 62, 112]),
    ("blue", [70, 112, 176]), ("signal", [206, 48, 44]), ("oxblood", [104, 32, 40]), ("red", [184, 48, 48]),
    ("rust", [170, 84, 46]), ("brick", [158, 72, 58]), ("terracotta", [198, 108, 78]), ("lava", [222, 84, 52]),
    ("orange", [236, 132, 46]), ("mustard", [212, 164, 52]), ("ochre", [200, 146, 60]), ("yellow", [240, 200, 64]),
    ("brass", [190, 156, 86]), ("pine", [44, 84, 70]), ("forest", [46, 92, 64]), ("moss", [98, 118, 66]),
    ("olive", [116, 118, 70]), ("sage", [158, 176, 150]), ("lilac", [184, 164, 208]), ("chestnut", [122, 70, 48]),
    ("cognac", [160, 94, 52]), ("camel", [198, 158, 108]), ("khaki", [172, 158, 120]), ("sand", [220, 202, 168]),
    ("white", [244, 242, 236]), ("gray", [150, 152, 156]), ("black", [62, 62, 68]),
];
/// The colours of products whose variants mention none.
const OTHER_COLORS: [Rgb; 4] = [[214, 186, 140], [122, 150, 140], [200, 128, 104], [136, 142, 176]];

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Front,
    Second,
    Detail,
}

impl View {
    pub(super) const ALL: [Self; 3] = [Self::Front, Self::Second, Self::Detail];
}

impl fmt::Display for View {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Front => "from the front",
            Self::Second => "in another light",
            Self::Detail => "a detail",
        })
    }
}

/// One picture of a product.
pub(super) struct Drawing {
    pub(super) view: View,
    shape: Shape,
    color: Rgb,
}

impl Drawing {
    pub(super) fn of(product: &ProductDoc, view: View) -> Self {
        let mut colors: Vec<Rgb> = Vec::new();
        for variant in &product.variants {
            colors.extend(variant.color.as_ref().and_then(|color| named(color.as_str())));
        }
        colors.dedup();
        let [pick] = hash(product.name.as_str());
        let fallback = OTHER_COLORS.into_iter().cycle().nth(usize::from(pick)).unwrap_or(INK);
        let position = usize::from(view == View::Second);
        let color = colors.get(position).or(colors.first()).copied().unwrap_or(fallback);
        Self { view, shape: shapes::of_product(product.name.as_str(), product.category.as_str()), color }
    }

    /// Draws the picture as a PNG file.
    pub(super) fn png(&self) -> Result<Vec<u8>> {
        let mut pixmap = Pixmap::new(SIDE, SIDE).context("a picture without pixels")?;
        let (background, transform) = match self.view {
            View::Front => ([238, 236, 231], Transform::from_scale(6.4, 6.4)),
            View::Second => ([221, 226, 230], Transform::from_scale(6.4, 6.4)),
            View::Detail => ([232, 226, 218], Transform::from_row(12.0, 0.0, 0.0, 12.0, -240.0, -208.0)),
        };
        pixmap.fill(color(background));
        let stroke = Stroke { width: 1.2, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        let body = path(self.shape.body)?;
        pixmap.fill_path(&body, &paint(self.color), FillRule::Winding, transform, None);
        let mut outline = |path: &Path| pixmap.stroke_path(path, &paint(INK), &stroke, transform, None);
        outline(&body);
        outline(&path(self.shape.details)?);
        Ok(pixmap.encode_png()?)
    }
}

/// Parses a path of `M`, `L`, `Q` and `Z`.
fn path(text: &str) -> Result<Path> {
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

fn named(name: &str) -> Option<Rgb> {
    let name = name.to_ascii_lowercase();
    COLORS.into_iter().find(|(word, _)| name.contains(word)).map(|(_, color)| color)
}

fn color([red, green, blue]: Rgb) -> Color {
    Color::from_rgba8(red, green, blue, u8::MAX)
}

fn paint([red, green, blue]: Rgb) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, u8::MAX);
    paint
}

#[cfg(test)]
mod tests {
    use ferrocart::db::products::ProductDoc;
    use ferrocart::domain::time::Timestamp;

    use super::super::super::catalogue::products;
    use super::{Drawing, View, path};

    fn catalogue() -> Vec<ProductDoc> {
        products(Timestamp::from_millis(1_790_000_000_000)).unwrap()
    }

    #[test]
    fn the_shapes_of_all_products_are_paths() {
        for product in catalogue() {
            let shape = Drawing::of(&product, View::Front).shape;
            assert!(path(shape.body).is_ok() && path(shape.details).is_ok(), "{}", product.name);
        }
    }

    #[test]
    fn pictures_differ_by_view_and_are_small() {
        for product in catalogue().iter().step_by(20) {
            let [front, second, detail] = View::ALL.map(|view| Drawing::of(product, view).png().unwrap());
            assert!(front != second && front != detail, "{}", product.name);
            assert!(front.starts_with(b"\x89PNG") && front.len() < 100_000, "{}: {}", product.name, front.len());
        }
    }
}
