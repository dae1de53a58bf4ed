//! What a person sees of a job under way: its clocks, what is left, the lines of its log; and what stays
//! as it is meanwhile.

use std::time::Duration;

use flux_proxy::demo::{Fault, Phase, Script, Times};
use serde_json::{Value, json};

use super::page::Page;
use super::stage::{at_pace, play};

/// The status of a job at work that has written these lines: second, level, message.
pub fn at_work(lines: &[(u32, &str, &str)]) -> Value {
    let line = |(second, level, message): &(u32, &str, &str)| {
        let timestamp = format!("2026-05-01T12:00:{second:02}.000000Z");
        json!({ "message": message, "level": level, "timestamp": timestamp })
    };
    let logs: Vec<Value> = lines.iter().map(line).collect();
    json!({ "status": "IN_PROGRESS", "logs": logs })
}

/// Opens the log of a job, once there is one.
pub async fn open_log(page: &Page, number: usize) {
    let there = "return !!jobs()[arguments[0]].querySelector('.log summary')";
    page.until_true("a log", there, &[json!(number)]).await;
    let click = "jobs()[arguments[0]].querySelector('.log summary').click()";
    page.eval(click, &[json!(number)]).await;
    let lines = "return !!jobs()[arguments[0]].querySelector('.log li')";
    page.until_true("lines", lines, &[json!(number)]).await;
}

/// The text of a part of a card.
async fn part(page: &Page, number: usize, selector: &str) -> String {
    let script = "return textOf(jobs()[arguments[0]], arguments[1])";
    let text = page.eval(script, &[json!(number), json!(selector)]).await;
    text.as_str().unwrap_or_default().to_owned()
}

async fn until_part(
    page: &Page,
    number: usize,
    selector: &str,
    is: impl Fn(&str) -> bool,
) -> String {
    let what = format!("{selector} of job {number}");
    page.until(&what, async || Some(part(page, number, selector).await).filter(|text| is(text)))
        .await
}

async fn lines(page: &Page) -> Value {
    let rows = "return [...jobs()[0].querySelectorAll('.log li')]
        .map((li) => [...li.children].map((span) => span.textContent))";
    page.eval(rows, &[]).await
}

/// `1.2 s waiting · 3.4 s generating` in tenths of seconds.
fn tenths(clocks: &str) -> Option<(u32, u32)> {
    let tenths = |text: &str| text.strip_suffix(" s")?.replace('.', "").parse().ok();
    let (waiting, working) = clocks.split_once(" waiting · ")?;
    Some((tenths(waiting)?, tenths(working.strip_suffix(" generating")?)?))
}

/// Half a second in the queue, and slow enough to be seen at work.
fn seen() -> Script {
    let (queue, step) = (Duration::from_millis(600), Duration::from_millis(50));
    Script { queue, step, ..Script::quick() }
}

#[test]
fn lines_of_the_log_are_text_each_once_and_stay_as_they_are() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let says = |lines: &[(u32, &str, &str)]| {
            stage.engine.clear_faults();
            stage.engine.fault(Phase::Status, Fault::json(202, &at_work(lines)), Times::Always);
        };
        let trap = "<img src=x onerror='window.caught = 1'> is a line";
        let wrapped = json!({ "traceback": "Traceback:\n  boom" }).to_string();
        let first = [
            (1, "INFO", "Loading\rLoaded"),
            (2, "WARNING", trap),
            (2, "WARNING", trap),
            (4, "ERROR", wrapped.as_str()),
        ];
        says(&first);
        let job = page.generate_from("a kite with a log").await;
        job.reaches("running").await;
        until_part(page, 0, ".meter__line", |line| line == "Traceback: boom").await;
        open_log(page, 0).await;
        let expected = json!([
            ["0.0 s", "INFO", "Loaded"],
            ["1.0 s", "WARNING", trap],
            ["3.0 s", "ERROR", "Traceback:\n  boom"],
        ]);
        assert_eq!(lines(page).await, expected);

        page.control("prompt", "").await.focus().await.unwrap();
        page.eval("jobs()[0].querySelector('.log li').isOld = true", &[]).await;
        let more: Vec<_> = first.into_iter().chain([(5, "INFO", "one more")]).collect();
        says(&more);
        let four = "return jobs()[0].querySelectorAll('.log li').length === 4";
        page.until_true("one more line", four, &[]).await;
        let kept = "const job = jobs()[0];
            return job.querySelector('.log').open && job.querySelector('.log li').isOld === true";
        assert_eq!(page.eval(kept, &[]).await, true, "what is shown is not made anew");
        assert_eq!(page.focused().await, "prompt");
        assert_eq!(lines(page).await[3], json!(["4.0 s", "INFO", "one more"]));

        stage.engine.clear_faults();
        stage.engine.release();
        job.is_done().await;
        assert_eq!(page.eval(kept, &[]).await, true, "the log of a job that is done stays");
        let images = "return jobs()[0].querySelector('.log img') || window.caught || null";
        assert_eq!(page.eval(images, &[]).await, Value::Null);
    });
}

#[test]
fn a_long_log_is_followed_at_its_end_and_nowhere_else() {
    play(async |stage| {
        let page = &stage.page;
        stage.engine.hold();
        let says = |count: u32| {
            let texts: Vec<String> = (0..count).map(|n| format!("line {n}")).collect();
            let lines: Vec<_> =
                texts.iter().zip(0..).map(|(text, n)| (n % 60, "INFO", text.as_str())).collect();
            stage.engine.clear_faults();
            stage.engine.fault(Phase::Status, Fault::json(202, &at_work(&lines)), Times::Always);
        };
        says(40);
        page.generate_from("a kite that talks").await.reaches("running").await;
        open_log(page, 0).await;
        let count = "return jobs()[0].querySelectorAll('.log li').length === arguments[0]";
        let place = "const rows = jobs()[0].querySelector('.log ol');
            return [rows.scrollTop, rows.scrollTop + rows.clientHeight >= rows.scrollHeight - 1]";
        page.until_true("the lines", count, &[json!(40)]).await;
        assert_eq!(page.eval(place, &[]).await[1], true, "it opens at its end");
        says(50);
        page.until_true("more lines", count, &[json!(50)]).await;
        assert_eq!(page.eval(place, &[]).await[1], true);
        page.eval("jobs()[0].querySelector('.log ol').scrollTop = 20", &[]).await;
        // More than are kept: the oldest go.
        says(520);
        page.until_true("all the lines that are kept", count, &[json!(500)]).await;
        assert_eq!(page.eval(place, &[]).await[1], false, "whoever reads is left alone");
        let last = "return jobs()[0].querySelector('.log li:last-child').textContent";
        assert!(page.eval(last, &[]).await.as_str().unwrap().ends_with("line 519"));
    });
}

#[test]
fn two_clocks_run_and_stop_with_the_job() {
    at_pace(seen()).play(async |stage| {
        let page = &stage.page;
        let job = page.generate_from("a kite by the clock").await;
        job.reaches("queued").await;
        assert_eq!(part(page, 0, ".job__clocks").await, "", "one clock runs, and it is above");
        job.reaches("running").await;
        let is_told = |text: &str| tenths(text).is_some();
        let (waiting, working) =
            tenths(&until_part(page, 0, ".job__clocks", is_told).await).unwrap();
        let later = |text: &str| {
            tenths(text).is_some_and(|clocks| clocks.1 > working && clocks.0 == waiting)
        };
        until_part(page, 0, ".job__clocks", later).await;
        job.is_done().await;
        let clocks = part(page, 0, ".job__clocks").await;
        let (waiting, working) = tenths(&clocks).expect("two clocks");
        assert!((4..40).contains(&waiting) && (10..60).contains(&working), "{clocks}");
        // The head has the sum of both.
        let standing = job.card().await.standing.unwrap();
        let whole: u32 = standing.split(" s").next().unwrap().replace('.', "").parse().unwrap();
        assert!(whole.abs_diff(waiting + working) <= 1, "{standing} is not {clocks}");
        page.reload().await;
        page.job(0).await.is_done().await;
        assert_eq!(part(page, 0, ".job__clocks").await, clocks, "as it was written down");
    });
}

#[test]
fn what_is_left_is_told_from_the_second_run_on() {
    at_pace(seen()).play(async |stage| {
        let page = &stage.page;
        let first = page.generate_from("a kite nobody knows").await;
        first.reaches("queued").await;
        assert_eq!(part(page, 0, ".job__foot .job__left").await, "", "nothing is known");
        first.is_done().await;
        let second = page.generate_from("a kite like the other").await;
        second.reaches("queued").await;
        let is_told = |text: &str| text.ends_with(" s left");
        until_part(page, 1, ".job__foot .job__left", is_told).await;
        second.reaches("running").await;
        until_part(page, 1, ".meter .job__left", is_told).await;
        second.is_done().await;
        assert_eq!(part(page, 1, ".job__foot .job__left").await, "");
    });
}

#[test]
fn the_icon_and_the_title_count_what_is_under_way() {
    play(async |stage| {
        let page = &stage.page;
        let icon = "return document.querySelector('link[rel=icon]').getAttribute('href')";
        let own = page.eval(icon, &[]).await;
        assert!(own.as_str().unwrap().ends_with("favicon.svg"), "{own}");
        stage.engine.hold();
        let first = page.generate_from("a red kite").await;
        let second = page.generate_from("a green kite").await;
        let counted = "return document.title === '(2) Flux Studio' && decodeURIComponent(
            document.querySelector('link[rel=icon]').href).includes('>2</text>')";
        page.until_true("the count", counted, &[]).await;
        let drawn = "const [url, done] = arguments;
            const image = new Image();
            image.onload = () => done(image.naturalWidth > 0);
            image.onerror = () => done(false);
            image.src = url;";
        let url = page.eval(icon, &[]).await;
        let loads = page.browser.execute_async(drawn, vec![url]).await.unwrap();
        assert_eq!(*loads.json(), true, "the policy lets the icon be shown");
        stage.engine.release();
        first.is_done().await;
        second.is_done().await;
        let back = "return document.title === 'Flux Studio'";
        page.until_true("the title", back, &[]).await;
        // Not from its file: the server may be away by now.
        let url = page.eval(icon, &[]).await;
        let icon = url.as_str().unwrap();
        assert!(icon.starts_with("data:image/svg+xml,") && !icon.contains("<text"), "{icon}");
        let loads = page.browser.execute_async(drawn, vec![url.clone()]).await.unwrap();
        assert_eq!(*loads.json(), true);
    });
}

#[test]
fn only_what_is_under_way_is_drawn_anew_and_only_states_are_spoken() {
    at_pace(seen()).play(async |stage| {
        let page = &stage.page;
        page.generate_from("a kite at rest").await.is_done().await;
        let watch = "window.touched = [0, 0]; window.spoken = [];
            const all = { subtree: true, childList: true, characterData: true, attributes: true };
            new MutationObserver((seen) => window.touched[0] += seen.length).observe(jobs()[0], all);
            const voice = document.querySelector('#studio > [role=status]');
            new MutationObserver(() => window.spoken.push(voice.textContent)).observe(voice, all);";
        page.eval(watch, &[]).await;
        let job = page.generate_from("a kite in the air").await;
        job.reaches("queued").await;
        let also = "const all = { subtree: true, characterData: true, childList: true };
            new MutationObserver((seen) => window.touched[1] += seen.length).observe(jobs()[1], all)";
        page.eval(also, &[]).await;
        job.is_done().await;
        let touched = page.eval("return window.touched", &[]).await;
        assert_eq!(touched[0], 0, "the card of a job that is done is left alone");
        assert!(touched[1].as_u64().unwrap() > 10, "the other one runs: {touched}");
        let spoken = page.eval("return window.spoken", &[]).await;
        let states = ["queued", "running", "done"].map(|state| format!("a kite in the air: {state}"));
        let states: Vec<&str> = states.iter().map(String::as_str).collect();
        let spoken: Vec<&str> = spoken.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(spoken.iter().all(|sentence| states.contains(sentence)), "{spoken:?}");
        assert!(spoken.len() <= 3 && spoken.last() == states.last(), "{spoken:?}");
    });
}
