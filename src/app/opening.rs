//! What has to be known before the page is there: what the host says, which model is opened, and
//! what stood in its form the last time. Until then the shell of `index.html` is what people see.

use super::shelf::{Book, draft_for, load, on_the_shelf};
use crate::browser::storage::Key;
use crate::browser::{dom, http, policy, storage};
use crate::form::Draft;
use crate::schema::{BUNDLED, Model};
use crate::settings::{BadProxyUrl, Config, Proxy, Route};

/// What the page begins with.
#[derive(Clone)]
pub(super) struct Opening {
    pub(super) config: Config,
    /// Where requests go.
    pub(super) proxy: Result<Proxy, BadProxyUrl>,
    pub(super) books: Vec<Book>,
    /// Where the model's document is.
    pub(super) path: String,
    pub(super) model: Model,
    pub(super) draft: Draft,
    /// What went wrong on the way here.
    pub(super) trouble: Vec<String>,
}

impl Opening {
    /// Reads `config.json`, narrows the policy to what it says, and gets the model that was used
    /// last, or else the first of the shelf.
    pub(super) async fn prepare() -> Self {
        let reply = http::send(&Route::own("config.json"), None).await;
        let text = reply.ok().filter(|reply| reply.status < 400).map(|reply| reply.body);
        let config = Config::read(&text.unwrap_or_default());
        let proxy = config.proxy(&storage::chosen(), &dom::page_url());
        policy::narrow_connections(proxy.as_ref().ok().map(|proxy| proxy.url.origin()));

        let mut books = on_the_shelf(&config);
        let last = storage::read(Key::Model);
        let is_there = |path: &str| books.iter().any(|book| book.path == path);
        let first = books.first().map_or(BUNDLED[0].path, |book| &book.path);
        let wanted = last.as_deref().filter(|last| is_there(last)).unwrap_or(first).to_owned();
        let (path, model, missing) = match load(&wanted).await {
            Ok(model) => (wanted, model, None),
            Err(sentence) => (BUNDLED[0].path.to_owned(), bundled().await, Some(sentence)),
        };
        if let Some(book) = books.iter_mut().find(|book| book.path == path) {
            book.read(&model);
        }
        let (draft, dropped) = draft_for(&path, &model, &config, None).await;
        Self {
            config,
            proxy,
            books,
            path,
            model,
            draft,
            trouble: missing.into_iter().chain(dropped).collect(),
        }
    }
}

/// The model that needs no request.
#[expect(clippy::expect_used, reason = "a test reads the bundled document")]
async fn bundled() -> Model {
    load(BUNDLED[0].path).await.expect("the bundled model")
}
