//! Notifications of the system.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen_futures::JsFuture;

use super::{HERE, bound, call, get, global, make};

/// Whether the page may show notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It may.
    Granted,
    /// The person, or whoever set the browser up, has said no.
    Refused,
    /// Nobody has been asked, or nobody has answered.
    Undecided,
    /// The browser has none for a page, as on phones, or not where it is not served securely.
    Unable,
}

/// Whether the page may show notifications.
pub fn permission() -> Permission {
    let class = global("Notification");
    if class.is_undefined() || HERE.with(|here| here.is_noticeless.get()) {
        return Permission::Unable;
    }
    match get(&class, "permission").as_string().as_deref() {
        Some("granted") => Permission::Granted,
        Some("denied") => Permission::Refused,
        _ => Permission::Undecided,
    }
}

fn unable() {
    HERE.with(|here| here.is_noticeless.set(true));
}

/// Has the browser ask the person, where nobody has decided. For a press, not for the way.
pub async fn ask() -> Permission {
    if permission() == Permission::Undecided {
        // Browsers on phones have the class and throw when one is made. Elsewhere nothing is shown
        // before it is permitted.
        if make("Notification", &["".into()]).is_err() {
            unable();
        } else if let Ok(asked) = call(&global("Notification"), "requestPermission", &[]) {
            JsFuture::from(Promise::resolve(&asked)).await.ok();
        }
    }
    permission()
}

/// Shows a notification; one of the same name is replaced, whichever tab has shown it. A click on it
/// leads to the page.
pub fn notify(name: &str, title: &str, text: &str) {
    if permission() != Permission::Granted {
        return;
    }
    let options = Object::new();
    for (key, value) in [("tag", name), ("body", text)] {
        Reflect::set(&options, &key.into(), &value.into()).ok();
    }
    let Ok(notice) = make("Notification", &[title.into(), options.into()]) else {
        return unable();
    };
    // A closure of ours would have to be kept for as long as the notification.
    let focus = bound(&global("window"), "focus").unwrap_or_default();
    Reflect::set(&notice, &"onclick".into(), &focus).ok();
}
