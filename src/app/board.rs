//! The jobs on the page: what is shown of each, and how many are in which state.
//!
//! A job's end, its trouble and every change of its state are shown at once. What only tells how far it
//! is waits for its clock: a page with many jobs under way is then drawn with the clocks, and not with
//! every answer of the queue besides.

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;

use super::words;
use crate::queue::{Job, JobId, Phase};

/// The jobs on the page. A handle.
#[derive(Clone, Copy)]
pub(super) struct Board {
    /// Newest first.
    jobs: RwSignal<Vec<ArcRwSignal<Job>>>,
    tally: RwSignal<Tally>,
    /// The latest of jobs whose cards are a little behind.
    behind: StoredValue<Vec<Job>, LocalStorage>,
}

/// How many jobs are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// The model is at work for them.
    pub(super) running: usize,
    /// They wait, or are on their way.
    pub(super) queued: usize,
    /// They wait, and nobody has asked for them to be stopped.
    pub(super) stoppable: usize,
}

impl Tally {
    /// How many are under way.
    pub(super) fn live(self) -> usize {
        self.running + self.queued
    }

    fn add(&mut self, job: &Job) {
        match &job.phase {
            Phase::Running(..) | Phase::Fetching(..) => self.running += 1,
            Phase::Queued(..) | Phase::Sending => self.queued += 1,
            _ => {}
        }
        self.stoppable += usize::from(is_stoppable(job));
    }
}

/// Whether it waits, and nobody has asked for it to be stopped.
fn is_stoppable(job: &Job) -> bool {
    matches!(&job.phase, Phase::Queued(_, c, _) if !c.cancel.is_wanted())
}

/// Whether only that has changed which tells how far a job is.
fn is_a_step(was: &Job, is: &Job) -> bool {
    let way = |job: &Job| job.connection().cloned();
    way(was).is_some() && way(was) == way(is) && words::state(was) == words::state(is)
}

impl Board {
    pub(super) fn new() -> Self {
        Self {
            jobs: RwSignal::new(Vec::new()),
            tally: RwSignal::new(Tally::default()),
            behind: StoredValue::new_local(Vec::new()),
        }
    }

    /// How many are in which state; whoever asks inside an effect is woken when that changes.
    pub(super) fn tally(self) -> Tally {
        self.tally.get()
    }

    /// The same, without being woken.
    pub(super) fn tally_now(self) -> Tally {
        self.tally.get_untracked()
    }

    /// Whether there are any; whoever asks inside an effect is woken when jobs come or go.
    pub(super) fn is_empty(self) -> bool {
        self.jobs.with(Vec::is_empty)
    }

    /// Their names, newest first; whoever asks inside an effect is woken when jobs come or go.
    pub(super) fn names(self) -> Vec<String> {
        let name = |job: &ArcRwSignal<Job>| job.read_untracked().id.0.clone();
        self.jobs.with(|jobs| jobs.iter().map(name).collect())
    }

    /// What is shown of a job.
    pub(super) fn job(self, name: &str) -> Option<ArcRwSignal<Job>> {
        self.jobs.with_untracked(|jobs| {
            jobs.iter().find(|job| job.read_untracked().id.0 == name).cloned()
        })
    }

    /// Whether it is so of any job.
    pub(super) fn any(self, is: impl Fn(&Job) -> bool) -> bool {
        self.find(is).is_some()
    }

    /// The first job of which it is so.
    pub(super) fn find(self, is: impl Fn(&Job) -> bool) -> Option<Job> {
        let found = |job: &ArcRwSignal<Job>| {
            let job = job.read_untracked();
            is(&job).then(|| job.clone())
        };
        self.jobs.with_untracked(|jobs| jobs.iter().find_map(found))
    }

    /// Those that wait, while nobody has asked for them to be stopped.
    pub(super) fn stoppable(self) -> Vec<JobId> {
        let id = |job: &ArcRwSignal<Job>| {
            let job = job.read_untracked();
            is_stoppable(&job).then(|| job.id.clone())
        };
        self.jobs.with_untracked(|jobs| jobs.iter().filter_map(id).collect())
    }

    /// Puts a job on the page as it is now. Says whether that is another state than the one shown.
    #[inline(never)]
    pub(super) fn put(self, job: &Job) -> bool {
        self.behind.update_value(|behind| behind.retain(|other| other.id != job.id));
        let Some(cell) = self.job(&job.id.0) else {
            // The newest is on top, whoever made it and whenever it was found.
            self.jobs.update(|jobs| {
                let is_newer =
                    |cell: &ArcRwSignal<Job>| cell.read_untracked().created > job.created;
                let place = jobs.partition_point(is_newer);
                jobs.insert(place, ArcRwSignal::new(job.clone()));
            });
            self.count();
            return false;
        };
        let was = words::state(&cell.read_untracked());
        if *cell.read_untracked() == *job {
            return false;
        }
        if is_a_step(&cell.read_untracked(), job) {
            self.behind.update_value(|behind| behind.push(job.clone()));
            return false;
        }
        cell.set(job.clone());
        self.count();
        was != words::state(job)
    }

    /// Takes a job off the page.
    pub(super) fn take_off(self, id: &JobId) {
        self.behind.update_value(|behind| behind.retain(|job| job.id != *id));
        self.jobs.update(|jobs| jobs.retain(|job| job.read_untracked().id != *id));
        self.count();
    }

    /// Shows how far the jobs are that it is time for.
    #[inline(never)]
    pub(super) fn catch_up(self, is_time: impl Fn(&Job) -> bool) {
        let behind = self.behind.try_update_value(|behind| {
            let (due, later) = std::mem::take(behind).into_iter().partition(is_time);
            *behind = later;
            due
        });
        let due: Vec<Job> = behind.unwrap_or_default();
        for job in due {
            if let Some(cell) = self.job(&job.id.0) {
                cell.set(job);
            }
        }
    }

    fn count(self) {
        let mut tally = Tally::default();
        self.jobs
            .with_untracked(|jobs| jobs.iter().for_each(|job| tally.add(&job.read_untracked())));
        if tally != self.tally.get_untracked() {
            self.tally.set(tally);
        }
    }
}
