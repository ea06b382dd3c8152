//! The origins of frontends: the CORS settings of the functions, and those of the local bucket, which follow `template.yaml`.

use anyhow::{Context as _, Result};
use ferrocart::config::AllowedOrigins;

const TEMPLATE: &str = include_str!("../../../template.yaml");
/// The development server and the preview of Vite.
const VITE: [&str; 2] = ["http://localhost:5173", "http://localhost:4173"];

/// The origins whose pages may use the API and upload to the bucket. One with a `*` is a pattern.
#[derive(Debug, Clone)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// Returns these origins, or without any the one of the template and those of Vite, and that of the storefront. By default
    /// it is the first one.
    pub(crate) fn or_default(given: Vec<String>, storefront: Option<String>) -> Result<Self> {
        if given.is_empty() {
            let (_, parameter) = TEMPLATE.split_once("\n  AllowedOrigin:\n").context("the parameter AllowedOrigin")?;
            let default = value(parameter, "Default: ")?;
            let defaults = [default].into_iter().chain(VITE).map(str::to_owned);
            return Ok(Self(storefront.into_iter().chain(defaults).collect()));
        }
        Ok(Self(given.into_iter().chain(storefront).collect()))
    }

    /// The first origin that is no pattern.
    pub(crate) fn first(&self) -> Option<&str> {
        self.0.iter().map(String::as_str).find(|origin| !origin.contains('*'))
    }

    /// The settings of the functions.
    pub(crate) fn settings(&self) -> [(&'static str, String); 2] {
        let (patterns, listed): (Vec<&str>, Vec<&str>) =
            self.0.iter().map(String::as_str).partition(|origin| origin.contains('*'));
        [("ALLOWED_ORIGINS", listed.join(",")), ("ALLOWED_ORIGIN_PATTERNS", patterns.join(","))]
    }

    /// The CORS configuration of the bucket, in the XML of S3, with the rules of the template.
    pub(crate) fn bucket_cors(&self) -> Result<String> {
        let (_, rules) = TEMPLATE.split_once("\n        CorsRules:\n").context("the CORS rules of the bucket")?;
        let elements = |tag: &str, values: &[&str]| {
            values.iter().map(|value| format!("<{tag}>{value}</{tag}>")).collect::<String>()
        };
        let list =
            |key| Ok::<_, anyhow::Error>(value(rules, key)?.trim_matches(['[', ']']).split(", ").collect::<Vec<_>>());
        let origins: Vec<&str> = self.0.iter().map(String::as_str).collect();
        Ok(format!(
            "<CORSConfiguration><CORSRule>{}{}{}{}</CORSRule></CORSConfiguration>",
            elements("AllowedOrigin", &origins),
            elements("AllowedMethod", &list("AllowedMethods: ")?),
            elements("AllowedHeader", &list("AllowedHeaders: ")?),
            elements("MaxAgeSeconds", &[value(rules, "MaxAge: ")?]),
        ))
    }
}

/// Parses an origin or a pattern by the rules of the functions, for an option of the command line.
pub(crate) fn parse(text: &str) -> Result<String, String> {
    let origins = Origins(vec![text.to_owned()]);
    let [(_, listed), (_, patterns)] = origins.settings();
    AllowedOrigins::parse(&listed, &patterns).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

/// Returns the value behind the first occurrence of a key.
fn value<'a>(section: &'a str, key: &str) -> Result<&'a str> {
    let (_, rest) = section.split_once(key).with_context(|| format!("the template has no {key}"))?;
    Ok(rest.lines().next().unwrap_or_default().trim())
}

#[cfg(test)]
mod tests {
    use super::{Origins, parse};

    fn origins(given: &[&str]) -> Origins {
        Origins::or_default(given.iter().map(|&origin| origin.to_owned()).collect(), None).unwrap()
    }

    #[test]
    fn the_storefront_is_the_first_origin_by_default() {
        let storefront = || Some("http://localhost:9001".to_owned());
        assert_eq!(Origins::or_default(Vec::new(), storefront()).unwrap().first(), Some("http://localhost:9001"));
        let given = vec!["https://shop.example.com".to_owned()];
        assert_eq!(Origins::or_default(given, storefront()).unwrap().first(), Some("https://shop.example.com"));
    }

    #[test]
    fn by_default_pages_of_the_template_and_of_vite_are_allowed() {
        let [(_, listed), (_, patterns)] = origins(&[]).settings();
        assert_eq!(listed, "http://localhost:3000,http://localhost:5173,http://localhost:4173");
        assert_eq!(patterns, "");
    }

    #[test]
    fn api_and_bucket_receive_the_same_origins() {
        let origins = origins(&["https://shop.example.com", "https://*.preview.example.com"]);
        assert_eq!(
            origins.settings(),
            [
                ("ALLOWED_ORIGINS", "https://shop.example.com".to_owned()),
                ("ALLOWED_ORIGIN_PATTERNS", "https://*.preview.example.com".to_owned()),
            ]
        );
        assert_eq!(
            origins.bucket_cors().unwrap(),
            "<CORSConfiguration><CORSRule><AllowedOrigin>https://shop.example.com</AllowedOrigin>\
            <AllowedOrigin>https://*.preview.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>\
            <AllowedHeader>content-type</AllowedHeader><MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>"
        );
    }

    #[test]
    fn an_invalid_origin_is_rejected_before_the_start() {
        assert_eq!(parse("http://localhost:8080").unwrap(), "http://localhost:8080");
        assert_eq!(parse("https://*.preview.example.com").unwrap(), "https://*.preview.example.com");
        for invalid in ["localhost:8080", "http://localhost:8080/", "*", "https://*.com"] {
            assert!(parse(invalid).unwrap_err().contains("must be"), "{invalid}");
        }
    }
}
