//! When an event of a schedule comes back.
//!
//! Each rule answers one question, whether an occurrence begins on a date, so that nothing has to be laid out in advance
//! and an event that began ten years ago costs no more than one of today.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::days_between;

/// Occurrences that can be counted at most.
const MOST_COUNTED: u16 = 999;
/// Between two occurrences lie so many days, weeks, months or years at most.
const LONGEST_INTERVAL: u16 = 999;

/// When an event comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Recurrence {
    /// Each so many days, weeks, months or years: 1 to 999.
    #[serde(default = "one")]
    pub every: u16,
    /// On which days.
    pub rule: Rule,
    /// Until when.
    #[serde(default)]
    pub ends: Ends,
}

/// On which days an event comes back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Rule {
    /// Every day.
    Daily,
    /// On these days of the week, which begins on Monday.
    Weekly {
        /// At least one.
        days: Vec<Day>,
    },
    /// On a day of the month, 1 to 31; in months that are shorter not at all.
    MonthlyByDay {
        /// The day.
        day: i8,
    },
    /// On the first, second, third, fourth or last such day of the month.
    MonthlyByWeek {
        /// Which.
        week: Week,
        /// Of these.
        day: Day,
    },
    /// On a date of the year.
    YearlyByDay {
        /// 1 to 31.
        day: i8,
        /// 1 to 12.
        month: i8,
        /// A day of the week on which it does not fall, such as Koningsdag, which is on Saturday when 27 April is a
        /// Sunday.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        keeps_off: Option<KeepsOff>,
    },
    /// On such a day of a month.
    YearlyByWeek {
        /// Which.
        week: Week,
        /// Of these.
        day: Day,
        /// 1 to 12.
        month: i8,
    },
    /// So many days after Easter Sunday, or before it: Good Friday is -2, Ascension Day 39, Whit Monday 50.
    YearlyFromEaster {
        /// -100 to 100.
        days: i16,
    },
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// Which week of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Week {
    /// Days 1 to 7.
    First,
    /// Days 8 to 14.
    Second,
    /// Days 15 to 21.
    Third,
    /// Days 22 to 28.
    Fourth,
    /// The last seven days.
    Last,
}

/// A day that is moved to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepsOff {
    /// Where it would fall on this day, it is the day before.
    pub day: Day,
}

/// Until when an event comes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Ends {
    /// For ever.
    #[default]
    Never,
    /// Nothing begins after this date.
    On {
        /// The last on which something may begin.
        #[schema(value_type = String, example = "2026-12-31")]
        date: Date,
    },
    /// After so many times, the first one counted: 1 to 999.
    After {
        /// How many.
        times: u16,
    },
}

const fn one() -> u16 {
    1
}

impl Recurrence {
    /// Whether an occurrence begins on `date`, which is not before `first`, the date of the event itself.
    pub(super) fn falls_on(&self, first: Date, date: Date) -> bool {
        if !self.rule_falls_on(first, date) {
            return false;
        }
        match self.ends {
            Ends::Never => true,
            Ends::On { date: last } => date <= last,
            Ends::After { times } => self.count_before(first, date, times) < times,
        }
    }

    fn rule_falls_on(&self, first: Date, date: Date) -> bool {
        let every = i32::from(self.every);
        let years = i32::from(date.year()) - i32::from(first.year());
        let months = years * 12 + i32::from(date.month()) - i32::from(first.month());
        match &self.rule {
            Rule::Daily => days_between(first, date) % every == 0,
            Rule::Weekly { days } => {
                let weeks = days_between(monday_of(first), monday_of(date)) / 7;
                weeks % every == 0 && days.iter().any(|day| day.weekday() == date.weekday())
            }
            Rule::MonthlyByDay { day } => months % every == 0 && date.day() == *day,
            Rule::MonthlyByWeek { week, day } => months % every == 0 && week.has(*day, date),
            Rule::YearlyByDay { day, month, keeps_off } => {
                years % every == 0 && yearly(date.year(), *month, *day, *keeps_off) == Some(date)
            }
            Rule::YearlyByWeek { week, day, month } => {
                years % every == 0 && date.month() == *month && week.has(*day, date)
            }
            Rule::YearlyFromEaster { days } => {
                years % every == 0 && Easter::of(date.year()).and_then(|it| it.after(*days)) == Some(date)
            }
        }
    }

    /// How many occurrences begin before a date; no more than `enough` are counted.
    fn count_before(&self, first: Date, date: Date, enough: u16) -> u16 {
        let mut counted = 0;
        let mut day = first;
        while day < date && counted < enough {
            counted += u16::from(self.rule_falls_on(first, day));
            let Ok(next) = day.tomorrow() else { return counted };
            day = next;
        }
        counted
    }

    /// Whether its numbers are in their ranges, and the day that it names comes at all.
    pub(super) fn is_sound(&self) -> bool {
        let comes = match &self.rule {
            Rule::Daily => true,
            Rule::Weekly { days } => !days.is_empty(),
            Rule::MonthlyByDay { day } => (1..=31).contains(day),
            Rule::MonthlyByWeek { .. } => true,
            // 2000 was a leap year.
            Rule::YearlyByDay { day, month, .. } => Date::new(2000, *month, *day).is_ok(),
            Rule::YearlyByWeek { month, .. } => (1..=12).contains(month),
            Rule::YearlyFromEaster { days } => (-100..=100).contains(days),
        };
        let ends = match self.ends {
            Ends::Never | Ends::On { .. } => true,
            Ends::After { times } => (1..=MOST_COUNTED).contains(&times),
        };
        comes && ends && (1..=LONGEST_INTERVAL).contains(&self.every)
    }

    /// Days that certainly lie between the beginnings of two occurrences.
    pub(super) fn shortest_gap_days(&self) -> i32 {
        let every = i32::from(self.every);
        match &self.rule {
            Rule::Daily => every,
            Rule::Weekly { days } => shortest_in_week(days, every),
            Rule::MonthlyByDay { .. } | Rule::MonthlyByWeek { .. } => 28 * every,
            Rule::YearlyByDay { .. } | Rule::YearlyByWeek { .. } => 364 * every,
            // Easter moves back by 25 days at most from one year to the next, and a year has 365.
            Rule::YearlyFromEaster { .. } => 340 * every,
        }
    }
}

/// The shortest way from one of these days to the next, in weeks that lie `every` apart.
fn shortest_in_week(days: &[Day], every: i32) -> i32 {
    let mut places: Vec<i32> =
        days.iter().map(|day| i32::from(day.weekday().to_monday_zero_offset())).collect();
    places.sort_unstable();
    places.dedup();
    let within = places.windows(2).map(|pair| pair[1] - pair[0]);
    let across = places.first().zip(places.last()).map(|(first, last)| first + 7 * every - last);
    within.chain(across).min().unwrap_or(7 * every)
}

/// The date of a year, moved by a day where it keeps off a day of the week.
fn yearly(year: i16, month: i8, day: i8, keeps_off: Option<KeepsOff>) -> Option<Date> {
    let date = Date::new(year, month, day).ok()?;
    match keeps_off {
        Some(off) if off.day.weekday() == date.weekday() => date.yesterday().ok(),
        Some(_) | None => Some(date),
    }
}

fn monday_of(date: Date) -> Date {
    let since = i32::from(date.weekday().to_monday_zero_offset());
    date.checked_sub(jiff::Span::new().days(since)).unwrap_or(date)
}

impl Day {
    const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

impl Week {
    /// Whether a date is such a day in this week of its month.
    fn has(self, day: Day, date: Date) -> bool {
        let first = match self {
            Self::First => 1,
            Self::Second => 8,
            Self::Third => 15,
            Self::Fourth => 22,
            Self::Last => date.days_in_month() - 6,
        };
        date.weekday() == day.weekday() && (first..first + 7).contains(&date.day())
    }
}

/// Easter Sunday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Easter(Date);

impl Easter {
    /// That of a year of the Gregorian calendar, by the church's own reckoning: the Sunday after the full moon of the
    /// tables, which is 14 days after their new moon.
    pub(super) fn of(year: i16) -> Option<Self> {
        let year = i32::from(year);
        let century = year / 100 + 1;
        let golden = year % 19;
        // Leap days that were left out, and the moon's own correction, both since the calendar began.
        let solar = 3 * century / 4 - 12;
        let lunar = (8 * century + 5) / 25 - 5;
        let mut epact = (11 * golden + 31 + lunar - solar).rem_euclid(30);
        if (epact == 25 && golden > 10) || epact == 24 {
            epact += 1;
        }
        let mut full_moon = 44 - epact;
        if full_moon < 21 {
            full_moon += 30;
        }
        let march = Date::new(i16::try_from(year).ok()?, 3, 1).ok()?;
        let full_moon = march.checked_add(jiff::Span::new().days(full_moon - 1)).ok()?;
        let wait = 7 - i32::from(full_moon.weekday().to_sunday_zero_offset());
        full_moon.checked_add(jiff::Span::new().days(wait)).ok().map(Self)
    }

    /// The date so many days after it.
    fn after(self, days: i16) -> Option<Date> {
        self.0.checked_add(jiff::Span::new().days(i32::from(days))).ok()
    }

    /// The date itself.
    #[cfg(test)]
    pub(super) fn date(self) -> Date {
        self.0
    }
}
