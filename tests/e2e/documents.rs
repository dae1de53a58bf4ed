//! Models of a test's own: small OpenAPI documents written as fal writes them, and what a person does
//! with the forms that come of them. The demo engine does not know these models: it takes down what was
//! sent and refuses it.

use std::time::Duration;

use serde_json::{Value, json};
use thirtyfour::prelude::*;
use tokio::time::{Instant, sleep};

use super::page::{FIND, Page};
use super::stage::{Setting, Stage, with_models};

/// The endpoint of [`form`].
pub const ENDPOINT: &str = "test/form";

/// How long what happens inside the page may take.
const SHORTLY: Duration = Duration::from_secs(3);

/// The document of a model whose input has these properties.
pub fn document(endpoint: &str, name: &str, properties: &Value, required: &[&str]) -> Value {
    let order: Vec<&String> = properties.as_object().expect("properties by name").keys().collect();
    let input = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "x-fal-order-properties": order,
    });
    let output = json!({ "type": "object", "properties": { "images": { "type": "array" } } });
    let schema =
        |name: &str| json!({ "schema": { "$ref": format!("#/components/schemas/{name}") } });
    json!({
        "openapi": "3.0.4",
        "info": { "title": name, "version": "1", "x-fal-metadata": { "displayName": name } },
        "components": { "schemas": { "Input": input, "Output": output } },
        "paths": {
            format!("/{endpoint}"): {
                "post": { "requestBody": { "content": { "application/json": schema("Input") } } }
            },
            format!("/{endpoint}/requests/{{request_id}}"): {
                "get": { "responses": { "200": { "content": { "application/json": schema("Output") } } } }
            },
        },
    })
}

/// A stage with one model, of these properties, none of them required.
pub fn form(properties: &Value) -> Setting {
    with_models(&[document(ENDPOINT, "A form", properties, &[])])
}

impl Page {
    /// Waits until a model's form is there.
    pub async fn shows_model(&self, name: &str) {
        let script = "return document.getElementById('model').getAttribute('aria-description')
            === arguments[0]";
        self.until_true(&format!("the model {name:?}"), script, &[json!(name)]).await;
    }

    /// The names of all elements of a role that are in sight, in an element or on the page.
    pub async fn names_of(&self, role: &str, within: Option<&WebElement>) -> Vec<String> {
        let within = within.map(|element| element.to_json().expect("an element has an id"));
        let script = "return [...(arguments[1] ?? document).querySelectorAll(ROLES[arguments[0]])]
            .filter(shown).map(nameOf)";
        let names = self.eval(script, &[json!(role), json!(within)]).await;
        serde_json::from_value(names).expect("names")
    }

    /// Brings one of the three views of the input to the front.
    pub async fn view(&self, name: &str) {
        self.click("tab", name).await;
    }

    /// Chooses by its label what a radio group offers. A union of literals and others has two of a
    /// name: one for the kind, one for the literal.
    pub async fn pick_radio(&self, group: &str, label: &str) {
        let script = "const groups = [...document.querySelectorAll(ROLES.radiogroup)].filter(
                (group) => shown(group) && nameOf(group) === arguments[0]);
            const radio = groups.map((group) => find('radio', arguments[1], group)).find(Boolean);
            radio.closest('label').scrollIntoView({ block: 'center' });
            return radio.closest('label')";
        let arguments = [json!(group), json!(label)];
        let script = format!("{FIND}\n{script}");
        let look = async || {
            let label = self.browser.execute(&*script, arguments.as_slice()).await.ok()?;
            label.element().ok()?.click().await.ok()
        };
        self.until(&format!("{group} = {label}"), look).await;
    }

    /// The label that a radio group stands at.
    pub async fn picked_radio(&self, group: &str) -> Option<String> {
        let script = "const group = find('radiogroup', arguments[0]);
            const radio = group.querySelector(':checked');
            return radio && nameOf(radio)";
        self.eval(script, &[json!(group)]).await.as_str().map(str::to_owned)
    }

    /// The box for a value of a path, where radios beside it say of which kind it is.
    pub async fn value_box(&self, path: &str) -> WebElement {
        self.control(path, ":not([type=radio], [type=range], [type=file])").await
    }

    /// Replaces what stands in a text box at one stroke, as a paste of plain text does.
    pub async fn insert(&self, element: &WebElement, text: &str) {
        element.send_keys(Key::Control + "a").await.expect("a control that takes keys");
        self.devtools("Input.insertText", json!({ "text": text })).await;
    }

    /// What stands in the JSON editor.
    pub async fn json_text(&self) -> String {
        let editor = self.find("textbox", "JSON").await;
        editor.value().await.expect("an editor with text").unwrap_or_default()
    }

    /// Waits until the JSON editor has a text like this.
    pub async fn until_json(&self, what: &str, is: impl Fn(&str) -> bool) {
        let start = Instant::now();
        loop {
            let script = "return find('textbox', 'JSON')?.value ?? ''";
            let text = self.eval(script, &[]).await;
            let text = text.as_str().unwrap_or_default();
            if is(text) {
                return;
            }
            assert!(start.elapsed() < SHORTLY, "the JSON view says {text:?}, not {what}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until what would be sent is this, by the JSON view, and goes back to the form.
    pub async fn reads(&self, expected: &Value) {
        self.view("JSON").await;
        let is = |text: &str| serde_json::from_str(text).is_ok_and(|is: Value| is == *expected);
        self.until_json(&expected.to_string(), is).await;
        self.view("Form").await;
    }

    /// The sentences of the summary of problems.
    pub async fn problems(&self) -> Vec<String> {
        let alert = self.find("alert", "Problems").await;
        self.names_of("button", Some(&alert)).await
    }
}

impl Stage {
    /// Presses Generate and waits for the text that is sent.
    pub async fn sent_text(&self) -> String {
        let before = self.engine.submissions().len();
        self.page.press("Generate").await;
        let sent = async || {
            let mistakes = "const alert = find('alert', 'Problems'); return alert && spoken(alert)";
            let mistakes = self.page.eval(mistakes, &[]).await;
            assert!(mistakes.is_null(), "not sent: {mistakes}");
            self.engine.submissions().get(before).map(|submission| submission.raw.clone())
        };
        self.page.until("a submit", sent).await
    }

    /// The same as JSON.
    pub async fn sends(&self) -> Value {
        serde_json::from_str(&self.sent_text().await).expect("JSON is sent")
    }
}
