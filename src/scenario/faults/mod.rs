//! Faults as a scenario writes them: `[fault.NAME]`.

mod check;
mod resolve;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::file::Names;
use crate::base::{Probability, Rate, Span};
use crate::dist::Dist;
use crate::model::faults::{ClientsOfSite, Disk};

pub(super) use check::check_faults;
pub(super) use resolve::{Drafts, faults};

/// Something that goes wrong, once or again and again.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultSpec {
    /// What goes wrong.
    #[schemars(with = "TroubleSpec")]
    pub(super) what: Spanned<TroubleSpec>,
    /// When it begins, from the beginning of a trial, the same in all trials; or give `rate`.
    #[schemars(with = "Option<Span>")]
    pub(super) at: Option<Spanned<Span>>,
    /// How often it comes while it is not there, drawn anew in each trial: a Poisson process, so that the times between
    /// are exponential.
    #[schemars(with = "Option<Rate>")]
    pub(super) rate: Option<Spanned<Rate>>,
    /// How long it lasts: a time, or with `rate` a distribution of it as well. Whatever lasts longer ends at the horizon.
    #[serde(rename = "for")]
    #[schemars(with = "Dist<Span>")]
    pub(super) lasting: Spanned<Dist<Span>>,
    /// Whether each of the locations draws its own times, instead of all of them together; with `rate` only.
    #[schemars(with = "bool")]
    #[serde(default)]
    pub(super) each: Option<Spanned<bool>>,
    /// How much later others know, and turn to another place where the policy lets them; 1 s by default.
    #[schemars(with = "Option<Span>")]
    pub(super) noticed_after: Option<Spanned<Span>>,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum TroubleSpec {
    /// No message passes between two ends.
    LinkDown(EndsSpec),
    /// Messages between two ends take longer.
    LinkSlow(SlowLinkSpec),
    /// A share of the messages between two ends is lost.
    LinkLossy(LossyLinkSpec),
    /// No message passes between these locations and all others; among themselves they do.
    CutOff(PlacesSpec),
    /// All that is at these locations is down: caches, which come back empty, replicas, and what clients ask first.
    SiteDown(SiteDownSpec),
    /// These locations are slow: their servers, what leaves them, or both.
    SiteSlow(SlowSiteSpec),
    /// The clocks of these locations are wrong as long as it lasts.
    Clock(ClockFaultSpec),
    /// Purges are lost.
    PurgeLoss(PurgeLossSpec),
    /// All replicas of these namespaces are down; caches go on.
    StoreDown(StoreSpec),
}

/// Two ends, each a location, a list, or `"edges"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EndsSpec {
    /// The one end; any location if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) from: Option<Spanned<Names>>,
    /// The other end; any location if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) to: Option<Spanned<Names>>,
    /// Only messages from `from` to `to` are meant; both ways by default.
    #[serde(default)]
    pub(super) one_way: bool,
}

/// A slow link.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlowLinkSpec {
    /// The one end; any location if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) from: Option<Spanned<Names>>,
    /// The other end; any location if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) to: Option<Spanned<Names>>,
    /// Only messages from `from` to `to` are meant; both ways by default.
    #[serde(default)]
    pub(super) one_way: bool,
    /// Added to each message.
    #[serde(default)]
    pub(super) added: Span,
    /// So many times as long as otherwise, 1 or more; `added` comes on top.
    #[serde(default = "one")]
    pub(super) factor: f64,
}

fn one() -> f64 {
    1.0
}

/// A link that loses messages.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LossyLinkSpec {
    /// The one end; any location if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) from: Option<Spanned<Names>>,
    /// The other end; any location if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) to: Option<Spanned<Names>>,
    /// Only messages from `from` to `to` are meant; both ways by default.
    #[serde(default)]
    pub(super) one_way: bool,
    /// The share of the messages that is lost.
    pub(super) share: Probability,
}

/// Some locations.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacesSpec {
    /// Where: a location, a list, or `"edges"`.
    #[schemars(with = "Names")]
    pub(super) at: Spanned<Names>,
}

/// Sites that are down.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SiteDownSpec {
    /// Where: a location, a list, or `"edges"`.
    #[schemars(with = "Names")]
    pub(super) at: Spanned<Names>,
    /// What becomes of what replicas there hold.
    #[serde(default)]
    pub(super) disk: Disk,
    /// What becomes of clients there.
    #[serde(default)]
    pub(super) clients: ClientsOfSite,
    /// Only the caches there are down, and whoever asks them first; replicas go on.
    #[serde(default)]
    pub(super) caches_only: bool,
}

/// Sites that are slow.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SlowSiteSpec {
    /// Where: a location, a list, or `"edges"`.
    #[schemars(with = "Names")]
    pub(super) at: Spanned<Names>,
    /// Whatever leaves them, messages and answers to their clients, leaves so much later.
    #[serde(default)]
    pub(super) added: Span,
    /// So many times as long as otherwise, 1 or more, their servers are busy with each request that they
    /// begin then.
    #[serde(default = "one")]
    pub(super) factor: f64,
}

/// Clocks that are wrong, beside what `conflicts` says of all clocks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClockFaultSpec {
    /// Where: a location, a list, or `"edges"`.
    #[schemars(with = "Names")]
    pub(super) at: Spanned<Names>,
    /// A step: they are ahead by this at once.
    #[serde(default)]
    pub(super) ahead: Span,
    /// A step: they are behind by this at once.
    #[serde(default)]
    pub(super) behind: Span,
    /// How much faster they go, in millionths, −1,000,000 to 1,000,000; slower if negative.
    #[serde(default)]
    pub(super) drift_ppm: f64,
}

/// Purges that are lost.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PurgeLossSpec {
    /// Those to caches here are meant: a location, a list, or `"edges"`; all if absent.
    #[schemars(with = "Option<Names>")]
    pub(super) to: Option<Spanned<Names>>,
    /// The share that is lost; all by default.
    #[serde(default = "all")]
    pub(super) share: Probability,
}

fn all() -> Probability {
    Probability::ONE
}

/// Stores that are down.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StoreSpec {
    /// The namespaces.
    #[schemars(with = "Vec<String>")]
    pub(super) namespaces: Vec<Spanned<String>>,
}
