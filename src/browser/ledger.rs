//! The jobs on disk, in the browser's own database: a record for each, and beside it the request's
//! JSON and a result that is too large for a record. Each is a text under the job's name; what it
//! says is not known here.

use std::time::Duration;

use idb::builder::{DatabaseBuilder, ObjectStoreBuilder};
use idb::{Database, Error, Query, TransactionMode, TransactionResult};
use wasm_bindgen::JsValue;

use super::clock;

const NAME: &str = "flux-studio";
const VERSION: u32 = 1;
/// How long the database may take to open: some browsers neither open nor refuse one.
const OPENING: Duration = Duration::from_secs(3);
/// How long it may take to read or write what may be megabytes.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is kept of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// Its record.
    Jobs,
    /// The request's JSON.
    Inputs,
    /// A result that is too large for the record.
    Outputs,
}

impl Store {
    const ALL: [Self; 3] = [Self::Jobs, Self::Inputs, Self::Outputs];

    fn name(self) -> &'static str {
        match self {
            Self::Jobs => "jobs",
            Self::Inputs => "inputs",
            Self::Outputs => "outputs",
        }
    }
}

/// Why something was not written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unkept {
    /// The browser gives this page no database.
    Refused,
    /// It has not given one yet.
    Late,
    /// It takes no more.
    Full,
    /// What was written down cannot be read.
    Unreadable,
    /// It is written down, but not that there is something to look for.
    Unmarked,
}

/// The open database.
pub struct Ledger(Database);

impl Ledger {
    /// Opens it, and makes it where there is none.
    ///
    /// # Errors
    /// In some private windows, where storage is switched off, when it is damaged, and when it takes
    /// long.
    pub async fn open() -> Result<Self, Unkept> {
        let builder = Store::ALL.iter().fold(DatabaseBuilder::new(NAME), |builder, store| {
            builder.add_object_store(ObjectStoreBuilder::new(store.name()))
        });
        match clock::within(OPENING, builder.version(VERSION).build()).await {
            Some(Ok(database)) => Ok(Self(database)),
            Some(Err(_)) => Err(Unkept::Refused),
            None => Err(Unkept::Late),
        }
    }

    /// Writes texts of one job down, all or none; returns when they are on disk.
    ///
    /// # Errors
    /// When the browser takes no more, or does not get on with it.
    pub async fn put(&self, id: &str, texts: &[(Store, &str)]) -> Result<(), Unkept> {
        match clock::within(PATIENCE, self.write(id, texts)).await {
            Some(Ok(TransactionResult::Committed)) => Ok(()),
            Some(Ok(TransactionResult::Aborted) | Err(_)) => Err(Unkept::Full),
            None => Err(Unkept::Refused),
        }
    }

    async fn write(&self, id: &str, texts: &[(Store, &str)]) -> Result<TransactionResult, Error> {
        let names: Vec<&str> = texts.iter().map(|(store, _)| store.name()).collect();
        let transaction = self.0.transaction(&names, TransactionMode::ReadWrite)?;
        for (store, text) in texts {
            let text = JsValue::from_str(text);
            transaction.object_store(store.name())?.put(&text, Some(&JsValue::from_str(id)))?;
        }
        transaction.await
    }

    /// A text of a job.
    pub async fn get(&self, store: Store, id: &str) -> Option<String> {
        let transaction = self.0.transaction(&[store.name()], TransactionMode::ReadOnly).ok()?;
        let key = Query::Key(JsValue::from_str(id));
        let read = transaction.object_store(store.name()).ok()?.get(key).ok()?;
        let text = clock::within(PATIENCE, read.into_future()).await?.ok()??;
        text.as_string()
    }

    /// All records.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn records(&self) -> Result<Vec<String>, Unkept> {
        let all = async {
            let name = Store::Jobs.name();
            let transaction = self.0.transaction(&[name], TransactionMode::ReadOnly)?;
            transaction.object_store(name)?.get_all(None, None)?.await
        };
        let all = clock::within(PATIENCE, all).await.and_then(Result::ok);
        let all = all.ok_or(Unkept::Unreadable)?;
        Ok(all.iter().filter_map(JsValue::as_string).collect())
    }

    /// Forgets a job.
    pub async fn remove(&self, id: &str) {
        let names = Store::ALL.map(Store::name);
        let Ok(transaction) = self.0.transaction(&names, TransactionMode::ReadWrite) else {
            return;
        };
        for name in names {
            if let Ok(store) = transaction.object_store(name) {
                store.delete(Query::Key(JsValue::from_str(id))).ok();
            }
        }
        transaction.await.ok();
    }
}
