//! The other tabs of this browser with the same page: who of them asks the queue, who is sending
//! what, and what they tell each other. Where a browser has no locks (a page over plain http on
//! another computer), every tab acts as if it were alone.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, MessageEvent};

const CHANNEL: &str = "flux-studio.jobs";

#[wasm_bindgen]
extern "C" {
    /// `web_sys` has it only among what may still change.
    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request(name: &str, granted: &Function) -> Result<Promise, JsValue>;
}

/// What tabs tell each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A job's record, as it is now.
    Changed(String),
    /// The job of this name was taken off the list.
    Gone(String),
    /// Somebody asks the queue in a tab that nobody sees.
    Leads,
    /// Somebody looks at a tab that does not ask the queue.
    Seen,
    /// The person wants to know once more what became of the job of this name.
    Again(String),
    /// Who is sending the job of this name? Asked where there are no locks that would tell.
    WhoSends(String),
}

impl News {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Changed(record) => ("changed", record),
            Self::Gone(id) => ("gone", id),
            Self::Leads => ("leads", ""),
            Self::Seen => ("seen", ""),
            Self::Again(id) => ("again", id),
            Self::WhoSends(id) => ("who-sends", id),
        }
    }

    fn read(kind: &str, text: String) -> Option<Self> {
        match kind {
            "changed" => Some(Self::Changed(text)),
            "gone" => Some(Self::Gone(text)),
            "leads" => Some(Self::Leads),
            "seen" => Some(Self::Seen),
            "again" => Some(Self::Again(text)),
            "who-sends" => Some(Self::WhoSends(text)),
            _ => None,
        }
    }
}

/// The way to the other tabs.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _hears: Closure<dyn Fn(MessageEvent)>,
}

impl Tabs {
    /// Opens the way, and hears what comes by it.
    pub fn open(on_news: impl Fn(News) + 'static) -> Self {
        let hears = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let parts = Array::from(&event.data());
            let (kind, text) = (parts.get(0).as_string(), parts.get(1).as_string());
            if let Some(news) = kind.zip(text).and_then(|(kind, text)| News::read(&kind, text)) {
                on_news(news);
            }
        });
        let channel = BroadcastChannel::new(CHANNEL).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(hears.as_ref().unchecked_ref()));
        }
        Self { channel, _hears: hears }
    }

    /// Tells all other tabs.
    pub fn tell(&self, news: &News) {
        let (kind, text) = news.parts();
        if let Some(channel) = &self.channel {
            channel.post_message(&Array::of2(&kind.into(), &text.into())).ok();
        }
    }
}

/// A name that no other tab has at the same time; given back when dropped, or with its tab.
pub struct Hold(Function);

impl Hold {
    /// Waits until no other tab has the name. Nothing where there is no such thing, or where the
    /// browser refuses it to this page.
    pub async fn of(name: &str) -> Option<Self> {
        let (granted, grant) = promise()?;
        let (released, release) = promise()?;
        let callback = Closure::once_into_js(move |_: JsValue| {
            grant.call0(&JsValue::UNDEFINED).ok();
            released
        });
        let asked = request(name, callback.unchecked_ref()).ok()?;
        // A refusal may come later than the call.
        JsFuture::from(Promise::race(&Array::of2(&granted, &asked))).await.ok()?;
        Some(Self(release))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.call0(&JsValue::UNDEFINED).ok();
    }
}

/// A promise and what keeps it.
pub fn promise() -> Option<(Promise, Function)> {
    let mut keep = None;
    let promise = Promise::new(&mut |resolve, _| keep = Some(resolve));
    Some((promise, keep?))
}
