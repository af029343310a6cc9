//! What the event connection brings, and what its loss means.

use pbx_api::event::CLOSE_SESSION_ENDED;
use pbx_api::{CallView, Change, ClientFrame, Event, ServerFrame, Snapshot};

use crate::view::ProblemCode;

use super::{Exchange, Stage, Told, Trouble, WRITTEN, WebEffect};

impl Exchange {
    pub(super) fn listen(&mut self) {
        let Stage::In(ticket) = &self.stage else { return self.ear.off() };
        let token = ticket.token.clone();
        let number = self.next();
        let (id, server, path) = (self.id(number), self.server.clone(), self.ear.path());
        self.ear.opening(self.now, number);
        self.web(WebEffect::Listen { id, server, path, token });
    }

    pub(super) fn ping(&mut self, number: u64, ping: u64) {
        let frame = serde_json::to_string(&ClientFrame::Ping { id: ping });
        let text = frame.expect("a number can be written");
        self.web(WebEffect::Say { id: self.id(number), text });
    }

    pub(super) fn heard(&mut self, number: u64, text: &str) {
        if self.ear.connection() != Some(number) {
            return;
        }
        let was_live = self.ear.is_live();
        // A frame of a newer exchange that this phone does not know still shows that it is there.
        let Ok(frame) = serde_json::from_str::<ServerFrame>(text) else {
            if was_live {
                self.ear.alive(self.now);
            }
            return;
        };
        match frame {
            ServerFrame::Hello { seq, epoch, me, snapshot, now } => {
                if let Stage::In(ticket) = &mut self.stage {
                    ticket.me = me;
                }
                let restarted = self.ear.hello(epoch, seq, now, self.wall);
                self.ear.alive(self.now);
                self.begin(restarted, snapshot);
            }
            // Nothing counts before the first frame.
            ServerFrame::Event { .. } | ServerFrame::Mark { .. } | ServerFrame::Pong { .. } if !was_live => {}
            ServerFrame::Event { seq, event } => {
                self.ear.alive(self.now);
                if self.ear.count(seq) {
                    self.happened(event);
                }
            }
            ServerFrame::Mark { seq } => {
                self.ear.alive(self.now);
                self.ear.count(seq);
            }
            ServerFrame::Pong { .. } => self.ear.alive(self.now),
        }
    }

    fn begin(&mut self, restarted: bool, snapshot: Option<Snapshot>) {
        match snapshot {
            Some(snapshot) => {
                let clock = self.ear.clock;
                self.people.lamps(snapshot.presence, &clock);
                for call in snapshot.calls.into_iter().filter(|call| self.is_mine(call)).collect::<Vec<_>>() {
                    self.tell(Told::Call(Box::new(call)));
                }
                self.ask_everything();
            }
            None => self.people.confirmed(),
        }
        if restarted {
            self.tell(Told::Restarted);
        }
    }

    fn happened(&mut self, event: Event) {
        match event {
            Event::Presence { presence } => {
                let clock = self.ear.clock;
                self.people.lamp(&presence, &clock);
            }
            Event::Call { call } => {
                if self.is_mine(&call) {
                    if call.ended {
                        self.history_at = Some(self.now + WRITTEN);
                    }
                    self.tell(Told::Call(Box::new(call)));
                }
            }
            Event::Setting { change } => self.changed(change),
            Event::Registration { .. } | Event::Message { .. } | Event::Alarm { .. } => {}
        }
    }

    fn is_mine(&self, call: &CallView) -> bool {
        let own = self.ticket().and_then(|ticket| ticket.me.subscriber);
        // Supervisors hear of everybody's calls; a leg that ended earlier may be missing from the last view.
        let transfers = call.transfer.as_ref().is_some_and(|transfer| Some(transfer.by) == own);
        let takes_part = call.legs.is_empty() || call.legs.iter().any(|leg| leg.party.subscriber == own);
        own.is_some() && (transfers || takes_part)
    }

    fn changed(&mut self, change: Change) {
        match change {
            Change::Feature { settings } => self.setting(&settings),
            Change::User { user } => {
                // Other licences may bring or take functions.
                let own = self.people.own().filter(|own| own.id == user.id);
                let licence_changed =
                    own.is_some_and(|own| own.profile != user.profile || own.options != user.options);
                self.people.user(user);
                self.tell(Told::Directory);
                if licence_changed {
                    self.ask_do_not_disturb();
                    self.ask_history();
                }
            }
            Change::UserGone { user } => {
                self.people.user_gone(user);
                self.tell(Told::Directory);
            }
            Change::Contacts { .. } => self.ask_contacts(),
            // No window shows them yet.
            Change::Notices { .. } => {}
            Change::Calls { .. } => self.history_at = Some(self.now + WRITTEN),
            Change::Directory => self.ask_directory(),
            Change::Device { .. } => {}
        }
    }

    pub(super) fn deaf(&mut self, why: Trouble) {
        let was_live = self.ear.is_live();
        match why {
            Trouble::Closed(Some(CLOSE_SESSION_ENDED)) | Trouble::Status(401) => {
                return self.session_ended();
            }
            Trouble::OtherAuthority | Trouble::NotPinned => {
                self.tell(Told::Trouble(ProblemCode::AuthorityChanged));
            }
            Trouble::BadCertificate => self.tell(Told::Trouble(ProblemCode::CertificateInvalid)),
            Trouble::NoSuchHost
            | Trouble::Refused
            | Trouble::Silent
            | Trouble::NotWeb
            | Trouble::Status(_)
            | Trouble::Closed(_) => {}
        }
        self.ear.over(self.now, why);
        self.people.lost(self.wall);
        if was_live {
            self.tell(Told::Lost);
        }
    }

    /// The telephone lost its registration: what the lamps show must be confirmed anew.
    pub(crate) fn doubt(&mut self) {
        // One that is being opened tells everything anyway.
        let Some(number) = self.ear.connection().filter(|_| self.ear.is_live()) else { return };
        self.web(WebEffect::Hush(self.id(number)));
        self.people.lost(self.wall);
        self.ear.begin(self.now);
    }

    /// Somebody does not want to wait for the next attempt.
    pub(crate) fn try_now(&mut self) {
        self.ear.hurry(self.now);
    }

    /// The exchange does not know the token any more. Calls go on: the telephone has an account of its own.
    pub(super) fn session_ended(&mut self) {
        let Stage::In(ticket) = &self.stage else { return };
        self.stage = Stage::Ended(ticket.clone());
        self.leave();
        self.people.lost(self.wall);
        self.tell(Told::Trouble(ProblemCode::SessionEnded));
    }
}
