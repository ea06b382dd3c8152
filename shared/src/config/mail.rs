//! The settings of mail to buyers.

use super::aws::AwsAccess;
use super::settings::Settings;
use crate::domain::email::Email;
use crate::domain::text::Label;
use crate::domain::url::WebUrl;

/// The colour of headings and buttons, if there is no setting.
const DEFAULT_COLOR: &str = "#1f2937";

/// Mail to buyers.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// `MAIL_FROM`: the address that sends mail. SES must have verified it or its domain.
    pub from: Email,
    /// `STOREFRONT_URL`: the URL of the storefront, such as `https://shop.example.com`, to which links in mails lead.
    pub storefront_url: String,
    /// `STORE_NAME`: the name of the store; by default the host of the storefront.
    pub store_name: String,
    /// `STORE_ACCENT`: the colour of headings and buttons, such as `#1f2937`, which is the default.
    pub color: String,
    /// `MAIL_CONFIGURATION_SET`: the configuration set of SES that reports bounces and complaints; by default none.
    pub configuration_set: Option<String>,
    /// `AWS_ENDPOINT_URL_SESV2` or `AWS_ENDPOINT_URL`: the endpoint of SES; by default that of the region.
    pub endpoint: Option<String>,
    /// The credentials, for the function that sends mail: present if `AWS_ACCESS_KEY_ID` is set, as on Lambda.
    pub access: Option<AwsAccess>,
}

/// The function `mailer`, for functions that invoke it.
#[derive(Debug, Clone)]
pub struct MailerConfig {
    /// `MAILER_FUNCTION`: its name.
    pub function: String,
    /// `AWS_ENDPOINT_URL_LAMBDA` or `AWS_ENDPOINT_URL`: the endpoint of Lambda; by default that of the region.
    pub endpoint: String,
    /// The credentials.
    pub access: AwsAccess,
}

impl<F: Fn(&str) -> Option<String>> Settings<F> {
    /// Reads the function that sends mail; `None` if its schedule alone starts it.
    pub(super) fn mailer(&mut self) -> Option<MailerConfig> {
        let function = self.optional("MAILER_FUNCTION")?;
        let access = self.aws_access();
        let endpoint = self.optional("AWS_ENDPOINT_URL_LAMBDA").or_else(|| self.optional("AWS_ENDPOINT_URL"));
        let endpoint = endpoint.map(|url| url.trim_end_matches('/').to_owned());
        let endpoint = endpoint.unwrap_or_else(|| format!("https://lambda.{}.amazonaws.com", access.region));
        Some(MailerConfig { function, endpoint, access })
    }

    /// Reads whether the shop sends mail.
    pub(super) fn sends_mail(&mut self) -> bool {
        match self.optional("MAIL").as_deref() {
            None | Some("none") => false,
            Some("ses") => true,
            Some(_) => {
                self.reject("MAIL must be ses or none");
                false
            }
        }
    }

    /// Reads the settings of mail; `None` without an address that sends it.
    pub(super) fn mail(&mut self) -> Option<MailConfig> {
        let from = self.optional("MAIL_FROM")?.parse::<Email>();
        let from = from.map_err(|error| self.reject(format!("MAIL_FROM {error}"))).ok();
        let storefront_url = self.storefront_url();
        let host = storefront_url.split_once("://").map_or("", |(_, rest)| rest);
        let store_name = self.optional("STORE_NAME").unwrap_or_else(|| host.to_owned());
        // It is empty if there is no storefront, which was rejected.
        if !store_name.is_empty() && store_name.parse::<Label>().is_err() {
            self.reject("STORE_NAME must be a line of 1 to 100 characters");
        }
        let color = self.optional("STORE_ACCENT").unwrap_or_else(|| DEFAULT_COLOR.to_owned());
        if !is_color(&color) {
            self.reject("STORE_ACCENT must be a colour such as #1f2937");
        }
        let configuration_set = self.optional("MAIL_CONFIGURATION_SET");
        let endpoint = self.optional("AWS_ENDPOINT_URL_SESV2").or_else(|| self.optional("AWS_ENDPOINT_URL"));
        let endpoint = endpoint.map(|url| url.trim_end_matches('/').to_owned());
        let access = self.optional("AWS_ACCESS_KEY_ID").map(|_| self.aws_access());
        Some(MailConfig { from: from?, storefront_url, store_name, color, configuration_set, endpoint, access })
    }

    fn storefront_url(&mut self) -> String {
        let text = self.required("STOREFRONT_URL");
        let url = text.trim_end_matches('/');
        if !text.is_empty() && (url.parse::<WebUrl>().is_err() || url.contains(['?', '#'])) {
            self.reject("STOREFRONT_URL must be a URL such as https://shop.example.com");
        }
        url.to_owned()
    }
}

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}
