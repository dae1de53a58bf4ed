//! Where jobs are written down: before their request leaves, with what was sent and what came of it;
//! and what happens when the browser keeps nothing, no more, or something broken.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::bytes::noise;
use super::files::{choose_image_to_image, pick, previewed};
use super::page::Page;
use super::stage::{Stage, play, with_config};
use super::tabs::two_in_sight;

/// Everything that is kept, by store and name.
async fn kept(page: &Page) -> Value {
    let script = "
        const done = arguments[arguments.length - 1];
        const open = indexedDB.open('flux-studio');
        open.onsuccess = async () => {
            const all = {};
            for (const name of open.result.objectStoreNames) {
                const store = open.result.transaction(name).objectStore(name);
                const read = (asked) => new Promise((ready) => (asked.onsuccess = () => ready(asked.result)));
                const [keys, values] = [await read(store.getAllKeys()), await read(store.getAll())];
                all[name] = Object.fromEntries(keys.map((key, at) => [key, values[at]]));
            }
            open.result.close();
            done(all);
        };
        open.onerror = () => done({});";
    page.browser.execute_async(script, vec![]).await.expect("what is kept").json().clone()
}

/// The one job that is kept, and its input.
async fn only_kept(page: &Page) -> (Value, Value) {
    let all = kept(page).await;
    let text = |store: &str| {
        let texts: Vec<&Value> = all[store].as_object().unwrap().values().collect();
        assert_eq!(texts.len(), 1, "{all}");
        serde_json::from_str(texts[0].as_str().unwrap()).unwrap()
    };
    (text("jobs"), text("inputs"))
}

async fn told(stage: &Stage, part: &str) {
    let script = "return find('alert', null)?.textContent.includes(arguments[0]) ?? false";
    stage.page.until_true(part, script, &[json!(part)]).await;
}

#[test]
fn a_job_is_on_disk_before_its_request_leaves_and_with_its_id_from_the_first_answer() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        stage.engine.fault(Phase::Submit, Fault::slow(Duration::from_secs(2)), Times::Once);
        let job = page.generate_from("a noted kite").await;
        let arrived = async || (stage.engine.count(Phase::Submit) == 1).then_some(());
        page.until("the submit to arrive", arrived).await;
        let (record, input) = only_kept(page).await;
        assert_eq!((&record["state"], &record["request"]), (&json!("sending"), &Value::Null));
        assert_eq!(input["prompt"], "a noted kite");
        let card = job.reaches("queued").await;
        let written = async || {
            let (record, _) = only_kept(page).await;
            (record["state"] == "queued").then_some(record)
        };
        let record = page.until("the id to be written down", written).await;
        assert_eq!(record["request"].as_str(), card.request_id.as_deref());
        stage.engine.release();
        job.is_done().await;
        job.press("Remove").await;
        let gone = async || (kept(page).await["inputs"] == json!({})).then_some(());
        page.until("the job to be forgotten", gone).await;
    });
}

#[test]
fn what_was_sent_with_a_file_can_be_sent_again_after_a_reload() {
    play(async |stage| {
        let page = &stage.page;
        choose_image_to_image(page).await;
        page.fill("prompt", "a kite of an afternoon").await;
        pick(page, &noise(&stage.files, "kite.png", 200)).await;
        previewed(page, 200).await;
        let refusal = Fault::answer(429, "text/plain", "Too many requests.");
        stage.engine.fault(Phase::Submit, refusal, Times::Once);
        page.generate().await.reaches("failed").await;
        page.reload().await;
        let job = page.job(0).await;
        job.reaches("failed").await;
        job.press("Try again").await;
        page.job(1).await.is_done().await;
        let sent = stage.engine.submissions();
        let image = sent.last().unwrap().input["image_url"].as_str().unwrap().len();
        assert!(image > 60_000, "{image}");
    });
}

#[test]
fn a_browser_that_keeps_nothing_is_told_of_and_stops_nothing() {
    for (refusal, sentence) in [
        (
            "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); };",
            "keeps no data for this page",
        ),
        // Some neither open it nor refuse.
        (
            "const open = IDBFactory.prototype.open;
             IDBFactory.prototype.open = function (name) { return open.call(this, name, 1e6); };
             Object.defineProperty(IDBRequest.prototype, 'onsuccess', { set() {} });
             Object.defineProperty(IDBOpenDBRequest.prototype, 'onupgradeneeded', { set() {} });",
            "is slow to open its storage",
        ),
    ] {
        with_config(Some(r#"{"proxyUrl": "api/fal/proxy"}"#)).play_unopened(async |stage| {
            let page = &stage.page;
            let script = json!({ "source": refusal });
            page.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
            page.open().await;
            page.generate_from("a kite in private").await.is_done().await;
            told(stage, sentence).await;
            page.press("Dismiss").await;
            page.until_true("the notice to go", "return !find('alert', null)", &[]).await;
            // It was read: the next job does not bring it back.
            page.generate().await.is_done().await;
            assert!(!page.has("button", "Dismiss").await);
        });
    }
}

#[test]
fn a_full_disk_is_told_of_and_stops_nothing() {
    play(async |stage| {
        let page = &stage.page;
        let quota = json!({ "origin": stage.origin, "quotaSize": 1 });
        page.devtools("Storage.overrideQuotaForOrigin", quota).await;
        page.generate_from("a kite too many").await.is_done().await;
        told(stage, "keeps no more data for this page").await;
    });
}

#[test]
fn a_full_disk_keeps_no_picture_from_another_tab() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        page.whole().await;
        page.control("sync_mode", "").await.click().await.unwrap();
        let (first, second) = two_in_sight(stage).await;
        for tab in [&first, &second] {
            page.browser.switch_to_window(tab.clone()).await.expect("the tab");
            let full = "IDBObjectStore.prototype.put = () => {
                throw new DOMException('', 'QuotaExceededError');
            };
            return 1";
            page.eval(full, &[]).await;
        }
        stage.engine.release();
        page.job(0).await.is_done().await;
        for tab in [first, second] {
            page.browser.switch_to_window(tab).await.expect("the tab");
            let card = page.job(0).await.is_done().await;
            assert!(card.images[0].src.starts_with("blob:"), "{card:#?}");
        }
        assert_eq!(stage.engine.count(Phase::Result), 1);
        let told =
            "return find('alert', null)?.textContent.includes('keeps no more data') ?? false";
        assert_eq!(page.eval(told, &[]).await, false, "the second did not write");
    });
}

#[test]
fn jobs_that_nothing_leads_back_to_are_told_of() {
    play(async |stage| {
        let page = &stage.page;
        let full = "const set = Storage.prototype.setItem;
            Storage.prototype.setItem = function (name, text) {
                if (name === 'flux-studio.ledger') throw new DOMException('', 'QuotaExceededError');
                set.call(this, name, text);
            };
            return 1";
        page.eval(full, &[]).await;
        page.generate_from("a kite without a mark").await.is_done().await;
        told(stage, "come back only when the next one is made").await;
        page.reload().await;
        assert_eq!(page.count_jobs().await, 0);
        page.generate_from("the next kite").await.is_done().await;
        page.until_true("both", "return jobs().length === 2", &[]).await;
    });
}

#[test]
fn a_record_that_cannot_be_read_takes_no_other_with_it() {
    play(async |stage| {
        let page = &stage.page;
        page.generate_from("a sound kite").await.is_done().await;
        let damage = "
            const done = arguments[arguments.length - 1];
            const open = indexedDB.open('flux-studio');
            open.onsuccess = () => {
                const writing = open.result.transaction('jobs', 'readwrite');
                writing.objectStore('jobs').put('{\"id\": \"half', 'zz');
                writing.oncomplete = () => { open.result.close(); done(); };
            };";
        page.browser.execute_async(damage, vec![]).await.expect("a damaged record");
        page.reload().await;
        page.job(0).await.is_done().await;
        assert_eq!(page.count_jobs().await, 1);
        told(stage, "cannot be read").await;
    });
}

#[test]
fn jobs_of_an_earlier_version_are_moved() {
    play(async |stage| {
        let page = &stage.page;
        let failure = json!({ "side": "The model", "what": "No.", "advice": "", "status": 422, "fields": [] });
        let old = |id: &str, title: &str| {
            json!({ "id": id, "endpoint": "fal-ai/flux/dev", "body": "{\"prompt\":\"old\"}", "draft": {},
                "title": title, "size": null, "count": 1, "outputs": ["images"], "created": 1,
                "started": null, "ended": 2, "request": null, "state": "failed", "failure": failure,
                "output": null })
        };
        let list = json!([old("2", "a younger kite"), old("1", "an older kite")]).to_string();
        let keep = "localStorage.setItem('flux-studio.jobs', arguments[0])";
        page.eval(keep, &[json!(list)]).await;
        // They may be all there is room for.
        let full = "const set = Storage.prototype.setItem;
            Storage.prototype.setItem = function (name, text) {
                const is_full = localStorage.getItem('flux-studio.jobs') !== null;
                if (is_full) throw new DOMException('', 'QuotaExceededError');
                set.call(this, name, text);
            };";
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": full })).await;
        page.reload().await;
        page.job(1).await.reaches("failed").await;
        let titles =
            "return [...document.querySelectorAll('article.job')].map((job) => job.ariaLabel)";
        assert_eq!(page.eval(titles, &[]).await, json!(["a younger kite", "an older kite"]));
        let rest = page.eval("return localStorage.getItem('flux-studio.jobs')", &[]).await;
        assert_eq!(rest, Value::Null);
        page.reload().await;
        let job = page.job(0).await;
        job.press("Try again").await;
        page.job(2).await.is_done().await;
        assert_eq!(stage.only_submission()["prompt"], "old");
    });
}
