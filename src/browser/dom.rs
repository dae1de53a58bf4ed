//! The document, as far as the views need it by hand: focus, the page's address, the shell that
//! is there before the program.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement,
    HtmlTextAreaElement, Window,
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

/// The address of the page up to this mark.
fn page_before(mark: char) -> String {
    let address = window().location().href().unwrap_or_default();
    address.split(['#', mark]).next().unwrap_or_default().to_owned()
}

/// The address of the page as it may be passed on: without a fragment, and without a query, which may be
/// what lets this person in.
pub fn page_to_pass_on() -> String {
    page_before('?')
}

/// What stands after the page's address, from the `#` on.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// Takes what stands after the page's address out of it, and out of the history.
pub fn forget_fragment() {
    if let Ok(history) = window().history() {
        let here = page_before('#');
        history.replace_state_with_url(&JsValue::NULL, "", Some(&here)).ok();
    }
}

/// Calls back if something stands after the page's address, and whenever that changes.
pub fn on_fragment(callback: impl Fn() + 'static) {
    if !fragment().is_empty() {
        callback();
    }
    let callback = Closure::<dyn Fn()>::new(callback);
    let listener = callback.as_ref().unchecked_ref();
    window().add_event_listener_with_callback("hashchange", listener).ok();
    callback.forget();
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

/// Moves the focus to a field and into view; says whether it has a control.
pub fn focus_field(key: &str) -> bool {
    let Some(element) = control_of(key) else { return false };
    // It may be behind a fold.
    if let Ok(Some(fold)) = element.closest("details:not([open])") {
        fold.set_attribute("open", "").ok();
    }
    element.scroll_into_view();
    element.focus().is_ok()
}

/// Moves the focus to a field if what had it is gone.
pub fn keep_focus(key: &str) {
    let is_gone = |active: Element| active.matches("body, [hidden]").unwrap_or(true);
    if document().active_element().is_none_or(is_gone)
        && let Some(element) = control_of(key)
    {
        element.focus().ok();
    }
}

/// A field's own control, the first of several; or the way to its items; or what is first in it.
fn control_of(key: &str) -> Option<HtmlElement> {
    let controls = |keyed: &str| {
        [keyed, ":is(input, select, textarea), ", keyed, " :is(input, select, textarea)"].concat()
    };
    let own = ["[data-key=", &quoted(key), "]"].concat();
    let inner = ["[data-key^=", &quoted(&[key, "."].concat()), "]"].concat();
    let selectors = [controls(&own), [&own, "[data-act=add]"].concat(), controls(&inner)];
    let find = |selector: &String| document().query_selector(selector).ok().flatten();
    selectors.iter().find_map(find)?.dyn_into().ok()
}

/// A text as a selector quotes it.
pub fn quoted(text: &str) -> String {
    ["\"", &text.replace('\\', "\\\\").replace('"', "\\\""), "\""].concat()
}

/// Moves the focus to the first element a selector finds.
pub fn focus_in(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.focus().ok();
    }
}

/// Moves the focus out of what is about to go, if it is in there: to what comes next or is around it.
pub fn hand_focus_on(leaving: &Element) {
    let next = leaving.next_element_sibling().or_else(|| leaving.parent_element());
    if leaving.contains(document().active_element().as_deref())
        && let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok())
    {
        next.set_tab_index(-1);
        next.focus().ok();
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

/// Shows a text in a control, unless it is there already: writing it again would move the caret.
/// Says that this is a control, like its like below.
pub fn set_value(control: &Element, text: &str) -> bool {
    if typed(control) != text {
        set_property(control, "value", &text.into());
    }
    true
}

/// Ticks a control, or not.
pub fn set_checked(control: &Element, is: bool) -> bool {
    set_property(control, "checked", &is.into());
    true
}

/// Whether a control is ticked.
pub fn is_checked(control: &Element) -> bool {
    js_sys::Reflect::get(control, &"checked".into()).is_ok_and(|is| is.is_truthy())
}

/// Shows a number in its control, unless an unfinished one is being typed there: that reads as
/// empty, and writing it back would take it from under the person's fingers.
pub fn show_number(control: &Element, text: &str) -> bool {
    if text.is_empty() || !has_bad_input(control) {
        set_value(control, text);
    }
    true
}

/// What is typed into a control; an unfinished number comes as text that is no number.
pub fn typed(control: &Element) -> String {
    if has_bad_input(control) {
        return "-".to_owned();
    }
    js_sys::Reflect::get(control, &"value".into())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Looks at what is typed into the boxes of the form, with the keys of their fields.
pub fn each_typed(look: &mut dyn FnMut(String, String)) {
    let boxes = "#studio form :is(textarea, [type=text], [type=number])[data-key]";
    let Ok(boxes) = document().query_selector_all(boxes) else { return };
    for index in 0..boxes.length() {
        if let Some(control) = boxes.item(index).and_then(|node| node.dyn_into::<Element>().ok()) {
            look(attribute(&control, "data-key").unwrap_or_default(), typed(&control));
        }
    }
}

fn has_bad_input(control: &Element) -> bool {
    control.dyn_ref::<HtmlInputElement>().is_some_and(|input| input.validity().bad_input())
}

/// Whether a control is for typing, not for choosing.
pub fn is_typed_into(control: &Element) -> bool {
    let chosen = "[type=radio], [type=checkbox], [type=file], select, button";
    !control.matches(chosen).unwrap_or(false)
}

/// Whether an event happened in something that is typed into.
pub fn is_typing(event: &Event) -> bool {
    target_within(event, "input, textarea").is_some_and(|control| is_typed_into(&control))
}

fn set_property(element: &Element, name: &str, value: &JsValue) {
    js_sys::Reflect::set(element, &name.into(), value).ok();
}

/// Sets or takes away an attribute, unless it is so already.
pub fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    if attribute(element, name).as_deref() == value {
        return;
    }
    match value {
        Some(value) => element.set_attribute(name, value).ok(),
        None => element.remove_attribute(name).ok(),
    };
}

/// Sets or takes away an attribute that has no value; says that this is no control.
pub fn set_flag(element: &Element, name: &str, is: bool) -> bool {
    set_attribute(element, name, is.then_some(""));
    false
}

/// An attribute, if it is there.
pub fn attribute(element: &Element, name: &str) -> Option<String> {
    element.get_attribute(name)
}

/// The nearest element around the one an event happened in that a selector finds.
pub fn target_within(event: &Event, selector: &str) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// Whether a text matches a regular expression; one that cannot be read matches everything.
pub fn matches(pattern: &str, text: &str) -> bool {
    let made =
        js_sys::Reflect::construct(&regular_expressions(), &js_sys::Array::of1(&pattern.into()));
    made.ok()
        .and_then(|made| made.dyn_into::<js_sys::RegExp>().ok())
        .is_none_or(|made| made.test(text))
}

/// The constructor, called so that what it throws can be caught.
fn regular_expressions() -> js_sys::Function {
    js_sys::RegExp::new("", "").constructor()
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

/// Light or dark, unless the system chooses.
pub fn theme() -> Option<String> {
    document().document_element()?.get_attribute("data-theme")
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
