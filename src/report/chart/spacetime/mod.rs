//! Space-time diagrams (Lamport): a line for each place, time along it, messages between the lines. Long times in which
//! nothing happens are cut out, and marked.

mod axis;
mod draw;
#[cfg(test)]
mod tests;

pub(super) use draw::compose;

/// A space-time diagram. Times are seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SpaceTime {
    /// What it shows, in bold.
    pub title: String,
    /// A grey line under the title.
    pub subtitle: String,
    /// The places, from top to bottom.
    pub rows: Vec<Row>,
    /// What is held where.
    pub bars: Vec<Bar>,
    /// Messages.
    pub arrows: Vec<Arrow>,
    /// What happens, in order of time: the first one is number 1.
    pub events: Vec<Event>,
    /// What the two kinds of values are.
    pub values: [String; 2],
}

/// A place.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it does.
    pub role: String,
}

/// Whether something carries the value that was returned, or the one that was missed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Age {
    /// A value older than the one that was missed.
    Old,
    /// The one that was missed, or a newer one.
    New,
}

/// A value that is held somewhere for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Where.
    pub row: usize,
    /// How far below the place's line, from 0.
    pub lane: usize,
    /// From when on.
    pub from: f64,
    /// Until when.
    pub to: f64,
    /// What is written on it.
    pub label: String,
    /// Which value.
    pub age: Age,
}

/// A message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrow {
    /// From where,
    pub from: usize,
    /// to where.
    pub to: usize,
    /// When it is sent.
    pub sent: f64,
    /// When it arrives.
    pub arrives: f64,
    /// Which value it carries; `None` if it asks or acknowledges.
    pub age: Option<Age>,
}

/// Something that happens at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Where.
    pub row: usize,
    /// When.
    pub at: f64,
    /// What, in words.
    pub text: String,
    /// How it is drawn.
    pub shape: Mark,
}

/// How an event is drawn on its place's line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// A dot.
    Dot,
    /// A diamond: a commit.
    Diamond,
    /// A ring: a read that returns such a value.
    Ring(Age),
}
