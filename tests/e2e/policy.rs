//! The headers the page ships with, and that they are in force while it works.

use std::{env, fs};

use serde_json::json;

use super::server::Server;
use super::site;
use super::stage::play;

#[test]
fn the_page_comes_with_its_headers() {
    play(async |stage| {
        let script = "const done = arguments[0];
            fetch('index.html').then((answer) => done(Object.fromEntries(answer.headers)))";
        let headers = stage.page.browser.execute_async(script, vec![]).await.unwrap();
        let headers = headers.json();
        let policy = headers["content-security-policy"].as_str().expect("a policy");
        for directive in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ] {
            assert!(policy.split("; ").any(|part| part == directive), "no {directive} in {policy}");
        }
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
    });
}

#[test]
fn the_policy_is_in_force_and_breaking_it_would_be_noticed() {
    play(async |stage| {
        let page = &stage.page;
        page.generate_from("a lawful kite").await.is_done().await;
        assert_eq!(
            stage.complaints().await,
            Vec::<String>::new(),
            "the page itself breaks nothing"
        );

        let attempts = "
            const script = document.createElement('script');
            try { script.textContent = 'window.broken = true'; } catch {}
            document.body.append(script);
            const style = document.createElement('style');
            style.textContent = 'body { display: none }';
            document.body.append(style);
            new Image().src = 'http://pictures.example/x.png';
            fetch('https://elsewhere.example/').catch(() => {});
            try { document.body.insertAdjacentHTML('beforeend', '<i id=plain></i>'); } catch {}
            try { trustedTypes.createPolicy('default', { createHTML: (text) => text }); } catch {}
            try { document.body.innerHTML += '<i id=plain></i>'; } catch {}
            return [window.broken ?? false, getComputedStyle(document.body).display !== 'none',
                !!document.getElementById('plain')]";
        assert_eq!(page.eval(attempts, &[]).await, json!([false, true, false]));
        let mut said = Vec::new();
        let told = async || {
            said.extend(stage.complaints().await);
            let kinds = [
                "require-trusted-types-for",
                "trusted-types",
                "style-src",
                "img-src",
                "connect-src",
            ];
            let all = kinds.iter().all(|kind| {
                said.iter().any(|line| line.contains(&format!("CSP violation: {kind}")))
            });
            all.then_some(())
        };
        page.until("every violation to be on the console", told).await;
        // Neither of the two was asked: a look at the list of requests follows every test.
        let asked = stage.sent().await;
        assert!(!asked.is_empty());
    });
}

#[test]
fn nothing_in_the_page_can_send_a_request_anywhere_but_home_and_to_the_proxy() {
    play(async |stage| {
        let page = &stage.page;
        let other = Server::start_for(&stage.origin).await;
        // Whatever the way, the browser says that the policy forbids it, and the server hears nothing.
        let script = "const [url, done] = arguments;
            const refused = [];
            document.addEventListener('securitypolicyviolation', (event) => {
                if (event.blockedURI.startsWith(url)) refused.push(event.effectiveDirective);
            });
            const attempts = [
                () => fetch(url),
                () => fetch(url, { mode: 'no-cors' }),
                () => fetch(url, { method: 'POST', body: 'x', keepalive: true }),
                () => new Promise((resolve) => {
                    const request = new XMLHttpRequest();
                    request.onloadend = resolve;
                    request.open('GET', url);
                    request.send();
                }),
                () => navigator.sendBeacon(url, 'x'),
                () => new Promise((resolve) => { new EventSource(url).onerror = resolve; }),
                () => new WebSocket(url.replace('http', 'ws')),
            ];
            (async () => {
                for (const attempt of attempts) {
                    try { await attempt(); } catch {}
                }
                setTimeout(() => done(refused), 300);
            })()";
        let url = json!(other.proxy_url());
        let refused = page.browser.execute_async(script, vec![url]).await.unwrap();
        let refused = refused.json().as_array().cloned().unwrap_or_default();
        assert!(refused.len() >= 6, "{refused:?}");
        assert!(refused.iter().all(|directive| directive == "connect-src"), "{refused:?}");
        assert!(other.engine.requests().is_empty(), "somebody came through");
        // The way home is open, and the console has heard of the rest.
        let said = stage.complaints().await;
        assert!(!said.is_empty());
        page.generate_from("a kite at home").await.is_done().await;
    });
}

#[test]
fn a_panic_of_the_program_would_be_noticed() {
    play(async |stage| {
        stage.page.eval("setTimeout(() => { throw new Error('on purpose') })", &[]).await;
        let told = async || {
            let said = stage.complaints().await;
            said.iter().any(|line| line.contains("on purpose")).then_some(())
        };
        stage.page.until("the error to be on the console", told).await;
    });
}

#[test]
fn the_program_names_no_folder_of_the_machine_it_was_built_on() {
    let home = env::var("CARGO_HOME")
        .ok()
        .or_else(|| Some(env::home_dir()?.join(".cargo").to_string_lossy().into_owned()));
    let here = env!("CARGO_MANIFEST_DIR").to_owned();
    let mut seen = 0;
    for file in site::files_with(&site::built(), ".wasm") {
        if file.extension().is_some_and(|kind| kind == "wasm") {
            let program = fs::read(&file).unwrap();
            for folder in [Some(&here), home.as_ref()].into_iter().flatten() {
                let named = program.windows(folder.len()).any(|part| part == folder.as_bytes());
                assert!(!named, "{} names {folder}", file.display());
            }
            seen += 1;
        }
    }
    assert!(seen > 0, "no program was looked at");
}
