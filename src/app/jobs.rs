//! What a person can do with jobs, and what is shown of them: Generate, try again, cancel, remove,
//! reuse.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::board::Board;
use super::stage::JOBS;
use super::studio::Studio;
use super::words;
use crate::browser::storage::Key;
use crate::browser::{clock, dom, storage};
use crate::queue::{Body, EndpointId, FieldFailure, Job, JobId, Phase, Watch};

impl Studio {
    /// Brings back the jobs that were written down, once, and lets them go on where the proxy is
    /// known. Returns when they are there.
    pub(super) fn restore(self) -> impl Future<Output = ()> {
        if self.clocks.start(self.board) {
            self.keep_count();
        }
        self.runner.get_value().restore()
    }

    /// Checks the form and makes a job of it.
    pub(super) fn generate(self) {
        let sheet = self.sheet.get_untracked();
        let request = match sheet.check() {
            Ok(request) => request,
            Err(problems) => {
                self.problems.set(problems);
                // The summary is there after the next frame.
                request_animation_frame(|| dom::focus("problems"));
                return;
            }
        };
        self.problems.set(Vec::new());
        let draft = sheet.draft();
        let title = ["prompt", "text"]
            .into_iter()
            .filter_map(|name| draft.get(name))
            .find(|text| !text.trim().is_empty());
        let job = Job {
            id: JobId(clock::fresh_name()),
            endpoint: sheet.model.endpoint.clone(),
            body: Body::Here(request.to_json().into()),
            title: title.unwrap_or(&sheet.model.name).to_owned(),
            expects: sheet.form.expects(&|path| draft.get(path).map(str::to_owned)),
            draft: Arc::new(draft),
            outputs: sheet.model.outputs.clone(),
            created: clock::now(),
            started: None,
            ended: None,
            phase: Phase::Sending,
            watch: Watch::default(),
        };
        self.submit(job);
    }

    /// Sends a job's request once more, as a job of its own.
    pub(super) fn try_again(self, job: &Job) {
        let (runner, job) = (self.runner.get_value(), job.clone());
        spawn_local(async move {
            let Some(body) = runner.body(&job).await else {
                let sentence = "This browser no longer has what was sent. Use “Reuse settings”, \
                                look the form over, and press Generate.";
                return self.trouble.tell(sentence);
            };
            self.submit(Job {
                id: JobId(clock::fresh_name()),
                body: Body::Here(body),
                created: clock::now(),
                started: None,
                ended: None,
                phase: Phase::Sending,
                watch: Watch::default(),
                ..job
            });
        });
    }

    fn submit(self, job: Job) {
        // Without a proxy nothing is sent, and so nothing is made that could be lost.
        if self.way.read_untracked().proxy.is_err() {
            self.open_settings();
            return;
        }
        // Where small texts are not kept, nothing told that there are jobs.
        spawn_local(self.restore());
        self.clocks.set();
        self.runner.with_value(|runner| runner.create(job));
        request_animation_frame(|| dom::show(JOBS));
    }

    /// Asks for a job to be stopped.
    pub(super) fn cancel(self, id: &JobId) {
        self.runner.with_value(|runner| runner.cancel(id));
    }

    /// Takes an ended job off the page.
    pub(super) fn remove(self, id: &JobId) {
        self.runner.with_value(|runner| runner.forget(id));
        self.board.take_off(id);
    }

    /// Puts a job's settings back into the form, with its model's form if that is another.
    pub(super) fn reuse(self, job: &Job) {
        let job = job.clone();
        spawn_local(async move {
            if !self.bring_model(&job.endpoint).await {
                return;
            }
            let body = self.runner.get_value().body(&job).await;
            let sheet = self.sheet.get_untracked();
            match body {
                Some(sent) => sheet.fill(&sheet.form.with_files(&job.draft, &sent)),
                None => sheet.fill(&job.draft),
            }
            self.said.set(Some("Settings put back into the form.".to_owned()));
        });
    }

    /// Shows what a model said about single fields, at the fields of its form.
    pub(super) fn show_fields(self, endpoint: &EndpointId, complaints: &[FieldFailure]) {
        let (endpoint, complaints) = (endpoint.clone(), complaints.to_vec());
        spawn_local(async move {
            if !self.bring_model(&endpoint).await {
                return;
            }
            let sheet = self.sheet.get_untracked();
            let draft = sheet.draft();
            let mut first = None;
            for complaint in complaints {
                if let Some(field) = sheet.form.find(&complaint.loc, &draft) {
                    sheet.remark(&field.key, complaint.message);
                    first.get_or_insert(field);
                }
            }
            match first {
                Some(field) => self.lead_to(field),
                None => self.trouble.tell("The form has no field for what the model names."),
            }
        });
    }

    /// Brings the form of a job's model to the front; says whether it is there.
    async fn bring_model(self, endpoint: &EndpointId) -> bool {
        let is_in_front =
            move || self.sheet.with_untracked(|sheet| sheet.model.endpoint == *endpoint);
        if is_in_front() {
            return true;
        }
        if !self.shelf.show_endpoint(self, endpoint.as_str()).await {
            let sentence = "The model of that job is not among those here: add its document to \
                            the models first.";
            self.trouble.tell(sentence);
            return false;
        }
        // It may not have come, which has been told, or another has been asked for since.
        is_in_front()
    }
}

/// Shows a job's new state and says what is worth saying.
#[inline(never)]
pub(super) fn changed(
    board: Board,
    said: RwSignal<Option<String>>,
    last_seed: RwSignal<Option<String>>,
    job: &Job,
) {
    if !board.put(job) {
        return;
    }
    said.set(Some(words::spoken(job)));
    if let Phase::Done(_, output) = &job.phase
        && let Some(seed) = &output.seed
    {
        storage::write(Key::LastSeed, seed);
        last_seed.set(Some(seed.clone()));
    }
}
