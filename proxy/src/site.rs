//! The built app: files of one folder, compressed siblings where the browser takes them, and the
//! headers its `_headers` file asks for on every one of them, the page for an unknown address included.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tower_http::services::ServeDir;

use crate::headers_file::{HeaderRules, HeadersFileError};
use crate::reply;

const HEADERS_FILE: &str = "_headers";

/// A folder with a built app in it.
#[derive(Debug, Clone)]
pub struct Site {
    files: ServeDir,
    rules: HeaderRules,
}

/// Why a folder cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SiteError {
    /// No `index.html` in it.
    #[error("{} has no index.html: build the app first, or name another folder with --site.", .0.display())]
    NoIndex(PathBuf),
    /// The `_headers` file is there but cannot be read.
    #[error("The _headers file of the site cannot be read: {0}.")]
    Unreadable(#[from] std::io::Error),
    /// The `_headers` file has a mistake. Serving without the security headers would be worse.
    #[error(transparent)]
    Headers(#[from] HeadersFileError),
}

impl Site {
    /// Opens a folder and reads its `_headers` once.
    ///
    /// # Errors
    /// [`SiteError`] when there is no app in it or its `_headers` cannot be used.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self, SiteError> {
        let folder = folder.as_ref();
        if !folder.join("index.html").is_file() {
            return Err(SiteError::NoIndex(folder.to_owned()));
        }
        let rules = match std::fs::read_to_string(folder.join(HEADERS_FILE)) {
            Ok(text) => HeaderRules::parse(&text)?,
            Err(error) if error.kind() == ErrorKind::NotFound => HeaderRules::default(),
            Err(error) => return Err(error.into()),
        };
        // A missing slash is not worth a redirect: a folder without one is an unknown address.
        let files = ServeDir::new(folder)
            .precompressed_br()
            .precompressed_gzip()
            .redirect_to_trailing_slash(false);
        Ok(Self { files, rules })
    }

    /// Answers a request for a file.
    pub(crate) async fn answer(&self, request: Request) -> Response {
        let path = request.uri().path().to_owned();
        let mut response = if !matches!(*request.method(), Method::GET | Method::HEAD) {
            reply::method_not_allowed("GET, HEAD")
        } else if path == "/_headers" {
            not_found()
        } else {
            match self.files.clone().try_call(request).await {
                Ok(response) if response.status() == StatusCode::NOT_FOUND => not_found(),
                Ok(response) => response.map(Body::new),
                Err(error) if hides(error.kind()) => not_found(),
                Err(_) => {
                    reply::text(StatusCode::INTERNAL_SERVER_ERROR, "This file cannot be read.\n")
                }
            }
        };
        self.rules.apply(&path, response.headers_mut());
        response
    }
}

/// Which errors of the file system mean that there is nothing to be seen.
fn hides(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied)
}

/// The answer to an address nobody knows.
pub(crate) fn not_found() -> Response {
    reply::text(
        StatusCode::NOT_FOUND,
        "There is no page at this address. The studio is at / on this server.\n",
    )
}
