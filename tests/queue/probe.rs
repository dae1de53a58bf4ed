//! The connection report against proxies of every kind: which checks pass, what fails and why, and that
//! no question can cost anything.

use flux_studio::queue::{
    Answer, Aside, Cache, Check, Cure, Lost, Method, Outcome, Question, Reply, Report,
};

use crate::reply;

const UNKNOWN: &str = r#"{"status":"NOT_FOUND"}"#;

/// A proxy as all should be.
fn good(question: Question) -> Answer {
    match question {
        Question::Nothing => reply(400, r#""Invalid request""#),
        Question::Knock => reply(0, ""),
        _ => reply(404, UNKNOWN),
    }
}

/// Leads a report to its end; with the questions that were asked.
fn report(
    is_foreign: bool,
    shares_address: bool,
    proxy: &dyn Fn(Question) -> Answer,
) -> (Report, Vec<Question>) {
    let mut report = Report::new(is_foreign, shares_address);
    let mut asked = Vec::new();
    while let Some(question) = report.question() {
        assert!(!asked.contains(&question), "{question:?} is asked twice");
        asked.push(question);
        report.take(&proxy(question), 34);
    }
    report.take(&reply(200, "{}"), 1);
    (report, asked)
}

/// One sign a check: passed, failed, not checked.
fn marks(report: &Report) -> String {
    let mark = |check| match report.outcome(check).expect("every check has an outcome at the end") {
        Outcome::Passed(_) => '+',
        Outcome::Failed { .. } => 'x',
        Outcome::Skipped => '-',
    };
    Check::ALL.map(mark).iter().collect()
}

/// What is said of the first check that failed.
fn failed(report: &Report) -> Option<(&str, Option<Cure>)> {
    Check::ALL.iter().find_map(|check| match report.outcome(*check)? {
        Outcome::Failed { sentence, cure, .. } => Some((sentence.as_str(), *cure)),
        _ => None,
    })
}

fn with_cache(reply: Answer, control: &str, age: Option<u32>) -> Answer {
    let control = Some(control.to_owned()).filter(|control| !control.is_empty());
    Ok(Reply { cache: Cache { control, age }, ..reply? })
}

#[test]
fn a_good_proxy_passes_every_check() {
    for (is_foreign, shares_address) in [(true, true), (false, true), (true, false), (false, false)]
    {
        // Some turn every status into 200.
        for status in [404, 200] {
            let proxy = |question| match question {
                Question::Nothing => reply(400, r#""Invalid request""#),
                _ => reply(status, UNKNOWN),
            };
            let (report, asked) = report(is_foreign, shares_address, &proxy);
            assert_eq!(marks(&report), "+++++++");
            let origin = if is_foreign { Aside::Bare } else { Aside::Own };
            for (check, aside) in [
                (Check::Answers, Aside::After(34)),
                (Check::Origin, origin),
                (Check::Key, Aside::Bare),
                (Check::Size, Aside::UpTo(8 << 20)),
            ] {
                assert_eq!(report.outcome(check), Some(&Outcome::Passed(aside)), "{check:?}");
            }
            assert!(!asked.contains(&Question::Knock) && !asked.contains(&Question::Typed));
            assert_eq!(asked.contains(&Question::Nothing), shares_address);
        }
    }
}

#[test]
fn the_demo_engine_is_not_taken_for_fal() {
    let demo = |question| Ok(Reply { demo: true, ..good(question)? });
    let (report, _) = report(false, true, &demo);
    assert_eq!(report.outcome(Check::Key), Some(&Outcome::Passed(Aside::Demo)));
}

#[test]
fn nothing_that_is_asked_can_start_a_job() {
    for question in Question::ALL {
        assert_ne!(question.method(), Method::Post, "{question:?}");
        if let Some(path) = question.path() {
            let nobody = "fal-ai/flux/requests/00000000-0000-0000-0000-000000000000/";
            assert!(path.starts_with(nobody), "{path}");
        }
        let size = if let Question::Cancel(size) = question { size } else { 0 };
        let body = question.body().unwrap_or_default();
        assert_eq!(body.len(), size, "{question:?}");
        let parsed: Option<serde_json::Value> = serde_json::from_str(&body).ok();
        assert_eq!(parsed.is_some_and(|body| body.is_object()), size > 0);
    }
}

#[test]
fn what_fails_is_named_with_what_mends_it() {
    type Row =
        (&'static str, fn(Question) -> Answer, bool, &'static str, Option<Cure>, &'static str);
    let rows: [Row; 33] = [
        ("down", |_| Err(Lost::Network), true, "x------", None, "could not be reached"),
        ("down here", |_| Err(Lost::Network), false, "x------", None, "could not be reached"),
        ("slow", |_| Err(Lost::Timeout(15)), true, "x------", None, "no answer within 15 seconds"),
        ("cut", |_| Err(Lost::Cut), true, "x------", None, "broke off in the middle"),
        (
            "no cors",
            |question| if question == Question::Knock { reply(0, "") } else { Err(Lost::Network) },
            true,
            "+x-----",
            Some(Cure::Cors),
            "does not|may not show it to a page from here",
        ),
        (
            "a sign-in elsewhere",
            |question| if question == Question::Knock { reply(0, "") } else { Err(Lost::Network) },
            false,
            "++x----",
            None,
            "sign in there",
        ),
        (
            "refused, then not",
            |question| {
                if question == Question::Knock { reply(400, "") } else { Err(Lost::Network) }
            },
            false,
            "x------",
            None,
            "could not be reached",
        ),
        (
            "a page",
            |_| reply(200, "<!doctype html>"),
            true,
            "++x----",
            Some(Cure::Forward),
            "no proxy at that address",
        ),
        (
            "no page",
            |_| reply(404, "<html>"),
            true,
            "++x----",
            Some(Cure::Forward),
            "no proxy at that address",
        ),
        (
            "go",
            |_| reply(404, "404 page not found"),
            true,
            "++x----",
            Some(Cure::Forward),
            "not one of fal's",
        ),
        (
            "fastapi",
            |_| reply(404, r#"{"detail":"Not Found"}"#),
            true,
            "++x----",
            Some(Cure::Forward),
            "not one of fal's",
        ),
        (
            "healthy",
            |_| reply(200, r#"{"status":"ok"}"#),
            true,
            "++x----",
            Some(Cure::Forward),
            "not one of fal's",
        ),
        (
            "hello",
            |_| reply(200, "Hello World!"),
            true,
            "++x----",
            Some(Cure::Forward),
            "not one of fal's",
        ),
        (
            "allow list",
            |_| reply(400, r#""Invalid request""#),
            true,
            "++x----",
            Some(Cure::Forward),
            "allow list",
        ),
        (
            "formula",
            |_| reply(412, r#""Invalid URL""#),
            true,
            "++x----",
            Some(Cure::Forward),
            "does not take",
        ),
        ("sign-in", |_| reply(401, r#""Unauthorized""#), true, "++x----", None, "wants a sign-in"),
        (
            "gateway",
            |_| reply(502, "<html>"),
            true,
            "++x----",
            None,
            "gateway in front of the proxy",
        ),
        (
            "a gateway as 200",
            |_| reply(200, r#"{"detail":"Gateway Timeout"}"#),
            true,
            "++x----",
            None,
            "waited for fal in vain",
        ),
        (
            "method",
            |_| reply(405, ""),
            true,
            "++x----",
            Some(Cure::Forward),
            "let GET, POST and PUT through",
        ),
        (
            "no key",
            |question| match question {
                Question::Nothing => reply(400, ""),
                _ => reply(401, r#"{"detail":"Authentication is required"}"#),
            },
            true,
            "+++x++-",
            Some(Cure::Key),
            "did not accept the proxy's key",
        ),
        (
            "no key, flattened",
            |_| reply(200, r#"{"detail":"Authentication is required"}"#),
            true,
            "+++x++-",
            Some(Cure::Key),
            "did not accept the proxy's key",
        ),
        (
            "locked",
            |_| reply(403, r#"{"detail":"User is locked. Reason: Exhausted balance."}"#),
            true,
            "+++x++-",
            None,
            "locked the account",
        ),
        (
            "no PUT",
            |question| match question {
                Question::Cancel(_) => reply(405, r#""Method not allowed""#),
                question => good(question),
            },
            true,
            "++++x+-",
            Some(Cure::Put),
            "let GET, POST and PUT through",
        ),
        (
            "no PUT, a page",
            |question| match question {
                Question::Cancel(_) => reply(404, "<html>"),
                question => good(question),
            },
            true,
            "++++x+-",
            Some(Cure::Put),
            "no proxy at that address",
        ),
        (
            "PUT breaks it",
            |question| match question {
                Question::Cancel(_) => {
                    reply(500, r#"{"error":"Cannot read properties of undefined"}"#)
                }
                question => good(question),
            },
            true,
            "++++x+-",
            Some(Cure::Put),
            "internal error",
        ),
        (
            "PUT hangs",
            |question| match question {
                Question::Cancel(_) => Err(Lost::Timeout(15)),
                question => good(question),
            },
            true,
            "++++x+-",
            Some(Cure::Put),
            "within 15 seconds",
        ),
        (
            "cors without PUT",
            |question| match question {
                Question::Cancel(_) => Err(Lost::Network),
                question => good(question),
            },
            true,
            "++++x+-",
            Some(Cure::Cors),
            "does not include PUT",
        ),
        (
            "cors without content-type",
            |question| match question {
                Question::Cancel(_) | Question::Typed => Err(Lost::Network),
                question => good(question),
            },
            true,
            "+x++---",
            Some(Cure::Cors),
            "does not include the header content-type",
        ),
        (
            "cached",
            |question| match question {
                Question::Nothing => reply(404, UNKNOWN),
                question => good(question),
            },
            true,
            "+++++x+",
            Some(Cure::Fresh),
            "question without a target",
        ),
        (
            "cached of another",
            |_| reply(200, r#"{"status":"IN_PROGRESS"}"#),
            true,
            "++---x-",
            Some(Cure::Fresh),
            "about another request",
        ),
        (
            "aged",
            |question| with_cache(good(question), "", Some(12)),
            false,
            "+++++x+",
            Some(Cure::Fresh),
            "12 seconds old",
        ),
        (
            "express's limit",
            |question| match question {
                Question::Cancel(1..) => Err(Lost::Network),
                question => good(question),
            },
            true,
            "++++++x",
            Some(Cure::Limit),
            "of 128 KiB does not get through",
        ),
        (
            "nginx's limit",
            |question| match question {
                Question::Cancel(1_048_577..) => reply(413, "<html>"),
                question => good(question),
            },
            true,
            "++++++x",
            Some(Cure::Limit),
            "of 4 MiB does not get through",
        ),
    ];
    for (name, proxy, is_foreign, expected, cure, part) in rows {
        let (report, _) = report(is_foreign, true, &proxy);
        assert_eq!(marks(&report), expected, "{name}");
        let (sentence, told) = failed(&report).expect("something that failed");
        assert_eq!(told, cure, "{name}: {sentence}");
        assert!(part.split('|').any(|part| sentence.contains(part)), "{name}: {sentence}");
        assert!(sentence.ends_with('.') && sentence.len() > 60, "{name}: {sentence}");
        // There is no job that could go on, and nobody is sent to where they are.
        for word in ["The job", "keeps asking", "Settings can", "generate"] {
            assert!(!sentence.contains(word), "{name}: {sentence}");
        }
    }
}

#[test]
fn what_got_through_is_told_where_more_did_not() {
    for (most, passed) in [(0, 0), (200 << 10, 128 << 10), (1 << 20, 1 << 20), (5 << 20, 4 << 20)] {
        let proxy = |question| match question {
            Question::Cancel(size) if size > most => reply(413, "too large"),
            question => good(question),
        };
        let (report, asked) = report(true, true, &proxy);
        let Some(Outcome::Failed { aside, .. }) = report.outcome(Check::Size) else {
            panic!("{most} passed");
        };
        assert_eq!(*aside, Aside::UpTo(passed), "{most}");
        // Nobody is sent more once it was too much.
        let larger = asked.iter().filter(|asked| matches!(asked, Question::Cancel(n) if *n > most));
        assert_eq!(larger.count(), 1, "{most}");
    }
}

#[test]
fn what_headers_say_of_caches_is_understood() {
    for (control, is_kept) in [
        ("", false),
        ("no-store", false),
        ("private, max-age=60", false),
        ("public, max-age=60", true),
        ("Public", true),
        ("max-age=60", true),
        ("max-age=0, must-revalidate", false),
        ("s-maxage=\"5\"", true),
        ("max-age=0, s-maxage=0", false),
        ("public, no-cache", false),
        ("immutable", true),
    ] {
        for shares_address in [true, false] {
            let proxy = |question| with_cache(good(question), control, None);
            let (report, _) = report(true, shares_address, &proxy);
            let expected = if is_kept { "+++++x+" } else { "+++++++" };
            assert_eq!(marks(&report), expected, "{control}");
        }
    }
}

#[test]
fn a_report_ends_whatever_is_answered() {
    // Each question gets any of these, in every combination that is possible.
    let answers: [fn() -> Answer; 6] = [
        || Err(Lost::Network),
        || Err(Lost::Timeout(15)),
        || reply(404, UNKNOWN),
        || reply(401, r#"{"detail":"no"}"#),
        || reply(413, ""),
        || reply(200, r#"{"status":"COMPLETED"}"#),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for dice in 0..6_usize.pow(6) {
        for is_foreign in [true, false] {
            let rest = std::cell::Cell::new(dice);
            let proxy = |_: Question| {
                let answer = answers[rest.get() % answers.len()];
                rest.set(rest.get() / answers.len());
                answer()
            };
            let (report, asked) = report(is_foreign, true, &proxy);
            assert!(asked.len() <= 8, "{asked:?}");
            seen.insert(marks(&report));
        }
    }
    assert!(seen.len() > 12, "{seen:?}");
    // The order is that of the causes: what failed first leaves nothing behind it that passed by luck.
    for marks in seen {
        assert!(!marks.starts_with("x") || marks == "x------", "{marks}");
    }
}
