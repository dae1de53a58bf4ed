//! What is pasted anywhere on the page: commands, JSON, prompts that look like it; and the report of what
//! became of it, with its way back.

use serde_json::{Value, json};

use super::documents::{document, form};
use super::files::choose_image_to_image;
use super::page::Page;
use super::stage::{play, with_models};

/// Pastes a text into what a selector finds; says whether the page took it for itself.
pub async fn paste(page: &Page, place: &str, text: &str) -> bool {
    let script = "const place = document.querySelector(arguments[0]);
        place.focus();
        const hands = new DataTransfer();
        hands.setData('text/plain', arguments[1]);
        const event = new ClipboardEvent('paste',
            { clipboardData: hands, bubbles: true, cancelable: true });
        place.dispatchEvent(event);
        return event.defaultPrevented";
    page.eval(script, &[json!(place), json!(text)]).await == true
}

/// Pastes by a real key press.
async fn paste_by_key(page: &Page, text: &str) {
    let permissions = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    page.devtools("Browser.grantPermissions", permissions).await;
    let write = "const [text, done] = arguments;
        navigator.clipboard.writeText(text).then(() => done(true), (error) => done(String(error)))";
    let written = page.browser.execute_async(write, vec![json!(text)]).await.unwrap();
    assert_eq!(*written.json(), true, "the clipboard takes a text");
    let key = json!({ "type": "rawKeyDown", "key": "v", "code": "KeyV", "modifiers": 2,
        "windowsVirtualKeyCode": 86, "commands": ["paste"] });
    page.devtools("Input.dispatchKeyEvent", key).await;
}

/// What the report says, once it is there.
async fn report(page: &Page) -> Vec<String> {
    let script = "const report = find('status', 'Pasted');
        return report && [...report.querySelectorAll('p')].map(spoken)";
    let look = async || serde_json::from_value(page.eval(script, &[]).await).ok()?;
    page.until("the report", look).await
}

async fn until_entry(page: &Page, path: &str, expected: &str) {
    let look = async || (page.entry(path).await == expected).then_some(());
    page.until(&format!("{path} = {expected:?}"), look).await;
}

#[test]
fn the_command_of_the_code_view_is_taken_back() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "it's a “kite”\nof $(paper)").await;
        page.fill("seed", "18446744073709551615").await;
        page.choose("image_size", "square").await;
        page.view("Code").await;
        let shown = page.eval("return find('code', 'Code').textContent", &[]).await;
        page.view("Form").await;
        page.fill("prompt", "").await;
        page.press("Reset settings").await;
        page.press("Model").await;
        page.click("option", "FLUX.1 [schnell]").await;
        page.shows_model("FLUX.1 [schnell]").await;
        assert!(paste(page, "main", shown.as_str().unwrap()).await, "the page takes it");
        page.shows_model("FLUX.1 [dev]").await;
        until_entry(page, "seed", "18446744073709551615").await;
        assert_eq!(report(page).await, ["Filled in: Prompt, Image Size, Seed."]);
        page.generate().await.is_done().await;
        let sent = &stage.engine.submissions()[0].raw;
        assert!(sent.contains("\"seed\":18446744073709551615"), "{sent}");
        assert!(sent.contains(r#""prompt":"it's a “kite”\nof $(paper)""#), "{sent}");
    });
}

#[test]
fn nothing_has_to_have_the_focus() {
    play(async |stage| {
        let page = &stage.page;
        page.eval("find('textbox', 'Prompt').focus()", &[]).await;
        paste_by_key(page, "plain text").await;
        until_entry(page, "prompt", "plain text").await;
        page.eval("document.activeElement.blur()", &[]).await;
        paste_by_key(page, "{\"prompt\": \"pasted by key\", \"seed\": 3}").await;
        until_entry(page, "prompt", "pasted by key").await;
        assert_eq!(report(page).await, ["Filled in: Prompt, Seed."]);
    });
}

#[test]
fn commands_from_elsewhere_are_read_and_their_keys_are_dropped() {
    play(async |stage| {
        let page = &stage.page;
        let commands = [
            "curl --request POST \\\n  --url https://queue.fal.run/fal-ai/flux/schnell \\\n  --header \"Authorization: Key id-secret:hush\" \\\n  --data '{\"prompt\": \"from the docs\", \"num_inference_steps\": \"3\", \"nonsense\": 1}'",
            "response=$(curl --request POST \\\n  --url https://queue.fal.run/fal-ai/flux/schnell \\\n  --header \"Authorization: Key id-secret:hush\" \\\n  --data '{\"prompt\": \"from the docs\", \"num_inference_steps\": 3, \"nonsense\": 1}')",
        ];
        for command in commands {
            assert!(paste(page, "main", command).await, "the page takes {command}");
            page.shows_model("FLUX.1 [schnell]").await;
            until_entry(page, "prompt", "from the docs").await;
            until_entry(page, "num_inference_steps", "3").await;
            let said = report(page).await.join(" ");
            assert!(said.contains("Left out, as this model does not take it: nonsense."), "{said}");
            page.press("Dismiss").await;
            page.until_true("the report to go", "return !find('status', 'Pasted')", &[]).await;
            assert_eq!(page.entry("prompt").await, "from the docs", "it stays after Dismiss");
            page.press("Model").await;
            page.click("option", "FLUX.1 [dev]").await;
            page.shows_model("FLUX.1 [dev]").await;
        }
        page.reload().await;
        let kept = page.eval("return JSON.stringify({ ...localStorage })", &[]).await;
        assert!(!kept.as_str().unwrap().contains("hush"), "{kept}");
    });
}

#[test]
fn a_payload_is_filled_in_told_and_undone() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "the one before").await;
        page.fill("seed", "1").await;
        let payload = "{\"prompt\": \"pasted\", \"num_images\": \"2\", \"num_inference_steps\": 99, \"odd\": {}}";
        assert!(paste(page, "main", payload).await);
        until_entry(page, "prompt", "pasted").await;
        assert_eq!(
            report(page).await,
            [
                "Filled in: Prompt, Num Inference Steps.",
                "Made to fit: Num Images.",
                "Left out, as this model does not take it: odd.",
                "Some of it is not right yet: press Generate to see what.",
            ]
        );
        assert_eq!(page.entry("num_images").await, "2");
        assert_eq!(page.entry("seed").await, "", "what it does not name is unset");
        page.press("Undo").await;
        until_entry(page, "prompt", "the one before").await;
        assert_eq!(page.entry("seed").await, "1");
        assert_eq!(page.entry("num_images").await, "");
        assert!(!page.has("status", "Pasted").await);
    });
}

#[test]
fn a_wrapper_with_its_endpoint_opens_that_model() {
    play(async |stage| {
        let page = &stage.page;
        let wrapped = json!({ "endpoint": "fal-ai/flux/schnell", "logs": true, "input": { "prompt": "wrapped" } });
        assert!(paste(page, "main", &wrapped.to_string()).await);
        page.shows_model("FLUX.1 [schnell]").await;
        until_entry(page, "prompt", "wrapped").await;
        let stranger = "curl https://queue.fal.run/some/stranger -d '{\"prompt\": \"strange\"}'";
        assert!(paste(page, "main", stranger).await);
        until_entry(page, "prompt", "strange").await;
        let said = report(page).await;
        assert_eq!(said[0], "It was written for some/stranger, which is not among your models.");
        page.shows_model("FLUX.1 [schnell]").await;
    });
}

#[test]
fn undo_of_what_was_meant_as_a_prompt_gives_the_text() {
    play(async |stage| {
        let page = &stage.page;
        let text = "{\"prompt\": \"a picture of JSON\"}";
        assert!(paste(page, "#studio [name=prompt]", text).await);
        until_entry(page, "prompt", "a picture of JSON").await;
        page.press("Undo").await;
        until_entry(page, "prompt", text).await;
        // What has nothing to do with the model is text from the start, like any text.
        for text in ["{\"a\": 1}", "{curly}", "[1]", "curly hair", "I like curl"] {
            assert!(!paste(page, "#studio [name=prompt]", text).await, "{text}");
            assert!(!page.has("status", "Pasted").await, "{text}");
        }
    });
}

#[test]
fn in_the_json_editor_json_is_text_and_a_command_is_not() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "before").await;
        page.view("JSON").await;
        assert!(!paste(page, "[aria-label=JSON] textarea", "{\"prompt\": \"as text\"}").await);
        let command = "curl https://queue.fal.run/fal-ai/flux/dev -d '{\"prompt\": \"by curl\"}'";
        assert!(paste(page, "[aria-label=JSON] textarea", command).await);
        page.until_json("by curl", |text| text == "{\n  \"prompt\": \"by curl\"\n}").await;
        assert_eq!(report(page).await, ["Filled in: Prompt."]);
    });
}

#[test]
fn a_command_that_cannot_be_read_is_told_without_quoting_it() {
    play(async |stage| {
        let page = &stage.page;
        page.fill("prompt", "kept").await;
        for (command, part) in [
            ("curl -H 'Authorization: Key hush' https://fal.run/a/b", "has no input in it"),
            ("curl https://fal.run/a/b -d '{\"prompt\": \"hush", "is not closed"),
            ("curl -d @hush.json https://fal.run/a/b", "has no input in it"),
        ] {
            assert!(paste(page, "main", command).await, "{command}");
            let said = "return find('alert', null)?.textContent ?? ''";
            let told = async || {
                let said = page.eval(said, &[]).await.as_str().unwrap_or_default().to_owned();
                assert!(!said.contains("hush"), "{said}");
                said.contains(part).then_some(())
            };
            page.until(&format!("a notice: {part}"), told).await;
            page.press("Dismiss").await;
            page.until_true("the notice to go", "return !find('alert', null)", &[]).await;
        }
        assert_eq!(page.entry("prompt").await, "kept");
    });
}

/// Lets an event happen that has these in its hands, by type; says whether the page took it.
async fn hand_over(
    page: &Page,
    event: &str,
    place: &str,
    texts: &[&str],
    file: Option<&str>,
) -> bool {
    let script = "const [event, place, texts, file] = arguments;
        const hands = new DataTransfer();
        for (const text of texts) hands.setData('text/plain', text);
        if (file) hands.items.add(new File(['x'], file, { type: 'image/png' }));
        const options = { bubbles: true, cancelable: true };
        const made = event === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: hands, ...options })
            : new DragEvent(event, { dataTransfer: hands, ...options });
        document.querySelector(place).dispatchEvent(made);
        return made.defaultPrevented";
    let arguments = [json!(event), json!(place), json!(texts), json!(file)];
    page.eval(script, &arguments).await == true
}

#[test]
fn paste_and_drop_are_judged_alike() {
    play(async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        let prompt = "#studio [name=prompt]";
        for event in ["paste", "drop"] {
            // Some programs carry a picture of a text beside it.
            assert!(!hand_over(page, event, prompt, &["text"], Some("text.png")).await, "{event}");
            assert!(!hand_over(page, event, prompt, &["text"], None).await, "{event}");
            // A picture beside the field is meant for it.
            assert!(hand_over(page, event, "main", &[], Some("broken.png")).await, "{event}");
            let told = async || {
                let said = page.complaint("image_url").await?;
                said.contains("“broken.png” could not be read").then_some(())
            };
            page.until("the field to take it", told).await;
            assert!(!page.has("button", "Dismiss").await, "{event}: it is no document");
            page.fill("image_url", "https://a.example/b.png").await;
            page.until_true(
                "the complaint to go",
                "return !document.querySelector('.file').closest('[aria-invalid=true]')",
                &[],
            )
            .await;
        }
        // Beside a box, the browser would go where a dropped address leads.
        assert!(hand_over(page, "drop", "main", &["https://a.example"], None).await);
        assert!(!hand_over(page, "dragover", prompt, &["text"], None).await);
        assert!(hand_over(page, "dragover", prompt, &[], Some("a.png")).await);
    });
}

#[test]
fn a_payload_fills_lists_maps_and_unions() {
    let lora = json!({ "type": "object", "properties": {
        "path": { "type": "string", "title": "Path" }, "scale": { "type": "number" } } });
    let properties = json!({
        "loras": { "type": "array", "items": lora },
        "size": { "anyOf": [{ "type": "integer" }, { "type": "array", "items": { "type": "integer" } }] },
        "headers": { "type": "object", "additionalProperties": { "type": "string" } },
    });
    form(&properties).play(async |stage| {
        let page = &stage.page;
        page.shows_model("A form").await;
        let payload = json!({
            "loras": [{ "path": "a", "scale": 0.5, "extra": true }, { "path": "b" }],
            "size": [1, 2], "headers": { "k": "v" },
        });
        assert!(paste(page, "main", &payload.to_string()).await);
        until_entry(page, "loras.1.path", "b").await;
        assert_eq!(page.picked_radio("Size").await.as_deref(), Some("List"));
        let said = report(page).await.join(" ");
        assert!(
            said.contains("Left out, as this model does not take it: loras.0.extra."),
            "{said}"
        );
        let mut expected: Value = payload.clone();
        expected["loras"][0] = json!({ "path": "a", "scale": 0.5 });
        assert_eq!(stage.sends().await, expected);
        // A shorter payload leaves nothing of the longer one behind.
        assert!(paste(page, "main", "{\"loras\": [{\"path\": \"c\"}]}").await);
        until_entry(page, "loras.0.path", "c").await;
        assert_eq!(stage.sends().await, json!({ "loras": [{ "path": "c" }] }));
        page.press("Undo").await;
        until_entry(page, "loras.1.path", "b").await;
        assert_eq!(stage.sends().await, expected);
    });
}

#[test]
fn undo_goes_back_to_the_model_as_well() {
    let properties = json!({ "prompt": { "type": "string" }, "seed": { "type": "integer" } });
    let models = [("test/one", "One"), ("test/two", "Two")]
        .map(|(endpoint, name)| document(endpoint, name, &properties, &[]));
    with_models(&models).play(async |stage| {
        let page = &stage.page;
        page.shows_model("One").await;
        page.fill("prompt", "mine").await;
        page.fill("seed", "1").await;
        let command =
            "curl https://queue.fal.run/test/two -d '{\"prompt\": \"theirs\", \"seed\": 2}'";
        assert!(paste(page, "main", command).await);
        page.shows_model("Two").await;
        until_entry(page, "seed", "2").await;
        page.press("Undo").await;
        page.shows_model("One").await;
        until_entry(page, "prompt", "mine").await;
        until_entry(page, "seed", "1").await;
    });
}
