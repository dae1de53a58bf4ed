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
    /// Rises with every change, for those who care that something changed and not what.
    pub(super) revision: ArcRwSignal<u64>,
}

/// One field's entry.
#[derive(Clone)]
pub(super) struct Cell {
    /// What was typed; `None` is unset.
    entry: ArcRwSignal<Option<String>>,
    /// Whether its problem is shown: not before the person has been there.
    pub(super) visited: ArcRwSignal<bool>,
    /// What somebody else has to say about it: the model, or the reader of a file.
    pub(super) remark: ArcRwSignal<Option<String>>,
    /// The name of the file the entry came from.
    pub(super) file_name: ArcRwSignal<Option<String>>,
}

impl Sheet {
    pub(super) fn new(model: Model, draft: &Draft) -> Self {
        let form = Form::new(&model);
        let cell = |field: &Field| Cell {
            entry: ArcRwSignal::new(draft.get(&field.path).map(str::to_owned)),
            visited: ArcRwSignal::new(false),
            remark: ArcRwSignal::new(None),
            file_name: ArcRwSignal::new(None),
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
            revision: ArcRwSignal::new(0),
        }
    }

    pub(super) fn cell(&self, path: &str) -> Option<&Cell> {
        let found = self.cells.binary_search_by(|(known, _)| known.as_str().cmp(path));
        found.ok().and_then(|place| self.cells.get(place)).map(|(_, cell)| cell)
    }

    /// A field's entry; whoever asks inside an effect is woken when it changes.
    pub(super) fn get(&self, path: &str) -> Option<String> {
        self.cell(path)?.entry.get()
    }

    /// Sets or unsets a field's entry by the person's hand.
    pub(super) fn set(&self, path: &str, entry: Option<String>) {
        if let Some(cell) = self.cell(path) {
            cell.entry.set(entry);
            cell.visited.set(true);
            if cell.remark.read_untracked().is_some() {
                cell.remark.set(None);
            }
            self.revision.update(|revision| *revision += 1);
        }
    }

    /// Sets a field's entry from a file.
    pub(super) fn set_file(&self, path: &str, uri: String, name: String) {
        self.set(path, Some(uri));
        if let Some(cell) = self.cell(path) {
            cell.file_name.set(Some(name));
        }
    }

    /// Says something at a field.
    pub(super) fn remark(&self, path: &str, remark: String) {
        if let Some(cell) = self.cell(path) {
            cell.remark.set(Some(remark));
        }
    }

    /// Replaces every entry.
    pub(super) fn fill(&self, draft: &Draft) {
        for (path, cell) in self.cells.iter() {
            let entry = draft.get(path).map(str::to_owned);
            if *cell.entry.read_untracked() != entry {
                cell.entry.set(entry);
            }
            cell.visited.set(false);
            cell.remark.set(None);
        }
        self.revision.update(|revision| *revision += 1);
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
                cell.visited.set(true);
            }
        }
        checked
    }
}
