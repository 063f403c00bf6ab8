//! The integration tests: one binary, a module for each question.

/// A small fluent way to run the command in an empty folder.
mod edgelag;

/// Runs scenarios through the library, and holds figures against known ones.
mod lab;

/// Hits counted in bulk.
mod aggregate;
/// What the program says in two ways.
mod agreement;
/// When operations begin.
mod arrivals;
/// The page, opened as a person opens it.
mod browser;
/// Caches of limited capacity.
mod cache;
/// Settings with an exact answer.
mod closed_forms;
/// Exit codes, streams and the results folder. A test belongs here if it starts the program.
mod command;
/// Arms side by side.
mod compare;
/// What a month costs.
mod cost;
/// Whether intervals hold what they promise.
mod coverage;
/// What the user is told about mistakes, to the letter where the words matter.
mod diagnostics;
/// What is said beforehand about how many events a run has.
mod events;
/// Ways to carry out a trial, which must not show in the results.
mod executions;
/// What must hold, and whether it does.
mod gates;
/// The published results and the README's output.
mod goldens;
/// Every operation of a trial, checked anew.
mod histories;
/// Writes that are drawn without traffic.
mod isolated;
/// What must hold of any scenario, over many random ones.
mod laws;
/// What is said beforehand about memory.
mod memory;
/// Replicas that merge what they are told.
mod merging;
/// `report.html`: what is in it, and what it cannot do.
mod page;
/// The published fits of the PBS paper.
mod pbs;
/// What is told of single locations, of the map, and of how single writes spread.
mod places;
/// What must hold of replication policies, over many random scenarios of all of them.
mod policies;
/// What the presets promise.
mod presets;
/// Requests that wait for servers, and clients who do not wait for ever.
mod queues;
/// An independent simulator in another language.
mod refsim;
/// Writes that a replica has no room for.
mod refused;
/// Recorded operations, replayed.
mod replay;
mod replay_layers;
mod replay_ttl;
/// Sites that are slow, or go down with what they have.
mod slow_and_down;
/// The best point of a sweep.
mod solve;
/// Trials that outlive the program.
mod sweep;
/// The source tree itself.
mod tidy;
/// Figures while trials come in.
mod watch;
/// Why reads were stale.
mod why;
