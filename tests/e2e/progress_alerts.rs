//! What is done for a person who waits and does not look: a notification, a sound, a screen that stays on;
//! only if it was asked for, and never twice.

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::{Value, json};

use super::page::Page;
use super::stage::{Setting, Stage};

/// Takes the places of what the browser does, and writes down what was wanted of it.
const SPIES: &str = r"
window.seen = { asked: 0, notices: [], players: 0, notes: [], locks: [] };
window.answer = 'granted';
window.away = false;
let decided = sessionStorage.decided ?? 'default';
window.Notification = class {
  static get permission() { return decided; }
  static async requestPermission() {
    seen.asked += 1;
    sessionStorage.decided = decided = answer;
    return decided;
  }
  constructor(title, options) {
    if (window.isPhone) throw new TypeError('Illegal constructor');
    if (decided === 'granted') seen.notices.push({ title, ...options, notice: this });
  }
};
Object.defineProperty(document, 'hidden', { get: () => away });
const Player = window.AudioContext;
window.AudioContext = class extends Player {
  constructor() { super(); seen.players += 1; }
  createOscillator() {
    const tone = super.createOscillator();
    seen.notes.push(tone.frequency);
    return tone;
  }
};
const lock = () => ({ released: false, async release() { this.released = true; } });
Object.defineProperty(navigator.wakeLock, 'request', { value: async (kind) => {
  seen.locks.push(Object.assign(lock(), { kind }));
  return seen.locks.at(-1);
} });
let ahead = 0;
const real = Date.now;
Date.now = () => real() + ahead;
window.pass = (time) => { ahead += time; };
";

/// A stage whose page is spied on.
fn spied(act: impl AsyncFnOnce(&Stage)) {
    Setting::default().play_unopened(async |stage| {
        let script = json!({ "source": SPIES });
        stage.page.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
        stage.page.open().await;
        act(stage).await;
    });
}

async fn seen(page: &Page, what: &str) -> Value {
    page.eval(&format!("return {what}"), &[]).await
}

/// Opens Settings, turns a switch, and waits for what comes of it.
async fn turn(page: &Page, name: &str, is_on: bool) {
    page.press("Settings").await;
    page.click("switch", name).await;
    let is = "return find('switch', arguments[0]).checked === arguments[1]";
    page.until_true("the switch", is, &[json!(name), json!(is_on)]).await;
}

async fn close(page: &Page) {
    page.press("Close").await;
}

async fn notices(page: &Page) -> Vec<[String; 3]> {
    let script = "return seen.notices.map(({ title, body, tag }) => [title, body, tag])";
    serde_json::from_value(page.eval(script, &[]).await).unwrap()
}

#[test]
fn nothing_is_asked_shown_or_played_unless_it_was_asked_for() {
    spied(async |stage| {
        let page = &stage.page;
        page.eval("away = true", &[]).await;
        page.generate_from("a quiet kite").await.is_done().await;
        let all = seen(page, "[seen.asked, seen.notices, seen.players, seen.locks]").await;
        assert_eq!(all, json!([0, [], 0, []]));
        page.press("Settings").await;
        for name in ["Notify me", "Play a sound", "Keep the screen on while jobs run"] {
            page.find("switch", name).await;
            let is_on = "return find('switch', arguments[0]).checked";
            assert_eq!(page.eval(is_on, &[json!(name)]).await, false, "{name}");
        }
    });
}

#[test]
fn a_notification_tells_of_the_end_to_who_is_away() {
    spied(async |stage| {
        let page = &stage.page;
        turn(page, "Notify me", true).await;
        let told =
            "return find('group', 'While you wait').querySelector('[role=status]').textContent
            === 'You will be notified when a job ends.'";
        page.until_true("the decision to be told in the dialog", told, &[]).await;
        assert_eq!(seen(page, "seen.asked").await, 1);
        close(page).await;
        page.generate_from("a kite in view").await.is_done().await;
        assert!(notices(page).await.is_empty(), "whoever looks sees it");

        page.eval("away = true", &[]).await;
        page.generate_from("a kite out of view").await.is_done().await;
        stage.engine.fault(Phase::Submit, Fault::unauthorized(), Times::Once);
        page.generate_from("a kite that falls").await.reaches("failed").await;
        stage.engine.hold();
        let stopped = page.generate_from("a kite pulled down").await;
        stopped.reaches("queued").await;
        stopped.press("Cancel").await;
        stopped.reaches("cancelled").await;
        let told = notices(page).await;
        assert_eq!(told.len(), 2, "who stopped a job knows: {told:?}");
        let [title, body, tag] = &told[0];
        assert_eq!(title, "a kite out of view");
        assert!(body.starts_with("Done after ") && body.ends_with(" s"), "{body}");
        assert_eq!(told[1][0], "a kite that falls");
        assert!(told[1][1].contains("fal"), "{told:?}");
        assert!(!tag.is_empty() && *tag != told[1][2], "one for each job: {told:?}");

        let leads =
            "return seen.notices.every(({ notice }) => notice.onclick.name === 'bound focus')";
        assert_eq!(page.eval(leads, &[]).await, true, "a click leads to the page");
        // It is kept, and nobody is asked again.
        page.reload().await;
        page.press("Settings").await;
        page.find("switch", "Notify me").await;
        let is_on = "return find('switch', 'Notify me').checked && seen.asked === 0";
        assert_eq!(page.eval(is_on, &[]).await, true);
    });
}

#[test]
fn a_browser_that_notifies_nobody_is_named() {
    for (setting, part) in [
        ("answer = 'denied'", "refuses notifications"),
        ("answer = 'default'", "was not answered"),
        ("isPhone = true", "shows no notifications"),
        ("Storage.prototype.setItem = () => { throw new Error('full') }", "cannot be remembered"),
    ] {
        spied(async |stage| {
            let page = &stage.page;
            page.press("Settings").await;
            page.eval(setting, &[]).await;
            page.click("switch", "Notify me").await;
            let told = "const group = find('group', 'While you wait');
                return group.querySelector('[role=alert]').textContent.includes(arguments[0])
                    && !find('switch', 'Notify me').checked";
            page.until_true(part, told, &[json!(part)]).await;
        });
    }
}

#[test]
fn the_first_long_wait_offers_a_notification_once() {
    spied(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let job = page.generate_from("a kite that takes its time").await;
        job.reaches("queued").await;
        assert!(!page.has("button", "Notify me").await);
        page.eval("answer = 'denied'; pass(29000)", &[]).await;
        let clock = "return /\\b(29|30|3[1-9]) s/.test(jobs()[0].textContent)";
        page.until_true("the clock", clock, &[]).await;
        page.eval("pass(2000)", &[]).await;
        job.press("Notify me").await;
        let gone = "return seen.asked === 1 && !find('button', 'Notify me')";
        page.until_true("an answer", gone, &[]).await;
        page.find("button", "Dismiss").await;
        let other = page.generate_from("another one").await;
        other.reaches("queued").await;
        page.eval("pass(40000)", &[]).await;
        let long = "return /\\b4\\d s/.test(jobs()[1].textContent)";
        page.until_true("the clock", long, &[]).await;
        assert!(!page.has("button", "Notify me").await, "nobody is asked twice");
    });
}

#[test]
fn of_two_tabs_one_notifies() {
    spied(async |stage| {
        let page = &stage.page;
        turn(page, "Notify me", true).await;
        close(page).await;
        stage.engine.hold();
        page.generate_from("a kite of two tabs").await.reaches("queued").await;
        let first = page.browser.window().await.unwrap();
        let second = page.browser.new_tab().await.unwrap();
        page.browser.switch_to_window(second.clone()).await.unwrap();
        let script = json!({ "source": format!("sessionStorage.decided = 'granted';{SPIES}") });
        page.devtools("Page.addScriptToEvaluateOnNewDocument", script).await;
        page.open().await;
        page.job(0).await.reaches("queued").await;
        page.eval("away = true", &[]).await;
        page.browser.switch_to_window(first.clone()).await.unwrap();
        page.eval("away = true", &[]).await;
        stage.engine.release();
        page.job(0).await.is_done().await;
        let mut count = notices(page).await.len();
        page.browser.switch_to_window(second).await.unwrap();
        page.job(0).await.is_done().await;
        count += notices(page).await.len();
        assert_eq!(count, 1);
    });
}

#[test]
fn a_real_notification_is_made_where_that_is_granted() {
    Setting::default().play(async |stage| {
        let page = &stage.page;
        let grant = json!({ "origin": stage.origin, "permissions": ["notifications"] });
        page.devtools("Browser.grantPermissions", grant).await;
        let spy = "window.made = [];
            window.Notification = class extends Notification {
                constructor(...all) { super(...all); made.push(this); } };
            Object.defineProperty(document, 'hidden', { get: () => true });
            return Notification.permission";
        assert_eq!(page.eval(spy, &[]).await, "granted");
        turn(page, "Notify me", true).await;
        close(page).await;
        page.generate_from("a real kite").await.is_done().await;
        let made = seen(page, "made.map((notice) => [notice.title, notice.tag !== ''])").await;
        assert_eq!(made, json!([["a real kite", true]]));
    });
}

#[test]
fn a_sound_is_played_at_the_end_and_when_it_is_switched_on() {
    spied(async |stage| {
        let page = &stage.page;
        turn(page, "Play a sound", true).await;
        assert_eq!(seen(page, "[seen.players, seen.notes.length]").await, json!([1, 2]));
        close(page).await;
        page.eval("pass(5000)", &[]).await;
        page.generate_from("a kite that sings").await.is_done().await;
        page.eval("pass(5000)", &[]).await;
        stage.engine.fault(Phase::Submit, Fault::unauthorized(), Times::Once);
        page.generate_from("a kite that sighs").await.reaches("failed").await;
        let notes = seen(page, "seen.notes.map((note) => Math.round(note.value))").await;
        let notes: Vec<u32> = serde_json::from_value(notes).unwrap();
        assert_eq!(notes.len(), 6, "{notes:?}");
        assert!(notes[0] < notes[1] && notes[2] < notes[3] && notes[4] > notes[5], "{notes:?}");
        assert_eq!(seen(page, "seen.players").await, 1, "one device for all");

        // Another visit: it is there for the first job that ends.
        page.reload().await;
        page.eval("pass(10000)", &[]).await;
        page.generate_from("a kite of another day").await.is_done().await;
        assert_eq!(seen(page, "seen.notes.length").await, 2);
        turn(page, "Play a sound", false).await;
        close(page).await;
        page.eval("pass(5000)", &[]).await;
        page.generate_from("a silent kite").await.is_done().await;
        assert_eq!(seen(page, "seen.notes.length").await, 2);
    });
}

#[test]
fn the_screen_stays_on_while_jobs_run() {
    spied(async |stage| {
        let page = &stage.page;
        let name = "Keep the screen on while jobs run";
        turn(page, name, true).await;
        close(page).await;
        assert_eq!(seen(page, "seen.locks").await, json!([]), "nothing runs");
        stage.engine.hold();
        let job = page.generate_from("a kite in the light").await;
        let held = "return seen.locks.length === arguments[0] && !seen.locks.at(-1).released
            && seen.locks.at(-1).kind === 'screen'";
        page.until_true("the screen to be kept on", held, &[json!(1)]).await;
        // The browser takes it away from a page that is hidden.
        let turn_away = "away = true; seen.locks[0].released = true;
            document.dispatchEvent(new Event('visibilitychange'));
            away = false; document.dispatchEvent(new Event('visibilitychange'))";
        page.eval(turn_away, &[]).await;
        page.until_true("the screen to be kept on again", held, &[json!(2)]).await;
        stage.engine.release();
        job.is_done().await;
        let free = "return seen.locks.length === 2 && seen.locks.every((lock) => lock.released)";
        page.until_true("the screen to be let go", free, &[]).await;

        // Switched on and off while a job runs.
        stage.engine.hold();
        page.generate_from("another kite").await.reaches("queued").await;
        page.until_true("the screen to be kept on", held, &[json!(3)]).await;
        turn(page, name, false).await;
        let free = "return seen.locks.every((lock) => lock.released)";
        page.until_true("the screen to be let go", free, &[]).await;
    });
}

#[test]
fn a_browser_that_cannot_keep_the_screen_on_is_named() {
    spied(async |stage| {
        let page = &stage.page;
        let without = "Object.defineProperty(navigator, 'wakeLock', { value: undefined })";
        page.eval(without, &[]).await;
        page.press("Settings").await;
        page.find("switch", "Keep the screen on while jobs run").await;
        let told = "const all = find('switch', 'Keep the screen on while jobs run');
            return [all.disabled, document.getElementById(
                all.getAttribute('aria-describedby')).textContent]";
        let expected = json!([true, "This browser cannot keep the screen on for a page."]);
        assert_eq!(page.eval(told, &[]).await, expected);
    });
}
