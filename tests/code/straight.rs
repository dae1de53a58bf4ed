//! The programs that go straight to fal, with a stand-in for fal on this computer: what they send, and
//! that the key goes with every request.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use flux_studio::code::{Way, snippet};

use crate::interpreter::{INTERPRETERS, run_with_key};
use crate::{NASTY, endpoint_id, json};

const KEY: &str = "test-id:test-secret";

/// One request: its first line, its `Authorization`, its body.
type Got = (String, String, String);

/// Answers as the queue does for one job that is done at the second poll.
fn stand_in() -> (String, Arc<Mutex<Vec<Got>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let got = Arc::new(Mutex::new(Vec::<Got>::new()));
    let written = Arc::clone(&got);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") {
                assert!(stream.read_line(&mut head).expect("a head") > 0, "{head}");
            }
            let header = |name: &str| {
                let mut lines = head.lines().filter_map(|line| line.split_once(": "));
                let found = lines.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.to_owned()).unwrap_or_default()
            };
            let mut body = vec![0; header("content-length").parse().unwrap_or_default()];
            stream.read_exact(&mut body).expect("a body");
            let line = head.lines().next().expect("a line").to_owned();
            let mut got = written.lock().expect("no panic");
            got.push((line, header("authorization"), String::from_utf8(body).expect("UTF-8")));
            let answer = match got.len() {
                1 => r#"{"status": "IN_QUEUE", "gateway_request_id": "no", "request_id": "r-1"}"#,
                2 => "{\n  \"status\" : \"IN_PROGRESS\",\n  \"logs\": null\n}",
                3 => r#"{"status":"COMPLETED","logs":[{"message":"\"status\":\"x\""}]}"#,
                _ => r#"{"images":[],"error":null,"prompt":"{\"detail\":1}"}"#,
            };
            let length = answer.len();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close");
            write!(stream.get_mut(), "{head}\r\n\r\n{answer}").expect("an answer");
        }
    });
    (origin, got)
}

#[test]
fn the_key_goes_with_every_request() {
    for interpreter in INTERPRETERS {
        let (origin, got) = stand_in();
        let program = snippet(interpreter.language, Way::Fal, &endpoint_id("a/b/c"), NASTY);
        let program = program.replace("https://queue.fal.run", &origin);
        let Some(ran) = run_with_key(interpreter, &program, KEY) else { continue };
        assert!(ran.success, "{}: {}", interpreter.name, ran.stderr);
        assert_eq!(json(&ran.stdout)["images"], json("[]"));
        let got = got.lock().unwrap();
        let lines: Vec<&str> = got.iter().map(|(line, ..)| line.as_str()).collect();
        let status = "GET /a/b/requests/r-1/status HTTP/1.1";
        let result = "GET /a/b/requests/r-1 HTTP/1.1";
        assert_eq!(lines, ["POST /a/b/c HTTP/1.1", status, status, result], "{}", interpreter.name);
        assert!(got.iter().all(|(_, key, _)| *key == format!("Key {KEY}")), "{got:?}");
        assert_eq!(json(&got[0].2), json(NASTY), "{}", interpreter.name);
    }
}
