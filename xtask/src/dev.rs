//! Working on the app: rebuilt and reloaded whenever a file changes.
//!
//! This module owns how Trunk's development server and the proxy are put together. Trunk is in
//! front, because it tells the page to reload; what it is to hand on to the proxy is written into a
//! configuration that is Trunk.toml and a few lines more, as its command line takes only one such
//! path.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command},
    thread,
    time::Duration,
};

use crate::{
    app,
    error::Failure,
    project::{self, Project},
    say,
    serve::{self, address},
    styles, tools,
};

/// What the proxy answers: the way to fal, and the pictures of the demo engine.
const HANDED_ON: [&str; 2] = ["/api/fal/proxy", "/demo/files"];

/// What no page is made of. Trunk itself leaves out cargo's target folder only after the first
/// build.
const NOT_WATCHED: [&str; 8] =
    ["target", "dist", "tests", "benches", "proxy", "xtask", ".ci", "docs"];

/// `cargo xtask dev`.
pub(crate) fn dev(project: &Project, port: u16, open: bool) -> Result<(), Failure> {
    serve::check_port(port)?;
    tools::ensure_c_compiler()?;
    let tools = tools::ensure(project)?;
    app::fetch(project)?;
    styles::write(project)?;
    let mut proxy = serve::build_proxy(project)?;
    serve::say_engine();

    let behind = serve::free_port()?;
    // Not dist/: that is the page as it is shipped.
    let page = project.scratch("dev").join("page");
    fs::create_dir_all(&page).map_err(Failure::file("create", &page))?;
    proxy.arg("--listen").arg(address(behind).to_string());

    let mut trunk = app::trunk(project, &tools);
    trunk.arg("--config").arg(write_config(project, port, behind)?);
    trunk
        .args(["serve", "--address", "127.0.0.1", "--port", &port.to_string(), "--dist"])
        .arg(page);
    // The page brings its own policy; the one Trunk adds forbids our loader.
    trunk.args(["--disable-csp=true", "--disable-address-lookup=true", &format!("--open={open}")]);
    for folder in
        NOT_WATCHED.iter().map(|name| project.root().join(name)).filter(|folder| folder.exists())
    {
        trunk.arg("--ignore").arg(folder);
    }
    trunk.arg(project.root().join("index.html"));

    say::line(format!(
        "==> Building; then Flux Studio is at {} and follows every change. Ctrl+C ends it.",
        serve::url(port)
    ));
    together(proxy, trunk)
}

/// Trunk.toml with our paths added. It lies below target/, so everything in it that is a path is
/// given on the command line too.
fn write_config(project: &Project, port: u16, behind: u16) -> Result<PathBuf, Failure> {
    let original = project.root().join("Trunk.toml");
    let mut config = fs::read_to_string(&original).map_err(Failure::file("read", original))?;
    config += &handing_on(port, behind);
    let path = project.scratch("dev").join("Trunk.toml");
    fs::write(&path, config).map_err(Failure::file("write", &path))?;
    Ok(path)
}

/// Trunk would name the proxy in `Host`, which then takes its own page for that of a stranger.
fn handing_on(port: u16, behind: u16) -> String {
    let (front, behind) = (address(port), address(behind));
    let table = |path: &&str| {
        format!(
            "\n[[proxy]]\nbackend = \"http://{behind}{path}\"\nno_system_proxy = true\n\
             no_redirect = true\nrequest_headers = {{ host = \"{front}\" }}\n"
        )
    };
    HANDED_ON.iter().map(table).collect()
}

/// Runs both until one of them ends, and then ends the other. Ctrl+C reaches all three of us at
/// once.
fn together(mut proxy: Command, mut trunk: Command) -> Result<(), Failure> {
    let mut first = proxy.spawn().map_err(|source| project::not_run(&proxy, source))?;
    let mut second = match trunk.spawn() {
        Ok(child) => child,
        Err(source) => {
            end(&mut first);
            return Err(project::not_run(&trunk, source));
        }
    };
    let (step, status) = loop {
        if let Ok(Some(status)) = first.try_wait() {
            break ("the proxy", status);
        }
        if let Ok(Some(status)) = second.try_wait() {
            break ("Trunk", status);
        }
        thread::sleep(Duration::from_millis(200));
    };
    end(&mut first);
    end(&mut second);
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Step { step: step.into(), status: status.to_string() })
    }
}

/// Ending one that has ended is not worth a word.
fn end(child: &mut Child) {
    child.kill().and_then(|()| child.wait().map(drop)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_the_proxy_answers_is_handed_on() {
        let config = handing_on(4173, 4321);
        assert!(config.contains("backend = \"http://127.0.0.1:4321/api/fal/proxy\"\n"), "{config}");
        assert!(config.contains("backend = \"http://127.0.0.1:4321/demo/files\"\n"), "{config}");
        assert!(config.contains("host = \"127.0.0.1:4173\""), "{config}");
        assert_eq!(config.matches("[[proxy]]").count(), HANDED_ON.len());
    }
}
