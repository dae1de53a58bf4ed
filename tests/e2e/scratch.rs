//! The folders of a test: one to work in, and one for what a failure leaves behind.

use std::path::{Path, PathBuf};
use std::{fs, thread};

/// Where a failure of this test is documented.
pub fn evidence() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    target.join("e2e-failures").join(test_name())
}

/// A folder that is gone when the test is over.
pub struct Scratch(pub PathBuf);

impl Scratch {
    /// An empty folder named after the test.
    pub fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("e2e").join(test_name());
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// The test harness names its threads by their tests.
fn test_name() -> String {
    thread::current().name().unwrap_or("test").replace("::", ".")
}
