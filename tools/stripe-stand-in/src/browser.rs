//! What a browser loads: Stripe.js, and the pages that it shows in iframes, so that a shop's page never has a card number.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The parts of Stripe.js, in one scope of their own.
const STRIPE_JS: &str = concat!(
    "(() => {\n\"use strict\";\n\n",
    include_str!("browser/stripe-js/frame.js"),
    include_str!("browser/stripe-js/elements.js"),
    include_str!("browser/stripe-js/client.js"),
    "})();\n"
);

/// The files by their paths.
const FILES: [(&str, File); 8] = [
    ("/clover/stripe.js", script(STRIPE_JS)),
    ("/elements/payment", page(include_str!("browser/payment.html"))),
    ("/elements/payment.js", script(include_str!("browser/payment.js"))),
    ("/elements/card.js", script(include_str!("browser/card.js"))),
    ("/elements/channel.js", script(include_str!("browser/channel.js"))),
    ("/elements/three-d-secure", page(include_str!("browser/three-d-secure.html"))),
    ("/elements/three-d-secure.js", script(include_str!("browser/three-d-secure.js"))),
    ("/elements/style.css", File { content_type: "text/css", text: include_str!("browser/style.css") }),
];

/// A page loads only files of the stand-in, and calls only the stand-in.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'none'; script-src 'self'; \
     style-src 'self'";

/// A file that a browser loads.
#[derive(Clone, Copy)]
pub(crate) struct File {
    content_type: &'static str,
    text: &'static str,
}

/// Returns the file of a request; `None` if it requests no file.
pub(crate) fn file(method: &Method, path: &str) -> Option<File> {
    let (_, file) = FILES.into_iter().find(|(file, _)| *file == path)?;
    (*method == Method::GET).then_some(file)
}

const fn script(text: &'static str) -> File {
    File { content_type: "text/javascript", text }
}

const fn page(text: &'static str) -> File {
    File { content_type: "text/html", text }
}

impl IntoResponse for File {
    fn into_response(self) -> Response {
        let headers = [
            (header::CACHE_CONTROL, "no-cache"),
            (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
            (header::CONTENT_TYPE, self.content_type),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (StatusCode::OK, headers, self.text).into_response()
    }
}
