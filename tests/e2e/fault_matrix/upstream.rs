//! What fal may do to the proxy behind which the page is.

use std::time::Duration;

use flux_proxy::demo::Fault;

use super::answers::{COLUMNS, Cell, lost, struck};
use super::moments::play_with;
use super::{End, Part, ends};

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
                let Some((state, told)) = cell else { continue };
                scene.anew().await;
                let strikes = [strike.clone()];
                let prompt = format!("{fault}, {at:?}");
                let said = struck(scene.page, scene.engine, at, &strikes, (&prompt, told)).await;
                if state == "cancelled" {
                    scene.job().await.reaches(state).await;
                }
                scene.mend();
                scene.page.wake().await;
                let end = End { state, submits: 1 };
                ends(scene.page, scene.engine, &[(&prompt, &end)]).await;
                table.take(fault, &format!("{at:?}").to_lowercase(), &said, &end);
            }
        }
        table.close();
    });
}
