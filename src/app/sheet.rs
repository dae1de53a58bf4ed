//! The form being filled in: one reactive cell for each field, so that a key typed wakes its own
//! field and nothing else, whatever the size of the form.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use leptos::prelude::*;

use crate::browser::dom;
use crate::form::{Draft, Entry, Field, Form, Problem, Request, What};
use crate::schema::Model;

/// A model's form and what stands in it.
#[derive(Clone)]
pub(super) struct Sheet {
    /// Where the model's document is.
    pub(super) path: Arc<str>,
    pub(super) model: Arc<Model>,
    pub(super) form: Arc<Form>,
    /// By key, sorted. A cell is made when it is first asked for: lists grow.
    cells: Arc<RwLock<Vec<(String, Cell)>>>,
    /// The seed of the last result, whichever model it was.
    pub(super) last_seed: RwSignal<Option<String>>,
    /// Another number with every change, and of every sheet: for those who care that something
    /// changed and not what.
    pub(super) revision: ArcRwSignal<u64>,
    /// Rises when a field becomes set or unset.
    pub(super) flips: ArcRwSignal<u64>,
    /// Where something is said of the input as a whole, until anything changes.
    said_of_whole: Arc<RwLock<Option<Cell>>>,
}

/// What stands in a field, and what is noted beside it.
pub(super) type Cell = ArcRwSignal<Slot>;

#[derive(Clone, Default, PartialEq)]
pub(super) struct Slot {
    /// What was entered; `None` is unset.
    pub(super) entry: Option<Entry>,
    /// Whether its problem is shown: not before the person has been there.
    pub(super) visited: bool,
    /// What somebody else has to say about it: the model, or the reader of a file.
    pub(super) remark: Option<String>,
}

impl Sheet {
    pub(super) fn new(
        path: &str,
        model: Model,
        draft: &Draft,
        last_seed: RwSignal<Option<String>>,
    ) -> Self {
        let sheet = Self {
            path: path.into(),
            form: Arc::new(Form::new(&model, dom::matches)),
            model: Arc::new(model),
            cells: Arc::default(),
            last_seed,
            revision: ArcRwSignal::new(next_revision()),
            said_of_whole: Arc::default(),
            flips: ArcRwSignal::new(0),
        };
        for (key, entry) in draft.iter() {
            sheet.cell(key).update_untracked(|slot| slot.entry = Some(entry.clone()));
        }
        sheet
    }

    /// A field's cell.
    pub(super) fn cell(&self, key: &str) -> Cell {
        let known =
            |cells: &Vec<(String, Cell)>| cells.binary_search_by(|(k, _)| k.as_str().cmp(key));
        let Ok(mut cells) = self.cells.write() else { return Cell::default() };
        let place = match known(&cells) {
            Ok(place) => place,
            Err(place) => {
                cells.insert(place, (key.to_owned(), Cell::default()));
                place
            }
        };
        cells.get(place).map(|(_, cell)| cell.clone()).unwrap_or_default()
    }

    fn all(&self) -> Vec<(String, Cell)> {
        self.cells.read().map(|cells| cells.clone()).unwrap_or_default()
    }

    /// A field's entry; whoever asks inside an effect is woken when it changes.
    pub(super) fn entry(&self, key: &str) -> Option<Entry> {
        self.cell(key).with(|slot| slot.entry.clone())
    }

    /// The same, without being woken.
    pub(super) fn entry_now(&self, key: &str) -> Option<Entry> {
        self.cell(key).with_untracked(|slot| slot.entry.clone())
    }

    /// A field's entry as text; wakes like [`Self::entry`].
    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.entry(key).map(|entry| entry.as_str().to_owned())
    }

    /// Sets or unsets a field's entry by the person's hand.
    pub(super) fn set(&self, key: &str, entry: Option<Entry>) {
        // What is entered in a field that was null, or JSON of another kind, makes it a value of its
        // own; and what is entered as one kind of several chooses that kind.
        let mut inner = key;
        while let Some(end) = inner.rfind(['.', '|']) {
            let (outer, rest) = inner.split_at(end);
            let cell = self.cell(outer);
            let is_open = |slot: &Slot| !matches!(slot.entry, Some(Entry::Text(_)));
            let kind = rest.strip_prefix('|').filter(|kind| kind.parse::<usize>().is_ok());
            let chooses = kind.is_some() && entry.is_some();
            if cell.with_untracked(|slot| is_open(slot) && (chooses || slot.entry.is_some())) {
                let entry = kind.filter(|_| chooses).map(Entry::from);
                cell.set(Slot { entry, ..Slot::default() });
            }
            inner = outer;
        }
        let cell = self.cell(key);
        let was_set = cell.with_untracked(|slot| slot.entry.is_some());
        let flips = was_set != entry.is_some();
        cell.set(Slot { entry, visited: true, remark: None });
        self.changed(flips, next_revision());
    }

    /// Says something at a field.
    pub(super) fn remark(&self, key: &str, remark: String) {
        self.cell(key).update(|slot| slot.remark = Some(remark));
    }

    /// Replaces every entry; what is shown at the fields goes with it.
    pub(super) fn fill(&self, draft: &Draft) {
        self.put(draft, |entry| Slot { entry, ..Slot::default() }, next_revision());
    }

    /// The same; tells the revision before anybody is woken.
    pub(super) fn fill_as(&self, draft: &Draft, tell: impl FnOnce(u64)) {
        let now = next_revision();
        tell(now);
        self.put(draft, |entry| Slot { entry, ..Slot::default() }, now);
    }

    /// Changes entries here and there; what is shown at the others stays.
    pub(super) fn edit(&self, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.draft();
        change(&mut draft);
        self.put(&draft, |entry| Slot { entry, visited: true, remark: None }, next_revision());
    }

    fn put(&self, draft: &Draft, slot: fn(Option<Entry>) -> Slot, revision: u64) {
        for (key, _) in draft.iter() {
            self.cell(key);
        }
        for (key, cell) in self.all() {
            let entry = draft.entry(&key);
            if cell.with_untracked(|slot| slot.entry.as_ref() != entry) {
                cell.set(slot(entry.cloned()));
            }
        }
        self.changed(true, revision);
    }

    /// What stands in the form now.
    pub(super) fn draft(&self) -> Draft {
        let mut draft = Draft::new();
        for (key, cell) in self.all() {
            if let Some(entry) = cell.with_untracked(|slot| slot.entry.clone()) {
                draft.insert(&key, entry);
            }
        }
        draft
    }

    /// Whether anything in a field is set; wakes nobody.
    pub(super) fn is_touched(&self, key: &str) -> bool {
        let Ok(cells) = self.cells.read() else { return false };
        // What is in a field is sorted together, once for each of the two marks.
        let is_set_after = |mark: &str| {
            let inner = [key, mark].concat();
            let start = cells.partition_point(|(known, _)| *known < inner);
            let within =
                cells.iter().skip(start).take_while(|(known, _)| known.starts_with(&inner));
            within.into_iter().any(|(_, cell)| cell.with_untracked(|slot| slot.entry.is_some()))
        };
        is_set_after(".") || is_set_after("|")
    }

    /// What is wrong with a field by itself, once the person has been there.
    pub(super) fn complaint(&self, field: &Field, slot: &Slot) -> Option<String> {
        if slot.remark.is_some() || !slot.visited {
            return slot.remark.clone();
        }
        let what = self.form.problem(field, slot.entry.as_ref())?;
        Some([&field.title, " ", &what.to_string(), "."].concat())
    }

    /// The request the form stands for, or what is in its way; then every problem is shown.
    pub(super) fn check(&self) -> Result<Request, Vec<Problem>> {
        self.forget_whole();
        let checked = self.form.check(&self.draft());
        if let Err(problems) = &checked {
            for problem in problems {
                let cell = self.cell(&problem.key);
                cell.update(|slot| slot.visited = true);
                // A field by itself knows nothing of the rest.
                if matches!(problem.what, What::Condition(_)) {
                    cell.update(|slot| slot.remark = Some(problem.to_string()));
                    if let Ok(mut said) = self.said_of_whole.write() {
                        *said = Some(cell);
                    }
                }
            }
        }
        checked
    }

    fn forget_whole(&self) {
        let said = self.said_of_whole.write().ok().and_then(|mut said| said.take());
        if let Some(cell) = said {
            cell.update(|slot| slot.remark = None);
        }
    }

    fn changed(&self, flips: bool, revision: u64) {
        self.forget_whole();
        self.revision.set(revision);
        if flips {
            self.flips.update(|flips| *flips += 1);
        }
    }
}

fn next_revision() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}
