//! The clocks of the page, each as fine as what hangs on it is told: a job that has just begun in
//! tenths of seconds where there are few, one under way in seconds, one that has ended in minutes.

use std::time::Duration;

use leptos::prelude::*;

use super::board::Board;
use crate::browser::{clock, presence};
use crate::queue::{Job, Millis};
use crate::times::TENTHS;

const TICK: Duration = Duration::from_millis(200);
/// Nobody follows the tenths of seconds of more jobs than so many: their clocks go by seconds.
const FEW: usize = 4;
/// How old a time that is told in seconds may be, in milliseconds: less than one, or some second is
/// never shown.
const SECOND: Millis = 900;
/// How old a time that is told in minutes may be, in milliseconds.
const LATELY: Millis = 20_000;

/// The clocks. A handle.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    tenths: RwSignal<Millis>,
    seconds: RwSignal<Millis>,
    minutes: RwSignal<Millis>,
    is_running: RwSignal<bool>,
}

/// Whether it has waited, or worked, for so short a time that tenths of seconds are told.
fn is_young(job: &Job, now: Millis) -> bool {
    now.saturating_sub(job.started.unwrap_or(job.created)) < TENTHS
}

impl Clocks {
    pub(super) fn new() -> Self {
        let now = clock::now();
        Self {
            tenths: RwSignal::new(now),
            seconds: RwSignal::new(now),
            minutes: RwSignal::new(now),
            is_running: RwSignal::new(false),
        }
    }

    /// The time as far as it matters for a job; whoever asks inside an effect is woken when it is time
    /// to tell it anew.
    pub(super) fn of(self, job: &Job) -> Millis {
        if !job.is_live() {
            return self.minutes.get();
        }
        let now = self.seconds.get();
        if is_young(job, now) { self.tenths.get() } else { now }
    }

    /// Sets the clocks by which jobs are told that are under way.
    pub(super) fn set(self) {
        let now = clock::now();
        self.tenths.set(now);
        self.seconds.set(now);
    }

    /// Lets the clocks run, and shows with them what the jobs have to tell. Says whether they have not
    /// run before.
    pub(super) fn start(self, board: Board) -> bool {
        let is_first = !self.is_running.get_untracked();
        if is_first {
            self.is_running.set(true);
            set_interval(move || self.tick(board), TICK);
        }
        is_first
    }

    #[inline(never)]
    fn tick(self, board: Board) {
        let now = clock::now();
        // What nobody sees need not be drawn. It is right again a tick after it is seen.
        let live = board.tally_now().live();
        if live > 0 && !presence::is_hidden() {
            let is_second = now.abs_diff(self.seconds.get_untracked()) > SECOND;
            let are_few = live <= FEW;
            board.catch_up(|job| is_second || (are_few && is_young(job, now)));
            if is_second {
                self.seconds.set(now);
            }
            if is_second || are_few {
                self.tenths.set(now);
            }
        }
        if now.abs_diff(self.minutes.get_untracked()) > LATELY {
            self.minutes.set(now);
        }
    }
}
