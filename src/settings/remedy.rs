//! What a proxy's configuration lacks, as the lines that put it right: for fal's own adapters, for
//! flux-proxy, and for the servers that stand in front of a proxy, or are one themselves.
//!
//! The lines stand in `public/remedies.txt`, which the page fetches when it has something to mend:
//! each part begins with what it cures, for which style, and for which server. Which of them is
//! needed is for `queue` to say.

use super::{Proxy, Style};
use crate::queue::Cure;

/// Lines for one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// What the server is called.
    pub server: String,
    /// What belongs into its configuration.
    pub lines: String,
}

/// What puts it right, for a page of this origin: one for each server that `text` knows.
pub fn remedies(text: &str, cure: Cure, proxy: &Proxy, page_origin: &str) -> Vec<Remedy> {
    let cure = match cure {
        Cure::Cors => "cors",
        Cure::Forward => "forward",
        Cure::Key => "key",
        Cure::Put => "put",
        Cure::Fresh => "fresh",
        Cure::Limit => "limit",
    };
    let of_one = |part: &str| {
        let (head, template) = part.split_once('\n')?;
        let mut words = head.splitn(3, ' ');
        let is_for = words.next() == Some(cure)
            && words.next().is_some_and(|style| style == "both" || style == proxy.style.name());
        let server = words.next().filter(|_| is_for)?.to_owned();
        Some(Remedy { server, lines: filled(template, proxy, page_origin) })
    };
    parts(text).filter_map(of_one).collect()
}

/// The cures' names, each of which begins a part. What a server takes for a comment begins with none.
const HEADS: [&str; 6] = ["cors ", "forward ", "key ", "put ", "fresh ", "limit "];

/// The parts of the file, without the mark that each begins with.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let is_head = |at: &usize| {
        let rest = text.get(at + 2..).unwrap_or_default();
        HEADS.iter().any(|head| rest.starts_with(head))
    };
    let mark = |(at, _)| if at == 0 { 0 } else { at + 1 };
    let first = text.starts_with("# ").then_some(0);
    let heads: Vec<usize> =
        first.into_iter().chain(text.match_indices("\n# ").map(mark)).filter(is_head).collect();
    let ends: Vec<usize> = heads.iter().skip(1).copied().chain([text.len()]).collect();
    heads.into_iter().zip(ends).filter_map(move |(start, end)| text.get(start + 2..end))
}

fn filled(template: &str, proxy: &Proxy, page_origin: &str) -> String {
    let path = proxy.url.path();
    let cookies = proxy.access.cookies;
    let mut text = String::new();
    for line in template.lines() {
        let line = match line.strip_prefix("credentials| ") {
            Some(_) if !cookies => continue,
            Some(line) => line,
            None => line,
        };
        for part in line.split('«') {
            // Only what stands before a closing guillemet is a name.
            let (name, rest) = part.split_once('»').unwrap_or(("", part));
            match (name, proxy.style) {
                ("origin", _) => text.push_str(page_origin),
                ("path", _) => text.push_str(path),
                ("location", Style::Header) => text.push_str(&["= ", path].concat()),
                ("location", Style::Path) => text.push_str(&[path, "/"].concat()),
                ("matcher", Style::Header) => text.push_str(path),
                ("matcher", Style::Path) => text.push_str(&[path, "/*"].concat()),
                ("headers", _) => text.push_str(&allowed(proxy)),
                ("and credentials: true", _) if cookies => text.push_str(", credentials: true"),
                _ => {}
            }
            text.push_str(rest);
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

/// The headers of a request, as a proxy of another origin has to allow them.
fn allowed(proxy: &Proxy) -> String {
    let target = (proxy.style == Style::Header).then_some("x-fal-target-url");
    let own = proxy.access.headers().iter().map(super::Header::name);
    let names: Vec<&str> = ["content-type"].into_iter().chain(target).chain(own).collect();
    names.join(", ").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::{Access, ProxyUrl};
    use super::*;

    const TEXT: &str = include_str!("../../public/remedies.txt");
    const ALL: [Cure; 6] =
        [Cure::Cors, Cure::Forward, Cure::Key, Cure::Put, Cure::Fresh, Cure::Limit];

    fn proxy(style: Style, headers: &str, cookies: bool) -> Proxy {
        let url = ProxyUrl::parse("https://a.example/api/fal/proxy/", "https://b.example/");
        Proxy { url: url.unwrap(), style, access: Access::parse(headers, cookies).unwrap() }
    }

    fn of(cure: Cure, proxy: &Proxy, server: &str) -> String {
        let all = remedies(TEXT, cure, proxy, "https://b.example");
        all.into_iter().find(|remedy| remedy.server == server).expect("a remedy").lines
    }

    #[test]
    fn every_cure_is_known_for_every_server_that_needs_it() {
        for style in [Style::Header, Style::Path] {
            for cookies in [true, false] {
                for cure in ALL {
                    let all = remedies(
                        TEXT,
                        cure,
                        &proxy(style, "X-One: 1", cookies),
                        "https://b.example",
                    );
                    let servers: Vec<&str> =
                        all.iter().map(|remedy| remedy.server.as_str()).collect();
                    let needed = match (cure, style) {
                        (Cure::Key, Style::Header) => {
                            "Express, Next.js, Hono, SvelteKit, Remix, flux-proxy"
                        }
                        // Remix has no limit of its own.
                        (Cure::Limit, Style::Header) => {
                            "Express Next.js Hono SvelteKit nginx Caddy"
                        }
                        (_, Style::Header) => "Express Next.js Hono SvelteKit Remix nginx Caddy",
                        (_, Style::Path) => "nginx Caddy",
                    };
                    let named = servers.join(" ");
                    for server in needed.split(' ') {
                        assert!(named.contains(server), "{cure:?} {style:?} {named}");
                    }
                    for Remedy { lines, server } in all {
                        assert!(!lines.is_empty() && !lines.contains(['«', '»', '|']), "{lines}");
                        assert!(!lines.contains("\n# cors") && !lines.contains("//api"), "{lines}");
                        // No value of a header is shown to whoever looks over a shoulder.
                        assert!(!lines.contains("X-One: 1"), "{server} {lines}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_lines_fit_what_is_sent() {
        let plain = proxy(Style::Header, "", false);
        let nginx = of(Cure::Cors, &plain, "nginx");
        assert!(nginx.starts_with("location = /api/fal/proxy {\n"), "{nginx}");
        assert!(nginx.contains("Allow-Headers \"content-type, x-fal-target-url\""), "{nginx}");
        assert!(nginx.contains("Allow-Origin \"https://b.example\""), "{nginx}");
        assert!(!nginx.contains("Credentials"), "{nginx}");
        let guarded = proxy(Style::Path, "X-App-Token: 1", true);
        let nginx = of(Cure::Cors, &guarded, "nginx");
        assert!(nginx.starts_with("location /api/fal/proxy/ {\n"), "{nginx}");
        assert!(nginx.contains("Allow-Headers \"content-type, x-app-token\""), "{nginx}");
        assert!(
            nginx.contains("\n    add_header Access-Control-Allow-Credentials true"),
            "{nginx}"
        );
        assert!(of(Cure::Cors, &guarded, "Caddy").contains("header /api/fal/proxy/* {"));
        let express = of(Cure::Cors, &proxy(Style::Header, "", true), "Express");
        assert!(express.contains(r#"{ origin: "https://b.example", credentials: true }"#));
        let root = ProxyUrl::parse("https://a.example", "https://b.example/").unwrap();
        let root = Proxy { url: root, ..proxy(Style::Path, "", false) };
        assert!(of(Cure::Forward, &root, "nginx").starts_with("location / {\n"));
    }
}
