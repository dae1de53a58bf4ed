//! Where a request may go. A [`Target`] is an absolute https URL without credentials that some
//! [`Pattern`] admits; nothing else in the crate turns a header into a URL.

use reqwest::Url;

use crate::pattern::Pattern;

/// The URL a page asked for, checked and normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target(Url);

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
    /// Reads the `x-fal-target-url` header.
    pub(crate) fn parse(header: Option<&str>, allowed: &[Pattern]) -> Result<Self, TargetError> {
        let header = header.ok_or(TargetError::Missing)?;
        let mut url = Url::parse(header).map_err(|_| TargetError::NotHttps)?;
        if url.scheme() != "https" || !url.has_host() {
            return Err(TargetError::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        url.set_fragment(None);
        let target = Self(url);
        if allowed.iter().any(|pattern| pattern.admits(&target.0)) {
            Ok(target)
        } else {
            Err(TargetError::NotAllowed)
        }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// Host, and the port where it is not 443.
    pub(crate) fn authority(&self) -> &str {
        self.0.authority()
    }

    /// What may stand in a log: host and path. A query can carry anything, so it stays out.
    pub(crate) fn without_query(&self) -> String {
        format!("{}{}", self.0.authority(), self.0.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(target: &str, extra: &[&str]) -> Result<Target, TargetError> {
        let mut allowed = Pattern::defaults();
        allowed.extend(extra.iter().map(|pattern| Pattern::parse(pattern).unwrap()));
        Target::parse(Some(target), &allowed)
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
        assert_eq!(Target::parse(None, &Pattern::defaults()).unwrap_err(), TargetError::Missing);
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
