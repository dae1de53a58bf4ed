//! What is wrong with the page as a whole: a notice below the bar, until somebody has read it.

use leptos::prelude::*;

use super::bar::quiet;
use super::el::{El, el};

/// The sentences, one a line, oldest first. One text: a list would be compiled for this alone.
#[derive(Clone, Copy)]
pub(super) struct Trouble(RwSignal<Option<String>>);

impl Trouble {
    pub(super) fn new(sentences: &[String]) -> Self {
        Self(RwSignal::new((!sentences.is_empty()).then(|| sentences.join("\n"))))
    }

    /// Says what else is wrong, unless it says so already.
    #[inline(never)]
    pub(super) fn tell(self, sentence: &str) {
        let known = self.0.get_untracked().unwrap_or_default();
        if known.is_empty() {
            self.0.set(Some(sentence.to_owned()));
        } else if known.lines().all(|line| line != sentence) {
            self.0.set(Some([&known, "\n", sentence].concat()));
        }
    }

    pub(super) fn notice(self) -> Option<El> {
        let sentences = self.0.get()?;
        let lines = el("div").children(sentences.lines().map(|line| el("p").text(line)));
        let dismiss = quiet("Dismiss").click(move || self.0.set(None));
        Some(el("div").class("trouble").attr("role", "alert").child(lines).child(dismiss))
    }
}
