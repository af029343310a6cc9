//! Who spoke with a caller before, for whoever has that caller on the line.
//!
//! Every user may ask about a number outside: it is the company's business who spoke with it. Calls between
//! colleagues are their own: about a colleague's number one hears of one's own calls only. A caller who withheld
//! the number stands under none. Whoever is in no list of colleagues (F-046) is neither named nor suggested here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use pbx::directory::{Directory, Number, SubscriberId};
use pbx_api::{ApiError, CallBefore, CallId, ErrorCode, Role, SpokeBefore, SpokeWith};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Access;
use super::answer::Answer;
use super::{App, Shared};
use crate::companies::stored;
use crate::store::SpokeRow;

/// So many lines are looked at.
const BACK: u32 = 200;
/// Calls in an answer.
const CALLS: usize = 20;
/// Colleagues in an answer.
const COLLEAGUES: usize = 3;
/// Characters of a number that is asked about.
const NUMBER: usize = 64;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(spoke_with))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
struct Whom {
    /// A number as a telephone shows it.
    number: String,
}

/// Colleagues who spoke with a number before, and its last calls.
#[utoipa::path(get, path = "/spoke-with", tag = "calls", params(Whom), security(("token" = [])),
    responses((status = 200, body = SpokeWith), (status = 403, body = ApiError), (status = 422, body = ApiError)))]
async fn spoke_with(
    State(app): State<Arc<App>>,
    access: Access,
    Query(whom): Query<Whom>,
) -> Answer<Json<SpokeWith>> {
    access.needs(Role::User)?;
    let own = access.own()?;
    if whom.number.is_empty() || whom.number.len() > NUMBER {
        return Err(ApiError::new(ErrorCode::BadValue).about("number").into());
    }
    let (number, colleague) = read(&access.company.directory, &whom.number);
    let only = colleague.map(|_| own);
    app.runtime.written().await;
    let rows = app.companies.store().spoke(access.company_id(), &number, only, BACK).await;
    let rows = rows.map_err(|error| stored(&error))?;
    let listed = |who: SubscriberId| access.company.data.subscriber(who).is_some() && access.lists(who);
    Ok(Json(SpokeWith { colleagues: colleagues(&rows, own, listed), calls: calls(&rows, listed) }))
}

/// The number as the lists of calls have it, and the colleague whose it is.
fn read(directory: &Directory, text: &str) -> (String, Option<SubscriberId>) {
    let outside = directory.incoming_number(text).map(Number::International);
    let number = text.parse::<Number>().ok().or(outside);
    let colleague = number.and_then(|number| directory.by_any_number(number));
    (number.map_or_else(|| text.to_owned(), |number| number.to_string()), colleague)
}

/// Who spoke lately and often stands first: each conversation counts, the latest as much as the three before it.
fn colleagues(
    rows: &[SpokeRow],
    own: SubscriberId,
    listed: impl Fn(SubscriberId) -> bool,
) -> Vec<SpokeBefore> {
    let talked =
        rows.iter().filter(|row| row.talked_s > 0 && row.subscriber != own && listed(row.subscriber));
    let mut found: BTreeMap<SubscriberId, (u64, SpokeBefore)> = BTreeMap::new();
    for (age, row) in (1..).zip(talked) {
        let subscriber = pbx_api::SubscriberId(row.subscriber.0);
        let new = SpokeBefore { subscriber, times: 0, last: row.at };
        let (score, entry) = found.entry(row.subscriber).or_insert((0, new));
        *score += 1_000_u64 / age;
        entry.times += 1;
    }
    let mut found: Vec<(u64, SpokeBefore)> = found.into_values().collect();
    found.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| other.last.0.cmp(&one.last.0)));
    found.into_iter().take(COLLEAGUES).map(|(_, entry)| entry).collect()
}

/// One line for each who spoke in a call, and one for a call in which nobody did. Who is not listed remains nameless.
fn calls(rows: &[SpokeRow], listed: impl Fn(SubscriberId) -> bool) -> Vec<CallBefore> {
    let answered: BTreeSet<CallId> = rows.iter().filter(|row| row.talked_s > 0).map(|row| row.call).collect();
    let mut missed = BTreeSet::new();
    let told = rows
        .iter()
        .filter(|row| row.talked_s > 0 || (!answered.contains(&row.call) && missed.insert(row.call)));
    let line = |row: &SpokeRow| CallBefore {
        call: row.call,
        at: row.at,
        with: (row.talked_s > 0 && listed(row.subscriber)).then_some(pbx_api::SubscriberId(row.subscriber.0)),
        talked_s: row.talked_s,
    };
    told.take(CALLS).map(line).collect()
}

#[cfg(test)]
mod tests {
    use pbx_api::Timestamp;

    use super::*;

    #[test]
    fn who_spoke_lately_and_often_stands_first_and_never_who_asks() {
        let rows = [row(9, 4, 10), row(8, 1, 10), row(7, 2, 10), row(6, 2, 10), row(5, 3, 0), row(4, 5, 10)];

        let found = colleagues(&rows, SubscriberId(4), |who| who.0 != 5);

        let found: Vec<(u32, u32)> = found.iter().map(|it| (it.subscriber.0, it.times)).collect();
        assert_eq!(found, [(1, 1), (2, 2)], "3 did not speak, 5 is gone, 4 asks");
    }

    #[test]
    fn a_call_that_rang_at_many_and_was_missed_stands_once() {
        let rows = [row(9, 1, 0), row(9, 2, 0), row(8, 1, 30), row(8, 2, 0)];

        let found: Vec<_> =
            calls(&rows, |_| true).into_iter().map(|it| (it.call.0, it.with.map(|who| who.0))).collect();

        assert_eq!(found, [(9, None), (8, Some(1))]);
    }

    #[test]
    fn who_stands_in_no_list_is_not_named() {
        let rows = [row(9, 1, 10), row(8, 2, 30)];

        let named: Vec<_> = calls(&rows, |who| who.0 != 1).into_iter().map(|it| it.with).collect();

        assert_eq!(named, [None, Some(pbx_api::SubscriberId(2))]);
    }

    fn row(call: u64, subscriber: u32, talked_s: u64) -> SpokeRow {
        let at = Timestamp(i64::try_from(call).unwrap());
        SpokeRow { call: CallId(call), at, subscriber: SubscriberId(subscriber), talked_s }
    }
}
