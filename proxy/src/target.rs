//! Where a request may go. A [`Target`] is an absolute https URL without credentials that some
//! [`Pattern`] admits, or the address of a document that fal publishes; nothing else in the crate turns a
//! header into a URL.

use axum::http::Method;
use reqwest::Url;

use crate::pattern::Pattern;

/// Where fal publishes what a model takes: an OpenAPI document for each endpoint (fal-js PR #191).
const DOCUMENTS: &str = "https://fal.ai/api/openapi/queue/openapi.json";
/// The host of fal's queue.
const QUEUE: &str = "queue.fal.run";
/// No endpoint id is longer.
const LONGEST_ID: usize = 200;

/// The URL a page asked for, checked and normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    url: Url,
    document: Option<String>,
}

/// Why a request has no target. The wording starts as the stock proxy's does
/// (fal-js `libs/proxy/src/index.ts` and its PR #224), because clients match on `Invalid request`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum TargetError {
    #[error("Invalid request: missing x-fal-target-url header")]
    Missing,
    #[error("Invalid request: the x-fal-target-url header must be an absolute https URL")]
    NotHttps,
    #[error("Invalid request: the x-fal-target-url header must not carry a user name or password")]
    Credentials,
    #[error("Invalid request: the target URL is not on this proxy's list of allowed addresses")]
    NotAllowed,
}

impl Target {
    /// Reads the `x-fal-target-url` header of a request with this method.
    pub(crate) fn parse(
        method: &Method,
        header: Option<&str>,
        allowed: &[Pattern],
    ) -> Result<Self, TargetError> {
        let header = header.ok_or(TargetError::Missing)?;
        let mut url = Url::parse(header).map_err(|_| TargetError::NotHttps)?;
        if url.scheme() != "https" || !url.has_host() {
            return Err(TargetError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        url.set_fragment(None);
        // Before the list: what is public is asked for without the key, whatever the list says.
        if *method == Method::GET
            && let Some(target) = Self::document_at(&url)
        {
            return Ok(target);
        }
        if allowed.iter().any(|pattern| pattern.admits(&url)) {
            Ok(Self { url, document: None })
        } else {
            Err(TargetError::NotAllowed)
        }
    }

    /// The target for the address of a published document: this one path, this one parameter, and
    /// written anew, so that nothing else a page may have put there goes on.
    fn document_at(url: &Url) -> Option<Self> {
        let mut plain = url.clone();
        plain.set_query(None);
        let mut pairs = url.query_pairs();
        let (name, id) = pairs.next()?;
        if plain.as_str() != DOCUMENTS || name != "endpoint_id" || pairs.next().is_some() {
            return None;
        }
        let id = Some(id.into_owned()).filter(|id| is_endpoint_id(id))?;
        plain.set_query(Some(&format!("endpoint_id={id}")));
        Some(Self { url: plain, document: Some(id) })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The endpoint whose published document this is. Such a request carries no key.
    pub(crate) fn document(&self) -> Option<&str> {
        self.document.as_deref()
    }

    /// Whether this is fal's queue, which answers a submit with a few lines and at once.
    pub(crate) fn is_at_queue(&self) -> bool {
        self.url.authority() == QUEUE
    }

    /// Host, and the port where it is not 443.
    pub(crate) fn authority(&self) -> &str {
        self.url.authority()
    }

    /// What may stand in a log: host and path. A query can carry anything, so it stays out.
    pub(crate) fn without_query(&self) -> String {
        format!("{}{}", self.url.authority(), self.url.path())
    }
}

/// Whether a text could be the id of an endpoint: owner, alias and perhaps more, in plain letters.
fn is_endpoint_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_part = |part: &str| part.starts_with(|c: char| c != '.') && part.bytes().all(is_plain);
    text.len() <= LONGEST_ID && text.contains('/') && text.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(target: &str, extra: &[&str]) -> Result<Target, TargetError> {
        let mut allowed = Pattern::defaults();
        allowed.extend(extra.iter().map(|pattern| Pattern::parse(pattern).unwrap()));
        Target::parse(&Method::GET, Some(target), &allowed)
    }

    #[test]
    fn the_allow_list() {
        use TargetError::{Credentials, NotAllowed, NotHttps};
        let rest = &["https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3"][..];
        let star = &["https://*.example.com/v1/*/run"][..];
        for (target, extra, expected) in [
            ("https://queue.fal.run/fal-ai/flux/dev", &[][..], Ok(())),
            ("https://queue.fal.run/fal-ai/flux/requests/1/status?logs=1", &[], Ok(())),
            ("https://fal.run/fal-ai/flux/dev", &[], Ok(())),
            ("HTTPS://QUEUE.FAL.RUN/fal-ai/flux/dev", &[], Ok(())),
            ("https://queue.fal.run:443/fal-ai/flux/dev", &[], Ok(())),
            ("http://queue.fal.run/fal-ai/flux/dev", &[], Err(NotHttps)),
            ("queue.fal.run/fal-ai/flux/dev", &[], Err(NotHttps)),
            ("/fal-ai/flux/dev", &[], Err(NotHttps)),
            ("", &[], Err(NotHttps)),
            ("file:///etc/hosts", &[], Err(NotHttps)),
            ("https://me:secret@queue.fal.run/x", &[], Err(Credentials)),
            ("https://me@queue.fal.run/x", &[], Err(Credentials)),
            ("https://queue.fal.run@evil.example/x", &[], Err(Credentials)),
            ("https://queue.fal.run.evil.example/x", &[], Err(NotAllowed)),
            ("https://evil.example/queue.fal.run/x", &[], Err(NotAllowed)),
            ("https://evil.example/?https://queue.fal.run/", &[], Err(NotAllowed)),
            ("https://queue.fal.run:8443/x", &[], Err(NotAllowed)),
            ("https://queue.falrun.com/x", &[], Err(NotAllowed)),
            (
                "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3",
                &[],
                Err(NotAllowed),
            ),
            ("https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3", rest, Ok(())),
            (
                "https://rest.fal.ai/storage/upload/initiate?storage_type=other",
                rest,
                Err(NotAllowed),
            ),
            ("https://rest.fal.ai/storage/upload/initiate", rest, Err(NotAllowed)),
            ("https://a.example.com/v1/model/run", star, Ok(())),
            ("https://a.example.com/v1/model/run?x=1", star, Ok(())),
            ("https://a.example.com/v1/one/two/run", star, Err(NotAllowed)),
            ("https://a.b.example.com/v1/model/run", star, Err(NotAllowed)),
            ("https://example.com/v1/model/run", star, Err(NotAllowed)),
            ("https://a.example.com/v1/model/run/../../admin", star, Err(NotAllowed)),
            ("https://a.example.com/v1/model/%2e%2e/run", star, Err(NotAllowed)),
        ] {
            assert_eq!(parse(target, extra).map(drop), expected, "{target}");
        }
        assert_eq!(
            Target::parse(&Method::GET, None, &Pattern::defaults()).unwrap_err(),
            TargetError::Missing
        );
    }

    #[test]
    fn the_documents_that_fal_publishes_are_asked_for_without_a_key() {
        let at = |query: &str| format!("{DOCUMENTS}?{query}");
        for (query, id) in [
            ("endpoint_id=fal-ai/flux/dev", "fal-ai/flux/dev"),
            ("endpoint_id=fal-ai%2Fflux-pro%2Fv1.1-ultra", "fal-ai/flux-pro/v1.1-ultra"),
            ("endpoint%5Fid=workflows/me_2/wf#part", "workflows/me_2/wf"),
        ] {
            // Also where the operator's own list would send it with the key.
            for extra in [&[][..], &["https://fal.ai/**"]] {
                let target = parse(&at(query), extra).unwrap();
                assert_eq!(target.document(), Some(id));
                assert_eq!(target.url().as_str(), at(&format!("endpoint_id={id}")));
            }
        }
        let long = format!("endpoint_id=a/{}", "b".repeat(LONGEST_ID));
        for query in [
            "",
            "endpoint_id=",
            "endpoint_id=flux",
            "endpoint_id=fal-ai/",
            "endpoint_id=/flux",
            "endpoint_id=fal-ai//dev",
            "endpoint_id=fal-ai/../admin",
            "endpoint_id=fal-ai/flux dev",
            "endpoint_id=fal-ai/flux%00",
            "endpoint_id=fal-ai/fl%C3%BCx",
            "endpoint_id=fal-ai/flux%26x=1",
            "endpoint_id=fal-ai/flux&x=1",
            "endpoint_id=fal-ai/flux&endpoint_id=fal-ai/other",
            "x=1&endpoint_id=fal-ai/flux",
            "id=fal-ai/flux",
            long.as_str(),
        ] {
            assert_eq!(parse(&at(query), &[]).map(drop), Err(TargetError::NotAllowed), "{query}");
        }
        for address in [
            "https://fal.ai/api/openapi/queue/openapi.json",
            "https://fal.ai/api/openapi/queue/openapi.json/?endpoint_id=fal-ai/flux",
            "https://fal.ai/api/openapi/queue/../keys?endpoint_id=fal-ai/flux",
            "https://fal.ai/?endpoint_id=fal-ai/flux",
            "https://fal.ai:8443/api/openapi/queue/openapi.json?endpoint_id=fal-ai/flux",
            "https://rest.fal.ai/api/openapi/queue/openapi.json?endpoint_id=fal-ai/flux",
            "https://fal.ai.example/api/openapi/queue/openapi.json?endpoint_id=fal-ai/flux",
        ] {
            assert_eq!(parse(address, &[]).map(drop), Err(TargetError::NotAllowed), "{address}");
        }
        for method in [Method::POST, Method::PUT] {
            let address = at("endpoint_id=fal-ai/flux");
            let refused = Target::parse(&method, Some(&address), &Pattern::defaults());
            assert_eq!(refused, Err(TargetError::NotAllowed));
        }
        let listed = parse("https://fal.ai/other", &["https://fal.ai/**"]).unwrap();
        assert_eq!(listed.document(), None);
    }

    #[test]
    fn every_refusal_starts_like_the_stock_proxys() {
        for error in [
            TargetError::Missing,
            TargetError::NotHttps,
            TargetError::Credentials,
            TargetError::NotAllowed,
        ] {
            assert!(error.to_string().starts_with("Invalid request: "), "{error}");
        }
    }

    #[test]
    fn a_log_never_sees_the_query() {
        let target =
            parse("https://queue.fal.run/fal-ai/flux/dev?fal_webhook=https://secret.example", &[])
                .unwrap();
        assert_eq!(target.without_query(), "queue.fal.run/fal-ai/flux/dev");
    }
}
