//! The programs that are given out, run as whoever copies them would run them: with the interpreters of
//! this computer, against a real proxy with the demo engine behind it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests fail by panicking, like the tests"
)]

mod failures;
mod interpreter;
mod random;
mod straight;
mod syntax;

use flux_proxy::demo::{Engine, Handle, Phase, Script};
use flux_proxy::{Options, PROXY_PATH, Upstream};
use flux_studio::code::{Language, Way, pasted, snippet};
use flux_studio::queue::EndpointId;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::interpreter::{INTERPRETERS, Interpreter};

/// Everything that means something to one of the languages, and a seed no float can hold.
const NASTY: &str = r######"{
  "prompt": "it's \"q\" 'q' \\ \\\" $(x) ${a} $a `b` ''' \"\"\" \"### \"##### r#\" # \n \\n \t % « » “é” 🦊 \u202e \ud83e\udd8a JSON",
  "seed": 18446744073709551615,
  "guidance_scale": 3.50,
  "num_inference_steps": 2,
  "image_size": {"width": 64, "height": 48},
  "output_format": "png",
  "JSON": [null, true, -0.0, 1e2, {"</script>": "\\"}]
}"######;

/// A proxy with an engine, for as long as a test lasts.
struct Server {
    url: String,
    engine: Handle,
    _runtime: Runtime,
}

impl Server {
    fn start() -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let engine = Engine::new(Script::quick());
        let handle = engine.handle();
        let options = Options { upstream: Upstream::Demo(engine), ..Options::default() };
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(flux_proxy::serve(listener, options, std::future::pending()));
        Self { url: format!("http://{address}{PROXY_PATH}"), engine: handle, _runtime: runtime }
    }

    fn program(&self, language: Language, endpoint: &str, input: &str) -> String {
        snippet(language, Way::Proxy(&self.url), &endpoint_id(endpoint), input)
    }
}

fn endpoint_id(text: &str) -> EndpointId {
    EndpointId::parse(text).expect("an id")
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// Runs an input's program and looks at what the engine got and what was printed.
fn brings_a_picture(interpreter: &Interpreter, input: &str) {
    let server = Server::start();
    let program = server.program(interpreter.language, "fal-ai/flux/dev", input);
    let Some(ran) = interpreter.run(&program) else { return };
    assert!(ran.success, "{}: {}\n{program}", interpreter.name, ran.stderr);
    assert_eq!(ran.stderr, "", "{}", interpreter.name);
    let result = json(&ran.stdout);
    let url = result["images"][0]["url"].as_str().expect("a picture's address");
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    assert_eq!(result["prompt"], json(input)["prompt"]);

    let submissions = server.engine.submissions();
    assert_eq!(submissions.len(), 1, "{}", interpreter.name);
    assert_eq!(submissions[0].endpoint, "fal-ai/flux/dev");
    assert_eq!(submissions[0].input, json(input), "{}", interpreter.name);
    for phase in [Phase::Submit, Phase::Result] {
        assert_eq!(server.engine.count(phase), 1, "{phase:?} by {}", interpreter.name);
    }
    assert_eq!(server.engine.count(Phase::Other), 0, "{:?}", server.engine.requests());
}

#[test]
fn every_program_brings_a_picture() {
    for interpreter in INTERPRETERS {
        brings_a_picture(interpreter, NASTY);
    }
}

#[test]
fn digits_arrive_and_come_back_as_they_were_written() {
    for interpreter in INTERPRETERS {
        let server = Server::start();
        let program = server.program(interpreter.language, "fal-ai/flux/dev", NASTY);
        let Some(ran) = interpreter.run(&program) else { continue };
        let raw = &server.engine.submissions()[0].raw;
        for digits in ["18446744073709551615", "3.50", "-0.0", "1e2"] {
            assert!(raw.contains(digits), "{digits} by {} in {raw}", interpreter.name);
        }
        assert_eq!(json(&ran.stdout)["seed"].to_string(), "18446744073709551615");
    }
}

#[test]
fn a_picture_of_megabytes_goes_through_whole() {
    let input = format!(
        r#"{{"prompt": "it's", "image_url": "data:image/png;base64,{}"}}"#,
        "A".repeat(3 << 20)
    );
    for interpreter in INTERPRETERS {
        let server = Server::start();
        let endpoint = "fal-ai/flux/dev/image-to-image";
        let program = server.program(interpreter.language, endpoint, &input);
        // It is no picture, so the engine refuses it after it has come.
        let Some(ran) = interpreter.run(&program) else { continue };
        assert!(!ran.success, "{}", interpreter.name);
        assert!(ran.stderr.contains("detail"), "{}: {}", interpreter.name, ran.stderr);
        let submissions = server.engine.submissions();
        assert_eq!(submissions.len(), 1, "{}: {}", interpreter.name, ran.stderr);
        assert!(submissions[0].raw.trim_end() == input, "{}", interpreter.name);
        assert_eq!(server.engine.count(Phase::Other), 0);
    }
}

#[test]
fn a_program_is_taken_back_as_the_input_it_sends() {
    let server = Server::start();
    let pasted = pasted(&server.program(Language::Curl, "fal-ai/flux/dev", NASTY)).unwrap();
    assert_eq!(pasted.endpoint, Some(endpoint_id("fal-ai/flux/dev")));
    assert_eq!(Value::Object(pasted.input), json(NASTY));
}
