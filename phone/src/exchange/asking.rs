//! Requests and what their answers mean.

use pbx_api::{Company, Department, FeatureSettings, LogEntry, LogList, SpokeWith, User, VirtualExtension};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::view::{Problem, ProblemCode, Secret};

use super::{
    AGAIN, Exchange, Question, Stage, Told, Trouble, WebAnswer, WebEffect, WebMethod, WebRequest, problem,
};

/// Lines of each list of calls.
const CALLS: u32 = 50;

impl Exchange {
    pub(super) fn ask(&mut self, question: Question, method: WebMethod, path: &str) {
        self.ask_with(question, method, path, None::<&()>);
    }

    pub(super) fn ask_with<T: Serialize>(
        &mut self,
        question: Question,
        method: WebMethod,
        path: &str,
        body: Option<&T>,
    ) {
        let token = match &self.stage {
            Stage::Entering { token, .. } => token.clone(),
            Stage::In(ticket) => Some(ticket.token.clone()),
            Stage::Looking { .. } | Stage::Invited { .. } | Stage::Confirming { .. } | Stage::Ended(_) => {
                None
            }
        };
        let body = body.and_then(|body| serde_json::to_string(body).ok()).map(Secret);
        let number = self.next();
        self.waiting.insert(number, question);
        let request = WebRequest { method, path: path.to_owned(), token, body };
        self.web(WebEffect::Ask { id: self.id(number), server: self.server.clone(), request });
    }

    /// Everything that the event connection does not bring by itself.
    pub(super) fn ask_everything(&mut self) {
        self.ask_directory();
        self.ask(Question::Company, WebMethod::Get, "/api/v1/company");
        self.ask_do_not_disturb();
        self.ask_contacts();
        self.ask_history();
    }

    pub(super) fn ask_directory(&mut self) {
        self.ask(Question::Users, WebMethod::Get, "/api/v1/users");
        self.ask(Question::Departments, WebMethod::Get, "/api/v1/departments");
        self.ask(Question::VirtualExtensions, WebMethod::Get, "/api/v1/virtual-extensions");
    }

    pub(super) fn ask_do_not_disturb(&mut self) {
        if let Some(path) = self.do_not_disturb_path() {
            self.ask(Question::DoNotDisturb, WebMethod::Get, &path);
        }
    }

    pub(super) fn ask_history(&mut self) {
        for list in LogList::ALL {
            let path = format!("/api/v1/me/calls?list={}&limit={CALLS}", list.name());
            self.ask(Question::Calls(list), WebMethod::Get, &path);
        }
    }

    /// Switches do not disturb; its outcome is told with the number of the instruction.
    pub(crate) fn set_do_not_disturb(&mut self, instruction: u32, on: bool) -> Result<(), ProblemCode> {
        let Stage::In(_) = self.stage else { return Err(ProblemCode::SessionEnded) };
        let path = self.do_not_disturb_path().ok_or(ProblemCode::NotOffered)?;
        let wish = serde_json::json!({ "active": on });
        self.ask_with(Question::SetDoNotDisturb { instruction }, WebMethod::Put, &path, Some(&wish));
        Ok(())
    }

    fn do_not_disturb_path(&self) -> Option<String> {
        let own = self.ticket()?.me.subscriber?;
        Some(format!("/api/v1/users/{own}/features/{DO_NOT_DISTURB}"))
    }

    pub(super) fn answered(&mut self, question: Question, result: Result<WebAnswer, Trouble>) {
        if let Ok(answer) = &result
            && problem::is_signed_out(answer)
            && question != Question::SignIn
        {
            self.session_ended();
        }
        let unlicensed = result.as_ref().is_ok_and(problem::is_unlicensed);
        if let (Question::DoNotDisturb | Question::SetDoNotDisturb { .. }, Ok(_)) = (&question, &result) {
            self.without_do_not_disturb = unlicensed;
        }
        match question {
            Question::Look | Question::SignOut => {}
            Question::SignIn => self.signed_in(result),
            Question::SipAccount => self.sip_account(result),
            Question::Users => self.take(result, |exchange, users: Vec<User>| {
                exchange.people.users(users);
                exchange.tell(Told::Directory);
            }),
            Question::Departments => self.take(result, |exchange, departments: Vec<Department>| {
                exchange.people.departments(departments);
            }),
            Question::VirtualExtensions => {
                // An older exchange has none, and is not asked again for them.
                if let Ok(found) = self.read::<Vec<VirtualExtension>>(result) {
                    self.people.virtual_extensions(found);
                    self.tell(Told::Directory);
                }
            }
            Question::Company => self.take(result, |exchange, company: Company| {
                exchange.main_number = company.main_number;
            }),
            Question::DoNotDisturb if unlicensed => self.do_not_disturb = false,
            Question::DoNotDisturb => self.take(result, |exchange, settings: FeatureSettings| {
                exchange.setting(&settings);
            }),
            Question::SetDoNotDisturb { instruction } => self.do_not_disturb_set(instruction, result),
            Question::Command { instruction } => self.commanded(instruction, result),
            Question::Contacts => self.take(result, Self::contacts_are),
            Question::SaveContact { instruction } => self.contact_saved(instruction, result),
            Question::RemoveContact { instruction } => self.contact_removed(instruction, result),
            Question::SpokeWith { line } => {
                // Whoever talks does not wait for it, so that it is asked for once.
                if let Ok(answer) = self.read::<SpokeWith>(result) {
                    self.spoke_with(line, answer);
                }
            }
            Question::Calls(list) if unlicensed => self.calls_are(list, Vec::new()),
            Question::Calls(list) => self.take(result, |exchange, entries| exchange.calls_are(list, entries)),
        }
    }

    fn calls_are(&mut self, list: LogList, entries: Vec<LogEntry>) {
        self.history.take(list, entries);
        if let Some(calls) = self.history.whole(&self.ear.clock) {
            self.tell(Told::Calls(calls));
        }
    }

    fn do_not_disturb_set(&mut self, instruction: u32, result: Result<WebAnswer, Trouble>) {
        let read: Result<FeatureSettings, Box<Problem>> = self.read(result);
        let result = read.map(|settings| self.setting(&settings));
        self.tell(Told::Outcome { instruction, result });
    }

    /// The settings of one of this person's services.
    pub(super) fn setting(&mut self, settings: &FeatureSettings) {
        let own = self.ticket().and_then(|ticket| ticket.me.subscriber);
        if settings.feature == DO_NOT_DISTURB && own == Some(settings.subscriber) {
            let active = settings.settings.get("active").and_then(serde_json::Value::as_bool);
            self.do_not_disturb = active.unwrap_or_default();
        }
    }

    /// Uses an answer; what could not be read is asked for again while somebody listens.
    fn take<T: DeserializeOwned>(
        &mut self,
        result: Result<WebAnswer, Trouble>,
        what: impl FnOnce(&mut Self, T),
    ) {
        match self.read(result) {
            Ok(read) => what(self, read),
            Err(_) if self.ear.is_live() => {
                self.again_at = self.again_at.or(Some(self.now + AGAIN));
            }
            Err(_) => {}
        }
    }

    /// The body of an answer that is 2xx and what was asked for.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        result: Result<WebAnswer, Trouble>,
    ) -> Result<T, Box<Problem>> {
        let answer = result.map_err(|trouble| Box::new(problem::of_trouble(trouble, self.wall)))?;
        let read = (200..300).contains(&answer.status).then(|| serde_json::from_slice(&answer.body));
        match read {
            Some(Ok(read)) => Ok(read),
            Some(Err(_)) | None => Err(Box::new(problem::of_answer(&answer, self.wall))),
        }
    }
}

/// The service of F-069, as the exchange's catalogue names it.
const DO_NOT_DISTURB: &str = "do_not_disturb";
