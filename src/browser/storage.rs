//! Small texts that outlive the page. Reading and writing never fail loudly: private windows and
//! full disks are no reason to stop a job.

use wasm_bindgen::prelude::*;
use web_sys::{Storage, StorageEvent};

use super::dom;
use crate::settings::Chosen;

/// What is kept, and under which name.
#[derive(Debug, Clone, Copy)]
pub enum Key<'k> {
    /// The proxy the person chose.
    Proxy,
    /// How it is spoken to.
    ProxyStyle,
    /// What it is sent beside the request.
    ProxyAccess,
    /// Light or dark, when not the system's.
    Theme,
    /// The document of the model last used.
    Model,
    /// What was typed for the model whose document is there.
    Draft(&'k str),
    /// Which state of the document that was typed for.
    Fingerprint(&'k str),
    /// The endpoints of the person's own models, one a line.
    Documents,
    /// The document of one of these.
    Document(&'k str),
    /// The prompt, once more, for the loader to show before the program is there.
    Prompt,
    /// The jobs, as earlier versions kept them.
    Jobs,
    /// How long past runs took.
    Runs,
    /// That there are jobs in the ledger.
    Ledger,
    /// The seed of the last result.
    LastSeed,
    /// Whether to notify when a job ends.
    Notify,
    /// Whether to play a sound when a job ends.
    Sound,
    /// Whether to keep the screen on while jobs run.
    ScreenOn,
    /// That the connection is to be tested when the page is back (kept for this tab only).
    TestAfterReload,
}

impl Key<'_> {
    fn name(self) -> String {
        let name = match self {
            Self::Proxy => "proxy",
            Self::ProxyStyle => "proxy-style",
            Self::ProxyAccess => "proxy-access",
            Self::Theme => "theme",
            Self::Model => "model",
            Self::Draft(path) => return ["flux-studio.draft.", path].concat(),
            Self::Fingerprint(path) => return ["flux-studio.fingerprint.", path].concat(),
            Self::Document(model) => return ["flux-studio.document.", model].concat(),
            Self::Documents => "documents",
            Self::Prompt => "prompt",
            Self::Jobs => "jobs",
            Self::Runs => "runs",
            Self::Ledger => "ledger",
            Self::LastSeed => "last-seed",
            Self::Notify => "notify",
            Self::Sound => "sound",
            Self::ScreenOn => "screen-on",
            Self::TestAfterReload => "test-after-reload",
        };
        format!("flux-studio.{name}")
    }

    fn area(self) -> Option<Storage> {
        match self {
            Self::TestAfterReload => dom::window().session_storage(),
            _ => dom::window().local_storage(),
        }
        .ok()
        .flatten()
    }
}

/// What the person chose of the proxy.
pub fn chosen() -> Chosen {
    let [url, style, access] = [Key::Proxy, Key::ProxyStyle, Key::ProxyAccess].map(read);
    Chosen { url, style, access }
}

/// What is kept under a name.
pub fn read(key: Key<'_>) -> Option<String> {
    key.area()?.get_item(&key.name()).ok().flatten()
}

/// Keeps a text; says whether that worked.
pub fn write(key: Key<'_>, text: &str) -> bool {
    key.area().is_some_and(|area| area.set_item(&key.name(), text).is_ok())
}

/// Forgets.
pub fn remove(key: Key<'_>) {
    if let Some(area) = key.area() {
        area.remove_item(&key.name()).ok();
    }
}

/// Calls back whenever another tab changes what is kept under this name.
pub fn on_change_elsewhere(key: Key<'_>, callback: impl Fn() + 'static) {
    let name = key.name();
    let callback = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
        if event.key().as_deref() == Some(&*name) {
            callback();
        }
    });
    let listener = callback.as_ref().unchecked_ref();
    dom::window().add_event_listener_with_callback("storage", listener).ok();
    callback.forget();
}
