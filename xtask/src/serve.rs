//! Running the app on this machine.
//!
//! This module owns the port, the start of `flux-proxy`, and what a person is told about both. It
//! knows nothing of what the proxy does: that mounts the page and the way to fal by itself.

use std::{
    env,
    io::{ErrorKind, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    app,
    error::Failure,
    project::{self, Project, executable},
    say::{self, Step},
    tools,
};

/// How long a server may take to answer for the first time. It has nothing to compile by then.
const PATIENCE: Duration = Duration::from_secs(20);

/// `cargo xtask start`.
pub(crate) fn start(project: &Project, port: u16, open: bool) -> Result<(), Failure> {
    check_port(port)?;
    tools::ensure_c_compiler()?;
    let tools = tools::ensure(project)?;
    app::ensure_page(project, &tools)?;
    let mut proxy = build_proxy(project)?;
    check_port(port)?;
    say_engine();
    proxy.arg("--listen").arg(address(port).to_string()).arg("--site").arg(project.dist());
    announce_later(port, open);
    become_server(proxy)
}

/// Waits until the server answers, then says where it is. It says nothing if the server ends first:
/// that says why itself.
pub(crate) fn announce(port: u16, open: bool) {
    let server = parent();
    let asked = Instant::now();
    while !answers(port) {
        if parent() != server || asked.elapsed() > PATIENCE {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let url = url(port);
    say::line(format!("\nFlux Studio is at {url}\nCtrl+C ends it."));
    if open && !open_browser(&url) {
        say::line("The browser could not be opened: open the address yourself.");
    }
}

/// Where a person finds the app.
pub(crate) fn url(port: u16) -> String {
    format!("http://{}/", address(port))
}

/// Said before the long build, not after it.
pub(crate) fn check_port(port: u16) -> Result<(), Failure> {
    match TcpListener::bind(address(port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            // One nearby is easier to remember.
            let is_free = |port: &u16| TcpListener::bind(address(*port)).is_ok();
            let near = (port.saturating_add(1)..=port.saturating_add(20)).find(is_free);
            Err(Failure::PortTaken { port, free: near.map_or_else(free_port, Ok)? })
        }
        Err(source) => Err(Failure::PortRefused { port, source }),
    }
}

/// A port nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16, Failure> {
    let listener = TcpListener::bind(address(0)).and_then(|listener| listener.local_addr());
    listener
        .map(|address| address.port())
        .map_err(|source| Failure::PortRefused { port: 0, source })
}

/// Only this machine: the proxy spends the money of whoever holds the key.
pub(crate) fn address(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// Builds the proxy and hands back the way to run it. It is the dev profile on purpose: the tests
/// use that too, so most of it is compiled once for both, and what is slow without optimisation
/// (drawing) is optimised there as well.
pub(crate) fn build_proxy(project: &Project) -> Result<Command, Failure> {
    let program = proxy_program(project);
    let step = Step::about(
        "Building the proxy",
        if program.is_file() { "seconds" } else { "about 2 minutes the first time" },
    );
    project::run(
        project.cargo().args(["build", "--quiet", "--locked", "--package", "flux-proxy"]),
        "building the proxy",
    )?;
    step.done();
    let mut proxy = project.command(program);
    // What it says of its address is not where a person finds the app in `dev`, so we say it.
    proxy.stdout(Stdio::null());
    Ok(proxy)
}

/// Which of the two engines is going to draw.
pub(crate) fn say_engine() {
    let key = env::var("FAL_KEY").is_ok_and(|key| !key.trim().is_empty());
    say::line(if key {
        "==> FAL_KEY is set: requests go to fal, which charges for them"
    } else {
        "==> FAL_KEY is not set: the demo engine draws, and nothing leaves this machine"
    });
}

/// The proxy lies beside us: same profile, same target folder, wherever a person has put that.
fn proxy_program(project: &Project) -> PathBuf {
    let beside = env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
    beside.unwrap_or_else(|| project.scratch("debug")).join(executable("flux-proxy"))
}

/// Starts the one who says where the server is, since we are about to be the server.
fn announce_later(port: u16, open: bool) {
    let Ok(program) = env::current_exe() else { return };
    let mut announcer = Command::new(program);
    announcer
        .args(["announce", "--port", &port.to_string()])
        .args(open.then_some("--open"))
        .stdin(Stdio::null());
    if announcer.spawn().is_err() {
        say::line(format!("Flux Studio will be at {}", url(port)));
    }
}

/// The server takes our place instead of being our child. Then a signal to us, be it Ctrl+C or a
/// supervisor's, reaches it, and it can never be left behind holding the port.
#[cfg(unix)]
fn become_server(mut proxy: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt as _;
    let error = proxy.exec();
    Err(project::not_run(&proxy, error))
}

/// Here a console sends Ctrl+C to both of us.
#[cfg(not(unix))]
fn become_server(mut proxy: Command) -> Result<(), Failure> {
    project::run(&mut proxy, "the proxy")
}

#[cfg(unix)]
fn parent() -> u32 {
    std::os::unix::process::parent_id()
}

#[cfg(not(unix))]
fn parent() -> u32 {
    0
}

/// Whether something on the port speaks HTTP.
fn answers(port: u16) -> bool {
    // In one piece: a simple server may read but once.
    let request = format!("GET / HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", address(port));
    let ask = || {
        let mut stream = TcpStream::connect_timeout(&address(port), Duration::from_millis(500))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(request.as_bytes())?;
        let mut start = [0; 5];
        stream.read_exact(&mut start).map(|()| start)
    };
    ask().is_ok_and(|start| &start == b"HTTP/")
}

fn open_browser(url: &str) -> bool {
    let (program, arguments): (_, &[&str]) = match env::consts::OS {
        "windows" => ("cmd", &["/C", "start", ""]),
        "macos" => ("open", &[]),
        _ => ("xdg-open", &[]),
    };
    let mut opener = Command::new(program);
    opener
        .args(arguments)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    opener.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_told_with_one_that_is_free() {
        let taken = TcpListener::bind(address(0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let Failure::PortTaken { free, .. } = check_port(port).unwrap_err() else {
            panic!("another failure")
        };
        assert_ne!(free, port);
    }

    #[test]
    fn only_http_counts_as_an_answer() {
        for (said, counts) in [
            ("HTTP/1.1 404 Not Found\r\n\r\n", true),
            ("220 mail.example.org\r\n", false),
            ("", false),
        ] {
            let listener = TcpListener::bind(address(0)).unwrap();
            let port = listener.local_addr().unwrap().port();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut heard = [0; 256];
                assert!(stream.read(&mut heard).unwrap() > 0);
                stream.write_all(said.as_bytes()).unwrap();
            });
            assert_eq!(answers(port), counts, "{said:?}");
            server.join().unwrap();
        }
    }
}
