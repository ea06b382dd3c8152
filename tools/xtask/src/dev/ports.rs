//! The ports of a stack.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::Options;
use super::home::Home;
use super::settings::Settings;
use crate::ports::{free, require_free};

const MONGOD: u16 = 27027;
const STRIPE: u16 = 12111;
const S3: u16 = 4566;
const STOREFRONT: u16 = 9001;
const ADMIN: u16 = 9002;

/// Ports on the loopback interface.
#[derive(Clone, Copy)]
pub(super) struct Ports {
    pub(super) api: u16,
    pub(super) mongod: u16,
    pub(super) stripe: u16,
    pub(super) s3: u16,
    pub(super) storefront: u16,
    pub(super) admin: u16,
}

impl Ports {
    /// Chooses and checks all ports before anything starts. The default stack has fixed ports, which a developer can
    /// enter in other programs.
    pub(super) fn choose(options: &Options, settings: &Settings, home: &Home) -> Result<Self> {
        let api = if options.port == 0 { free()? } else { options.port };
        require_free(api, "the API", "choose another one with --port")?;
        if options.data_dir.is_some() {
            let [mongod, stripe, storefront, admin] = [free()?, free()?, free()?, free()?];
            let s3 = kept_s3(&home.s3_port())?;
            return Ok(Self { api, mongod, stripe, s3, storefront, admin });
        }
        let remedy = "stop the process that uses it, or use --data-dir to get free ports";
        if settings.mongodb_uri().is_none() {
            require_free(MONGOD, "MongoDB", remedy)?;
        }
        if !settings.has_stripe()? {
            require_free(STRIPE, "the Stripe stand-in", remedy)?;
        }
        if !settings.has_bucket() {
            require_free(S3, "the S3 emulator", remedy)?;
        }
        require_free(STOREFRONT, "the storefront", remedy)?;
        require_free(ADMIN, "the admin pages", remedy)?;
        Ok(Self { api, mongod: MONGOD, stripe: STRIPE, s3: S3, storefront: STOREFRONT, admin: ADMIN })
    }
}

/// Returns the port of the earlier run if it is free, because the URLs of images in the database contain it. Otherwise takes a
/// free port, and keeps it in the file.
fn kept_s3(file: &Path) -> Result<u16> {
    let kept = fs::read_to_string(file).ok().and_then(|text| text.parse().ok());
    if let Some(port) = kept.filter(|port| require_free(*port, "the S3 emulator", "").is_ok()) {
        return Ok(port);
    }
    let port = free()?;
    fs::write(file, port.to_string()).context("keeping the port of the S3 emulator")?;
    Ok(port)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};

    use super::kept_s3;

    #[test]
    fn images_keep_their_port_while_it_is_free() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("s3-port");
        let first = kept_s3(&file).unwrap();
        assert_eq!(kept_s3(&file).unwrap(), first);
        let _used = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).unwrap();
        let second = kept_s3(&file).unwrap();
        assert_ne!(second, first);
        assert_eq!(std::fs::read_to_string(file).unwrap(), second.to_string());
    }
}
