//! What is wrong with the page as a whole: notices below the bar, one under another, each until
//! somebody has read it.

use leptos::prelude::*;

use super::bar::quiet;
use super::el::{El, el};

/// The sentences, oldest first.
#[derive(Clone, Copy)]
pub(super) struct Trouble(RwSignal<Vec<String>>);

impl Trouble {
    pub(super) fn new(sentences: Vec<String>) -> Self {
        Self(RwSignal::new(sentences))
    }

    /// Says what is wrong, unless it says so already.
    pub(super) fn tell(self, sentence: impl Into<String>) {
        let sentence = sentence.into();
        if !self.0.with_untracked(|known| known.contains(&sentence)) {
            self.0.update(|known| known.push(sentence));
        }
    }

    fn forget(self, sentence: &str) {
        self.0.update(|known| known.retain(|one| one != sentence));
    }

    pub(super) fn notices(self) -> El {
        let notice = move |sentence: &str| {
            let own = sentence.to_owned();
            let dismiss = quiet("Dismiss").click(move || self.forget(&own));
            let notice = el("div").class("trouble").attr("role", "alert");
            notice.child(el("p").text(sentence)).child(dismiss)
        };
        el("div").class("troubles").keyed(Box::new(move || self.0.get()), Box::new(notice))
    }
}
