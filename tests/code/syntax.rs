//! Programs that cannot be run here, because they would go to fal or have to be compiled: whether they
//! are programs at all.

use flux_studio::code::{Language, Way, snippet};

use crate::interpreter::{INTERPRETERS, run};
use crate::{NASTY, endpoint_id};

/// Proxies with everything in their addresses that may be there.
const WAYS: [Way<'_>; 2] = [Way::Fal, Way::Proxy("https://a.example:8443/it's/$(x)?a={b}&c=`d`#e")];

#[test]
fn every_program_parses() {
    for interpreter in INTERPRETERS {
        for way in WAYS {
            let program = snippet(interpreter.language, way, &endpoint_id("a/b-c/d.e_f"), NASTY);
            let Some(ran) = interpreter.check(&program) else { continue };
            assert!(ran.success, "{}: {}\n{program}", interpreter.name, ran.stderr);
        }
    }
}

#[test]
fn the_rust_program_parses_and_is_formatted() {
    for way in WAYS {
        let program = snippet(Language::Rust, way, &endpoint_id("fal-ai/flux/dev"), NASTY);
        let arguments = ["--edition", "2024", "--config", "use_small_heuristics=Default"];
        let Some(ran) = run("rustfmt", &arguments, &program) else { continue };
        assert!(ran.success, "{}\n{program}", ran.stderr);
        assert_eq!(ran.stdout, program);
    }
}

#[test]
fn a_missing_key_is_named() {
    for interpreter in INTERPRETERS {
        let endpoint = endpoint_id("fal-ai/flux/dev");
        let program = snippet(interpreter.language, Way::Fal, &endpoint, "{}");
        let Some(ran) = interpreter.run(&program) else { continue };
        assert!(!ran.success, "{}", interpreter.name);
        assert!(ran.stderr.contains("FAL_KEY"), "{}: {}", interpreter.name, ran.stderr);
        assert_eq!(ran.stdout, "", "{}", interpreter.name);
    }
}
