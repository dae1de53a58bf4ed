//! A table of failures: what went wrong, what the card said. Rows are checked one by one; at the end no
//! two faults may have been told in the same words.

use std::collections::BTreeMap;

use flux_proxy::demo::{Fault, Phase, Times};

use super::jobs::Card;
use super::stage::Stage;

/// What a card has to say.
pub struct Expected {
    /// `data-state`
    pub state: &'static str,
    /// Whose side it is on.
    pub side: &'static str,
    /// A part of what happened.
    pub what: &'static str,
    /// A part of what to do.
    pub advice: &'static str,
}

/// The rows that were seen.
#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    /// Lets one job's submit or result go wrong, and takes down what its card says of it. The one
    /// submit stays the only one, and the person may make another.
    pub async fn strike(
        &mut self,
        stage: &Stage,
        phase: Phase,
        name: &str,
        faults: &[Fault],
        expected: &Expected,
    ) {
        let before = stage.engine.submissions().len();
        for fault in faults {
            stage.engine.fault(phase, fault.clone(), Times::Always);
        }
        let card = stage.page.generate_from(name).await.reaches(expected.state).await;
        self.failure(name, &card, expected);
        assert!(card.buttons.iter().any(|button| button == "Try again"), "{name}: {card:#?}");
        let facts = card.facts.unwrap_or_default();
        assert_eq!(card.request_id.is_some(), phase == Phase::Result, "{name}: {facts:?}");
        if let Some(id) = card.request_id {
            assert!(facts.contains(&id), "{name}: {facts:?} names no request");
        }
        stage.engine.clear_faults();
        assert_eq!(
            stage.engine.submissions().len(),
            before + 1,
            "{name}: submitted more than once"
        );
    }

    /// Checks a failure on a card and takes it down.
    fn failure(&mut self, fault: &str, card: &Card, expected: &Expected) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (side, what, advice) = (text(&card.side), text(&card.what), text(&card.advice));
        assert_eq!(card.state, expected.state, "{fault}: {card:#?}");
        assert_eq!(side, expected.side, "{fault}: {card:#?}");
        assert!(what.contains(expected.what), "{fault}: {what:?} has no {:?}", expected.what);
        assert!(
            advice.contains(expected.advice),
            "{fault}: {advice:?} has no {:?}",
            expected.advice
        );
        assert!(card.images.is_empty(), "{fault}: {card:#?}");
        self.0.push([fault.to_owned(), card.state.clone(), side, what]);
    }

    /// Takes down the trouble a card tells of while its job goes on.
    pub fn trouble(&mut self, fault: &str, card: &Card, part: &str) {
        let said = card.trouble.clone().unwrap_or_default();
        assert!(said.contains(part), "{fault}: {said:?} has no {part:?}");
        self.0.push([fault.to_owned(), card.state.clone(), "(goes on)".to_owned(), said]);
    }

    /// Prints the table, and fails when two different faults cannot be told apart.
    pub fn close(self) {
        let mut told: BTreeMap<&str, &str> = BTreeMap::new();
        for [fault, state, side, what] in &self.0 {
            println!("{fault:32} {state:12} {side:16} {what}");
            let other = told.insert(what, fault);
            assert_eq!(other, None, "{fault} is told in the same words: {what}");
        }
    }
}
