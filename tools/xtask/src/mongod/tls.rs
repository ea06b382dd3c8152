//! TLS and password authentication (SCRAM) for a local MongoDB, as Atlas requires them.

use std::ffi::OsString;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use aws_lc_rs::rand;
use mongodb::Client;
use mongodb::bson::doc;
use rcgen::{BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair, SanType};

const USER: &str = "shop";

/// The certificates and the password of one server, generated for it.
pub(crate) struct TlsFiles {
    authority: PathBuf,
    certificate: PathBuf,
    /// Authenticates the members of the replica set to each other. MongoDB requires it for passwords.
    key: PathBuf,
    password: String,
}

impl TlsFiles {
    /// Generates all files into `directory`.
    pub(crate) fn generate(directory: &Path) -> Result<Self> {
        fs::create_dir_all(directory).context("creating a directory")?;
        let file = |name: &str| directory.join(name);
        let (authority, certificate, key) = (file("authority.pem"), file("server.pem"), file("key"));
        let mut authority_params = named("authority");
        authority_params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority_key = KeyPair::generate().context("generating a key")?;
        fs::write(
            &authority,
            authority_params.self_signed(&authority_key).context("signing the authority's certificate")?.pem(),
        )?;
        let mut server = named("server");
        server.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        let server_key = KeyPair::generate().context("generating a key")?;
        let signed = server
            .signed_by(&server_key, &Issuer::new(authority_params, authority_key))
            .context("signing a certificate")?;
        fs::write(&certificate, server_key.serialize_pem() + &signed.pem())?;
        fs::write(&key, random_secret()?)?;
        for file in [&certificate, &key] {
            fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
        }
        Ok(Self { authority, certificate, key, password: random_secret()? })
    }

    /// The arguments of the server.
    pub(super) fn arguments(&self) -> [OsString; 8] {
        [
            "--tlsMode".into(),
            "requireTLS".into(),
            "--tlsCertificateKeyFile".into(),
            self.certificate.clone().into(),
            "--tlsCAFile".into(),
            self.authority.clone().into(),
            "--tlsAllowConnectionsWithoutCertificates".into(),
            format!("--keyFile={}", self.key.display()).into(),
        ]
    }

    /// The options that a client needs in its connection string.
    pub(super) fn uri_options(&self) -> String {
        format!("&tls=true&tlsCAFile={}", self.authority.display())
    }

    /// Creates the first user. MongoDB accepts that once, without a password, from this machine.
    pub(super) async fn add_user(&self, uri: &str) -> Result<()> {
        let admin = Client::with_uri_str(uri).await.context("MongoDB's client")?.database("admin");
        let user = doc! { "createUser": USER, "pwd": &self.password, "roles": ["root"] };
        admin.run_command(user).await.map(drop).context("creating a user")
    }

    pub(super) fn uri(&self, port: u16) -> String {
        let Self { password, .. } = self;
        format!("mongodb://{USER}:{password}@127.0.0.1:{port}/?replicaSet=rs0&authSource=admin{}", self.uri_options())
    }
}

/// Every certificate gets a name of its own. MongoDB treats a certificate with the name of its authority as self-signed
/// and rejects it when the server connects to itself, as it does to complete an index.
fn named(name: &str) -> CertificateParams {
    let mut certificate = CertificateParams::default();
    certificate.distinguished_name = DistinguishedName::new();
    certificate.distinguished_name.push(DnType::CommonName, name);
    certificate
}

fn random_secret() -> Result<String> {
    let mut bytes = [0; 24];
    rand::fill(&mut bytes).ok().context("generating random bytes")?;
    Ok(hex::encode(bytes))
}
