//! `GET /products/feed.xml`

use ferrocart::db::products::ProductDoc;
use ferrocart::domain::money::Money;
use ferrocart::domain::product_options::VariantOption;
use ferrocart_tests::TestShop;
use ferrocart_tests::sample::product;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Returns the elements of each item: names and decoded texts, in their order.
fn items(feed: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = Reader::from_str(feed);
    let (mut items, mut text) = (Vec::new(), String::new());
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(start) if start.name().0 == "item" => items.push(Vec::new()),
            Event::Start(_) => text.clear(),
            Event::Text(part) => text.push_str(&part),
            Event::GeneralRef(reference) => {
                text.push_str(quick_xml::escape::resolve_predefined_entity(&reference).expect("an entity"));
            }
            Event::End(end) if end.name().0.starts_with("g:") => {
                items.last_mut().expect("an item").push((end.name().0.to_owned(), text.clone()));
            }
            Event::Eof => return items,
            _ => {}
        }
    }
}

async fn feed(shop: &TestShop) -> String {
    let answer = shop.visitor().get("/products/feed.xml").await.expect(200);
    assert_eq!(answer.header("content-type"), "application/xml");
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    answer.body.as_str().expect("a text").to_owned()
}

fn reduced() -> ProductDoc {
    let mut product = product("Tee <b>\"Soft\"</b> & Söhne]]>", 1999, &[("TEE-M", 5), ("TEE-L", 0)]);
    product.description =
        "Use code <script>alert('x')</script> &amp; save.\nTwo lines.".parse().expect("a description");
    product.compare_at_price = Some(Money::from_minor(2999));
    product.images.push("https://images.example.com/back.jpg?a=1&b=2".to_owned());
    product.variants[1].price_modifier = Money::from_minor(200);
    product.variants[1].options =
        vec![VariantOption { name: "Material".parse().expect("a name"), value: "Wool".parse().expect("a value") }];
    product
}

#[tokio::test]
async fn the_feed_has_an_item_for_each_variant() {
    let shop = TestShop::open().await;
    let tee = shop.stock(reduced()).await;
    let mut hidden = product("Hidden", 999, &[("HIDDEN", 1)]);
    hidden.is_active = false;
    shop.stock(hidden).await;
    let feed = feed(&shop).await;
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" \
        xmlns:g=\"http://base.google.com/ns/1.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel>\
        <title>https://shop.example.com</title><link>https://shop.example.com</link>";
    assert!(feed.starts_with(head) && feed.ends_with("</item></channel></rss>"), "{feed}");
    assert!(!feed.contains("rel=\"next\""));
    assert!(!feed.contains("<script>") && !feed.contains("<b>"));
    let [medium, large] = <[_; 2]>::try_from(items(&feed)).expect("two items");
    let description = "Use code <script>alert('x')</script> &amp; save.\nTwo lines.";
    let url = format!("https://shop.example.com/products/{}", tee.slug());
    let expected = |id: &str, title: &str, stock: &str, prices: [&str; 2], size: &[(&str, &str)]| {
        let mut elements = vec![
            ("g:id", id.to_owned()),
            ("g:item_group_id", tee.id.to_string()),
            ("g:title", format!("Tee <b>\"Soft\"</b> & Söhne]]>, {title}")),
            ("g:description", description.to_owned()),
            ("g:link", format!("{url}?sku={id}")),
            ("g:image_link", tee.images[0].clone()),
            ("g:additional_image_link", "https://images.example.com/back.jpg?a=1&b=2".to_owned()),
            ("g:availability", stock.to_owned()),
            ("g:price", prices[0].to_owned()),
            ("g:sale_price", prices[1].to_owned()),
            ("g:product_type", "Things".to_owned()),
            ("g:size", "M".to_owned()),
            ("g:color", "Red".to_owned()),
        ];
        elements.extend(size.iter().map(|(name, value)| (*name, (*value).to_owned())));
        elements.into_iter().map(|(name, text)| (name.to_owned(), text)).collect::<Vec<_>>()
    };
    assert_eq!(medium, expected("TEE-M", "Red, M", "in_stock", ["29.99 USD", "19.99 USD"], &[]));
    let material = [("g:material", "Wool")];
    assert_eq!(large, expected("TEE-L", "Red, M, Wool", "out_of_stock", ["31.99 USD", "21.99 USD"], &material));
}

#[tokio::test]
async fn a_product_with_one_variant_is_in_no_group() {
    let shop = TestShop::open().await;
    let mut pin = product("Pin", 500, &[("PIN", 1)]);
    pin.description = "".parse().expect("a description");
    pin.images.clear();
    let pin = shop.stock(pin).await;
    let items = items(&feed(&shop).await);
    let text = |name: &str| items[0].iter().find(|(element, _)| element == name).map(|(_, text)| text.as_str());
    assert_eq!((text("g:title"), text("g:description")), (Some("Pin"), Some("Pin")));
    let url = format!("https://shop.example.com/products/{}?sku=PIN", pin.slug());
    assert_eq!(text("g:link"), Some(url.as_str()));
    assert_eq!((text("g:price"), text("g:sale_price")), (Some("5.00 USD"), None));
    assert_eq!((text("g:item_group_id"), text("g:image_link")), (None, None));
}

#[tokio::test]
async fn a_long_feed_has_several_pages_below_the_limit_of_a_response() {
    let shop = TestShop::open().await;
    let description = "&".repeat(5_000);
    for number in 0..4 {
        let skus: Vec<String> = (0..80).map(|variant| format!("TEE-{number}-{variant}")).collect();
        let variants: Vec<(&str, i64)> = skus.iter().map(|sku| (sku.as_str(), 1)).collect();
        let mut product = product(&format!("Tee {number}"), 1999, &variants);
        product.description = description.parse().expect("a description");
        shop.stock(product).await;
    }
    let visitor = shop.visitor().with_header("host", "api.example.com");
    let (mut path, mut found, mut pages) = ("/products/feed.xml".to_owned(), 0, 0);
    loop {
        let page = visitor.get(&path).await.expect(200);
        let page = page.body.as_str().expect("a text");
        assert!(page.len() < 4_100_000, "{} bytes", page.len());
        found += items(page).len();
        pages += 1;
        let Some((_, link)) = page.split_once("<atom:link rel=\"next\" href=\"") else { break };
        let (url, _) = link.split_once("\"/>").expect("a link");
        path = url.strip_prefix("http://api.example.com/api/v1").expect("a URL of the API").to_owned();
    }
    assert_eq!((found, pages), (320, 4));
}
