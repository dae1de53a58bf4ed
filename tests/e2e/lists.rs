//! Lists of everything: rows that are added, taken out and moved, and what is sent of them.

use std::fs;

use serde_json::{Value, json};

use super::bytes::{base64, data_uri, picture};
use super::documents::form;
use super::page::Page;

/// Whether a button can be pressed.
async fn is_enabled(page: &Page, name: &str) -> bool {
    page.find("button", name).await.is_enabled().await.expect("a button")
}

#[test]
fn items_are_added_taken_out_and_moved() {
    let words = json!({ "type": "array", "items": { "type": "string" } });
    form(&json!({ "words": words })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.find("group", "Words").await;
        for (index, word) in ["one", "two", "three", "four"].into_iter().enumerate() {
            page.press("Add Words").await;
            page.until_focused(&format!("words.{index}")).await;
            page.fill(&format!("words.{index}"), word).await;
        }
        page.fill("words.2", "").await;
        assert_eq!(stage.sends().await, json!({ "words": ["one", "two", "", "four"] }));

        assert!(!page.has("button", "Move up Words 1").await, "the first is on top");
        // The focus goes with the item.
        page.press("Move up Words 4").await;
        page.until_focused("Move up Words 3").await;
        page.press("Move up Words 3").await;
        page.until_focused("Move up Words 2").await;
        page.press("Remove Words 1").await;
        assert_eq!(page.entry("words.0").await, "four");
        assert_eq!(stage.sends().await, json!({ "words": ["four", "two", ""] }));
        // None at all is said as such; unset is nothing.
        for _ in 0..3 {
            page.press("Remove Words 1").await;
        }
        page.until_focused("Add Words").await;
        assert_eq!(stage.sends().await, json!({ "words": [] }));
        page.press("Clear Words").await;
        assert_eq!(stage.sends().await, json!({}));
    });
}

#[test]
fn a_list_has_its_least_and_its_most() {
    let few = json!({
        "type": "array", "items": { "type": "integer", "minimum": 0, "maximum": 10 },
        "minItems": 2, "maxItems": 3,
    });
    let unique = json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true });
    form(&json!({ "few": few, "unique": unique })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let group = "return spoken(find('group', 'Few').closest('.field'))";
        let said = page.eval(group, &[]).await;
        assert!(said.as_str().unwrap().contains("2 to 3"), "{said}");
        page.press("Add Few").await;
        page.find("slider", "Few 1 slider").await;
        page.fill("few.0", "7").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Few needs at least 2 items."]);
        page.click("button", "Few needs at least 2 items.").await;
        page.until_focused("Add Few").await;
        page.press("Add Few").await;
        page.fill("few.1", "11").await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Few 2 must be at most 10."]);
        page.click("button", "Few 2 must be at most 10.").await;
        page.until_focused("few.1").await;
        page.fill("few.1", "10").await;
        page.press("Add Few").await;
        page.fill("few.2", "0").await;
        assert!(!is_enabled(page, "Add Few").await, "three are the most");
        assert_eq!(stage.sends().await, json!({ "few": [7, 10, 0] }));
        page.press("Remove Few 2").await;
        assert!(is_enabled(page, "Add Few").await);
        page.until_focused("Add Few").await;

        for index in 0..2 {
            page.press("Add Unique").await;
            page.fill(&format!("unique.{index}"), "same").await;
        }
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Unique has the same item twice."]);
        page.fill("unique.1", "other").await;
        assert_eq!(stage.sends().await, json!({ "few": [7, 0], "unique": ["same", "other"] }));
    });
}

#[test]
fn choices_are_ticked_and_sent_in_the_order_of_the_schema() {
    let list = |choices: Value| json!({ "type": "array", "items": { "enum": choices } });
    let properties =
        json!({ "styles": list(json!(["b", "a", "c"])), "steps": list(json!([1, 2, 4])) });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let styles = page.find("group", "Styles").await;
        for name in ["C", "B", "A", "A"] {
            let tick = page.find_in(Some(&styles), "checkbox", Some(name)).await;
            tick.click().await.unwrap();
        }
        let steps = page.find("group", "Steps").await;
        page.find_in(Some(&steps), "checkbox", Some("4")).await.click().await.unwrap();
        let sent = stage.sent_text().await;
        assert_eq!(sent, r#"{"styles":["b","c"],"steps":[4]}"#);
    });
}

#[test]
fn lists_hold_objects_that_hold_lists_three_deep() {
    let weight = json!({ "type": "number", "title": "Weight" });
    let tag = json!({ "type": "object", "required": ["name"], "properties": {
        "name": { "type": "string", "title": "Name" },
        "weights": { "type": "array", "title": "Weights", "items": weight },
    } });
    let lora = json!({ "type": "object", "required": ["path"], "properties": {
        "path": { "type": "string", "title": "Path" },
        "scale": { "type": "number", "title": "Scale", "minimum": 0, "maximum": 4, "default": 1 },
        "tags": { "type": "array", "title": "Tags", "items": tag },
    } });
    form(&json!({ "loras": { "type": "array", "title": "Loras", "items": lora } })).play(
        async |stage| {
            let page = &stage.page;
            page.shows_model("A form").await;
            page.press("Add Loras").await;
            page.press("Add Loras").await;
            page.fill("loras.0.path", "first").await;
            page.fill("loras.1.path", "second").await;
            page.fill("loras.1.scale", "0.5").await;
            let second = page.find("group", "Loras 2").await;
            let press = async |name: &str| {
                let button = page.find_in(Some(&second), "button", Some(name)).await;
                button.click().await.unwrap();
            };
            press("Add Tags").await;
            press("Add Tags").await;
            page.fill("loras.1.tags.0.name", "t0").await;
            page.fill("loras.1.tags.1.name", "t1").await;
            let tag = page.find_in(Some(&second), "group", Some("Tags 2")).await;
            let add = page.find_in(Some(&tag), "button", Some("Add Weights")).await;
            add.click().await.unwrap();
            add.click().await.unwrap();
            page.fill("loras.1.tags.1.weights.0", "-1.25").await;
            page.fill("loras.1.tags.1.weights.1", "3").await;
            let second = json!({ "path": "second", "scale": 0.5,
                "tags": [{ "name": "t0" }, { "name": "t1", "weights": [-1.25, 3] }] });
            page.reads(&json!({ "loras": [{ "path": "first" }, second] })).await;

            // Everything moves with its row, and nothing is left behind by one that goes.
            page.press("Move up Tags 2").await;
            page.press("Move up Loras 2").await;
            assert_eq!(page.entry("loras.0.tags.0.weights.1").await, "3");
            let first = json!({ "path": "second", "scale": 0.5,
                "tags": [{ "name": "t1", "weights": [-1.25, 3] }, { "name": "t0" }] });
            assert_eq!(stage.sends().await, json!({ "loras": [first, { "path": "first" }] }));
            page.press("Remove Loras 1").await;
            assert_eq!(stage.sends().await, json!({ "loras": [{ "path": "first" }] }));
            page.press("Add Loras").await;
            page.press("Generate").await;
            assert_eq!(page.problems().await, ["Path is required."], "a new row is empty");
            page.click("button", "Path is required.").await;
            page.until_focused("loras.1.path").await;
        },
    );
}

/// Drops files on the group of a list.
async fn drop_on_group(page: &Page, group: &str, files: &[std::path::PathBuf]) {
    let files: Vec<Value> = files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            json!([name, base64(&fs::read(path).unwrap())])
        })
        .collect();
    let script = "const hands = new DataTransfer();
        for (const [name, text] of arguments[1]) {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            hands.items.add(new File([bytes], name, { type: 'image/png' }));
        }
        const options = { bubbles: true, cancelable: true, dataTransfer: hands };
        find('group', arguments[0]).dispatchEvent(new DragEvent('drop', options))";
    page.eval(script, &[json!(group), json!(files)]).await;
}

#[test]
fn files_are_dropped_on_a_list_or_given_one_by_one() {
    let urls = json!({ "type": "array", "items": { "type": "string" }, "maxItems": 4 });
    form(&json!({ "image_urls": urls })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let kites = [picture(&stage.files, "a.png", 40, 32), picture(&stage.files, "b.png", 48, 32)];
        drop_on_group(page, "Image Urls", &kites).await;
        let loaded = "const images = [...find('group', 'Image Urls').querySelectorAll('img')];
            return images.length === arguments[0] && images.every((image) => image.naturalWidth > 0)";
        page.until_true("both previews", loaded, &[json!(2)]).await;
        page.press("Add Image Urls").await;
        let url = page.find("textbox", "Image Urls 3 URL").await;
        page.write(&url, "https://pictures.example/kite.png").await;
        page.press("Add Image Urls").await;
        let more = picture(&stage.files, "c.png", 56, 32);
        let picker = page.find("file", "Image Urls 4").await;
        picker.send_keys(more.to_string_lossy().as_ref()).await.unwrap();
        page.until_true("the third preview", loaded, &[json!(3)]).await;
        assert!(!is_enabled(page, "Add Image Urls").await, "four are the most");
        let sent = stage.sends().await;
        let mut uris: Vec<String> = sent["image_urls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|uri| uri.as_str().unwrap().to_owned())
            .collect();
        let expected = [
            data_uri(&kites[0]),
            data_uri(&kites[1]),
            "https://pictures.example/kite.png".to_owned(),
            data_uri(&more),
        ];
        // Two files that are read side by side may come in either order.
        uris[..2].sort();
        let mut sorted = expected.to_vec();
        sorted[..2].sort();
        assert_eq!(uris, sorted);
        page.press("Move up Image Urls 4").await;
        page.press("Remove Image Urls 1").await;
        page.press("Remove Image Urls 1").await;
        assert_eq!(stage.sends().await, json!({ "image_urls": [expected[3], expected[2]] }));
        page.press("Clear Image Urls").await;
        assert_eq!(stage.sends().await, json!({}));
    });
}

#[test]
fn more_files_than_a_list_may_have_are_told() {
    let urls = json!({ "type": "array", "items": { "type": "string" }, "maxItems": 1 });
    form(&json!({ "image_urls": urls })).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let kites =
            [picture(&stage.files, "a.png", 40, 32), picture(&stage.files, "b.png", 48, 32)];
        drop_on_group(page, "Image Urls", &kites).await;
        let told = "return spoken(find('group', 'Image Urls').closest('.field'))
            .includes('Image Urls can have at most 1 item.')";
        page.until_true("it to be told", told, &[]).await;
        page.press("Generate").await;
        assert_eq!(page.problems().await, ["Image Urls can have at most 1 item."]);
        assert!(stage.engine.submissions().is_empty());
    });
}

#[test]
fn a_list_of_files_is_not_kept_and_leaves_nothing_in_the_way() {
    let properties = json!({
        "prompt": { "type": "string" },
        "image_urls": { "type": "array", "items": { "type": "string" } },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        page.fill("prompt", "a kite").await;
        let kites =
            [picture(&stage.files, "a.png", 40, 32), picture(&stage.files, "b.png", 48, 32)];
        drop_on_group(page, "Image Urls", &kites).await;
        let read = "return find('group', 'Image Urls').querySelectorAll('img').length === 2";
        page.until_true("both previews", read, &[]).await;
        page.press("Add Image Urls").await;
        let url = page.find("textbox", "Image Urls 3 URL").await;
        page.write(&url, "https://pictures.example/kite.png").await;
        page.reload().await;
        page.shows_model("A form").await;
        assert_eq!(page.entry("prompt").await, "a kite");
        let address = "https://pictures.example/kite.png";
        assert_eq!(stage.sends().await, json!({ "prompt": "a kite", "image_urls": [address] }));
    });
}
