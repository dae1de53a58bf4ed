//! The built app as the proxy serves it.

use std::path::PathBuf;

use flux_proxy::{Options, Site, SiteError};
use reqwest::Method;

use crate::support::Server;

/// A folder that goes away with its test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let path = std::env::temp_dir().join(format!("flux-proxy-{name}-{}", std::process::id()));
        for (file, content) in files {
            let file = path.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, content).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const HEADERS: &str = "/*\n  X-Content-Type-Options: nosniff\n  Content-Security-Policy: default-src 'none'\n\
    /app-*.wasm\n  Cache-Control: public, max-age=31536000, immutable\n";

async fn server(name: &str) -> (Server, Folder) {
    let folder = Folder::new(
        name,
        &[
            ("index.html", "<!doctype html>plain"),
            ("index.html.br", "brotli"),
            ("index.html.gz", "gzip"),
            ("app-1.wasm", "wasm"),
            ("app-1.wasm.br", "wasm in brotli"),
            ("boot.js", "boot()"),
            ("style.css", "a{}"),
            ("site.webmanifest", "{}"),
            ("models/fal-ai/flux/dev.json", "{}"),
            ("_headers", HEADERS),
        ],
    );
    let site = Some(Site::open(&folder.0).unwrap());
    (Server::start(Options { site, ..Options::default() }).await, folder)
}

#[tokio::test]
async fn files_have_their_type_and_the_headers_of_the_site() {
    let (server, _folder) = server("types").await;
    for (path, kind) in [
        ("/", "text/html"),
        ("/index.html", "text/html"),
        ("/app-1.wasm", "application/wasm"),
        ("/boot.js", "text/javascript"),
        ("/style.css", "text/css"),
        ("/site.webmanifest", "application/manifest+json"),
        ("/models/fal-ai/flux/dev.json", "application/json"),
    ] {
        let response = server.client.get(format!("{}{path}", server.base)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-type"], kind, "{path}");
        assert_eq!(response.headers()["content-security-policy"], "default-src 'none'", "{path}");
        let immutable = response
            .headers()
            .get("cache-control")
            .is_some_and(|value| value == "public, max-age=31536000, immutable");
        assert_eq!(immutable, path == "/app-1.wasm", "{path}");
    }
}

#[tokio::test]
async fn compressed_siblings_are_served_to_who_takes_them() {
    let (server, _folder) = server("compressed").await;
    for (path, accepts, body, encoding, kind) in [
        ("/", "gzip, br", "brotli", Some("br"), "text/html"),
        ("/", "gzip", "gzip", Some("gzip"), "text/html"),
        ("/", "identity", "<!doctype html>plain", None, "text/html"),
        ("/app-1.wasm", "br", "wasm in brotli", Some("br"), "application/wasm"),
        ("/app-1.wasm", "gzip", "wasm", None, "application/wasm"),
        ("/boot.js", "br, gzip", "boot()", None, "text/javascript"),
    ] {
        let response = server
            .client
            .get(format!("{}{path}", server.base))
            .header("accept-encoding", accepts)
            .send()
            .await
            .unwrap();
        let headers = response.headers().clone();
        assert_eq!(
            headers.get("content-encoding").map(|value| value.to_str().unwrap()),
            encoding,
            "{path} {accepts}"
        );
        assert_eq!(headers["content-type"], kind);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers["vary"].to_str().unwrap().eq_ignore_ascii_case("accept-encoding"));
        assert_eq!(response.text().await.unwrap(), body, "{path} {accepts}");
    }
}

#[tokio::test]
async fn unknown_addresses_get_a_small_page_under_the_same_policy() {
    let (server, _folder) = server("unknown").await;
    for path in [
        "/nothing",
        "/_headers",
        "/models",
        "/models/",
        "/..%2f..%2fetc/hosts",
        "/api/fal",
        "/demo/other",
    ] {
        let response = server.client.get(format!("{}{path}", server.base)).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-security-policy"], "default-src 'none'");
        assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
        assert!(response.text().await.unwrap().starts_with("There is no page"), "{path}");
    }
    let response = server.client.request(Method::POST, &server.base).send().await.unwrap();
    assert_eq!(response.status(), 405);
    let response = server.client.head(&server.base).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["content-length"].to_str().unwrap()),
        (200, "20")
    );
}

#[tokio::test]
async fn an_unchanged_file_is_not_sent_again() {
    let (server, _folder) = server("etag").await;
    let first = server.client.get(format!("{}/boot.js", server.base)).send().await.unwrap();
    let tag = first.headers()["etag"].clone();
    let again = server
        .client
        .get(format!("{}/boot.js", server.base))
        .header("if-none-match", tag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["content-security-policy"], "default-src 'none'");
}

#[tokio::test]
async fn folders_that_cannot_be_served() {
    let empty = Folder::new("empty", &[("readme.txt", "")]);
    let error = Site::open(&empty.0).unwrap_err();
    assert!(matches!(error, SiteError::NoIndex(_)));
    assert!(error.to_string().contains("build the app first"), "{error}");
    let broken = Folder::new("broken", &[("index.html", ""), ("_headers", "/*\n  nonsense\n")]);
    assert_eq!(
        Site::open(&broken.0).unwrap_err().to_string(),
        "Line 2 of _headers is not a header of the form Name: value."
    );
    let bare = Folder::new("bare", &[("index.html", "x")]);
    assert!(Site::open(&bare.0).is_ok(), "a site without _headers is served without them");
}

#[tokio::test]
async fn without_a_site_there_is_only_the_proxy() {
    let server = Server::start(Options::default()).await;
    assert_eq!(server.client.get(&server.base).send().await.unwrap().status(), 404);
}
