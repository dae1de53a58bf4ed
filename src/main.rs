//! Starts the page. On the host there is nothing to start: the program is the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(flux_studio::app::start());
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Flux Studio runs in a browser. `cargo xtask start` builds and serves it.");
}
