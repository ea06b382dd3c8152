//! The mails as buyers read them, in each language, and what they do with the input of others.

use ferrocart::config::MailConfig;
use ferrocart::db::new_id;
use ferrocart::db::orders::{OrderDoc, PaymentDoc, Tracking};
use ferrocart::domain::id::UserId;
use ferrocart::domain::money::Money;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::domain::order::{Actor, OrderStatus};
use ferrocart::domain::payment::PaymentStatus;
use ferrocart::domain::refund::Refund;
use ferrocart::domain::search::Language;
use ferrocart::domain::time::Timestamp;
use ferrocart_mailer::{MailContent, Message, render_mail};
use ferrocart_tests::sample::{order, product};

fn config() -> MailConfig {
    MailConfig {
        from: "orders@shop.example.com".parse().expect("an address"),
        storefront_url: "https://shop.example.com".to_owned(),
        store_name: "Harbor Goods".to_owned(),
        color: "#0f766e".to_owned(),
        configuration_set: None,
        endpoint: None,
        access: None,
    }
}

/// Returns a shipped order with a refund.
fn sample() -> OrderDoc {
    let placed = Timestamp::from_millis(1_790_000_000_000);
    let tee = product("Harbor Tee", 1999, &[("TEE-M", 5)]);
    let mut sample = order(new_id::<UserId>(), &tee, 2, OrderStatus::Shipped, placed);
    sample.order_number = "FC-7K3M-Q9TD".to_owned();
    sample.tracking = Some(Tracking {
        carrier: "UPS".parse().expect("a carrier"),
        number: "1Z999".parse().expect("a number"),
        url: Some("https://ups.example/track?n=1Z999&lang=en".to_owned()),
    });
    sample.refunds = vec![Refund { amount: Money::from_minor(500), ..Refund::new(new_id(), Actor::Admin, placed) }];
    sample
}

fn render(order: &OrderDoc, kind: NotificationKind, language: Language) -> Message {
    let is_about_order = kind.as_str().starts_with("order_") || kind == NotificationKind::PaymentFailed;
    let refund = order.refunds.first().filter(|_| kind == NotificationKind::OrderRefunded).map(|refund| refund.id);
    let link = if is_about_order { "https://shop.example.com/orders/1" } else { "https://shop.example.com/account" };
    let content = MailContent { kind, order: is_about_order.then_some(order), refund, link };
    render_mail(&config(), language, content).expect("a mail")
}

#[test]
fn every_mail_is_readable_as_text() {
    assert_snapshots("text", |Message { subject, text, .. }| format!("Subject: {subject}\n\n{text}\n"));
}

/// `check-mails.ts` opens these snapshots in Chromium, and `cargo xtask screenshots` takes pictures of them.
#[test]
fn every_mail_is_readable_as_html() {
    assert_snapshots("html", |mail| mail.html);
}

fn assert_snapshots(format: &str, content: fn(Message) -> String) {
    let sample = sample();
    for (name, language) in [("en", Language::English), ("de", Language::German)] {
        let mails = NotificationKind::ALL
            .map(|kind| format!("==== {}\n{}", kind.as_str(), content(render(&sample, kind, language))));
        insta::assert_snapshot!(format!("mails_as_{format}_{name}"), mails.join("\n"));
    }
}

#[test]
fn input_never_becomes_html_or_a_header() {
    let mut sample = sample();
    let hostile = "<script>alert(\"1\")</script> {{ store.url }} {% raw %}";
    sample.items[0].name = hostile.parse().expect("a name");
    sample.shipping_address.name = Some("</p><img src=x onerror='1'>".parse().expect("a name"));
    sample.shipping_address.city = Some("Bcc: all@example.com".parse().expect("a city"));
    if let Some(tracking) = &mut sample.tracking {
        tracking.carrier = "UPS\" onmouseover=\"1".parse().expect("a carrier");
    }
    for kind in NotificationKind::ALL {
        let Message { subject, html, text } = render(&sample, kind, Language::English);
        for part in ["<script", "<img", "onerror='1'", "UPS\" on"] {
            assert!(!html.contains(part), "{kind:?}: {part}");
        }
        assert!(!subject.contains(['\r', '\n']) && !subject.contains("Bcc"), "{kind:?}: {subject}");
        // A template in a name is text.
        assert!(!text.contains("Harbor Tee") && (!text.contains("2 x ") || text.contains(hostile)), "{kind:?}: {text}");
    }
    let html = render(&sample, NotificationKind::OrderPlaced, Language::English).html;
    assert!(html.contains("&lt;script&gt;alert(") && html.contains("{{ store.url }} {% raw %}"), "{html}");
    // No text of a buyer can have a line break, which a header would need.
    assert!("Ada\r\nBcc: all@example.com".parse::<ferrocart::domain::text::PersonName>().is_err());
    assert!("ada@example.com\r\nBcc: all@example.com".parse::<ferrocart::domain::email::Email>().is_err());
}

#[test]
fn a_cancelled_order_says_what_happens_to_the_payment() {
    let unpaid = OrderDoc { payment: PaymentDoc::new(PaymentStatus::Canceled), ..sample() };
    let cancelled = |order: &OrderDoc| render(order, NotificationKind::OrderCancelled, Language::English).text;
    assert!(cancelled(&unpaid).contains("You have not been charged."));
    assert!(cancelled(&sample()).contains("Your payment is returned to you."));
}
