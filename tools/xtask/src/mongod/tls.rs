//! A MongoDB that is guarded as those of Atlas are: by TLS and by a password, which SCRAM proves.

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

/// The files and the password of one server, made for it and nothing else.
pub(crate) struct Guard {
    authority: PathBuf,
    certificate: PathBuf,
    /// By which members of the set know each other. Without it the set would take no passwords.
    key: PathBuf,
    password: String,
}

impl Guard {
    pub(crate) fn make(directory: &Path) -> Result<Self> {
        fs::create_dir_all(directory).context("making a directory")?;
        let file = |name: &str| directory.join(name);
        let (authority, certificate, key) = (file("authority.pem"), file("server.pem"), file("key"));
        let mut about = named("authority");
        about.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let signs = KeyPair::generate().context("making a key")?;
        fs::write(&authority, about.self_signed(&signs).context("making an authority")?.pem())?;
        let mut server = named("server");
        server.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        let own = KeyPair::generate().context("making a key")?;
        let signed = server.signed_by(&own, &Issuer::new(about, signs)).context("signing a certificate")?;
        fs::write(&certificate, own.serialize_pem() + &signed.pem())?;
        fs::write(&key, secret()?)?;
        for file in [&certificate, &key] {
            fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
        }
        Ok(Self { authority, certificate, key, password: secret()? })
    }

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

    /// What a client is told beside where the server is.
    pub(super) fn options(&self) -> String {
        format!("&tls=true&tlsCAFile={}", self.authority.display())
    }

    pub(super) async fn add_user(&self, uri: &str) -> Result<()> {
        let admin = Client::with_uri_str(uri).await.context("MongoDB's client")?.database("admin");
        let user = doc! { "createUser": USER, "pwd": &self.password, "roles": ["root"] };
        admin.run_command(user).await.map(drop).context("making a user")
    }

    pub(super) fn uri(&self, port: u16) -> String {
        let Self { password, .. } = self;
        format!("mongodb://{USER}:{password}@127.0.0.1:{port}/?replicaSet=rs0&authSource=admin{}", self.options())
    }
}

/// A certificate of the same name as its authority's is taken for one that has signed itself by MongoDB, which asks
/// itself over the network whether an index may be completed.
fn named(name: &str) -> CertificateParams {
    let mut certificate = CertificateParams::default();
    certificate.distinguished_name = DistinguishedName::new();
    certificate.distinguished_name.push(DnType::CommonName, name);
    certificate
}

fn secret() -> Result<String> {
    let mut bytes = [0; 24];
    rand::fill(&mut bytes).ok().context("no random numbers")?;
    Ok(hex::encode(bytes))
}
