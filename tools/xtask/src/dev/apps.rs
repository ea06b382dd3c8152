//! The storefront and the admin pages of a stack, each served by Vite.

use std::time::Duration;

use anyhow::Result;
use reqwest::Url;

use super::ports::Ports;
use super::settings::Settings;
use super::stand_in::StandIn;
use crate::frontend::{self, Built};
use crate::processes::Processes;
use crate::ready;
use crate::s3::S3;
use crate::terminal::print_status;

/// How long Vite may take to start. It reads its configuration and, in watch mode, all dependencies.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// The apps, which are built but not served yet.
pub(super) struct Apps {
    built: Built,
    /// The command of Vite: `dev` follows changes of the sources, `preview` serves the build.
    command: &'static str,
    ports: Ports,
}

impl Apps {
    /// Builds the apps, if necessary. Without them the API still runs, so an error is only printed.
    pub(super) async fn build(processes: &Processes, watches: bool, ports: Ports) -> Option<Self> {
        match frontend::build(processes).await {
            Ok(built) => Some(Self { built, command: if watches { "dev" } else { "preview" }, ports }),
            Err(error) => {
                print_status(format_args!(
                    "the storefront and the admin pages are not served: {error:#}\nStart again when pip and npm can \
                     install packages."
                ));
                None
            }
        }
    }

    /// The origin of both apps.
    pub(super) fn origin(&self) -> String {
        format!("http://localhost:{}", self.ports.storefront)
    }

    /// Serves both apps, and waits until they respond. The storefront's server also forwards requests for the API and for the
    /// admin pages, so that all have one origin, as on CloudFront.
    pub(super) async fn serve(
        &self,
        processes: &mut Processes,
        settings: &Settings,
        stand_in: Option<&StandIn>,
        s3: Option<&S3>,
    ) -> Result<()> {
        let Ports { api, storefront, admin, .. } = self.ports;
        print_status(format_args!("serving the storefront and the admin pages on port {storefront}"));
        let admin_origin = format!("http://127.0.0.1:{admin}");
        let mut environment = environment(settings, stand_in, s3);
        environment.push(("API_ORIGIN", format!("http://127.0.0.1:{api}")));
        self.start(processes, "admin", admin, &environment)?;
        environment.push(("ADMIN_ORIGIN", admin_origin.clone()));
        self.start(processes, "storefront", storefront, &environment)?;
        let ready = async {
            ready::wait_for_http("Vite", &format!("{admin_origin}/admin/"), START_TIMEOUT).await?;
            ready::wait_for_http("Vite", &format!("http://127.0.0.1:{storefront}/"), START_TIMEOUT).await
        };
        processes.during(ready).await
    }

    fn start(
        &self,
        processes: &mut Processes,
        app: &'static str,
        port: u16,
        environment: &[(&'static str, String)],
    ) -> Result<()> {
        let Built { node, directory } = &self.built;
        let mut command = processes.command(node);
        command
            .arg(directory.join("node_modules/vite/bin/vite.js"))
            // Several shops and tests serve the same builds at the same time.
            .args([self.command, "--bypass-lock", "--host", "127.0.0.1", "--strictPort", "--port", &port.to_string()])
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .current_dir(directory.join(app));
        processes.start(app, command)
    }
}

/// What `frontend/hosting` reads: the configuration of the apps, and the origins that their pages use.
fn environment(settings: &Settings, stand_in: Option<&StandIn>, s3: Option<&S3>) -> Vec<(&'static str, String)> {
    let mut environment = Vec::new();
    for name in ["STORE_ACCENT", "STORE_CURRENCY", "STORE_NAME", "STRIPE_API_BASE", "STRIPE_PUBLISHABLE_KEY"] {
        environment.extend(settings.get(name).map(|value| (name, value.to_owned())));
    }
    if let Some(stand_in) = stand_in {
        environment.push(("STRIPE_API_BASE", stand_in.base_url.clone()));
        environment.push(("STRIPE_PUBLISHABLE_KEY", stand_in.publishable_key.clone()));
    }
    match s3 {
        Some(s3) => environment.push(("IMAGE_ORIGIN", s3.url.clone())),
        None => environment.extend(own_bucket(settings)),
    }
    environment
}

/// The origins of the developer's own bucket: from where its images are loaded, and to where they are uploaded.
fn own_bucket(settings: &Settings) -> [(&'static str, String); 2] {
    let [bucket, region] = ["IMAGE_BUCKET", "AWS_REGION"].map(|name| settings.get(name).unwrap_or_default());
    let endpoint = settings.get("AWS_ENDPOINT_URL_S3").or_else(|| settings.get("AWS_ENDPOINT_URL"));
    let uploads = endpoint.map_or_else(|| format!("https://{bucket}.s3.{region}.amazonaws.com"), origin);
    let images = settings.get("IMAGE_BASE_URL").map_or_else(|| uploads.clone(), origin);
    [("IMAGE_ORIGIN", images), ("UPLOAD_ORIGIN", uploads)]
}

/// The origin of a URL, or the text if it is none.
fn origin(url: &str) -> String {
    url.parse::<Url>().map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::environment;
    use crate::dev::Settings;
    use crate::s3::S3;

    fn value(settings: &Settings, s3: Option<&S3>, name: &str) -> Option<String> {
        environment(settings, None, s3).into_iter().rev().find(|(it, _)| *it == name).map(|(_, value)| value)
    }

    #[test]
    fn pages_load_images_from_where_the_functions_store_them() {
        let local = S3 { url: "http://127.0.0.1:4566".to_owned() };
        assert_eq!(value(&Settings::of(&[]), Some(&local), "IMAGE_ORIGIN").unwrap(), local.url);
        assert_eq!(value(&Settings::of(&[]), Some(&local), "UPLOAD_ORIGIN"), None);

        let own = [("IMAGE_BUCKET", "pictures"), ("AWS_REGION", "eu-central-1")];
        let bucket = "https://pictures.s3.eu-central-1.amazonaws.com";
        for name in ["IMAGE_ORIGIN", "UPLOAD_ORIGIN"] {
            assert_eq!(value(&Settings::of(&own), None, name).unwrap(), bucket);
        }
        let base = ("IMAGE_BASE_URL", "https://images.example.com/shop");
        let settings = Settings::of(&[own[0], own[1], base]);
        assert_eq!(value(&settings, None, "IMAGE_ORIGIN").unwrap(), "https://images.example.com");
        assert_eq!(value(&settings, None, "UPLOAD_ORIGIN").unwrap(), bucket);
    }

    #[test]
    fn settings_of_the_shop_configure_the_pages() {
        let settings = Settings::of(&[("STORE_CURRENCY", "EUR"), ("STORE_NAME", "Harbor")]);
        assert_eq!(value(&settings, None, "STORE_CURRENCY").unwrap(), "EUR");
        assert_eq!(value(&settings, None, "STORE_NAME").unwrap(), "Harbor");
        assert_eq!(value(&settings, None, "STRIPE_API_BASE"), None);
    }
}
