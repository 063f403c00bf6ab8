//! How much there is to a write, about, for those who say beforehand what a run takes.

use super::contacts::ContactsSpec;
use super::fan_out::FanOut;
use crate::base::Span;

/// How much there is to a write, about.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Effort {
    /// Messages and reminders.
    pub events: f64,
    /// How much longer it goes on than its messages travel.
    pub longer: Span,
}

impl Effort {
    /// A message to each of so many replicas, and one back.
    pub(super) fn of_plain(replicas: u16) -> Effort {
        Effort { events: 2.0 * f64::from(replicas), longer: Span::ZERO }
    }

    /// A message to each of the others, now or with the next copy.
    pub(super) fn of_fan_out(self, fan_out: FanOut) -> Effort {
        match fan_out {
            FanOut::Snapshot(every) | FanOut::Pull(every) => Effort { longer: every, ..self },
            FanOut::PerKey | FanOut::Log | FanOut::Tree(_) => self,
        }
    }

    /// Contacts until all have it: those who do are twice as many, or more, after each period and the time that messages
    /// travel. All contacts of the namespace are looked at for each write.
    pub(super) fn of_contacts(self, contacts: &ContactsSpec, replicas: u16, travel: Span) -> Effort {
        let replicas = f64::from(replicas);
        let doublings = replicas.log2() + 1.0;
        let on_the_way = (travel + contacts.scan).as_nanos() as f64 / contacts.every.as_nanos() as f64;
        let periods = doublings * (1.0 + on_the_way);
        let met = replicas * (1.0 + f64::from(contacts.fan_out));
        let longer = Span::from_nanos_f64(contacts.every.as_nanos() as f64 * periods);
        Effort { events: self.events + periods * met, longer: longer + contacts.scan }
    }
}
