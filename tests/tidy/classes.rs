//! Every class that is given has a rule, and every rule is for a class that is given.
//!
//! Classes are given in `index.html`, by `view!` (`class="…"`) and by the builder of elements
//! (`.class("…")`, `attr("class", …)`, `let class = …`). What reaches those by other ways cannot be
//! followed here: it counts as given, but is not asked for its rule.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{Literal, literals, read, under};

/// Class → where it was found.
type Classes = BTreeMap<String, String>;

/// The classes that the style sheets have rules for.
fn styled() -> Classes {
    let mut classes = Classes::new();
    for sheet in under("style", "css") {
        let mut css = String::new();
        for (at, part) in sheet.text.split("/*").enumerate() {
            css += if at == 0 { part } else { part.split_once("*/").expect("a closed comment").1 };
        }
        // Strings and URLs hold dots that start no class.
        let bare: String = css.split('"').step_by(2).collect();
        for after in bare.split('.').skip(1) {
            let name: String = after.chars().take_while(|c| is_class_letter(*c)).collect();
            if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                classes.insert(name, sheet.path.clone());
            }
        }
    }
    classes
}

fn is_class_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split_whitespace().map(str::to_owned)
}

/// The classes of a page.
fn in_page(path: &str) -> Classes {
    let page = read(path);
    let values = page.split("class=\"").skip(1);
    let values = values.map(|rest| rest.split_once('"').expect("a closed attribute").0);
    values.flat_map(words).map(|class| (class, path.to_owned())).collect()
}

/// The classes that the views give, and all words that might be classes.
fn in_views() -> (Classes, BTreeSet<String>) {
    let (mut given, mut possible) = (Classes::new(), BTreeSet::new());
    for view in under("src/app", "rs") {
        let code = view.code();
        for literal in literals(&code) {
            if gives_class(&literal) {
                given.extend(words(literal.text).map(|class| (class, view.path.clone())));
            }
            // Tags and the names of attributes and events are no classes.
            let is_name = ["el(", "attr(", "maybe(", "flag(", ".on(", ".on_text(", ".style("]
                .iter()
                .any(|call| literal.before.ends_with(call));
            if !is_name {
                possible.extend(words(literal.text));
            }
        }
    }
    (given, possible)
}

/// Whether a literal stands where a class is given, and not where one is compared or matched.
fn gives_class(literal: &Literal<'_>) -> bool {
    let (before, after) = (literal.before.trim_end(), literal.after.trim_start());
    let is_value = before.ends_with('=') && !before.ends_with("class=");
    let is_compared_or_another = is_value && !before.ends_with("class =");
    if is_compared_or_another || after.starts_with("=>") || after.starts_with('|') {
        return false;
    }
    // The statement, the call or the attribute that the literal belongs to.
    let starts = ["class=", ".class(", "attr(\"class\",", "let class ="];
    starts.iter().any(|start| {
        let Some((_, between)) = before.rsplit_once(start) else { return false };
        let ends: &[char] = if *start == "class=" { &['\n', '>'] } else { &[';'] };
        let mut depth = 0;
        let closed = between.chars().any(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth < 0
        });
        // A literal straight after `class=` is all there is.
        let alone = *start == "class=" && between.starts_with('"');
        !closed && !alone && !between.contains(ends)
    })
}

fn listed(classes: &Classes) -> String {
    classes.iter().map(|(class, path)| format!("{class} ({path})")).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_class_that_is_given_has_a_rule() {
    let styled = styled();
    let mut given = in_views().0;
    given.extend(in_page("index.html"));
    assert!(given.len() > 40, "only {} classes were found: {given:?}", given.len());
    given.retain(|class, _| !styled.contains_key(class));
    assert!(given.is_empty(), "without a rule in style/:\n{}", listed(&given));
}

#[test]
fn every_rule_is_for_a_class_that_is_given() {
    let (given, possible) = in_views();
    let in_page = in_page("index.html");
    let mut styled = styled();
    assert!(styled.len() > 40, "only {} classes were found: {styled:?}", styled.len());
    styled.retain(|class, _| {
        !given.contains_key(class) && !possible.contains(class) && !in_page.contains_key(class)
    });
    assert!(styled.is_empty(), "for nothing in src/app or index.html:\n{}", listed(&styled));
}

#[test]
fn classes_are_found_in_either_way_of_writing_views() {
    let code = r#"
        let class = move || if over == "x" { "a a--over" } else { "a" };
        view! { <p class="b" id="no"> <i class=move || if x { "c" } else { "d" } title="no">"no"</i> }
        el("no").class("e").attr("no", "no").live_attr("class", move || Some("f".to_owned())).text("no")
        el("no").class(match state { "no" => "g", _ => "h" }).child(el("no"))
    "#;
    let given: Vec<&str> =
        literals(code).iter().filter(|l| gives_class(l)).map(|literal| literal.text).collect();
    assert_eq!(given, ["a a--over", "a", "b", "c", "d", "e", "f", "g", "h"]);
}
