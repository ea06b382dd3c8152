//! The ports of a stack.

use anyhow::Result;

use super::Options;
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
    pub(super) fn choose(options: &Options, settings: &Settings) -> Result<Self> {
        let api = if options.port == 0 { free()? } else { options.port };
        require_free(api, "the API", "choose another one with --port")?;
        if options.data_dir.is_some() {
            let [mongod, stripe, s3, storefront, admin] = [free()?, free()?, free()?, free()?, free()?];
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
