//! `GET /products?q=`: the forms and spellings in which a word is found.

use super::search::found;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;

/// Opens a shop in a language, with a product for each name.
async fn open(language: &str, names: &[&str]) -> TestShop {
    let shop = TestShop::open_with(&[("CATALOGUE_LANGUAGE", language)]).await;
    for (number, name) in names.iter().enumerate() {
        shop.stock(product(name, 100, &[(&format!("SKU{number}"), 1)])).await;
    }
    shop
}

/// The names that a search finds, sorted.
async fn found_names(shop: &TestShop, q: &str) -> Vec<String> {
    let mut names = found(shop.visitor(), q).await;
    names.sort();
    names
}

/// Asserts that each spelling finds the products whose names are spellings of the same group, and no others.
async fn assert_equal(groups: &[&[&str]]) {
    let shop = open("en", &groups.concat()).await;
    for spellings in groups {
        let mut expected: Vec<String> = spellings.iter().map(|&name| name.to_owned()).collect();
        expected.sort();
        for q in *spellings {
            assert_eq!(found_names(&shop, q).await, expected, "{q}");
        }
    }
}

#[tokio::test]
async fn irregular_plurals_are_found_in_both_directions() {
    assert_equal(&[
        &["Macro Lens", "Macro Lenses"],
        &["Bread Knife", "Bread Knives"],
        &["Silk Scarf", "Silk Scarves"],
        &["Oak Bookshelf", "Oak Bookshelves"],
        &["Baby Spoon", "Babies Spoons"],
        &["Child Seat", "Children Seats"],
        &["Computer Mouse", "Computer Mice"],
        &["Table Foot", "Table Feet"],
        &["Lace Bra", "Lace Bras"],
    ])
    .await;
}

#[tokio::test]
async fn possessives_equal_the_word_with_or_without_apostrophe() {
    assert_equal(&[
        &["Men's Belt", "Mens Belt", "Men Belt", "Man Belt", "Men’s Belt"],
        &["Women's Belt", "Woman Belt"],
        &["Kids' Hat", "Kids Hat", "Kid's Hat", "Kid Hat"],
    ])
    .await;
}

#[tokio::test]
async fn compounds_are_found_in_every_spelling() {
    assert_equal(&[
        &["T-Shirt", "TShirt", "T Shirt"],
        &["Rain-Coats", "Raincoat", "Rain Coat"],
        &["Note-book", "Notebooks", "Note Book"],
        &["Bolt 10mm", "Bolts 10 mm", "Bolt 10-mm"],
        &["Menswear", "Men's Wear", "Mens-Wear"],
        &["USB-C Cable", "USBC Cable", "USB C Cable"],
        &["Rock'n'Roll", "Rock n Roll", "Rock-n-Roll"],
        &["E-Mail Sign", "Email Sign", "E mail Signs"],
        &["X-ray Lamp", "Xray Lamp", "X ray Lamp"],
        &["3-D Puzzle", "3D Puzzle", "3 D Puzzles"],
        &["Wi-Fi Hub", "WiFi Hub", "wi fi hubs"],
        &["Tooth-brushes", "Toothbrush", "Tooth Brushes"],
        &["Hand\u{2011}bag", "Handbags", "Hand bag", "hand\u{2010}bags", "Hand\u{2013}Bag"],
        &["Make-Up", "Makeup", "Make up"],
    ])
    .await;
}

#[tokio::test]
async fn compounds_with_a_stop_word_are_found_in_every_spelling() {
    let groups: [&[&str]; 6] = [
        &["Slip-On Loafer", "Slipon Loafers", "Slip On Loafer"],
        &["In-Ear Buds", "Inear Buds", "In Ear Buds"],
        &["A-Line Gown", "Aline Gown", "A Line Gown"],
        &["Built-in Oven", "Builtin Oven", "Built in Ovens"],
        &["Off-Road Tyre", "Offroad Tyre", "Off Road Tyres"],
        &["Stand-by Lamp", "Standby Lamps", "Stand By Lamp"],
    ];
    assert_equal(&groups).await;
    let shop = open("en", &["Clip-On Tie", "Green Inear Phones", "Blue Inear Phones"]).await;
    for (q, names) in [
        ("clip on tie", &["Clip-On Tie"][..]),
        ("clipon", &["Clip-On Tie"]),
        ("green in ear", &["Green Inear Phones"]),
        ("green in-ea", &["Green Inear Phones"]),
        ("in ear", &["Blue Inear Phones", "Green Inear Phones"]),
    ] {
        assert_eq!(found_names(&shop, q).await, names, "{q}");
    }
}

#[tokio::test]
async fn compounds_are_found_beside_other_words() {
    let shop = open("en", &["Blue T-Shirt for Men", "Yellow Raincoat"]).await;
    for (q, name) in [
        ("tshirt blue", "Blue T-Shirt for Men"),
        ("blue t shirts", "Blue T-Shirt for Men"),
        ("tsh", "Blue T-Shirt for Men"),
        ("tshir", "Blue T-Shirt for Men"),
        ("tshrit", "Blue T-Shirt for Men"),
        ("yellow rain coat", "Yellow Raincoat"),
        ("rain coa", "Yellow Raincoat"),
    ] {
        assert_eq!(found(shop.visitor(), q).await, [name], "{q}");
    }
    assert_eq!(found_names(&shop, "coat rain").await, [""; 0]);
}

#[tokio::test]
async fn hyphenated_compounds_of_a_description_are_found() {
    let shop = TestShop::open().await;
    let mut hanger = product("Hanger", 100, &[("H", 1)]);
    hanger.description = "Made for one T-Shirt or a waterproof coat.".parse().expect("a description");
    shop.stock(hanger).await;
    for q in ["tshirt", "t-shirts", "t shirt", "waterproof", "one coat"] {
        assert_eq!(found(shop.visitor(), q).await, ["Hanger"], "{q}");
    }
}

#[tokio::test]
async fn words_of_scripts_without_blanks_are_found_inside_names() {
    let cases = [
        ("中国绿茶杯", &["绿茶", "茶杯", "茶", "中国", "中国绿茶杯", "绿茶 中国"][..]),
        ("本革のスニーカー", &["スニーカー", "すにーかー", "ｽﾆｰｶｰ", "本革", "革", "スニ"]),
        ("Tシャツ 綿100%", &["tシャツ", "シャツ", "Ｔシャツ", "綿", "100"]),
        ("รองเท้าหนังสีดำ", &["หนัง", "รองเท้า", "สีดำ"]),
        ("여성운동화", &["운동화", "여성", "운동"]),
        ("스포츠 장갑을", &["장갑", "스포츠"]),
        ("เสื้อยืดคอกลมสีน้ำเงิน", &["คอกลม", "น้ำเงิน", "ยืด"]),
        ("Nike男士运动鞋2024", &["运动", "nike 鞋", "2024", "运动鞋 nike"]),
        ("高级真丝围巾", &["围巾", "真丝"]),
        ("អាវយឺតកប្បាស", &["កប្បាស", "យឺត"]),
        ("ချည်အင်္ကျီ", &["အင်္ကျီ"]),
        ("ເສື້ອຢືດຜ້າຝ້າຍ", &["ຜ້າຝ້າຍ"]),
    ];
    let shop = open("en", &cases.map(|(name, _)| name)).await;
    for (name, queries) in cases {
        for q in queries {
            assert_eq!(found(shop.visitor(), q).await, [name], "{q}");
        }
    }
    for q in ["红茶", "サンダル", "セーター", "หมวก", "모자"] {
        assert_eq!(found(shop.visitor(), q).await, [""; 0], "{q}");
    }
}

#[tokio::test]
async fn a_description_without_blanks_is_found_by_two_characters() {
    let shop = TestShop::open().await;
    let mut cup = product("杯", 100, &[("CUP", 1)]);
    cup.description = "适合喝绿茶。".parse().expect("a description");
    shop.stock(cup).await;
    for q in ["绿茶", "喝绿茶", "杯"] {
        assert_eq!(found(shop.visitor(), q).await, ["杯"], "{q}");
    }
    assert_eq!(found(shop.visitor(), "红茶").await, [""; 0]);
}

#[tokio::test]
async fn case_width_and_marks_of_all_scripts_do_not_matter() {
    assert_equal(&[
        &["Σάκος", "ΣΑΚΟΣ", "σακοσ", "σάκος"],
        &["Straße", "STRASSE", "straẞe"],
        &["Crème brûlée", "creme brulee", "CRÈME BRÛLÉE"],
        &["Kırmızı", "KIRMIZI", "kirmizi"],
        &["Ｍｕｇ ２", "mug 2"],
        &["Oﬃce", "office"],
        &["Ёлочка", "елочка", "ЁЛОЧКА"],
        &["كِتَاب", "كتاب", "كتـاب"],
        &["סֵפֶר", "ספר"],
        &["Smørrebrød", "smorrebrod"],
    ])
    .await;
}

#[tokio::test]
async fn typos_are_corrected_in_every_alphabet() {
    let shop = open("ru", &["Кроссовки", "Παπούτσια"]).await;
    assert_eq!(found(shop.visitor(), "кросовки").await, ["Кроссовки"]);
    assert_eq!(found(shop.visitor(), "παπουτσα").await, ["Παπούτσια"]);
}

#[tokio::test]
async fn a_brand_mark_is_no_part_of_the_name() {
    let shop = open("en", &["Gore™ Jacket", "H&M Coat", "Levi's® 501"]).await;
    for (q, name) in [
        ("gore jacket", "Gore™ Jacket"),
        ("h&m coat", "H&M Coat"),
        ("hm coat", "H&M Coat"),
        ("levis 501", "Levi's® 501"),
        ("levi's", "Levi's® 501"),
        ("levi", "Levi's® 501"),
    ] {
        assert_eq!(found(shop.visitor(), q).await, [name], "{q}");
    }
}

#[tokio::test]
async fn sizes_colours_and_emoji_are_words_of_a_search() {
    let shop = TestShop::open().await;
    for (name, size, color) in
        [("Rain Jacket 🧥", "XL", "Navy Blue"), ("Boots", "EU 42", "Red"), ("Sandals", "XL", "Red")]
    {
        let mut product = product(name, 100, &[(&name.replace(|c: char| !c.is_ascii_alphabetic(), ""), 1)]);
        for variant in &mut product.variants {
            variant.size = Some(size.parse().expect("a size"));
            variant.color = Some(color.parse().expect("a colour"));
        }
        shop.stock(product).await;
    }
    for (q, names) in [
        ("jacket xl", &["Rain Jacket 🧥"][..]),
        ("xl jacket", &["Rain Jacket 🧥"]),
        ("jacket l", &[]),
        ("boots eu 42", &["Boots"]),
        ("boots eu42", &["Boots"]),
        ("red boots", &["Boots"]),
        ("jacket navyblue", &["Rain Jacket 🧥"]),
        ("🧥", &["Rain Jacket 🧥"]),
        ("jacket🧥", &["Rain Jacket 🧥"]),
        ("things xl", &["Sandals", "Rain Jacket 🧥"]),
    ] {
        assert_eq!(found(shop.visitor(), q).await, names, "{q}");
    }
}

#[tokio::test]
async fn stop_words_alone_and_single_letters_are_searched() {
    let shop = open("en", &["The The", "To Be or Not", "Vitamin C", "Anna Bag"]).await;
    for (q, names) in [
        ("the", &["The The"][..]),
        ("to be or", &["To Be or Not"]),
        ("bag for the", &["Anna Bag"]),
        ("vitamin c", &["Vitamin C"]),
        ("v", &["Vitamin C"]),
    ] {
        assert_eq!(found(shop.visitor(), q).await, names, "{q}");
    }
}
