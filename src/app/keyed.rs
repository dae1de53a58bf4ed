//! A list of elements that come and go while the others stay as they are.

use leptos::prelude::*;
use leptos::tachys::renderer::Rndr;
use leptos::tachys::renderer::types::Element;
use leptos::tachys::view::{Mountable, Render};

use super::el::{El, ElState};

/// A child in the list, and the owner of everything reactive in it.
struct Row {
    key: String,
    state: ElState,
    owner: Owner,
}

impl El {
    /// Children, one for each key. A child whose key is still there is left alone: what was revealed in it stays revealed, and what has the focus keeps it.
    pub(super) fn keyed(
        self,
        keys: Box<dyn Fn() -> Vec<String> + Send>,
        view: Box<dyn Fn(&str) -> El + Send>,
    ) -> Self {
        // Not the effect's own owner: that one is emptied each time the list changes.
        let parent = Owner::current().unwrap_or_default();
        let rows = StoredValue::new_local(Vec::<Row>::new());
        self.mirror(move |element| {
            let mut old = rows.try_update_value(std::mem::take).unwrap_or_default();
            let mut new = Vec::new();
            for key in keys() {
                let known = old.iter().position(|row| row.key == key);
                new.push(match known {
                    Some(place) => old.remove(place),
                    None => {
                        let owner = parent.with(Owner::new);
                        let state = owner.with(|| view(&key).build());
                        Row { key, state, owner }
                    }
                });
            }
            for mut gone in old {
                gone.state.unmount();
                gone.owner.cleanup();
            }
            put_in_order(element, &mut new);
            rows.set_value(new);
        })
    }
}

/// From the last to the first, each before the one that follows it; those that are there already
/// are not moved, for moving an element makes it lose the focus.
fn put_in_order(parent: &Element, rows: &mut [Row]) {
    let mut next: Option<Element> = None;
    for row in rows.iter_mut().rev() {
        let element = row.state.element().clone();
        let follows = Rndr::next_sibling(&element);
        let in_place = Rndr::get_parent(&element).is_some()
            && follows.as_ref() == next.as_ref().map(AsRef::as_ref);
        if !in_place {
            row.state.mount(parent, next.as_ref().map(AsRef::as_ref));
        }
        next = Some(element);
    }
}
