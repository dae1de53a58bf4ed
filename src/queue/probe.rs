//! The connection report: what is asked of a proxy to find out how far a request gets, in which order,
//! and what the answers mean.
//!
//! Every question is about a request that cannot exist, or about nothing at all, and none is a POST:
//! whatever a proxy makes of it, no job can come of it. The report is a machine: it names the next
//! question until there is none, and takes the answers. It knows neither addresses nor what a proxy
//! is configured with; a [`Cure`] names what has to be set, and `settings` has the lines.

mod hearing;

use self::hearing::{Heard, heard, kept};
use super::Millis;
use super::failure::{Asked, Failure};
use super::question::{Question, SIZES, in_units};
use super::wire::{Answer, Lost, Reply};

/// Something that has to be in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Somebody is there.
    Answers,
    /// A page from here may read what it says.
    Origin,
    /// What it says comes from fal.
    Forwards,
    /// fal takes its key.
    Key,
    /// PUT passes.
    Cancels,
    /// No cache answers in its place.
    Fresh,
    /// Pictures as input pass.
    Size,
}

impl Check {
    /// All, in the order in which a request meets them.
    pub const ALL: [Self; 7] = [
        Self::Answers,
        Self::Origin,
        Self::Forwards,
        Self::Key,
        Self::Cancels,
        Self::Fresh,
        Self::Size,
    ];

    /// What is the case if it is.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answers => "The proxy answers",
            Self::Origin => "It accepts this page's origin",
            Self::Forwards => "It forwards to fal",
            Self::Key => "fal accepts its key",
            Self::Cancels => "It lets jobs be cancelled",
            Self::Fresh => "Its answers come from no cache",
            Self::Size => "It takes large requests",
        }
    }
}

/// What became of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is in order.
    Passed(Aside),
    /// It is not.
    Failed {
        /// What is known beside that.
        aside: Aside,
        /// What happened and what to do.
        sentence: String,
        /// What the proxy has to be told.
        cure: Option<Cure>,
    },
    /// Something before it failed, so nobody can know.
    Skipped,
}

/// What is said beside a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Nothing.
    Bare,
    /// After so long.
    After(Millis),
    /// It is the page's own origin.
    Own,
    /// It is the demo engine that answers.
    Demo,
    /// Requests of so many bytes pass; none of the tried ones where it is 0.
    UpTo(usize),
}

/// What the proxy's configuration lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cure {
    /// Leave for a page of another origin.
    Cors,
    /// A way to fal.
    Forward,
    /// The key.
    Key,
    /// A way for PUT.
    Put,
    /// A word to the caches.
    Fresh,
    /// A higher limit.
    Limit,
}

/// A check that has been made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which.
    pub check: Check,
    /// With what result.
    pub outcome: Outcome,
}

/// A report on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whether the proxy has another origin than the page.
    is_foreign: bool,
    /// Whether all questions have one address, and differ by a header only.
    shares_address: bool,
    next: Option<Question>,
    findings: Vec<Finding>,
}

impl Report {
    /// A report of which nothing is known yet.
    pub fn new(is_foreign: bool, shares_address: bool) -> Self {
        let next = Some(Question::Status);
        Self { is_foreign, shares_address, next, findings: Vec::new() }
    }

    /// What is to be asked now; nothing at the end.
    pub fn question(&self) -> Option<Question> {
        self.next
    }

    /// What became of a check, once that is known.
    pub fn outcome(&self, check: Check) -> Option<&Outcome> {
        self.findings.iter().find(|finding| finding.check == check).map(|finding| &finding.outcome)
    }

    /// Takes the answer to the question, and how long it took.
    pub fn take(&mut self, answer: &Answer, took: Millis) {
        match self.next.take() {
            Some(Question::Status) => self.take_status(answer, took),
            Some(Question::Knock) => self.take_knock(answer, took),
            Some(Question::Cancel(0)) => self.take_cancel(answer),
            Some(Question::Typed) => self.take_typed(answer),
            Some(Question::Nothing) => self.take_nothing(answer),
            Some(Question::Cancel(size)) => self.take_large(answer, size),
            None => {}
        }
        if self.next.is_none() {
            for check in Check::ALL {
                self.find(check, Outcome::Skipped);
            }
        }
    }

    /// What is known first stays.
    fn find(&mut self, check: Check, outcome: Outcome) {
        if self.outcome(check).is_none() {
            self.findings.push(Finding { check, outcome });
        }
    }

    fn pass(&mut self, check: Check, aside: Aside) {
        self.find(check, Outcome::Passed(aside));
    }

    fn fail(&mut self, check: Check, sentence: String, cure: Option<Cure>) {
        self.find(check, Outcome::Failed { aside: Aside::Bare, sentence, cure });
    }

    fn fail_as(&mut self, check: Check, failure: &Failure, cure: Option<Cure>) {
        self.fail(check, [&failure.what, " ", &failure.advice].concat(), cure);
    }

    fn pass_origin(&mut self) {
        let aside = if self.is_foreign { Aside::Bare } else { Aside::Own };
        self.pass(Check::Origin, aside);
    }

    fn take_status(&mut self, answer: &Answer, took: Millis) {
        let reply = match answer {
            Ok(reply) => reply,
            // The browser does not say why. Whether somebody is there can be found out.
            Err(Lost::Network) => return self.next = Some(Question::Knock),
            Err(lost) => {
                return self.fail_as(Check::Answers, &Failure::lost(Asked::Probe, *lost), None);
            }
        };
        self.pass(Check::Answers, Aside::After(took));
        self.pass_origin();
        if let Some(sentence) = kept(&reply.cache) {
            self.fail(Check::Fresh, sentence, Some(Cure::Fresh));
        }
        match heard(reply) {
            Heard::Nobody => {
                self.pass(Check::Forwards, Aside::Bare);
                self.pass(Check::Key, if reply.demo { Aside::Demo } else { Aside::Bare });
            }
            Heard::Somebody => {
                let sentence = "The answer is about another request than the one that was asked \
                                about: a cache on the way gave it out.";
                return self.fail(Check::Fresh, sentence.to_owned(), Some(Cure::Fresh));
            }
            Heard::Fal(failure, meant) => {
                self.pass(Check::Forwards, Aside::Bare);
                let cure = (meant == 401).then_some(Cure::Key);
                self.fail_as(Check::Key, &failure, cure);
            }
            Heard::Other(failure, meant) => {
                // Who has to sign in finds the rest in order.
                let cure = (!matches!(meant, 401 | 403 | 429 | 502..)).then_some(Cure::Forward);
                return self.fail_as(Check::Forwards, &failure, cure);
            }
        }
        self.next = Some(Question::Cancel(0));
    }

    fn take_knock(&mut self, answer: &Answer, took: Millis) {
        let is_there = answer.is_ok();
        let leads_away = answer.as_ref().is_ok_and(|reply| reply.status == 0);
        if is_there && self.is_foreign {
            self.pass(Check::Answers, Aside::After(took));
            let sentence = "Something answers at this address, but the browser may not show it to a \
                            page from here: the permission (CORS) is missing. Error pages of a server \
                            in front of the proxy often lack it too.";
            self.fail(Check::Origin, sentence.to_owned(), Some(Cure::Cors));
        } else if leads_away {
            self.pass(Check::Answers, Aside::After(took));
            self.pass_origin();
            let sentence = "The address leads on to somewhere else, probably to a sign-in. Open it \
                            in another tab, sign in there, then test again.";
            self.fail(Check::Forwards, sentence.to_owned(), None);
        } else {
            let sentence = "The proxy could not be reached: it is down, the network is, or nothing \
                            listens at this address. Check that the address is right and that the \
                            proxy runs; the browser's console says more.";
            self.fail(Check::Answers, sentence.to_owned(), None);
        }
    }

    fn take_cancel(&mut self, answer: &Answer) {
        let reply = match answer {
            Ok(reply) => reply,
            Err(Lost::Network) if self.is_foreign => return self.next = Some(Question::Typed),
            Err(lost) => {
                let failure = Failure::lost(Asked::Probe, *lost);
                self.fail_as(Check::Cancels, &failure, Some(Cure::Put));
                return self.ask_nothing();
            }
        };
        match heard(reply) {
            Heard::Nobody | Heard::Somebody | Heard::Fal(_, ..500) => {
                self.pass(Check::Cancels, Aside::Bare);
            }
            Heard::Fal(failure, _) | Heard::Other(failure, _) => {
                self.fail_as(Check::Cancels, &failure, Some(Cure::Put));
            }
        }
        self.ask_nothing();
    }

    fn take_typed(&mut self, answer: &Answer) {
        if answer.is_ok() {
            let sentence = "The permission for pages from here (CORS) does not include PUT, which \
                            cancelling takes. Jobs can be made, and run to their end.";
            self.fail(Check::Cancels, sentence.to_owned(), Some(Cure::Cors));
            return self.ask_nothing();
        }
        let sentence = "A page from here may read, but not send: the permission (CORS) does not \
                        include the header content-type, without which no job can be made.";
        self.findings.retain(|finding| finding.check != Check::Origin);
        self.fail(Check::Origin, sentence.to_owned(), Some(Cure::Cors));
    }

    /// Goes on with caches where one could be caught, and else with the size.
    fn ask_nothing(&mut self) {
        if self.shares_address {
            self.next = Some(Question::Nothing);
        } else {
            self.ask_large();
        }
    }

    fn take_nothing(&mut self, answer: &Answer) {
        let is_kept = |reply: &Reply| matches!(heard(reply), Heard::Nobody | Heard::Somebody);
        if answer.as_ref().is_ok_and(is_kept) {
            let sentence = "A question without a target brought an answer of fal's: a cache on the way \
                            gives out what it kept for the same address, and a job would seem to stand \
                            still.";
            self.fail(Check::Fresh, sentence.to_owned(), Some(Cure::Fresh));
        }
        self.ask_large();
    }

    fn ask_large(&mut self) {
        self.pass(Check::Fresh, Aside::Bare);
        let is_passed = |check| matches!(self.outcome(check), Some(Outcome::Passed(_)));
        // Where fal refuses everything, it may do so before it has heard the whole.
        if is_passed(Check::Cancels) && is_passed(Check::Key) {
            self.next = Some(Question::Cancel(SIZES[0]));
        }
    }

    fn take_large(&mut self, answer: &Answer, size: usize) {
        let at = SIZES.iter().position(|known| *known == size);
        let passed = answer.as_ref().is_ok_and(|reply| !matches!(heard(reply), Heard::Other(..)));
        let before = at.and_then(|at| SIZES.get(at.checked_sub(1)?)).copied().unwrap_or_default();
        if passed {
            match at.and_then(|at| SIZES.get(at + 1)) {
                Some(next) => self.next = Some(Question::Cancel(*next)),
                None => self.pass(Check::Size, Aside::UpTo(size)),
            }
            return;
        }
        let tried = in_units(size);
        let sentence = match answer {
            Err(Lost::Timeout(seconds)) => {
                let seconds = seconds.to_string();
                [
                    "A request of ",
                    &tried,
                    " brought no answer within ",
                    &seconds,
                    " seconds. The \
                  connection may be slow, or the proxy or a server in front of it takes no more.",
                ]
                .concat()
            }
            _ => [
                "A request of ",
                &tried,
                " does not get through: the proxy, or a server in front of it, takes no more. A \
                 picture of yours grows by a third on its way.",
            ]
            .concat(),
        };
        let aside = Aside::UpTo(before);
        let outcome = Outcome::Failed { aside, sentence, cure: Some(Cure::Limit) };
        self.find(Check::Size, outcome);
    }
}
