//! What fal may do to the proxy behind which the page is, and a server in front of the proxy to the page.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, IntoResponse, Response};
use flux_proxy::demo::Fault;

use super::super::bytes::noise;
use super::super::files::{choose_image_to_image, pick, previewed};
use super::answers::{COLUMNS, Cell, lost, struck};
use super::moments::{play, play_with};
use super::{End, Part, ends, said};

const CLOSED: &str = "The proxy could not reach fal";
const SILENT: &str = "The proxy waited for fal in vain";

#[test]
fn the_way_from_the_proxy_to_fal() {
    let cancelled = Some(("cancelled", CLOSED));
    let [submit, ..] = lost(CLOSED);
    let rows: [(&str, Fault, [Cell; 4]); 3] = [
        ("fal closes without an answer", Fault::refused(), lost(CLOSED)),
        (
            "fal carries it out, its answer is lost",
            Fault::lost_reply(),
            [submit, None, None, cancelled],
        ),
        ("fal gives no answer", Fault::hang(), lost(SILENT)),
    ];
    play_with(Duration::from_millis(1500), async |scene| {
        let mut table = Part::new("behind the proxy");
        for (fault, strike, cells) in rows {
            for (at, cell) in COLUMNS.into_iter().zip(cells) {
                let Some(cell) = cell else { continue };
                scene.anew().await;
                let strikes = [strike.clone()];
                let prompt = format!("{fault}, {at:?}");
                let said = struck(scene.page, scene.engine, at, &strikes, (&prompt, cell)).await;
                let end = End { state: cell.0, submits: 1 };
                if end.state == "cancelled" {
                    scene.job().await.reaches(end.state).await;
                }
                scene.mend();
                scene.page.wake().await;
                ends(scene.page, scene.engine, &[(&prompt, &end)]).await;
                table.take(fault, &format!("{at:?}").to_lowercase(), &said, &end);
            }
        }
        table.close();
    });
}

/// Finds every submit too large, and says so without a word on who may read it.
async fn refuse_submits(request: Request, next: Next) -> Response {
    if request.method() == Method::POST {
        let page = Html("<h1>413 Request Entity Too Large</h1>");
        return (StatusCode::PAYLOAD_TOO_LARGE, page).into_response();
    }
    next.run(request).await
}

#[test]
fn a_server_in_front_that_keeps_its_refusal_from_the_page() {
    play(async |scene| {
        let mut table = Part::new("in front of the proxy");
        scene.anew().await;
        scene.proxy.die();
        scene.revive_behind(|proxy| proxy.layer(from_fn(refuse_submits)));
        let (fault, page) = ("413 as a page without CORS", scene.page);
        choose_image_to_image(page).await;
        pick(page, &noise(&scene.stage.files, "kite.png", 256)).await;
        previewed(page, 256).await;
        let end = End { state: "unconfirmed", submits: 0 };
        let card = page.generate_from(fault).await.reaches(end.state).await;
        let told = said(&card);
        assert!(told.contains("some proxies take no more than 100 KiB"), "{told}");
        ends(page, scene.engine, &[(fault, &end)]).await;
        table.take(fault, "submit", &told, &end);
        let complaints = scene.stage.complaints().await;
        assert!(complaints.iter().all(|line| line.contains("CORS policy")), "{complaints:?}");
        table.close();
    });
}
