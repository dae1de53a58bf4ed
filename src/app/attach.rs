//! Jobs that were sent from somewhere else: found by their request id, or taken up from a link. And
//! what can be done with all that wait at once.

use std::rc::Rc;

use leptos::ev::Event;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bar::quiet;
use super::el::{El, el};
use super::studio::Studio;
use crate::browser::{clock, dom};
use crate::queue::{Body, Connection, EndpointId, Expected, Job, JobId, Phase, RequestRef, Watch};
use crate::schema::Model;

/// How much of a request id names a job whose words are not known.
const SHORT: usize = 8;

impl Studio {
    /// Takes up the job of a link to this page, and forgets the link: it is not to be taken up again
    /// with the next reload. Where no proxy is set it is left until there is one.
    #[inline(never)]
    pub(super) fn take_up_link(self) {
        let Some((endpoint, id)) = RequestRef::from_fragment(&dom::fragment()) else { return };
        if self.way.read_untracked().proxy.is_err() {
            return self.open_settings();
        }
        dom::forget_fragment();
        spawn_local(async move {
            let taken = self.take_up(RequestRef { endpoint: Some(endpoint), id }).await;
            self.said.set(taken.err());
        });
    }

    /// Shows the text box for a request id.
    pub(super) fn find_job(self) {
        self.when_ready(move || {
            self.finding.set(true);
            request_animation_frame(|| dom::focus_in(".find input"));
        });
    }

    /// Puts a job that was sent from somewhere else on the list.
    ///
    /// # Errors
    /// With a sentence, if that cannot be.
    async fn take_up(self, request: RequestRef) -> Result<(), String> {
        if self.way.read_untracked().proxy.is_err() {
            let none = "There is no proxy to ask for it: its address is set in Settings.";
            return Err(none.to_owned());
        }
        // It may be among those that are being read.
        self.restore().await;
        let RequestRef { endpoint, id } = request;
        if let Some(known) = self.board.find(|job| job.request_id() == Some(&id)) {
            if known.id_to_ask_again().is_none() {
                return Err("That job is here already.".to_owned());
            }
            self.ask_again(&known.id);
            return Ok(());
        }
        let (endpoint, name, outputs) = self.model_of(endpoint);
        let short = id.as_str().get(..SHORT).unwrap_or(id.as_str());
        let job = Job {
            id: JobId(clock::fresh_name()),
            title: [&name, " · request ", short].concat(),
            endpoint,
            body: Body::Gone,
            draft: Default::default(),
            expects: Expected { count: 1, ..Expected::default() },
            outputs,
            created: clock::now(),
            started: None,
            ended: None,
            phase: Phase::Queued(id, Connection::default(), None),
            watch: Watch::of_found(),
        };
        self.clocks.set();
        self.runner.with_value(|runner| runner.take_up(job));
        Ok(())
    }

    /// Asks once more what became of a job.
    pub(super) fn ask_again(self, id: &JobId) {
        self.clocks.set();
        self.runner.with_value(|runner| runner.ask_again(id));
    }

    /// The endpoint of a request, the model's name and its outputs. fal's own URLs name no more than
    /// the application, which may be that of a model here; without any it is the model in front.
    fn model_of(self, named: Option<EndpointId>) -> (EndpointId, String, Vec<String>) {
        let sheet = self.sheet.get_untracked();
        let books = self.shelf.books.get_untracked();
        let known =
            |model: &Model| (model.endpoint.clone(), model.name.clone(), model.outputs.clone());
        let Some(named) = named else { return known(&sheet.model) };
        let is_of =
            |model: &&Model| named == model.endpoint || named.as_str() == model.endpoint.app();
        let shelved = books.iter().filter_map(|book| book.model.as_ref());
        match [&*sheet.model].into_iter().chain(shelved).find(is_of) {
            Some(model) => known(model),
            None => (named.clone(), named.to_string(), Vec::new()),
        }
    }
}

/// Below the jobs: a way to those that were sent from somewhere else.
pub(super) fn find(studio: Studio) -> El {
    let found = async move |request: RequestRef| {
        studio.take_up(request).await?;
        studio.finding.set(false);
        Ok(())
    };
    let hint = move || {
        studio.sheet.with(|sheet| {
            [
                "From another browser, fal's dashboard or a proxy's log; an id without a URL is taken \
                 for one of ",
                sheet.model.endpoint.app(),
                ". Nothing is sent again. fal keeps results for about an hour, large ones for minutes.",
            ]
            .concat()
        })
    };
    let toggle = quiet("Find a job by its request id")
        .live_attr("aria-expanded", move || Some(studio.finding.get().to_string()))
        .click(move || match studio.finding.get_untracked() {
            true => studio.finding.set(false),
            false => studio.find_job(),
        });
    let form = move || studio.finding.get().then(|| request_form("Find job", hint, found));
    el("div").class("find").child(toggle).live(form)
}

/// For a job whose submit nobody confirmed: its id, if somebody has it.
pub(super) fn confirm(studio: Studio, job: &Job) -> El {
    let (id, sent_to) = (job.id.clone(), job.endpoint.clone());
    let found = async move |request: RequestRef| {
        if let Some(other) = request.endpoint.filter(|endpoint| endpoint.app() != sent_to.app()) {
            return Err([
                "That is a request to ",
                other.as_str(),
                "; this job was sent to ",
                sent_to.as_str(),
                ".",
            ]
            .concat());
        }
        if studio.board.any(|job| job.request_id() == Some(&request.id)) {
            return Err("That is another of the jobs here.".to_owned());
        }
        studio.runner.with_value(|runner| runner.attach(&id, request.id));
        Ok(())
    };
    let hint = || {
        "If fal's dashboard or the proxy's log shows that it arrived, this page goes on with it, and \
         nothing is sent again."
            .to_owned()
    };
    request_form("Attach", hint, found)
}

fn request_form(
    button: &'static str,
    hint: impl Fn() -> String + Send + 'static,
    found: impl AsyncFn(RequestRef) -> Result<(), String> + 'static,
) -> El {
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None);
    let found = Rc::new(found);
    let submit = move |event: Event| {
        event.prevent_default();
        let Some(request) = text.with_untracked(|text| RequestRef::parse(text)) else {
            let none = "That is no request id. It looks like \
                        764cabcf-b745-4b3e-ae38-1200304cf45b, or ends a URL after /requests/.";
            return problem.set(Some(none.to_owned()));
        };
        let found = Rc::clone(&found);
        spawn_local(async move { problem.set(found(request).await.err()) });
    };
    // There may be several such forms on the page.
    let [hint_id, problem_id] =
        ["hint-", "problem-"].map(|kind| kind.to_owned() + &clock::fresh_name());
    let input = el("input")
        .attr("type", "text")
        .attr("spellcheck", "false")
        .attr("autocomplete", "off")
        .attr("autocapitalize", "off")
        .attr("aria-describedby", [&*problem_id, &*hint_id].join(" "))
        .live_attr("aria-invalid", move || problem.with(Option::is_some).then(|| "true".to_owned()))
        .on_text("input", move |typed| {
            text.set(typed);
            problem.set(None);
        });
    let label = el("label").class("request__label").text("Request id or fal URL").child(input);
    let press = el("button").attr("type", "submit").text(button);
    el("form")
        .class("request")
        .on("submit", submit)
        .child(el("div").class("request__row").child(label).child(press))
        .child(
            el("p")
                .class("field__problem")
                .attr("id", problem_id)
                .attr("role", "alert")
                .live_text(move || problem.get().unwrap_or_default()),
        )
        .child(el("p").class("field__hint").attr("id", hint_id).live_text(hint))
}

/// A link by which another browser with this page takes up a job.
pub(super) fn link(studio: Studio, job: &Job) -> Option<El> {
    let fragment = RequestRef::fragment(&job.endpoint, job.request_id()?);
    let link = [dom::page_to_pass_on(), fragment].concat();
    let hint = "Opened in another browser, the link goes on with this job there";
    if !dom::can_copy() {
        let anchor = el("a").class("button quiet").attr("href", link).attr("title", hint);
        return Some(anchor.text("Link"));
    }
    let copied = RwSignal::new(false);
    let copy = move || {
        let link = link.clone();
        spawn_local(async move {
            let is_copied = dom::copy(&link).await;
            copied.set(is_copied);
            studio.said.set(is_copied.then(|| "Link copied.".to_owned()));
        });
    };
    let name = move || if copied.get() { "Link copied" } else { "Copy link" }.to_owned();
    Some(
        el("button")
            .attr("type", "button")
            .class("quiet")
            .attr("title", hint)
            .click(copy)
            .live_text(name),
    )
}

/// Above the jobs, while several wait: a way to stop them all.
pub(super) fn waiting(studio: Studio) -> El {
    let is_offered = Memo::new(move |_| studio.board.tally().stoppable > 1);
    let cancel = move || {
        for id in studio.board.stoppable() {
            studio.cancel(&id);
        }
    };
    el("div").class("waiting").live(move || {
        is_offered.get().then(|| {
            quiet("Cancel all queued")
                .attr("title", "Those that wait are stopped; what is being generated goes on.")
                .click(cancel)
        })
    })
}
