//! After everything that happens: the states of conversations, the ports in stock, who hears whom.

use sip::endpoint::CallKey;

use crate::boundary::{Alert, Effect, MediaEffect, RingPattern};
use crate::conversation::Conversation;
use crate::line::{Line, Stage};
use crate::plan::{Signals, Talk, plan};
use crate::view::{CallState, ConsultStage, Sound};

use super::Phone;

impl Phone {
    pub(super) fn settle(&mut self) {
        for index in 0..self.conversations.len() {
            self.settle_conversation(index);
        }
        self.ask_who_spoke();
        self.hear();
        if let Some(count) = self.ports.wish(self.now) {
            self.effects.push_back(Effect::OpenPorts(count));
        }
        self.state_plan();
        self.state_alert();
        let model = self.model();
        self.effects.extend(self.publisher.publish(model).into_iter().map(Effect::Update));
    }

    /// Lets a conversation stand where its main line stands, whatever was going on with it.
    pub(super) fn derive(&mut self, index: usize) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index) else { return };
        if let Some(line) = self.lines.get(&conversation.main) {
            conversation.enter(now, line.state(self.seats.tells_of_calls(line.seat)));
        }
    }

    fn settle_conversation(&mut self, index: usize) {
        let now = self.wall();
        let Some(conversation) = self.conversations.get_mut(index).filter(|one| one.is_alive()) else {
            return;
        };
        let Some(main) = self.lines.get(&conversation.main) else { return };
        show_line(conversation, main);
        let parties = conversation.joined.iter().filter_map(|key| self.lines.get(key));
        conversation.view.joined = parties.map(|line| line.party.clone()).collect();
        if let Some(consult) = conversation.consult.and_then(|key| self.lines.get(&key)) {
            let stage = if consult.is_answered() { ConsultStage::Active } else { ConsultStage::Ringing };
            conversation.enter_consultation(now, consult.party.clone(), stage);
        } else if let Some((from, reason)) =
            conversation.came_back.clone().filter(|_| main.stage == Stage::RingingHere)
        {
            conversation.enter(now, CallState::Recalled { from, reason });
        } else if conversation.transfer.is_none()
            && (conversation.came_back.is_some()
                || !matches!(conversation.view.state, CallState::Recalled { .. }))
        {
            conversation.enter(now, main.state(self.seats.tells_of_calls(main.seat)));
        }
    }

    fn state_plan(&mut self) {
        let talks: Vec<Talk> =
            self.conversations.iter().filter(|one| one.is_alive()).flat_map(|one| self.talks(one)).collect();
        let speaks = self.lines.values().any(Line::is_open);
        let signals = Signals {
            ringback: self.lines.values().any(Line::needs_ringback) && !speaks,
            call_waiting: self.rings_here().filter(|_| speaks),
        };
        let plan = plan(&talks, signals);
        if plan != self.plan {
            self.plan = plan.clone();
            self.effects.push_back(Effect::Media(MediaEffect::Plan(plan)));
        }
    }

    /// The parties that hear each other, and those that wait.
    fn talks(&self, conversation: &Conversation) -> Vec<Talk> {
        let together = conversation.together();
        // Who is on the way to somebody else, or came back and is not taken yet, waits in silence.
        let waits = match conversation.view.state {
            CallState::Recalled { .. } => conversation.came_back.is_none(),
            CallState::Transferring { .. } => conversation.consult.is_none(),
            CallState::Offered
            | CallState::Ringing
            | CallState::Answering
            | CallState::Active
            | CallState::Held { .. }
            | CallState::Released { .. }
            | CallState::Ended { .. } => false,
        };
        let mut talk = Talk { muted: conversation.view.muted, ..Talk::default() };
        for key in conversation.lines() {
            let Some(line) = self.lines.get(&key).filter(|line| line.has_sound) else { continue };
            let port = line.media.port().id;
            let speaks = together.contains(&key) && !waits;
            match (line.is_answered(), speaks && line.is_open()) {
                (true, true) => talk.open.push(port),
                (false, _) if speaks => talk.early.push(port),
                (true | false, _) => talk.held.push(port),
            }
        }
        let silent = talk.open.is_empty() && talk.early.is_empty() && talk.held.is_empty();
        if silent { Vec::new() } else { vec![talk] }
    }

    /// How it rings here, if it does; of several calls the first that rings in a way of its own.
    fn rings_here(&self) -> Option<RingPattern> {
        let ringing = self.lines.values().filter(|line| line.stage == Stage::RingingHere);
        let mut patterns = ringing.map(|line| line.pattern).peekable();
        let first = *patterns.peek()?;
        Some(patterns.find(|pattern| *pattern != RingPattern::Normal).unwrap_or(first))
    }

    fn state_alert(&mut self) {
        let speaks = self.lines.values().any(Line::is_open);
        let alert = self.rings_here().filter(|_| !speaks).map_or(Alert::Quiet, Alert::Ringing);
        if alert != self.alert {
            self.alert = alert;
            self.effects.push_back(Effect::Alert(alert));
        }
    }

    /// Whom this person consulted and who was left on hold by it comes back when nobody else is spoken to.
    pub(super) fn nobody_speaks(&mut self) {
        if self.lines.values().any(Line::is_open) {
            return;
        }
        let consulted: Vec<CallKey> = self.conversations.iter().filter_map(|one| one.consult).collect();
        if let Some(key) = consulted.first() {
            self.set_hold(*key, false);
        }
    }
}

fn show_line(conversation: &mut Conversation, line: &Line) {
    conversation.goes_by(line.seat);
    let view = &mut conversation.view;
    view.party = line.party.clone();
    view.connected_since = line.answered;
    view.via.clone_from(&line.via);
    view.sent_by.clone_from(&line.sent_by);
    view.sound = line.media.codec().filter(|_| line.is_answered()).map(|codec| Sound {
        codec: codec.name().to_owned(),
        wideband: codec.sample_rate().hz() > 8_000,
        level: line.level,
    });
}
