//! The shelf of models, and the button that opens it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::el::{El, el};
use super::sheet::Sheet;
use super::studio::Studio;
use crate::browser::storage::Key;
use crate::browser::{dom, drafts, http, storage};
use crate::form::{Draft, Form};
use crate::schema::{self, BUNDLED, Model};
use crate::settings::{Config, Route};

/// The models to choose from.
#[derive(Clone, Copy)]
pub(super) struct Shelf {
    books: RwSignal<Vec<Book>>,
}

/// A model by its document.
#[derive(Clone, PartialEq)]
struct Book {
    path: String,
    name: String,
    /// The document itself, once it is there.
    model: Option<Model>,
}

impl Shelf {
    /// The models that come with the program.
    pub(super) fn bundled() -> Self {
        let first = schema::read(schema::FIRST).ok().map(|(model, _)| model);
        let mut books: Vec<Book> = BUNDLED
            .iter()
            .map(|book| Book { path: book.path.into(), name: book.name.into(), model: None })
            .collect();
        if let Some(book) = books.first_mut() {
            book.model = first;
        }
        Self { books: RwSignal::new(books) }
    }

    /// The model whose form needs no request.
    #[expect(clippy::expect_used, reason = "a test reads the bundled document")]
    pub(super) fn first(self) -> Model {
        self.books
            .with_untracked(|books| books.iter().find_map(|book| book.model.clone()))
            .expect("the bundled model")
    }

    /// Puts the host's models in place of the bundled ones, and opens the one last used.
    pub(super) async fn configure(self, studio: Studio, config: &Config) {
        if !config.models.is_empty() {
            let known = self.books.get_untracked();
            let book = |path: &String| {
                let known = known.iter().find(|book| book.path == *path).cloned();
                let name = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
                known.unwrap_or_else(|| Book { path: path.clone(), name: name.into(), model: None })
            };
            self.books.set(config.models.iter().map(book).collect());
        }
        let books = self.books.get_untracked();
        let last = storage::read(Key::Model);
        let wanted = last.filter(|last| books.iter().any(|book| book.path == *last));
        let wanted = wanted.or_else(|| Some(books.first()?.path.clone()));
        if let Some(path) = wanted {
            self.open(studio, &path).await;
        }
        // The defaults of the host are where a form without a draft of its own starts.
        let sheet = studio.sheet.get_untracked();
        let endpoint = sheet.model.endpoint.as_str();
        if let Some(defaults) = config.defaults_of(endpoint)
            && drafts::load(endpoint).is_empty()
        {
            let mut draft = sheet.form.draft_of(defaults);
            draft.extend(sheet.draft());
            sheet.fill(&draft);
        }
    }

    /// Opens the model of an endpoint, when it is on the shelf.
    pub(super) async fn open_endpoint(self, studio: Studio, endpoint: &str) {
        let suffix = format!("{endpoint}.json");
        let path = self.books.with_untracked(|books| {
            let of = |book: &&Book| match &book.model {
                Some(model) => model.endpoint.as_str() == endpoint,
                None => book.path.ends_with(&suffix),
            };
            books.iter().find(of).map(|book| book.path.clone())
        });
        if let Some(path) = path {
            self.open(studio, &path).await;
        }
    }

    /// Opens a model, fetching its document if need be.
    async fn open(self, studio: Studio, path: &str) {
        let known = self.books.with_untracked(|books| {
            books.iter().find(|book| book.path == path).and_then(|book| book.model.clone())
        });
        let model = match known {
            Some(model) => model,
            None => match fetch(path).await {
                Ok(model) => model,
                Err(sentence) => {
                    studio.trouble.set(Some(sentence));
                    return;
                }
            },
        };
        self.books.update(|books| {
            if let Some(book) = books.iter_mut().find(|book| book.path == path) {
                book.name.clone_from(&model.name);
                book.model = Some(model.clone());
            }
        });
        storage::write(Key::Model, path);
        if studio.sheet.read_untracked().model.endpoint != model.endpoint {
            let draft = carried_over(studio, &model);
            studio.show(Sheet::new(model, &draft, studio.last_seed));
        }
    }
}

/// A model's own draft, with the prompt that is being worked on.
fn carried_over(studio: Studio, model: &Model) -> Draft {
    let old = studio.sheet.get_untracked();
    drafts::save(old.model.endpoint.as_str(), &old.draft());
    let mut draft = drafts::load(model.endpoint.as_str());
    let has_prompt = model.inputs.iter().any(|input| input.name == "prompt");
    if let Some(prompt) = old.draft().get("prompt").filter(|_| has_prompt) {
        draft.insert("prompt", prompt.to_owned());
    }
    let config = studio.way.read_untracked().config.clone().unwrap_or_default();
    let defaults = config.defaults_of(model.endpoint.as_str());
    let mut start =
        defaults.map(|fields| Form::new(model, dom::matches).draft_of(fields)).unwrap_or_default();
    start.extend(draft);
    start
}

async fn fetch(path: &str) -> Result<Model, String> {
    let reply = http::send(&Route::Own(path.to_owned()), None).await;
    match reply {
        Ok(reply) if reply.status < 400 => {
            let read = schema::read(&reply.body).map(|(model, _)| model);
            read.map_err(|e| format!("The model at {path} cannot be used. {e}"))
        }
        Ok(reply) => Err(format!("The page's server has no model at {path} ({}).", reply.status)),
        Err(_) => Err("The model could not be loaded: the page's server did not answer.".into()),
    }
}

/// The button that names the model and opens the list.
pub(super) fn picker(studio: Studio) -> El {
    let open = RwSignal::new(false);
    let toggle = move || {
        open.update(|open| *open = !*open);
        if open.get_untracked() {
            let current = "#models [aria-selected=true], #models button";
            request_animation_frame(move || dom::focus_in(current));
        }
    };
    let name = move || studio.sheet.with(|sheet| sheet.model.name.clone());
    let endpoint = move || studio.sheet.with(|sheet| sheet.model.endpoint.to_string());
    // The button is named for what it does, and a name has to hold all text that is visible inside
    // it (WCAG 2.5.3). So what is chosen is its description, and drawn by the style sheet.
    let drawn = |class| el("span").class(class);
    let button = el("button")
        .attr("type", "button")
        .class("pill model__button")
        .attr("id", "model")
        .attr("aria-label", "Model")
        .live_attr("aria-description", move || Some(name()))
        .attr("aria-haspopup", "listbox")
        .live_attr("aria-expanded", move || Some(open.get().to_string()))
        .click(toggle)
        .child(drawn("model__name").live_attr("data-text", move || Some(name())))
        .child(drawn("model__id").live_attr("data-text", move || Some(endpoint())))
        .child(drawn("model__arrow"));
    el("div").class("model").child(button).live(move || open.get().then(|| list(studio, open)))
}

fn list(studio: Studio, open: RwSignal<bool>) -> El {
    let close = move || {
        open.set(false);
        dom::focus("model");
    };
    let keys = move |event: leptos::ev::Event| match dom::key_of(&event).as_str() {
        "Escape" => close(),
        "Tab" => open.set(false),
        key @ ("ArrowDown" | "ArrowUp") => {
            event.prevent_default();
            dom::focus_sibling(if key == "ArrowDown" { 1 } else { -1 });
        }
        _ => {}
    };
    let books = studio.shelf.books.get();
    let options: Vec<El> = books.into_iter().map(|book| option(studio, open, book)).collect();
    let list = el("div")
        .class("model__list")
        .attr("id", "models")
        .attr("role", "listbox")
        .attr("aria-label", "Models")
        .on("keydown", keys)
        .children(options);
    el("div").child(el("div").class("veil").click(close)).child(list)
}

fn option(studio: Studio, open: RwSignal<bool>, book: Book) -> El {
    let current = studio.sheet.with(|sheet| sheet.model.endpoint.clone());
    let selected = book.model.is_some_and(|model| model.endpoint == current);
    let choose = move || {
        let path = book.path.clone();
        open.set(false);
        spawn_local(async move {
            studio.shelf.open(studio, &path).await;
            dom::focus("model");
        });
    };
    el("button")
        .attr("type", "button")
        .attr("role", "option")
        .attr("aria-selected", selected.to_string())
        .click(choose)
        .text(book.name)
}
