//! How long the processor was busy with the page's thread, as the browser counts it. Other programs that
//! run at the same time do not count, but slow the processor's caches down.

use std::ops::{Mul, Sub};

use serde_json::json;
use thirtyfour::WebDriver;

use super::e2e::browser::command;

/// How long the processor was busy with the page's thread, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    /// With anything.
    pub task: f64,
    /// With the page's program.
    pub script: f64,
    /// With styles and places.
    pub layout: f64,
}

/// Lets the browser count.
pub async fn count(browser: &WebDriver) {
    command(browser, "Performance.enable", json!({ "timeDomain": "threadTicks" })).await;
}

/// How long the page's thread has been busy until now.
pub async fn busy(browser: &WebDriver) -> Cost {
    let metrics = command(browser, "Performance.getMetrics", json!({})).await;
    let metrics = metrics["metrics"].as_array().expect("metrics").clone();
    let millis = |name: &str| {
        let metric = metrics.iter().find(|metric| metric["name"] == name).expect(name);
        metric["value"].as_f64().expect("seconds") * 1000.0
    };
    Cost {
        task: millis("TaskDuration"),
        script: millis("ScriptDuration"),
        layout: millis("LayoutDuration") + millis("RecalcStyleDuration"),
    }
}

/// How long it is busy while something is done.
pub async fn cost_of(browser: &WebDriver, act: impl Future<Output = ()>) -> Cost {
    let before = busy(browser).await;
    act.await;
    busy(browser).await - before
}

impl Cost {
    fn each(self, other: Self, make: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            task: make(self.task, other.task),
            script: make(self.script, other.script),
            layout: make(self.layout, other.layout),
        }
    }
}

impl Sub for Cost {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.each(other, |one, other| one - other)
    }
}

impl Mul<f64> for Cost {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        self.each(self, |one, _| one * factor)
    }
}
