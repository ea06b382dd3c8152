//! Compresses the script of Scalar, the API reference. It is in a package, whose version and hash are in `Cargo.lock`.

#![expect(clippy::disallowed_methods, reason = "Cargo passes the directory in the environment")]

use flate2::Compression;
use flate2::write::GzEncoder;
use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let script = scalar_api_reference::get_asset("scalar.js").ok_or("the package has no scalar.js")?;
    let file = File::create(Path::new(&std::env::var("OUT_DIR")?).join("scalar.js.gz"))?;
    let mut compressed = GzEncoder::new(file, Compression::best());
    compressed.write_all(&script)?;
    compressed.finish()?;
    Ok(())
}
