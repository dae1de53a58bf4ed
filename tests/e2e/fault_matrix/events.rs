//! What may happen to the page, to its browser, its clock, its disk and its proxy while a job is under
//! way.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Times};
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::super::tabs::{another, close};
use super::moments::{Moment, Scene, play};
use super::{End, Part, ends, said};

const UNREACHED: &str = "could not be reached";

/// Lets something happen in each of these moments, takes down what is said of it, and lets the job go
/// on to its end.
async fn happens(
    scene: &mut Scene<'_>,
    (event, moments): (&str, &[Moment]),
    table: &mut Part,
    act: impl AsyncFn(&mut Scene<'_>, Moment) -> String,
) {
    for &moment in moments {
        scene.anew().await;
        let prompt = format!("{event}, {moment:?}");
        moment.reached(scene.page, scene.engine, &prompt).await;
        let said = act(scene, moment).await;
        let end = moment.end_when_cut_off();
        // What stands still is stopped by the wish that outlived the page.
        if end.state == "cancelled" {
            scene.job().await.reaches(end.state).await;
        }
        scene.mend();
        ends(scene.page, scene.engine, &[(&prompt, &end)]).await;
        table.take(event, moment.name(), &said, &end);
    }
}

/// What the page says of a call that the page itself has cut off.
async fn said_later(scene: &Scene<'_>, moment: Moment) -> String {
    let job = scene.job().await;
    let card = match moment {
        Moment::Sending => job.reaches("unconfirmed").await,
        _ => job.card().await,
    };
    let said = said(&card);
    let told = if moment == Moment::Sending { "This page: The page was closed" } else { "" };
    assert!(said.starts_with(told), "{moment:?}: {said}");
    said
}

#[test]
fn a_page_that_goes_away() {
    play(async |scene| {
        let mut table = Part::new("a page that goes away");
        let all = Moment::ALL;
        happens(scene, ("reload", &all), &mut table, async |scene, moment| {
            scene.page.reload().await;
            said_later(scene, moment).await
        })
        .await;
        happens(
            scene,
            ("tab closed, and opened again", &all),
            &mut table,
            async |scene, moment| {
                let browser = &scene.page.browser;
                let old = browser.window().await.expect("a tab");
                let new = browser.new_tab().await.expect("one more tab");
                close(scene.page, &old, &new).await;
                scene.page.open().await;
                said_later(scene, moment).await
            },
        )
        .await;
        let event = "two tabs, the one that asks is closed";
        happens(scene, (event, &all), &mut table, async |scene, moment| {
            let (first, second) = another(scene.page).await;
            scene.job().await;
            close(scene.page, &first, &second).await;
            said_later(scene, moment).await
        })
        .await;
        table.close();
    });
}

#[test]
fn a_proxy_that_is_killed() {
    play(async |scene| {
        let mut table = Part::new("a proxy that is killed");
        let event = ("proxy killed, and started again", &Moment::ALL[..]);
        happens(scene, event, &mut table, async |scene, moment| {
            scene.proxy.die();
            let tells = |card: &_| said(card).contains(UNREACHED);
            let card = scene.job().await.until("the loss to be told", tells).await;
            scene.revive();
            if moment == Moment::Cancelling {
                // To ask once more is for the person.
                scene.job().await.press("Cancel").await;
            }
            scene.page.wake().await;
            said(&card)
        })
        .await;
        scene.anew().await;
        scene.proxy.die();
        let (event, end) = ("no proxy there", End { state: "unconfirmed", submits: 0 });
        let card = scene.page.generate_from(event).await.reaches(end.state).await;
        assert!(said(&card).contains(UNREACHED), "{card:#?}");
        scene.revive();
        ends(scene.page, scene.engine, &[(event, &end)]).await;
        table.take(event, "submit", &said(&card), &end);
        table.close();
    });
}

#[test]
fn a_network_that_is_gone_for_half_a_minute() {
    play(async |scene| {
        let (page, engine) = (scene.page, scene.engine);
        let mut table = Part::new("offline");
        scene.anew().await;
        let hung = |phase| engine.fault(phase, Fault::hang(), Times::Always);
        hung(Phase::Result);
        let fetching = page.generate_from("offline, result").await;
        let asked = async || (engine.count(Phase::Result) == 1).then_some(());
        page.until("the result to be asked for", asked).await;
        let running = Moment::Running.reached(page, engine, "offline, running").await;
        let queued = Moment::Queued.reached(page, engine, "offline, queued").await;
        hung(Phase::Cancel);
        let cancelling = Moment::Queued.reached(page, engine, "offline, cancel").await;
        cancelling.press("Cancel").await;
        let asked = async || (engine.count(Phase::Cancel) == 1).then_some(());
        page.until("the wish to cancel", asked).await;

        let gone = Instant::now();
        connect(scene, false).await;
        let sending = page.generate_from("offline, submit").await;
        let mut rows = Vec::new();
        for (phase, job) in [
            ("result", fetching),
            ("running", running),
            ("queued", queued),
            ("cancel", cancelling),
            ("submit", sending),
        ] {
            let tells = |card: &_| said(card).contains(UNREACHED);
            rows.push((phase, said(&job.until("the loss to be told", tells).await)));
        }
        scene.mend();
        sleep(Duration::from_secs(30).saturating_sub(gone.elapsed())).await;
        for (job, state) in [(fetching, "running"), (running, "running"), (queued, "queued")] {
            assert_eq!(job.card().await.state, state, "only fal can end a job");
        }
        connect(scene, true).await;
        let back = Instant::now();
        let (done, unsent) =
            (End { state: "done", submits: 1 }, End { state: "unconfirmed", submits: 0 });
        let of = |phase: &str| if phase == "submit" { &unsent } else { &done };
        let prompts = rows.iter().map(|(phase, _)| format!("offline, {phase}")).collect::<Vec<_>>();
        let jobs = rows.iter().zip(&prompts).map(|((phase, _), prompt)| (&**prompt, of(phase)));
        ends(page, engine, &jobs.collect::<Vec<_>>()).await;
        assert!(back.elapsed() < Duration::from_secs(10), "it is noticed at once");
        for (phase, said) in &rows {
            table.take("offline for 30 s", phase, said, of(phase));
        }
        table.close();
    });
}

/// Takes the network from the page, or gives it back.
async fn connect(scene: &Scene<'_>, is_there: bool) {
    let conditions = json!({
        "offline": !is_there, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    scene.page.devtools("Network.emulateNetworkConditions", conditions).await;
}

#[test]
fn a_clock_that_is_moved() {
    play(async |scene| {
        let mut table = Part::new("a clock that is moved");
        for (event, hours) in [("clock an hour ahead", 1), ("clock an hour back", -1)] {
            for moment in Moment::ALL {
                scene.anew().await;
                let prompt = format!("{event}, {moment:?}");
                moment.reached(scene.page, scene.engine, &prompt).await;
                move_clock(scene, hours).await;
                let said = said(&scene.job().await.card().await);
                let end = goes_on(scene, moment).await;
                ends(scene.page, scene.engine, &[(&prompt, &end)]).await;
                table.take(event, moment.name(), &said, &end);
            }
        }
        let event = "clock set back by an hour, and a reload";
        for moment in [Moment::Queued, Moment::Running, Moment::Fetching] {
            scene.anew().await;
            move_clock(scene, 1).await;
            let prompt = format!("{event}, {moment:?}");
            moment.reached(scene.page, scene.engine, &prompt).await;
            scene.page.reload().await;
            let said = said(&scene.job().await.card().await);
            scene.mend();
            let end = End { state: "done", submits: 1 };
            ends(scene.page, scene.engine, &[(&prompt, &end)]).await;
            table.take(event, moment.name(), &said, &end);
        }
        table.close();
    });
}

/// Lets a job go on whose calls are not cut off, and says where it ends.
async fn goes_on(scene: &Scene<'_>, moment: Moment) -> End {
    let end = moment.end();
    if end.state == "cancelled" {
        scene.job().await.reaches(end.state).await;
    }
    scene.mend();
    end
}

/// Moves the clock of the page, until it is loaded anew.
async fn move_clock(scene: &Scene<'_>, hours: i64) {
    let script = "const now = Date.now; Date.now = () => now() + arguments[0] * 3_600_000;";
    let script = script.replace("arguments[0]", &hours.to_string());
    scene.page.eval(&script, &[]).await;
}

#[test]
fn a_disk_that_is_full() {
    play(async |scene| {
        let mut table = Part::new("a disk that is full");
        let told = "keeps no more data for this page";
        for moment in Moment::ALL {
            scene.anew().await;
            let prompt = format!("full, {moment:?}");
            let is_first = moment == Moment::Sending;
            if is_first {
                allow_bytes(scene, Some(1)).await;
                scene.page.generate_from(&prompt).await;
            } else {
                moment.reached(scene.page, scene.engine, &prompt).await;
                // Chrome remembers for a while how much room there was.
                let full = "IDBObjectStore.prototype.put = () => {
                    throw new DOMException('It is full', 'QuotaExceededError');
                };";
                scene.page.eval(full, &[]).await;
            }
            let end = goes_on(scene, moment).await;
            scene.job().await.reaches(end.state).await;
            let alert = "return find('alert', null)?.textContent ?? ''";
            let says = async || {
                let said = scene.page.eval(alert, &[]).await;
                let said = said.as_str()?.trim_end_matches("Dismiss").to_owned();
                said.contains(told).then_some(said)
            };
            let said = scene.page.until(told, says).await;
            if is_first {
                // What was never written down is told to be lost with the page.
                assert!(said.contains("lost from here when it closes"), "{said}");
                assert_eq!(super::arrived(scene.engine, &prompt), 1);
            } else {
                ends(scene.page, scene.engine, &[(&prompt, &end)]).await;
            }
            if is_first {
                allow_bytes(scene, None).await;
            }
            table.take("storage full", moment.name(), &said, &end);
        }
        table.close();
    });
}

/// How much the browser keeps for the page; without a number as much as usual.
async fn allow_bytes(scene: &Scene<'_>, bytes: Option<u32>) {
    let mut quota = json!({ "origin": scene.stage.origin });
    if let Some(bytes) = bytes {
        quota["quotaSize"] = bytes.into();
    }
    scene.page.devtools("Storage.overrideQuotaForOrigin", quota).await;
}
