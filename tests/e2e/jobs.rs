//! Jobs on the page: made by Generate, read as a whole, waited for.

use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::page::{PATIENCE, Page};

/// A job as its card shows it.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct Card {
    pub state: String,
    pub request_id: Option<String>,
    pub name: String,
    pub standing: Option<String>,
    pub trouble: Option<String>,
    pub note: Option<String>,
    /// Whose side a failure is on.
    pub side: Option<String>,
    /// The sentence that says what happened.
    pub what: Option<String>,
    pub advice: Option<String>,
    pub facts: Option<String>,
    pub fields: Vec<String>,
    pub buttons: Vec<String>,
    pub chips: Vec<String>,
    /// Sentences in place of pictures that are not shown.
    pub refused: Vec<String>,
    /// How many pictures are covered.
    pub covered: usize,
    pub images: Vec<Image>,
}

/// A picture on a card.
#[derive(Debug, Clone, Deserialize, PartialEq)]
pub struct Image {
    pub alt: String,
    pub src: String,
    pub loaded: bool,
    pub width: u32,
    pub height: u32,
}

/// A job, by the order in which this page's jobs were made.
#[derive(Clone, Copy)]
pub struct Job<'p> {
    page: &'p Page,
    number: usize,
}

impl Page {
    /// Presses Generate and waits for the job that comes of it.
    pub async fn generate(&self) -> Job<'_> {
        let number = self.count_jobs().await;
        self.press("Generate").await;
        self.job(number).await
    }

    /// Writes a prompt, presses Generate and waits for the job that comes of it.
    pub async fn generate_from(&self, prompt: &str) -> Job<'_> {
        self.fill("prompt", prompt).await;
        self.generate().await
    }

    /// The job that was made as number so many, counted from 0.
    pub async fn job(&self, number: usize) -> Job<'_> {
        let script = "return jobs().length > arguments[0]";
        self.until_true(&format!("job {number}"), script, &[json!(number)]).await;
        Job { page: self, number }
    }

    /// How many jobs there are.
    pub async fn count_jobs(&self) -> usize {
        let count = self.eval("return jobs().length", &[]).await;
        count.as_u64().and_then(|count| count.try_into().ok()).expect("a number")
    }
}

impl Job<'_> {
    /// The job as it stands.
    pub async fn card(&self) -> Card {
        let card = self.page.eval("return card(jobs()[arguments[0]])", &[json!(self.number)]).await;
        serde_json::from_value(card).expect("a whole card")
    }

    /// Waits until the card is as wanted.
    pub async fn until(&self, what: &str, is: impl Fn(&Card) -> bool) -> Card {
        let start = Instant::now();
        loop {
            let card = self.card().await;
            if is(&card) {
                return card;
            }
            let late = start.elapsed() > PATIENCE;
            assert!(!late, "waited {PATIENCE:?} in vain for {what}; the job is {card:#?}");
            sleep(std::time::Duration::from_millis(40)).await;
        }
    }

    /// Waits for a state, and no longer when the job ends in another.
    pub async fn reaches(&self, state: &str) -> Card {
        let ended = ["done", "failed", "unconfirmed", "cancelled", "expired"];
        let there = |card: &Card| card.state == state || ended.contains(&card.state.as_str());
        let card = self.until(&format!("the job to be {state}"), there).await;
        assert_eq!(card.state, state, "{card:#?}");
        card
    }

    /// Waits until it is done and its pictures are loaded.
    pub async fn is_done(&self) -> Card {
        self.reaches("done").await;
        let loaded = |card: &Card| card.images.iter().all(|image| image.loaded);
        self.until("the pictures to load", loaded).await
    }

    /// Waits until it tells of trouble, whatever it is about.
    pub async fn is_troubled(&self) -> Card {
        self.until("the job to tell of trouble", |card| card.trouble.is_some()).await
    }

    /// Presses one of its buttons.
    pub async fn press(&self, name: &str) {
        let script = "const button = find('button', arguments[1], jobs()[arguments[0]]);
            button?.scrollIntoView({ block: 'center' });
            return !!button";
        let arguments = [json!(self.number), json!(name)];
        self.page.until_true(&format!("a button {name:?} in the job"), script, &arguments).await;
        let article = format!(
            "//section[@aria-label='Jobs']/article[last() - {}]//button[normalize-space()='{name}']",
            self.number
        );
        let click = async || {
            let by = thirtyfour::By::XPath(article.as_str());
            self.page.browser.find(by).await.ok()?.click().await.ok()
        };
        self.page.until(&format!("the job's button {name:?} to take a click"), click).await;
    }
}
