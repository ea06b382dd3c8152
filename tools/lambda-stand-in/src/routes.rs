//! The routes of API Gateway: which function serves which path.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The functions by path, for all methods. In a path, `{id}` matches one segment and `{*rest}` one or more.
#[derive(Debug, Clone, Default)]
pub struct Routes(matchit::Router<String>);

/// An error in a table of routes.
#[derive(Debug, Error)]
pub enum RoutesError {
    /// The manifest cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The path of the manifest.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The manifest has no table of routes.
    #[error("no [workspace.metadata.lambda.watch.router]: {0}")]
    Manifest(#[from] toml::de::Error),
    /// A route is malformed or conflicts with another.
    #[error("invalid route {route}: {source}")]
    Route {
        /// The route.
        route: String,
        /// The reason.
        source: matchit::InsertError,
    },
}

impl Routes {
    /// Reads `[workspace.metadata.lambda.watch.router]` of a workspace's `Cargo.toml`, which `cargo lambda watch` reads
    /// as well.
    pub fn of_workspace(manifest: impl AsRef<Path>) -> Result<Self, RoutesError> {
        let path = manifest.as_ref();
        let text = fs::read_to_string(path).map_err(|source| RoutesError::Read { path: path.to_owned(), source })?;
        let Manifest { workspace } = toml::from_str(&text)?;
        Self::new(workspace.metadata.lambda.watch.router)
    }

    /// Builds the routes from pairs of a path and the name of its function.
    pub fn new(table: impl IntoIterator<Item = (String, String)>) -> Result<Self, RoutesError> {
        let mut router = matchit::Router::new();
        for (route, function) in table {
            router.insert(&route, function).map_err(|source| RoutesError::Route { route, source })?;
        }
        Ok(Self(router))
    }

    /// Finds the function that serves a path.
    pub(crate) fn function(&self, path: &str) -> Option<&str> {
        self.0.at(path).ok().map(|found| found.value.as_str())
    }
}

#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Metadata {
    lambda: LambdaMetadata,
}

#[derive(Deserialize)]
struct LambdaMetadata {
    watch: Watch,
}

#[derive(Deserialize)]
struct Watch {
    router: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::Routes;

    #[test]
    fn the_routes_of_this_workspace_lead_to_its_functions() {
        let routes = Routes::of_workspace(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml")).unwrap();
        for (path, function) in [
            ("/api/v1/orders", Some("orders")),
            ("/api/v1/orders/1/cancel", Some("orders")),
            ("/api/v1/health", Some("docs")),
            ("/api/v1/nowhere", None),
            ("/", None),
        ] {
            assert_eq!(routes.function(path), function, "{path}");
        }
    }

    #[test]
    fn errors_name_the_invalid_route_or_table() {
        let error = Routes::new([("/a/{".to_owned(), "a".to_owned())]).unwrap_err();
        assert!(error.to_string().contains("/a/{"), "{error}");
        let error = Routes::of_workspace(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap_err();
        assert!(error.to_string().starts_with("no [workspace.metadata"), "{error}");
    }
}
