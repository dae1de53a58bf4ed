//! Elements that are kept up to date by hand, where making them anew would disturb whoever reads or
//! cost too much. It refuses to know what is shown.

use web_sys::Element;

/// Changes what scrolls in an element. Who was at its end is at its end again; anybody else stays
/// where they were.
pub fn keep_end(element: &Element, change: &mut dyn FnMut()) {
    let left = element.scroll_height() - element.client_height() - element.scroll_top();
    change();
    if left < 4 {
        element.set_scroll_top(element.scroll_height());
    }
}

/// Writes a text into an element, unless it is there already.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// Takes children away from the beginning.
pub fn remove_first(parent: &Element, count: usize) {
    for _ in 0..count {
        if let Some(first) = parent.first_element_child() {
            first.remove();
        }
    }
}
