//! Where a form of one size is shown, in both ways: the built page with one more model, and beside it
//! the page written by hand, served alike.

use std::fs;
use std::path::Path;

use flux_proxy::Site;
use flux_proxy::demo::Script;
use serde_json::json;

use crate::common::e2e::{server::Server, site};
use crate::document::document;

const MODEL: &str = "models/bench.json";

/// Which of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Flux Studio.
    Ours,
    /// The page written by hand.
    Floor,
}

impl Side {
    /// Both, in no order that means anything.
    pub const BOTH: [Self; 2] = [Self::Ours, Self::Floor];
}

/// A served form of one size.
pub struct Ground {
    /// How many fields it has.
    pub size: usize,
    /// `http://127.0.0.1:port`
    pub origin: String,
    _server: Server,
}

impl Ground {
    /// Puts both pages into a folder and serves them.
    pub async fn prepare(folder: &Path, size: usize) -> Self {
        let folder = site::copy_of(&site::built(), folder);
        let config = json!({ "proxyUrl": "api/fal/proxy", "models": [MODEL] });
        site::configure(&folder, Some(&config.to_string()));
        let files = [
            (MODEL, document(size).to_string()),
            ("floor.html", include_str!("floor.html").to_owned()),
            ("floor.css", include_str!("floor.css").to_owned()),
            ("floor.js", include_str!("floor.js").to_owned()),
        ];
        for (name, text) in files {
            fs::write(folder.join(name), text).expect("a file in the folder of the measurement");
        }
        let site = Site::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        let server = Server::start(&Script::quick(), Some(site)).await;
        Self { size, origin: server.origin.clone(), _server: server }
    }

    /// Where a page is.
    pub fn url(&self, side: Side) -> String {
        let page = match side {
            Side::Ours => "",
            Side::Floor => "floor.html",
        };
        format!("{}/{page}", self.origin)
    }
}
