//! The document, as far as the views need it by hand: focus, the page's address, the shell that
//! is there before the program.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement,
    HtmlTextAreaElement, KeyboardEvent, Window,
};

/// The window. A page without one cannot run this program at all.
#[expect(clippy::expect_used, reason = "there is nobody to tell, and nothing runs before it")]
pub fn window() -> Window {
    web_sys::window().expect("a browser window")
}

/// The document.
#[expect(clippy::expect_used, reason = "there is nobody to tell, and nothing runs before it")]
pub fn document() -> Document {
    window().document().expect("a document")
}

/// The page's address.
pub fn page_url() -> String {
    document().base_uri().ok().flatten().unwrap_or_default()
}

/// The page's own origin.
pub fn page_origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Loads the page anew.
pub fn reload() {
    window().location().reload().ok();
}

/// Moves the focus to an element and into view.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id) {
        element.scroll_into_view();
        element.focus().ok();
    }
}

/// Brings an element into view: on a phone the jobs are below the form.
pub fn show(id: &str) {
    if let Some(element) = by_id(id) {
        element.scroll_into_view();
    }
}

/// Moves the focus to the control of a field, by its `name`.
pub fn focus_named(name: &str) {
    let named = document().get_elements_by_name(name).item(0);
    if let Some(element) = named.and_then(|node| node.dyn_into::<HtmlElement>().ok()) {
        element.scroll_into_view();
        element.focus().ok();
    }
}

/// Moves the focus to the first element a selector finds.
pub fn focus_in(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// Moves the focus from an element to the one after (1) or before (-1) it.
pub fn focus_sibling(direction: i32) {
    let sibling = document().active_element().and_then(|active| match direction {
        1 => active.next_element_sibling(),
        _ => active.previous_element_sibling(),
    });
    if let Some(element) = sibling.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// Shows a number in its control, unless an unfinished one is being typed there: that reads as
/// empty, and writing it back would take it from under the person's fingers.
pub fn show_number(control: &Element, text: &str) {
    if let Some(input) = control.dyn_ref::<HtmlInputElement>() {
        let unfinished = input.validity().bad_input() && !text.is_empty();
        if input.value() != text && !unfinished {
            input.set_value(text);
        }
    }
}

/// The number typed into a control; an unfinished one comes as text that is no number.
pub fn typed_number(event: &Event) -> String {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    match input {
        Some(input) if input.validity().bad_input() => "-".to_owned(),
        Some(input) => input.value(),
        None => String::new(),
    }
}

/// Whether a key press is Ctrl+Enter or Cmd+Enter.
pub fn is_submit_shortcut(event: &Event) -> bool {
    event
        .dyn_ref::<KeyboardEvent>()
        .is_some_and(|key| key.key() == "Enter" && (key.ctrl_key() || key.meta_key()))
}

/// The name of the key that was pressed.
pub fn key_of(event: &Event) -> String {
    event.dyn_ref::<KeyboardEvent>().map(KeyboardEvent::key).unwrap_or_default()
}

/// Opens a `<dialog>` over the page.
pub fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id)
        && !dialog.open()
    {
        dialog.show_modal().ok();
    }
}

/// Closes a `<dialog>`.
pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

/// Chooses between the colours of the system (`None`), light and dark.
pub fn set_theme(theme: Option<&str>) {
    if let Some(root) = document().document_element() {
        match theme {
            Some(theme) => root.set_attribute("data-theme", theme).ok(),
            None => root.remove_attribute("data-theme").ok(),
        };
    }
}

/// Whether the page may write to the clipboard: only where it is served securely.
pub fn can_copy() -> bool {
    !window().navigator().clipboard().is_undefined()
}

/// Puts a text on the clipboard, and tells whether it is there.
pub async fn copy(text: &str) -> bool {
    let written = window().navigator().clipboard().write_text(text);
    JsFuture::from(written).await.is_ok()
}

/// Sets the title of the tab.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Calls back whenever the page is looked at again or the network comes back.
pub fn on_wake(callback: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(move || {
        if !document().hidden() {
            callback();
        }
    });
    let listener = callback.as_ref().unchecked_ref();
    document().add_event_listener_with_callback("visibilitychange", listener).ok();
    window().add_event_listener_with_callback("online", listener).ok();
    callback.forget();
}

/// Calls back when the page is about to go away.
pub fn on_leave(callback: impl Fn() + 'static) {
    let callback = Closure::<dyn Fn()>::new(callback);
    let listener = callback.as_ref().unchecked_ref();
    window().add_event_listener_with_callback("pagehide", listener).ok();
    callback.forget();
}

/// What was typed into the prompt box of the shell before the program was there.
pub struct Typed {
    /// The text.
    pub text: String,
    selection: Option<(u32, u32)>,
    focused: bool,
}

/// Reads the shell's prompt box.
pub fn typed_into_shell() -> Option<Typed> {
    let shell = document().query_selector("#shell textarea").ok().flatten()?;
    let shell: HtmlTextAreaElement = shell.dyn_into().ok()?;
    let focused = document().active_element().as_ref() == Some(shell.as_ref() as &Element);
    let selection =
        shell.selection_start().ok().flatten().zip(shell.selection_end().ok().flatten());
    Some(Typed { text: shell.value(), selection, focused })
}

/// Puts the caret where it was in the shell, and takes the shell away.
pub fn take_over(typed: Option<Typed>) {
    if let Some(typed) = typed.filter(|typed| typed.focused) {
        let prompt = document().query_selector("#studio [name=prompt]").ok().flatten();
        if let Some(prompt) = prompt.and_then(|p| p.dyn_into::<HtmlTextAreaElement>().ok()) {
            prompt.focus().ok();
            if let Some((start, end)) = typed.selection {
                prompt.set_selection_range(start, end).ok();
            }
        }
    }
    if let Some(shell) = by_id("shell") {
        shell.remove();
    }
}

/// The element the program is put into.
pub fn body() -> Option<HtmlElement> {
    document().body()
}

fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
