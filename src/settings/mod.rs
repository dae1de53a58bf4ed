//! What can be set: the proxy, how it is spoken to, and what whoever hosts the page says in
//! `config.json`.
//!
//! This room checks forms and precedence, and makes the one kind of thing that can be sent, a
//! [`Route`]. It refuses to know where settings are kept and how a request travels. There is no
//! setting for a fal key.

mod access;
mod config;
mod remedy;
mod route;
mod url;

pub use access::{Access, BadHeader, BadLine, Header};
pub use config::{Chosen, Config};
pub use remedy::{Remedy, remedies};
pub use route::{Proxy, Reach, Route, Style};
pub use url::{BadProxyUrl, ProxyUrl};
