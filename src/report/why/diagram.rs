//! The space-time diagram of a read: who held what, and the messages by which the values came.

use super::words::{Words, at, list, span, version};
use crate::base::{LocationIx, Time, Version};
use crate::experiment::why::{Because, Facts, Kept, Missed};
use crate::model::replication::Message;
use crate::report::chart::{Age, Arrow, Bar, Event, Mark, Row, SpaceTime};
use crate::world::{Parcel, Step, Strand, TierName, What};

/// At most so many places are drawn.
const MOST_ROWS: usize = 8;

/// The diagram; `title` says what was found.
pub(super) fn diagram(words: &Words, title: &str) -> SpaceTime {
    let rows = rows(words);
    let draft = Draft { words, rows };
    let facts = words.facts;
    let missed = facts.missed.record.version.number();
    let arrows = draft.arrows();
    let mut events = draft.events();
    events.sort_by_key(|event| event.0);
    let events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    SpaceTime {
        title: title.to_owned(),
        subtitle: format!(
            "Time goes to the right, in seconds since the trial began; grey bands are times left out. The read missed \
             version {missed} by {}.",
            span(facts.overdue)
        ),
        bars: draft.bars(&events, &arrows),
        rows: draft.rows.iter().map(|&at| draft.row(at)).collect(),
        arrows,
        events,
        values: [format!("older than version {missed}"), format!("version {missed} or newer")],
    }
}

/// The reader's place first, then the caches and replicas that its value came by, then the others, and the writer.
fn rows(words: &Words) -> Vec<LocationIx> {
    let Facts { read, served, way, missed, holders, .. } = words.facts;
    let upper = way.upper.map(|entry| entry.at).or_else(|| {
        let upper = words.namespace().upper.as_ref().filter(|_| way.edge.is_none())?;
        Some(upper.at[usize::from(upper.serving[served.at.at()])])
    });
    let answered = way.answers.iter().map(|answer| answer.at);
    let mut others: Vec<_> = holders.iter().collect();
    others.sort_by_key(|holder| std::cmp::Reverse(holder.since.unwrap_or(Time::NEVER)));
    let needed = [missed.coordinator, missed.record.location];
    let wanted = std::iter::once(read.location)
        .chain(served.detours.iter().map(|detour| detour.to))
        .chain(upper)
        .chain(way.replied.map(|(at, _)| at))
        .chain(answered)
        .chain(others.iter().map(|holder| holder.at));
    let mut rows: Vec<LocationIx> = Vec::new();
    for place in wanted {
        if !rows.contains(&place) && !needed.contains(&place) && rows.len() < MOST_ROWS - needed.len() {
            rows.push(place);
        }
    }
    for place in needed {
        if !rows.contains(&place) {
            rows.push(place);
        }
    }
    // Whoever reads is at the top, also where it wrote.
    if let Some(at) = rows.iter().position(|&place| place == read.location) {
        let reader = rows.remove(at);
        rows.insert(0, reader);
    }
    rows
}

struct Draft<'a> {
    words: &'a Words<'a>,
    rows: Vec<LocationIx>,
}

fn secs(at: Time) -> f64 {
    at.since(Time::ZERO).as_secs_f64()
}

impl Draft<'_> {
    fn facts(&self) -> &Facts {
        self.words.facts
    }

    fn find(&self, place: LocationIx) -> Option<usize> {
        self.rows.iter().position(|&row| row == place)
    }

    fn age(&self, version: Version) -> Age {
        match version.number() < self.facts().missed.record.version.number() {
            true => Age::Old,
            false => Age::New,
        }
    }

    fn row(&self, place: LocationIx) -> Row {
        let Facts { read, served, way, missed, holders, .. } = self.facts();
        let mut roles = Vec::new();
        let mut add = |is: bool, role: &str| roles.extend(is.then(|| role.to_owned()));
        add(read.location == place, "reader");
        add(served.at == place && served.at != read.location, "serves the read");
        add(missed.record.location == place, "writer");
        add(way.upper.is_some_and(|entry| entry.at == place), "upper tier");
        add(missed.coordinator == place, "coordinator of the write");
        add(holders.iter().any(|holder| holder.at == place), "replica");
        Row { name: self.words.place(place).to_owned(), role: list(&roles) }
    }

    fn event(&self, place: LocationIx, at: Time, shape: Mark, text: String) -> Option<(Time, Event)> {
        let row = self.find(place)?;
        Some((at, Event { row, at: secs(at), text, shape }))
    }

    fn events(&self) -> Vec<(Time, Event)> {
        let mut events = self.of_the_write();
        events.extend(self.of_the_way());
        events.extend(self.of_the_read());
        events.into_iter().flatten().collect()
    }

    fn of_the_write(&self) -> Vec<Option<(Time, Event)>> {
        let Facts { way, snapshot, missed, holders, .. } = self.facts();
        let name = |place| self.words.place(place);
        let Missed { record, coordinator, committed, .. } = missed;
        let number = record.version.number();
        let begins = format!("{} begins to write version {number}", name(record.location));
        let commits = format!("version {number} commits at its coordinator in {}", name(*coordinator));
        let mut events = vec![
            self.event(record.location, record.begun, Mark::Dot, begins),
            self.event(*coordinator, *committed, Mark::Diamond, commits),
        ];
        let late = holders.iter().filter(|holder| {
            let read_too_early = way.answers.iter().any(|answer| answer.at == holder.at)
                || way.replied.is_some_and(|(at, _)| way.answers.is_empty() && at == holder.at);
            read_too_early
                && holder.since.is_some_and(|since| since > snapshot.read_at && since <= self.end())
        });
        events.extend(late.map(|holder| {
            let comes = format!("version {number} comes to the replica in {}", name(holder.at));
            self.event(holder.at, holder.since.unwrap_or_default(), Mark::Dot, comes)
        }));
        events.extend(missed.purges.iter().filter_map(|&(place, arrives)| {
            let arrives = arrives.filter(|&arrives| arrives <= self.end())?;
            Some(self.event(place, arrives, Mark::Dot, format!("the purge comes to {}", name(place))))
        }));
        events
    }

    /// How the value came to the caches.
    fn of_the_way(&self) -> Vec<Option<(Time, Event)>> {
        let Facts { read, way, snapshot, .. } = self.facts();
        let name = |place| self.words.place(place);
        let returned = version(read.version);
        let told = |place: LocationIx, at| {
            self.event(place, at, Mark::Dot, format!("the replica in {} is read: {returned}", name(place)))
        };
        let answer = way.answers.iter().find(|answer| answer.version == snapshot.version);
        let mut events: Vec<_> = match (answer, way.replied) {
            (Some(answer), _) => vec![told(answer.at, answer.read_at)],
            (None, Some((place, at))) => vec![told(place, at)],
            (None, None) => Vec::new(),
        };
        let kept = |entry: &Kept, tier: &str| {
            let keeps = format!("the {tier} cache in {} keeps {returned}", name(entry.at));
            self.event(entry.at, entry.since, Mark::Dot, keeps)
        };
        events.extend(way.upper.iter().map(|entry| kept(entry, "upper")));
        events.extend(way.edge.iter().map(|entry| kept(entry, "edge")));
        events
    }

    fn of_the_read(&self) -> Vec<Option<(Time, Event)>> {
        let Facts { read, served, missed, seen, .. } = self.facts();
        let (here, number) = (self.words.here(), missed.record.version.number());
        let begins = format!("the read in {here} begins, which returns {}", version(read.version));
        let mut events = vec![self.event(read.location, read.begun, Mark::Ring(Age::Old), begins)];
        events.extend(served.detours.iter().map(|detour| {
            let what = if matches!(detour.why, Because::Hedged { .. }) { "hedged copy of the " } else { "" };
            let comes = format!("the {what}read comes to {}", self.words.place(detour.to));
            self.event(detour.to, detour.came, Mark::Dot, comes)
        }));
        if read.ended > read.begun {
            let back = format!("the answer is back in {here}");
            events.push(self.event(read.location, read.ended, Mark::Dot, back));
        }
        if let Some(seen) = seen {
            let sees =
                format!("the first later read in {here} begins that returns version {number} or newer");
            events.push(self.event(read.location, seen.begun, Mark::Ring(Age::New), sees));
        }
        events
    }

    /// The last instant that matters.
    fn end(&self) -> Time {
        let Facts { read, seen, .. } = self.facts();
        seen.map_or(read.ended, |seen| seen.begun.max(read.ended))
    }

    /// The way of the write to the replicas, and that of the value to the read.
    fn arrows(&self) -> Vec<Arrow> {
        let Facts { served, way, missed, steps, .. } = self.facts();
        let mut value: Vec<Strand> = vec![served.strand];
        let others = [way.joined, way.origin, way.edge.and_then(|it| it.by), way.upper.and_then(|it| it.by)];
        for strand in others.into_iter().flatten() {
            if !value.contains(&strand) {
                value.push(strand);
            }
        }
        let mut arrows = self.detours();
        for step in steps {
            let What::Sent { strand, from, to, arrives: Some(arrives), parcel } = step.what else { continue };
            if arrives > self.end() {
                continue;
            }
            let age = match strand == missed.strand {
                true => self.of_write(parcel, to, arrives),
                false if value.contains(&strand) => self.of_value(parcel),
                false => self.brings(parcel, to, arrives),
            };
            let (Some(age), Some(from), Some(to)) = (age, self.find(from), self.find(to)) else { continue };
            if from != to {
                arrows.push(Arrow { from, to, sent: secs(step.at), arrives: secs(arrives), age });
            }
        }
        arrows
    }

    /// The way of a read that was served elsewhere, and back.
    fn detours(&self) -> Vec<Arrow> {
        let Facts { read, served, .. } = self.facts();
        let there = served.detours.iter().map(|it| ((it.from, it.to), (it.sent, it.came), None));
        let back = ((served.at, read.location), (served.left, read.ended), Some(self.age(read.version)));
        let ways = there.chain(std::iter::once(back)).filter(|((from, to), ..)| from != to);
        let arrow = |((from, to), (sent, arrives), age): ((_, _), (_, _), _)| {
            let (from, to) = (self.find(from)?, self.find(to)?);
            Some(Arrow { from, to, sent: secs(sent), arrives: secs(arrives), age })
        };
        ways.filter_map(arrow).collect()
    }

    /// Whether a message of the missed write is drawn, and what it carries.
    fn of_write(&self, parcel: Parcel, to: LocationIx, arrives: Time) -> Option<Option<Age>> {
        let Facts { missed, .. } = self.facts();
        match parcel {
            Parcel::ToCoordinator => Some(Some(Age::New)),
            Parcel::FromCoordinator(_) => Some(None),
            Parcel::Member(Message::Stored { .. }) if arrives <= missed.committed => Some(None),
            Parcel::Purge(_) if missed.purges.contains(&(to, Some(arrives))) => Some(None),
            Parcel::Member(Message::Store) if self.is_acknowledged(to) && arrives <= missed.committed => {
                Some(Some(Age::New))
            }
            _ => self.brings(parcel, to, arrives),
        }
    }

    /// Whether the commit waited for the acknowledgement of a place.
    fn is_acknowledged(&self, place: LocationIx) -> bool {
        self.facts().missed.acknowledged.iter().any(|&(from, _)| from == place)
    }

    /// What brings the missed write, or a newer one, to a replica for the first time.
    fn brings(&self, parcel: Parcel, to: LocationIx, arrives: Time) -> Option<Option<Age>> {
        let spreads = matches!(parcel, Parcel::Member(Message::Store | Message::Pass | Message::Apply));
        let first =
            self.facts().holders.iter().any(|holder| holder.at == to && holder.since == Some(arrives));
        (spreads && first).then_some(Some(Age::New))
    }

    /// Whether a message is drawn by which the value came to the read.
    fn of_value(&self, parcel: Parcel) -> Option<Option<Age>> {
        match parcel {
            Parcel::ToUpper | Parcel::ToCoordinator => Some(None),
            Parcel::FromUpper(version) | Parcel::FromCoordinator(version) => Some(Some(self.age(version))),
            Parcel::Member(Message::Held { version, .. }) => Some(Some(self.age(version))),
            Parcel::Member(
                Message::Tell | Message::Ask | Message::Need(_) | Message::Confirm | Message::Confirmed,
            ) => Some(None),
            Parcel::Member(_) | Parcel::Purge(_) => None,
        }
    }

    /// What the replicas held in the time that is drawn, and the entries that the read met.
    fn bars(&self, events: &[Event], arrows: &[Arrow]) -> Vec<Bar> {
        let Facts { way, holders, steps, .. } = self.facts();
        let times =
            events.iter().map(|event| event.at).chain(arrows.iter().flat_map(|it| [it.sent, it.arrives]));
        let (first, last) = times.fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(at), high.max(at)));
        let mut bars = Vec::new();
        for holder in holders {
            let Some(row) = self.find(holder.at) else { continue };
            let since = holder.since.map_or(last, secs).clamp(first, last);
            let before = held_before(steps, holder.replica, holder.since.unwrap_or(Time::NEVER));
            let mut add = |from, to, label: String, age| {
                if to > from {
                    bars.push(Bar { row, lane: 0, from, to, label, age });
                }
            };
            add(first, since, format!("v{} replica", before.number()), Age::Old);
            let number = self.facts().missed.record.version.number();
            add(since, last, format!("v{number}+ replica"), Age::New);
        }
        for (entry, tier) in [(&way.upper, TierName::Upper), (&way.edge, TierName::Edge)] {
            let Some((entry, row)) = entry.as_ref().and_then(|entry| Some((entry, self.find(entry.at)?)))
            else {
                continue;
            };
            let gone = self.gone(entry, tier);
            let mut lane = usize::from(holders.iter().any(|holder| holder.at == entry.at));
            lane += bars.iter().filter(|bar| bar.row == row && bar.lane >= lane).count();
            let name = if tier == TierName::Upper { "upper cache" } else { "edge cache" };
            let until = if secs(gone) > last { format!(" until {}", at(gone)) } else { String::new() };
            let label = format!("v{} {name}{until}", entry.version.number());
            let (from, to, age) = (secs(entry.since), secs(gone).min(last), self.age(entry.version));
            bars.push(Bar { row, lane, from, to, label, age });
        }
        bars
    }

    /// When an entry was replaced, dropped, evicted or over; it may have been served later than that.
    fn gone(&self, entry: &Kept, wanted: TierName) -> Time {
        let Facts { served, steps, .. } = self.facts();
        let replaced = steps.iter().filter(|step| step.at > entry.since).find(|step| match step.what {
            What::Filled { tier, at, sub, expires: Some(_), .. } => {
                (tier, at, sub) == (wanted, entry.at, entry.sub)
            }
            What::Evicted { tier, at, sub } => (tier, at, sub) == (wanted, entry.at, entry.sub),
            What::Dropped { tier, at } => (tier, at) == (wanted, entry.at),
            _ => false,
        });
        let over = replaced.map_or(entry.expires, |step| step.at.min(entry.expires));
        let served = if wanted == TierName::Edge { served.came } else { entry.since };
        over.max(served)
    }
}

/// What a replica held just before.
fn held_before(steps: &[Step], wanted: u16, before: Time) -> Version {
    let held = steps.iter().take_while(|step| step.at < before).filter_map(|step| match step.what {
        What::Applied { replica, held } if replica == wanted => Some(held),
        _ => None,
    });
    held.last().unwrap_or(Version::new(0, false))
}
