//! What is done for a person who waits and does not look: what they asked for in Settings, and where
//! that can be asked for.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::tachys::renderer::types::Element;
use leptos::task::spawn_local;

use super::bar::quiet;
use super::card::Card;
use super::el::{El, el};
use super::studio::Studio;
use super::words;
use crate::browser::alerts::{self, Permission, Tune};
use crate::browser::storage::{self, Key};
use crate::browser::{dom, draw, presence};
use crate::queue::{Job, Millis, Phase};

/// A job that has waited for so long is one to go away from.
const LONG: Millis = 30_000;

const YES: &str = "yes";
const NO: &str = "no";

const UNKEPT: &str =
    "This browser keeps no data for the page (a private window?), so this cannot be remembered.";
const UNANSWERED: &str = "The browser’s question was not answered.";
const REFUSED: &str = "This browser refuses notifications of this page: allow them in its settings \
                       for this site first.";
const NO_NOTICES: &str = "This browser shows no notifications of a page.";
const NO_SCREEN: &str = "This browser cannot keep the screen on for a page.";
const NOTIFIED: &str = "You will be notified when a job ends.";
/// When there is a notification.
const AWAY: &str = "When a job ends and this page is not in view.";

/// Where the section in Settings tells what came of a switch. The page's own live region is out of
/// reach while the dialog is open.
#[derive(Clone)]
struct Place {
    note: Element,
    problem: Element,
}

fn is_on(setting: Key<'_>) -> bool {
    storage::read(setting).as_deref() == Some(YES)
}

/// Does what is to be done while so many jobs are under way.
#[inline(never)]
pub(super) fn under_way(count: usize) {
    alerts::show_count(count);
    alerts::keep_on(count > 0 && is_on(Key::ScreenOn));
    if count > 0 && is_on(Key::Sound) {
        alerts::prepare_to_play();
    }
}

/// Tells of a job that has just ended, if that is wanted.
#[inline(never)]
pub(super) fn ended(studio: Studio, job: &Job) {
    let Some(text) = words::ending(job) else { return };
    // Of several tabs one tells; if one is in view, it is that.
    if !studio.runner.with_value(|runner| runner.leads()) {
        return;
    }
    if is_on(Key::Sound) {
        alerts::play(match job.phase {
            Phase::Done(..) => Tune::Rising,
            _ => Tune::Falling,
        });
    }
    if is_on(Key::Notify) && presence::is_hidden() {
        alerts::notify(&job.id.0, &job.title, &text);
    }
}

/// Whether to offer a notification: at the first long wait, while nobody has decided.
pub(super) fn is_long_wait(job: &Job, now: Millis) -> bool {
    now.saturating_sub(job.created) > LONG
        && storage::read(Key::Notify).is_none()
        && alerts::permission() == Permission::Undecided
}

/// The offer.
#[inline(never)]
pub(super) fn offer(card: Card) -> El {
    let studio = card.studio();
    quiet("Notify me").attr("title", AWAY).click(move || ask(studio, None))
}

/// Has the browser ask whether the page may notify, and keeps what was decided. What came of it is said
/// beside the switch, if it was that.
fn ask(studio: Studio, switch: Option<(Element, Place)>) {
    spawn_local(async move {
        let permission = alerts::ask().await;
        let is_granted = permission == Permission::Granted;
        let is_kept = storage::write(Key::Notify, if is_granted { YES } else { NO });
        let refusal = match permission {
            Permission::Granted if is_kept => {
                return match switch {
                    Some((_, place)) => draw::set_text(&place.note, NOTIFIED),
                    None => studio.said.set(Some(NOTIFIED.to_owned())),
                };
            }
            Permission::Granted => UNKEPT,
            Permission::Undecided => UNANSWERED,
            Permission::Refused => REFUSED,
            Permission::Unable => NO_NOTICES,
        };
        match switch {
            Some((switch, place)) => {
                dom::set_checked(&switch, false);
                draw::set_text(&place.problem, refusal);
            }
            None => studio.trouble.tell(refusal),
        }
    });
}

/// The section in Settings.
pub(super) fn section(studio: Studio) -> El {
    let permission = alerts::permission();
    let notify = match permission {
        Permission::Unable => Err(NO_NOTICES),
        _ => Ok(AWAY),
    };
    let screen = match alerts::can_stay_on() {
        true => Ok("As long as this page is in view."),
        false => Err(NO_SCREEN),
    };
    let may_notify = permission == Permission::Granted;
    let title = el("span").class("field__title").attr("id", "alerts-title").text("While you wait");
    let note = el("p").class("field__hint").attr("role", "status");
    let problem = el("p").class("field__problem").attr("role", "alert");
    let place = Place { note: note.element().clone(), problem: problem.element().clone() };
    el("div")
        .class("field")
        .attr("role", "group")
        .attr("aria-labelledby", "alerts-title")
        .child(title)
        .child(row("notify", "Notify me", notify, may_notify && is_on(Key::Notify)))
        .child(row("sound", "Play a sound", Ok("When a job ends."), is_on(Key::Sound)))
        .child(row(
            "screen",
            "Keep the screen on while jobs run",
            screen,
            screen.is_ok() && is_on(Key::ScreenOn),
        ))
        .child(note)
        .child(problem)
        .on("change", move |event| changed(studio, &event, &place))
}

/// A switch with its name and what it does, or why it does nothing.
fn row(
    setting: &'static str,
    name: &'static str,
    hint: Result<&'static str, &'static str>,
    is_on: bool,
) -> El {
    let [id, hint_id] = ["alert-", "alert-hint-"].map(|start| [start, setting].concat());
    let switch = el("input")
        .attr("type", "checkbox")
        .attr("role", "switch")
        .attr("name", setting)
        .attr("id", &id)
        .attr("aria-describedby", &hint_id)
        .class("switch")
        .maybe("disabled", hint.err().map(|_| ""))
        .maybe("checked", is_on.then_some(""));
    let (Ok(hint) | Err(hint)) = hint;
    let text = el("div")
        .child(el("label").attr("for", &id).text(name))
        .child(el("p").class("field__hint").attr("id", &hint_id).text(hint));
    el("div").class("field__head").child(switch).child(text)
}

/// Keeps what was switched, and says what stands in the way of it.
fn changed(studio: Studio, event: &Event, place: &Place) {
    let Some(switch) = dom::target_within(event, "input") else { return };
    let is_wanted = dom::is_checked(&switch);
    let setting = match dom::attribute(&switch, "name").as_deref() {
        Some("notify") => Key::Notify,
        Some("sound") => Key::Sound,
        _ => Key::ScreenOn,
    };
    draw::set_text(&place.note, "");
    draw::set_text(&place.problem, "");
    if let Key::Notify = setting
        && is_wanted
    {
        return ask(studio, Some((switch, place.clone())));
    }
    let is_kept = storage::write(setting, if is_wanted { YES } else { NO });
    if !is_kept {
        dom::set_checked(&switch, false);
        draw::set_text(&place.problem, UNKEPT);
    }
    match setting {
        // What it will sound like; and some browsers want to hear of it by a press.
        Key::Sound if is_wanted => alerts::play(Tune::Rising),
        Key::ScreenOn => {
            let is_busy = studio.board.tally_now().live() > 0;
            alerts::keep_on(is_wanted && is_kept && is_busy);
        }
        _ => {}
    }
}
