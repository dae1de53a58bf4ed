//! The models to choose from: those of the program or of whoever hosts the page, and the person's
//! own. Opening one brings its own draft back, or what is left of it where the model has changed.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use leptos::prelude::*;

use super::sheet::Sheet;
use super::studio::Studio;
use crate::browser::storage::Key;
use crate::browser::{dom, drafts, http, later, storage};
use crate::form::{Draft, Form};
use crate::queue::EndpointId;
use crate::schema::{self, BUNDLED, Model};
use crate::settings::{Config, Route};

/// What the person's own documents are called among the others.
const OWN: &str = "own:";

/// The models to choose from.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    pub(super) books: RwSignal<Vec<Book>>,
}

thread_local! {
    /// What stands in the forms that were put away in this visit, by the path of their model: files
    /// too, which nothing else keeps.
    static PUT_AWAY: RefCell<Vec<(Arc<str>, Draft)>> = const { RefCell::new(Vec::new()) };
    /// How often a model was asked for: the one that was asked for last is shown.
    static TURN: Cell<u32> = const { Cell::new(0) };
}

/// A model by its document.
#[derive(Clone, PartialEq)]
pub(super) struct Book {
    /// Where the document is: relative to the page, or `own:` and the endpoint.
    pub(super) path: String,
    pub(super) name: String,
    /// The model, once its document has been read.
    pub(super) model: Option<Model>,
}

impl Book {
    fn new(path: &str, name: &str) -> Self {
        Self { path: path.to_owned(), name: name.to_owned(), model: None }
    }

    /// Notes what its document says.
    pub(super) fn read(&mut self, model: &Model) {
        self.name.clone_from(&model.name);
        self.model = Some(model.clone());
    }

    /// Whether it is the person's own, and so can be taken off the shelf.
    pub(super) fn is_own(&self) -> bool {
        self.path.starts_with(OWN)
    }

    fn is_of(&self, endpoint: &str) -> bool {
        match &self.model {
            Some(model) => model.endpoint.as_str() == endpoint,
            None => {
                let stem = self.path.strip_suffix(".json").unwrap_or(&self.path);
                stem.trim_start_matches("models/").trim_start_matches(OWN) == endpoint
            }
        }
    }
}

/// The host's models, or else the bundled ones, and those kept in this browser.
pub(super) fn on_the_shelf(config: &Config) -> Vec<Book> {
    let bundled = BUNDLED.iter().map(|book| Book::new(book.path, book.name));
    let own = storage::read(Key::Documents).unwrap_or_default();
    let own = own.lines().map(|endpoint| Book::new(&[OWN, endpoint].concat(), endpoint));
    if config.models.is_empty() {
        return bundled.chain(own).collect();
    }
    let bundled: Vec<Book> = bundled.collect();
    let book = |path: &String| {
        let known = bundled.iter().find(|book| book.path == *path).cloned();
        let name = path.strip_suffix(".json").unwrap_or(path).trim_start_matches("models/");
        known.unwrap_or_else(|| Book::new(path, name))
    };
    config.models.iter().map(book).chain(own).collect()
}

/// Whether a model was taken off the shelf.
pub(super) fn has_lost(shelf: Shelf, path: &str) -> bool {
    let is_there = |books: &Vec<Book>| books.iter().any(|book| book.path == path);
    path.starts_with(OWN) && !shelf.books.with_untracked(is_there)
}

impl Shelf {
    /// Opens the model of an endpoint; says whether it is on the shelf.
    pub(super) async fn show_endpoint(self, studio: Studio, endpoint: &str) -> bool {
        let books = self.books.get_untracked();
        let mut path = books.iter().find(|book| book.is_of(endpoint)).map(|book| book.path.clone());
        // The names of a host's files need not tell.
        for book in books.iter().filter(|book| book.model.is_none() && !book.is_own()) {
            if path.is_some() {
                break;
            }
            let text = fetched(&book.path).await.unwrap_or_default();
            let is = read(&book.path, &text).is_ok_and(|model| model.endpoint.as_str() == endpoint);
            path = is.then(|| book.path.clone());
        }
        if let Some(path) = &path {
            self.show(studio, path).await;
        }
        path.is_some()
    }

    /// Opens a model, fetching its document if need be.
    pub(super) async fn show(self, studio: Studio, path: &str) {
        let turn = TURN.get() + 1;
        TURN.set(turn);
        let is_last = move || TURN.get() == turn;
        let known = self.books.with_untracked(|books| {
            books.iter().find(|book| book.path == path).and_then(|book| book.model.clone())
        });
        let model = match known {
            Some(model) => model,
            None => match load(path).await {
                Ok(model) => model,
                Err(sentence) => return studio.trouble.tell(&sentence),
            },
        };
        self.books.update(|books| {
            if let Some(book) = books.iter_mut().find(|book| book.path == path) {
                book.read(&model);
            }
        });
        if !is_last() {
            return;
        }
        storage::write(Key::Model, path);
        let old = studio.sheet.get_untracked();
        if *old.path == *path && *old.model == model {
            return;
        }
        studio.save();
        let kept = match *old.path == *path {
            true => Some(old.draft()),
            false => PUT_AWAY.with_borrow(|all| {
                all.iter().find(|(known, _)| **known == *path).map(|(_, draft)| draft.clone())
            }),
        };
        let config = studio.config.get_value();
        let (mut draft, dropped) = draft_for(path, &model, &config, kept).await;
        if !is_last() {
            return;
        }
        // The prompt that is being worked on goes along, past models that take none.
        let old_draft = old.draft();
        if model.has_input("prompt") {
            let last = storage::read(Key::Prompt).filter(|text| !text.is_empty());
            let last = last.filter(|_| draft.get("prompt").is_none());
            if let Some(prompt) = old_draft.get("prompt").map(str::to_owned).or(last) {
                draft.insert("prompt", prompt);
            }
        }
        if let Some(sentence) = dropped {
            studio.trouble.tell(&sentence);
        }
        studio.save();
        PUT_AWAY.with_borrow_mut(|all| {
            all.retain(|(known, _)| *known != old.path);
            all.push((old.path.clone(), old_draft));
        });
        studio.show(Sheet::new(path, model, &draft, studio.last_seed));
    }

    /// Takes a document of the person's own onto the shelf, keeps it, and opens it.
    pub(super) async fn add(self, studio: Studio, text: &str) {
        match read("this document", text) {
            Ok(model) => self.put(studio, model, text).await,
            Err(sentence) => studio.trouble.tell(&sentence),
        }
    }

    async fn put(self, studio: Studio, model: Model, text: &str) {
        let endpoint = model.endpoint.to_string();
        let path = [OWN, &endpoint].concat();
        if !storage::write(Key::Document(&endpoint), text) {
            let sentence =
                "This browser keeps no more data: the model is gone when the page closes.";
            studio.trouble.tell(sentence);
        }
        self.books.update(|books| {
            books.retain(|book| book.path != path);
            let book = Book { path: path.clone(), name: model.name.clone(), model: Some(model) };
            books.push(book);
        });
        self.keep();
        self.show(studio, &path).await;
        studio.said.set(Some([&endpoint, " is on the shelf now."].concat()));
    }

    /// Asks the proxy for the document that fal publishes of a model.
    pub(super) async fn ask(self, studio: Studio, endpoint: EndpointId) -> Result<(), String> {
        let file = " Download the model's openapi.json from its page on fal.ai and drop it here.";
        let otherwise = |what: &str| Err([what, file].concat());
        let Ok(proxy) = studio.way.read_untracked().proxy.clone() else {
            return otherwise("There is no proxy to ask: its address is set in Settings.");
        };
        let Some(route) = proxy.document(&endpoint) else {
            return otherwise(
                "A proxy that is told by its path passes on what the queue needs, and no more.",
            );
        };
        let reply = match http::send(&route, None).await {
            Ok(reply) => reply,
            Err(_) => return otherwise("The proxy did not answer. Try again."),
        };
        match reply.status {
            0..=399 => match schema::read(&reply.body) {
                Ok((model, _)) => {
                    self.put(studio, model, &reply.body).await;
                    Ok(())
                }
                Err(error) => {
                    let words = ["What the proxy answered cannot be used. ", &error.to_string()];
                    otherwise(&words.concat())
                }
            },
            401 | 403 => otherwise("The proxy wants a sign-in before it passes this question on."),
            404 => Err("fal publishes no document of that name.".to_owned()),
            429 => otherwise("The proxy is asked too much at the moment. Wait, then try again."),
            500..=599 => {
                let status = reply.status.to_string();
                otherwise(&["The proxy or fal failed (", &status, "). Try again later."].concat())
            }
            _ => otherwise(
                "The proxy does not pass this question on: most pass only what the queue needs.",
            ),
        }
    }

    /// Takes one of the person's own off the shelf.
    pub(super) fn remove(self, path: &str) {
        let endpoint = path.trim_start_matches(OWN);
        self.books.update(|books| books.retain(|book| book.path != path));
        PUT_AWAY.with_borrow_mut(|all| all.retain(|(known, _)| **known != *path));
        storage::remove(Key::Document(endpoint));
        drafts::forget(path);
        // What an earlier version kept.
        if !self.books.with_untracked(|books| books.iter().any(|book| book.is_of(endpoint))) {
            drafts::forget(endpoint);
        }
        self.keep();
    }

    /// Writes down which documents this browser has.
    fn keep(self) {
        let own = self.books.with_untracked(|books| {
            let own = books.iter().filter_map(|book| book.path.strip_prefix(OWN));
            let kept = own.filter(|endpoint| storage::read(Key::Document(endpoint)).is_some());
            kept.collect::<Vec<&str>>().join("\n")
        });
        storage::write(Key::Documents, &own);
    }
}

fn read(path: &str, text: &str) -> Result<Model, String> {
    let read = schema::read(text).map(|(model, _)| model);
    read.map_err(|error| ["The model at ", path, " cannot be used. ", &error.to_string()].concat())
}

/// Reads the model of a document, and fetches what that takes.
///
/// # Errors
/// With a sentence for the person.
pub(super) async fn load(path: &str) -> Result<Model, String> {
    if path == BUNDLED[0].path {
        return read(path, schema::FIRST);
    }
    // Another form than the first may need all of the program: let it come beside the document.
    later::begin();
    let model = read(path, &fetched(path).await?)?;
    later::ready().await?;
    Ok(model)
}

async fn fetched(path: &str) -> Result<String, String> {
    if let Some(endpoint) = path.strip_prefix(OWN) {
        let lost = "This browser no longer has the document of that model. Add it again.";
        return storage::read(Key::Document(endpoint)).ok_or_else(|| lost.to_owned());
    }
    match http::send(&Route::own(path), None).await {
        Ok(reply) if reply.status < 400 => Ok(reply.body),
        Ok(reply) => {
            let status = reply.status.to_string();
            Err(["The page's server has no model at ", path, " (", &status, ")."].concat())
        }
        Err(_) => Err("The model could not be loaded: the page's server did not answer.".into()),
    }
}

/// What a model's form starts from: what was entered there in this visit (`kept`) or the last, or
/// else what the host would have. With a sentence for the person, if something of it was dropped.
pub(super) async fn draft_for(
    path: &str,
    model: &Model,
    config: &Config,
    kept: Option<Draft>,
) -> (Draft, Option<String>) {
    let kept = kept.unwrap_or_else(|| drafts::load(path, model));
    let is_new = kept.is_empty() && config.defaults_of(model.endpoint.as_str()).is_some();
    if !is_new && !drafts::is_of_another_state(path, model) {
        return (kept, None);
    }
    match later::ready().await {
        Ok(()) => adopted(model, &kept, config),
        Err(sentence) => (kept, Some(sentence)),
    }
}

/// What a changed model no longer takes is dropped, and told.
#[inline(never)]
fn adopted(model: &Model, kept: &Draft, config: &Config) -> (Draft, Option<String>) {
    let form = Form::new(model, dom::matches);
    let defaults = config.defaults_of(model.endpoint.as_str());
    if let Some(defaults) = defaults.filter(|_| kept.is_empty()) {
        return (form.draft_of(defaults), None);
    }
    let (draft, dropped) = form.adopt(kept);
    if dropped.is_empty() {
        return (draft, None);
    }
    let dropped: Vec<String> = dropped.into_iter().map(|dropped| dropped.what).collect();
    let words = [" has changed since you last used it. Left out: ", &dropped.join("; "), "."];
    (draft, Some([&model.name, &words.concat()[..]].concat()))
}
