//! The architecture, as far as it can be read off the source text: what the compiler does not
//! check and a tired reviewer does not see.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

mod classes;
mod source;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::source::{Source, read, under};

/// Where the program's own code is.
const CODE: [&str; 3] = ["src", "proxy/src", "xtask/src"];

/// Fails with every line of the code under `folders` that names one of `words`.
fn check_never_named(folders: &[String], words: &[&str]) {
    let named = |source: &Source| {
        let lines = source.code().lines().map(str::to_owned).collect::<Vec<_>>();
        let found = lines.into_iter().filter(|line| words.iter().any(|word| line.contains(word)));
        found.map(|line| format!("{}: {}", source.path, line.trim())).collect::<Vec<_>>()
    };
    let sources: Vec<Source> = folders.iter().flat_map(|folder| under(folder, "rs")).collect();
    assert!(!sources.is_empty(), "{folders:?} hold no code");
    let found: Vec<String> = sources.iter().flat_map(named).collect();
    assert!(found.is_empty(), "{words:?} in\n{}", found.join("\n"));
}

/// Every room and file of the app but these.
fn rooms_except(others: &[&str]) -> Vec<String> {
    let rooms: BTreeSet<String> = under("src", "rs")
        .iter()
        .map(|source| source.path.split('/').take(2).collect::<Vec<_>>().join("/"))
        .collect();
    rooms.into_iter().filter(|room| !others.contains(&room.as_str())).collect()
}

#[test]
fn only_the_browser_room_names_the_web_platform() {
    check_never_named(&rooms_except(&["src/browser"]), &["web_sys", "js_sys", "gloo_"]);
}

#[test]
fn the_pure_rooms_know_neither_views_nor_the_browser() {
    let impure = ["src/app", "src/browser", "src/lib.rs", "src/main.rs"];
    let others = ["leptos", "wasm_bindgen", "crate::browser", "crate::app", "target_arch"];
    let world = ["std::time", "std::fs", "std::net", "std::env", "println!"];
    check_never_named(&rooms_except(&impure), &[&others[..], &world].concat());
    check_never_named(&["src/browser".to_owned()], &["leptos", "crate::app"]);
    check_never_named(&["src/app".to_owned()], &["serde_json"]);
}

#[test]
fn text_is_never_made_into_markup() {
    let words = [
        // Leptos makes the static parts of such views from strings.
        "view!",
        "inner_html",
        "innerHTML",
        "outer_html",
        "insert_adjacent_html",
        "insertAdjacentHTML",
        "document.write",
    ];
    check_never_named(&["src".to_owned()], &words);
    let boot = read("public/boot.js");
    assert!(!words.iter().any(|word| boot.contains(word)), "public/boot.js makes markup of text");
}

#[test]
fn nothing_panics_on_purpose() {
    let mut found = Vec::new();
    for source in under("src", "rs") {
        let code = source.code();
        let lines: Vec<&str> = code.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            if ![".unwrap()", ".expect(", "panic!("].iter().any(|word| line.contains(word)) {
                continue;
            }
            // The reason stands above the item, with no empty line between.
            let above = lines[..at].iter().rev().take_while(|line| !line.trim().is_empty());
            if !above.take(8).any(|line| line.trim().starts_with("#[expect(clippy::")) {
                found.push(format!("{}:{}: {}", source.path, at + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "without #[expect(clippy::…)] above:\n{}", found.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for_and_can_be_read_in_one_sitting() {
    let mut wrong = Vec::new();
    for source in CODE.iter().flat_map(|folder| under(folder, "rs")) {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{} has no header", source.path));
        }
        let lines = source.text.lines().count();
        if lines > 400 {
            wrong.push(format!("{} has {lines} lines", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn there_is_no_place_for_a_key() {
    // Sentences for the person who runs the proxy: the key is there, and is not known here.
    let sentences = [
        "Whoever runs the proxy has to set a valid FAL_KEY there.",
        "Set FAL_KEY to use the real model.",
        // What is refused has to be named.
        "Authorization is not sent: fal's own server proxies pass it on to fal in place of the key,",
        "lower == \"authorization\"",
        // Cookies.
        "RequestCredentials::Include",
        "Access-Control-Allow-Credentials: true",
        "and credentials: true",
        ", credentials: true",
    ];
    let mut found = Vec::new();
    for source in under("src", "rs") {
        let code = source.code();
        let mut text = code.replace("\\\n", " ").split_whitespace().collect::<Vec<_>>().join(" ");
        for sentence in sentences {
            text = text.replace(sentence, "");
        }
        for word in ["FAL_KEY", "authorization", "api_key", "apikey", "credentials:"] {
            if text.to_ascii_lowercase().contains(&word.to_ascii_lowercase()) {
                found.push(format!("{}: {word}", source.path));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    let loader = read("public/boot.js") + &read("public/config.json") + &read("index.html");
    assert!(!loader.to_ascii_lowercase().contains("key\""), "a key among the page's own files");
}

#[test]
fn the_page_is_served_with_its_policy() {
    let headers = read("public/_headers");
    let everywhere =
        headers.split("\n\n").find(|rule| rule.starts_with("/*\n")).expect("a rule for /*");
    let policy = everywhere
        .lines()
        .find_map(|line| line.trim().strip_prefix("Content-Security-Policy:"))
        .expect("a policy");
    let directive = |name: &str| {
        let mut all = policy.split(';').map(str::trim);
        all.find_map(|directive| directive.strip_prefix(name)?.strip_prefix(' '))
            .unwrap_or("missing")
    };
    for (name, sources) in [
        ("default-src", "'none'"),
        ("script-src", "'self' 'wasm-unsafe-eval'"),
        ("style-src", "'self'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-ancestors", "'none'"),
        ("require-trusted-types-for", "'script'"),
        ("trusted-types", "'none'"),
    ] {
        assert_eq!(directive(name), sources, "{name}");
    }
    for name in ["connect-src", "img-src", "media-src"] {
        let sources: Vec<&str> = directive(name).split(' ').collect();
        assert!(sources.contains(&"'self'") && sources.contains(&"https:"), "{name} {sources:?}");
        assert!(!sources.contains(&"*") && !sources.contains(&"http:"), "{name} {sources:?}");
    }
    for never in ["unsafe-inline", "'unsafe-eval'", "unsafe-hashes", "strict-dynamic"] {
        assert!(!policy.contains(never), "{never}");
    }
    // A policy forbids nothing that the page itself then does.
    let page = read("index.html");
    for inline in ["<style", "<script>", " style=", " onclick=", " onload=", "javascript:"] {
        assert!(!page.contains(inline), "index.html has {inline}");
    }
}

#[test]
fn wasm_bindgen_is_pinned_to_the_version_in_the_lock_file() {
    let manifest = read("Cargo.toml");
    let pin =
        manifest.lines().find_map(|line| line.strip_prefix("wasm-bindgen = \"=")).expect("a pin");
    let lock = read("Cargo.lock");
    let locked = lock.split("name = \"wasm-bindgen\"\nversion = \"").nth(1).expect("a version");
    assert_eq!(pin.split('"').next(), locked.split('"').next());
}

#[test]
fn the_packages_of_the_contract_tests_are_pinned_and_name_no_registry() {
    let [manifest, lock] = ["package.json", "package-lock.json"].map(|name| {
        let text = read(&format!("tests/contract/{name}"));
        serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
    });
    let wanted = manifest["dependencies"].as_object().expect("dependencies");
    let packages = lock["packages"].as_object().expect("packages");
    assert_eq!(lock["packages"][""]["dependencies"], manifest["dependencies"], "npm ci refuses it");
    for (name, version) in wanted {
        let exact = version.as_str().is_some_and(|version| {
            version.split('.').count() == 3 && version.split('.').all(|n| n.parse::<u32>().is_ok())
        });
        assert!(exact, "{name} {version}");
        assert_eq!(packages[&format!("node_modules/{name}")]["version"], *version, "{name}");
    }
    for (path, package) in packages.iter().filter(|(path, _)| !path.is_empty()) {
        assert!(package["integrity"].is_string(), "{path} has no hash");
        assert_eq!(package.get("resolved"), None, "{path} names where it came from");
    }
}
