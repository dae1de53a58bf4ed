//! The form being filled in: one reactive cell for each field, so that a key typed wakes its own
//! field and nothing else, whatever the size of the form.

use std::sync::Arc;

use leptos::prelude::*;

use crate::form::{Draft, Field, Form, Problem, Request};
use crate::schema::Model;

/// A model's form and what stands in it.
#[derive(Clone)]
pub(super) struct Sheet {
    pub(super) model: Arc<Model>,
    pub(super) form: Arc<Form>,
    /// By path, sorted.
    cells: Arc<Vec<(String, Cell)>>,
    /// The seed of the last result, whichever model it was.
    pub(super) last_seed: RwSignal<Option<String>>,
    /// Rises with every change, for those who care that something changed and not what.
    pub(super) revision: ArcRwSignal<u64>,
}

/// One field's entry.
struct Cell {
    /// What was typed; `None` is unset.
    entry: ArcRwSignal<Option<String>>,
    margin: ArcRwSignal<Margin>,
}

/// What is noted beside an entry.
#[derive(Clone, Default)]
pub(super) struct Margin {
    /// Whether its problem is shown: not before the person has been there.
    pub(super) visited: bool,
    /// What somebody else has to say about it: the model, or the reader of a file.
    pub(super) remark: Option<String>,
    /// The name of the file the entry came from.
    pub(super) file_name: Option<String>,
}

impl Sheet {
    pub(super) fn new(model: Model, draft: &Draft, last_seed: RwSignal<Option<String>>) -> Self {
        let form = Form::new(&model);
        let cell = |field: &Field| Cell {
            entry: ArcRwSignal::new(draft.get(&field.path).map(str::to_owned)),
            margin: ArcRwSignal::new(Margin::default()),
        };
        let mut cells: Vec<(String, Cell)> = Vec::new();
        for field in form.all() {
            let place = cells.partition_point(|(path, _)| *path < field.path);
            cells.insert(place, (field.path.clone(), cell(field)));
        }
        Self {
            model: Arc::new(model),
            form: Arc::new(form),
            cells: Arc::new(cells),
            last_seed,
            revision: ArcRwSignal::new(0),
        }
    }

    /// A field's entry; whoever asks inside an effect is woken when it changes.
    pub(super) fn get(&self, path: &str) -> Option<String> {
        self.cell(path)?.entry.get()
    }

    /// What is noted beside a field's entry; wakes like [`Self::get`].
    pub(super) fn margin(&self, path: &str) -> Margin {
        self.cell(path).map(|cell| cell.margin.get()).unwrap_or_default()
    }

    /// Sets or unsets a field's entry by the person's hand.
    pub(super) fn set(&self, path: &str, entry: Option<String>) {
        self.write(path, entry, None);
    }

    /// Sets a field's entry from a file.
    pub(super) fn set_file(&self, path: &str, uri: String, name: String) {
        self.write(path, Some(uri), Some(name));
    }

    fn write(&self, path: &str, entry: Option<String>, file_name: Option<String>) {
        if let Some(cell) = self.cell(path) {
            cell.entry.set(entry);
            cell.margin.set(Margin { visited: true, remark: None, file_name });
            self.changed();
        }
    }

    /// Says something at a field.
    pub(super) fn remark(&self, path: &str, remark: String) {
        if let Some(cell) = self.cell(path) {
            cell.margin.update(|margin| margin.remark = Some(remark));
        }
    }

    /// Replaces every entry.
    pub(super) fn fill(&self, draft: &Draft) {
        for (path, cell) in self.cells.iter() {
            cell.entry.set(draft.get(path).map(str::to_owned));
            cell.margin.set(Margin::default());
        }
        self.changed();
    }

    /// What stands in the form now.
    pub(super) fn draft(&self) -> Draft {
        let mut draft = Draft::new();
        for (path, cell) in self.cells.iter() {
            if let Some(text) = cell.entry.get_untracked() {
                draft.insert(path, text);
            }
        }
        draft
    }

    /// The request the form stands for, or what is in its way; then every problem is shown.
    pub(super) fn check(&self) -> Result<Request, Vec<Problem>> {
        let checked = self.form.check(&|path| self.cell(path)?.entry.get_untracked());
        if checked.is_err() {
            for (_, cell) in self.cells.iter() {
                cell.margin.update(|margin| margin.visited = true);
            }
        }
        checked
    }

    fn changed(&self) {
        self.revision.update(|revision| *revision += 1);
    }

    fn cell(&self, path: &str) -> Option<&Cell> {
        let found = self.cells.binary_search_by(|(known, _)| known.as_str().cmp(path));
        found.ok().and_then(|place| self.cells.get(place)).map(|(_, cell)| cell)
    }
}
