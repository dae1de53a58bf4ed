//! What leaves the page and what may not. A policy cannot be taken back, and nobody says in which
//! order tests run: what it would forbid is done once before, and remembered.

use std::cell::RefCell;

use flux_studio::browser::{dom, files, http, policy};
use flux_studio::queue::{Call, EndpointId, Lost, Reply};
use flux_studio::settings::{Access, Proxy, ProxyUrl, Route, Style};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::files::picture;

#[wasm_bindgen(inline_js = "
    export const fetched = async (url) => {
        const response = await fetch(url);
        const bytes = new Uint8Array(await response.arrayBuffer());
        return [response.headers.get('content-type'), bytes];
    };
    export const violation = (url) => new Promise((done) => {
        const told = (event) => done(`${event.effectiveDirective} ${event.blockedURI}`);
        document.addEventListener('securitypolicyviolation', told, { once: true });
        const none = () => {
            document.removeEventListener('securitypolicyviolation', told);
            done('none');
        };
        fetch(url).catch(() => setTimeout(none, 500));
    });
")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn fetched(url: &str) -> Result<JsValue, JsValue>;
    /// What the policy of the page has against a request that would fail anyway.
    async fn violation(url: &str) -> JsValue;
}

/// What the policy forbids for ever once it is narrowed.
#[derive(Clone)]
struct Unnarrowed {
    /// The bytes of a picture.
    bytes: Vec<u8>,
    /// Type and bytes of what is fetched from its object URL.
    fetched: (Option<String>, Vec<u8>),
    /// What a closed port answers.
    closed: Result<Reply, Lost>,
}

thread_local! {
    static UNNARROWED: RefCell<Option<Unnarrowed>> = const { RefCell::new(None) };
}

async fn unnarrowed() -> Unnarrowed {
    if let Some(known) = UNNARROWED.with_borrow(Clone::clone) {
        return known;
    }
    let (bytes, uri) = picture().await;
    let url = files::object_url(&uri).expect("an object URL");
    assert!(url.starts_with("blob:"), "{url}");
    let got = fetched(&url).await.expect("a fetchable object URL");
    let kind = Reflect::get_u32(&got, 0).unwrap().as_string();
    let got: Uint8Array = Reflect::get_u32(&got, 1).unwrap().unchecked_into();
    let closed = http::send(&closed(), Some("{}")).await;
    let all = Unnarrowed { bytes: bytes.to_vec(), fetched: (kind, got.to_vec()), closed };
    UNNARROWED.set(Some(all.clone()));
    all
}

#[wasm_bindgen_test]
async fn an_object_url_stands_for_the_bytes_of_a_data_uri() {
    let Unnarrowed { bytes, fetched, .. } = unnarrowed().await;
    assert_eq!(fetched, (Some("image/png".to_owned()), bytes));
    for no in [
        "",
        "https://a.example/b.png",
        "data:image/png,plain",
        "data:image/png;base64,?",
        "data:image/png;base64",
    ] {
        assert_eq!(files::object_url(no), None, "{no}");
    }
}

/// A proxy on this computer where nothing listens.
fn closed() -> Route {
    let url = ProxyUrl::parse("http://127.0.0.1:48751/api/fal/proxy", &dom::page_url()).unwrap();
    let proxy = Proxy { url, style: Style::Header, access: Access::default() };
    proxy.route(&Call::Submit(EndpointId::parse("fal-ai/flux/dev").unwrap()))
}

#[wasm_bindgen_test]
async fn a_missing_file_is_an_answer_and_a_closed_port_is_none() {
    let reply = http::send(&Route::own("no/such/file.json"), None).await.unwrap();
    assert_eq!((reply.status, reply.demo, reply.retry_after), (404, false, None));
    assert_eq!(unnarrowed().await.closed, Err(Lost::Network));
}

#[wasm_bindgen_test]
async fn connections_are_narrowed_to_the_page_and_the_proxy() {
    unnarrowed().await;
    let (proxy, other) = ("http://127.0.0.1:48752", "http://127.0.0.1:48751");
    let said = async |url: &str| violation(url).await.as_string().unwrap();
    assert_eq!(said(other).await, "none");
    policy::narrow_connections(Some(proxy));
    let refused = said(other).await;
    assert!(refused.starts_with(&format!("connect-src {other}")), "{refused}");
    assert_eq!(said(proxy).await, "none");
    assert_eq!(http::send(&closed(), Some("{}")).await, Err(Lost::Network));
    assert!(http::send(&Route::own("no/such/file.json"), None).await.is_ok());
    // A second policy can only take away.
    policy::narrow_connections(Some(&dom::page_origin()));
    let refused = said(proxy).await;
    assert!(refused.starts_with(&format!("connect-src {proxy}")), "{refused}");
}
