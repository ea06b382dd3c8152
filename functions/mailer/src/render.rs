//! Renders messages. The texts are plain text, also after values have replaced their placeholders; the HTML layout escapes each of
//! them once. So nothing that a buyer has entered becomes HTML, and nothing becomes a header.

use crate::order_details::OrderDetails;
use crate::texts::{MailTexts, Texts};
use ferrocart::config::MailConfig;
use ferrocart::db::orders::OrderDoc;
use ferrocart::domain::id::RefundId;
use ferrocart::domain::notification::NotificationKind;
use ferrocart::domain::search::Language;
use ferrocart::{Error, Result};
use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;
use std::collections::BTreeMap;

/// A rendered mail.
#[derive(Debug, Clone)]
pub struct Message {
    /// The subject: one line.
    pub subject: String,
    /// The content as HTML.
    pub html: String,
    /// The same content as text.
    pub text: String,
}

/// What a mail is about.
#[derive(Debug, Clone, Copy)]
pub struct MailContent<'a> {
    /// The kind of the notification.
    pub kind: NotificationKind,
    /// The order, if it is about one.
    pub order: Option<&'a OrderDoc>,
    /// The refund of the order, if it is about one.
    pub refund: Option<RefundId>,
    /// The URL of its button.
    pub link: &'a str,
}

/// The values of the placeholders in texts.
#[derive(Serialize)]
struct Values<'a> {
    store: &'a str,
    order: Option<&'a OrderDetails>,
}

/// What the layouts show.
#[derive(Serialize)]
struct Layout<'a> {
    language: &'a str,
    labels: &'a BTreeMap<String, String>,
    store: Store<'a>,
    #[serde(flatten)]
    mail: &'a MailTexts,
    order: Option<&'a OrderDetails>,
    link: &'a str,
}

#[derive(Serialize)]
struct Store<'a> {
    name: &'a str,
    url: &'a str,
    color: &'a str,
}

/// Renders a mail in the language of the catalogue.
///
/// # Errors
/// When an amount overflows, or a template is malformed.
pub fn render_mail(config: &MailConfig, language: Language, content: MailContent<'_>) -> Result<Message> {
    let texts = Texts::of(language)?;
    let MailContent { kind, order, refund, link } = content;
    let order = order.map(|order| OrderDetails::of(order, refund, &texts.decimal)).transpose()?;
    let order = order.as_ref();
    let mail = fill(texts.mail(kind)?, &Values { store: &config.store_name, order })?;
    let MailConfig { store_name: name, storefront_url: url, color, .. } = config;
    let store = Store { name, url, color };
    let layout = Layout { language: &texts.language, labels: &texts.labels, store, mail: &mail, order, link };
    Ok(Message {
        // A subject with a line break would be rejected.
        subject: mail.subject.split_whitespace().collect::<Vec<_>>().join(" "),
        html: render("mail.html", include_str!("../templates/mail.html"), &layout)?,
        text: render("mail.txt", include_str!("../templates/mail.txt"), &layout)?,
    })
}

/// Replaces the placeholders of the texts. Paragraphs whose condition does not hold are empty, and are left out.
fn fill(texts: &MailTexts, values: &Values<'_>) -> Result<MailTexts> {
    let text = |source: &str| render("text.txt", source, values);
    let paragraphs = texts.paragraphs.iter().map(|paragraph| text(paragraph)).collect::<Result<Vec<_>>>()?;
    Ok(MailTexts {
        subject: text(&texts.subject)?,
        heading: text(&texts.heading)?,
        paragraphs: paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty()).collect(),
        button: texts.button.as_deref().map(text).transpose()?,
    })
}

/// Renders a template. The ending of its name decides whether values are escaped as HTML.
fn render(name: &str, source: &str, values: &impl Serialize) -> Result<String> {
    let rendered = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build().and_then(|syntax| {
        let mut environment = Environment::new();
        environment.set_syntax(syntax);
        environment.render_named_str(name, source, Serde(values))
    });
    rendered.map_err(|error| {
        tracing::error!(%error, name, "a mail cannot be rendered");
        Error::System("a mail cannot be rendered")
    })
}
