//! The shell that stands in the page before the program does.

use flux_studio::browser::dom;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlTextAreaElement};

/// Adds an element to a parent.
fn add(parent: &Element, tag: &str, attributes: &[(&str, &str)]) -> Element {
    let element = dom::document().create_element(tag).unwrap();
    for (name, value) in attributes {
        element.set_attribute(name, value).unwrap();
    }
    parent.append_child(&element).unwrap();
    element
}

/// A shell in which something was typed, and the page that takes over from it.
fn shell(text: &str) -> (Element, HtmlTextAreaElement) {
    let body: Element = dom::body().unwrap().into();
    let shell = add(&body, "div", &[("id", "shell")]);
    let typed: HtmlTextAreaElement =
        add(&shell, "textarea", &[("name", "prompt")]).unchecked_into();
    typed.set_value(text);
    (shell, typed)
}

fn take_over_with(studio_text: &str) -> (Element, HtmlTextAreaElement) {
    let typed = dom::typed_into_shell();
    let body: Element = dom::body().unwrap().into();
    let studio = add(&body, "div", &[("id", "studio")]);
    let prompt: HtmlTextAreaElement =
        add(&studio, "textarea", &[("name", "prompt")]).unchecked_into();
    prompt.set_value(studio_text);
    dom::take_over(typed);
    (studio, prompt)
}

#[wasm_bindgen_test]
fn what_was_typed_into_the_shell_goes_on_in_the_page() {
    let (shell, typed) = shell("a fox in snow");
    typed.focus().unwrap();
    typed.set_selection_range(2, 5).unwrap();
    assert_eq!(dom::typed_into_shell().expect("a shell").text, "a fox in snow");
    let (studio, prompt) = take_over_with("a fox in snow");
    assert!(!shell.is_connected());
    assert_eq!(dom::document().active_element().as_ref(), Some(prompt.as_ref() as &Element));
    let caret = (prompt.selection_start().unwrap(), prompt.selection_end().unwrap());
    assert_eq!(caret, (Some(2), Some(5)));
    studio.remove();
    assert!(dom::typed_into_shell().is_none());
}

#[wasm_bindgen_test]
fn a_focus_elsewhere_is_left_there() {
    let (shell, _) = shell("");
    let body: Element = dom::body().unwrap().into();
    let elsewhere: HtmlTextAreaElement = add(&body, "textarea", &[]).unchecked_into();
    elsewhere.focus().unwrap();
    let (studio, _) = take_over_with("");
    assert!(!shell.is_connected());
    assert_eq!(dom::document().active_element().as_ref(), Some(elsewhere.as_ref() as &Element));
    studio.remove();
    elsewhere.remove();
    dom::take_over(None);
}

#[wasm_bindgen_test]
fn patterns_are_judged_as_in_javascript_and_unreadable_ones_forbid_nothing() {
    for (pattern, text, expected) in [
        ("^[a-z]+$", "abc", true),
        ("^[a-z]+$", "abC", false),
        ("b", "abc", true),
        (r"^\d{2}(?=x)", "12x", true),
        (r"^(?<year>\d{4})$", "2026", true),
        ("(", "anything", true),
        ("(?P<year>x)", "anything", true),
    ] {
        assert_eq!(dom::matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[wasm_bindgen_test]
fn a_field_behind_folds_is_brought_to_light() {
    let body: Element = dom::body().unwrap().into();
    let fold = add(&body, "details", &[]);
    let field = add(&fold, "textarea", &[("data-key", "loras.0.path")]);
    assert!(dom::focus_field("loras.0.path"));
    assert!(fold.has_attribute("open"));
    assert_eq!(dom::document().active_element(), Some(field));
    fold.remove();
}

#[wasm_bindgen_test]
fn a_field_is_found_by_its_key_whatever_it_is_made_of() {
    let body: Element = dom::body().unwrap().into();
    let form = add(&body, "div", &[]);
    let input = |within: &Element, key: &str| add(within, "input", &[("data-key", key)]);
    // In a map the name stands before its value, under one `name`.
    input(&form, "map.0|k").set_attribute("name", "map.0").unwrap();
    let value = input(&form, "map.0");
    value.set_attribute("name", "map.0").unwrap();
    let kinds = add(&form, "div", &[("data-key", "union")]);
    let kind = add(&kinds, "input", &[("type", "radio"), ("name", "union|kind")]);
    // Its own button is no control.
    add(&form, "button", &[("data-key", "tuple"), ("data-act", "clear")]);
    let inner = input(&form, "tuple.0");
    let add_word = add(&form, "button", &[("data-key", "words"), ("data-act", "add")]);
    let quoted = input(&form, "it's \"a\\b\"");
    for (key, element) in [
        ("map.0", &value),
        ("union", &kind),
        ("tuple", &inner),
        ("words", &add_word),
        ("it's \"a\\b\"", &quoted),
    ] {
        assert!(dom::focus_field(key), "{key}");
        assert_eq!(dom::document().active_element().as_ref(), Some(element), "{key}");
    }
    assert!(!dom::focus_field(""), "the input as a whole is no field");
    form.remove();
}
