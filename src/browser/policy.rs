//! The page's own tightening of its content security policy.

use super::dom;

/// Lets requests go to the page's own origin and this one only, from now on and for the life of
/// the page: a policy can be added to, never taken back.
pub fn narrow_connections(proxy_origin: Option<&str>) {
    let document = dom::document();
    let (Some(head), Ok(meta)) = (document.head(), document.create_element("meta")) else { return };
    let sources = match proxy_origin {
        Some(origin) if origin != dom::page_origin() => format!("'self' {origin}"),
        _ => "'self'".to_owned(),
    };
    let done = meta
        .set_attribute("http-equiv", "Content-Security-Policy")
        .and_then(|()| meta.set_attribute("content", &format!("connect-src {sources}")))
        .and_then(|()| head.append_child(&meta).map(|_| ()));
    // A page that cannot narrow its policy still has the one it was served with.
    done.ok();
}
