//! The program itself: what it prints, how it starts and stops, and what it never says.

use std::process::{Output, Stdio};
use std::time::Duration;

use flux_proxy::PROXY_PATH;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::{KEY, answer, client};

fn program(arguments: &[&str], key: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flux-proxy"));
    command.args(arguments).env_remove("FAL_KEY").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    if let Some(key) = key {
        command.env("FAL_KEY", key);
    }
    command
}

/// Starts the program and gives the line it prints, and the address in it.
async fn start(arguments: &[&str], key: Option<&str>) -> (Child, String, String) {
    let mut child =
        program(&[&["--listen", "127.0.0.1:0"], arguments].concat(), key).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).await.unwrap();
    let base = line
        .split_whitespace()
        .find(|word| word.starts_with("http://"))
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    (child, line, base)
}

async fn output(arguments: &[&str], key: Option<&str>) -> Output {
    tokio::time::timeout(Duration::from_secs(20), program(arguments, key).output())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn it_says_where_it_is_and_who_answers() {
    let (_child, line, base) = start(&[], None).await;
    assert!(line.contains("demo engine") && line.contains("FAL_KEY"), "{line}");
    let request = client()
        .get(format!("{base}{PROXY_PATH}"))
        .header("x-fal-target-url", "https://queue.fal.run/fal-ai/flux/requests/1");
    assert_eq!(answer(request).await.0, 404);

    let (_child, line, _) = start(&[], Some(KEY)).await;
    assert!(line.contains("go to fal"), "{line}");
    let (_child, line, _) = start(&[], Some("  ")).await;
    assert!(line.contains("demo engine"), "an empty FAL_KEY is none: {line}");
}

#[tokio::test]
async fn it_is_quiet_unless_asked_and_never_tells_secrets() {
    for (arguments, expected) in [
        (&["--allow", "https://127.0.0.1:1/**"][..], ""),
        (
            &["--allow", "https://127.0.0.1:1/**", "--verbose"][..],
            "POST 127.0.0.1:1/fal-ai/flux/dev 502 ",
        ),
    ] {
        let (mut child, line, base) = start(arguments, Some(KEY)).await;
        // Nobody listens on port 1, so the attempt is real and reaches no one.
        let request = client()
            .post(format!("{base}{PROXY_PATH}"))
            .header("x-fal-target-url", "https://127.0.0.1:1/fal-ai/flux/dev?token=query-secret")
            .header("authorization", "Bearer header-secret")
            .body(r#"{"prompt":"body-secret"}"#);
        let (status, body) = answer(request).await;
        assert_eq!(status, 502);
        child.start_kill().unwrap();
        let mut log = String::new();
        child.stderr.as_mut().unwrap().read_to_string(&mut log).await.unwrap();
        if expected.is_empty() {
            assert_eq!(log, "")
        } else {
            assert!(log.starts_with(expected), "{log}")
        }
        assert_eq!(log.lines().count(), usize::from(!expected.is_empty()), "{log}");
        for secret in ["test-secret", "query-secret", "header-secret", "body-secret"] {
            for text in [&log, &line, &body.to_string()] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_taken_port_is_one_sentence() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let output = output(&["--listen", &format!("127.0.0.1:{port}")], None).await;
    assert_eq!(output.status.code(), Some(1));
    let sentence = format!(
        "Port {port} on 127.0.0.1 is already in use. Stop the other program or choose another port with --listen.\n"
    );
    assert_eq!(String::from_utf8(output.stderr).unwrap(), sentence);
    assert!(output.stdout.is_empty());
}

#[tokio::test]
async fn what_cannot_be_used_is_one_sentence_without_the_key() {
    for (arguments, key, expected) in [
        (
            &["--allow", "http://a.example/**"][..],
            None,
            "--allow cannot be used. \"http://a.example/**\" must start with https://",
        ),
        (
            &["--allow", "https://*/**"][..],
            None,
            "--allow cannot be used. \"https://*/**\" must name its host",
        ),
        (
            &["--allow-origin", "studio.example"][..],
            None,
            "--allow-origin cannot be used. \"studio.example\" is not an origin.",
        ),
        (
            &["--site", "no-such-folder"][..],
            None,
            "--site cannot be used. no-such-folder has no index.html",
        ),
        (&[][..], Some("my key"), "FAL_KEY cannot be used. The fal key contains a space"),
    ] {
        let output = output(arguments, key).await;
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with(expected), "{text}");
        assert_eq!(text.lines().count(), 1);
        assert!(!text.contains("my key"));
    }
}

#[tokio::test]
async fn help_names_every_option_and_no_key() {
    let output = output(&["--help"], Some(KEY)).await;
    let text = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--listen",
        "--site",
        "--allow",
        "--allow-origin",
        "--body-limit-mib",
        "--timeout-secs",
        "--verbose",
        "FAL_KEY",
    ] {
        assert!(text.contains(option), "{option}");
    }
    assert!(!text.contains("test-secret"));
}

#[cfg(unix)]
#[tokio::test]
async fn it_stops_when_asked_even_with_an_open_connection() {
    for signal in ["-INT", "-TERM"] {
        let (mut child, _, base) = start(&[], None).await;
        let address = base.trim_start_matches("http://");
        let _open = tokio::net::TcpStream::connect(address).await.unwrap();
        let pid = child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.unwrap().success());
        let stopped = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
        let status = stopped.unwrap().unwrap();
        assert!(status.success(), "{signal}: {status}");
    }
}
