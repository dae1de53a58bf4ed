//! The web platform: network, files, storage, clock, and the few things of the document that the
//! views cannot say.
//!
//! The only room that names `web_sys`. It refuses to know what a job or a field means; the
//! [`runner`] alone speaks with the job machine, and only by carrying its effects out.

pub mod alerts;
pub mod clock;
pub mod dom;
pub mod drafts;
pub mod draw;
pub mod files;
pub mod http;
pub mod later;
pub mod ledger;
pub mod policy;
pub mod presence;
pub mod press;
pub mod runner;
pub mod storage;
pub mod tabs;
