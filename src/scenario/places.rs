//! Names of locations, resolved.

use std::ops::Range;

use indexmap::IndexMap;
use toml::Spanned;

use super::file::{LocationsSpec, Names, OwnPlace};
use super::text::{Diagnostic, check_name, is_twin, nearest};
use crate::base::LocationIx;
use crate::base::geography::Coordinates;
use crate::model::topology::{self, Place};

/// The locations of a case: those that some part of the scenario names.
pub(super) struct Places<'a> {
    spec: &'a LocationsSpec,
    own: IndexMap<String, Place>,
    /// In the order in which they were first named.
    pub(super) used: Vec<Place>,
    by_name: IndexMap<String, LocationIx>,
}

/// Most locations of a case.
const MOST: usize = 5_000;

impl<'a> Places<'a> {
    /// Reads the places of one's own.
    pub(super) fn new(spec: &'a LocationsSpec, mistakes: &mut Vec<Diagnostic>) -> Places<'a> {
        let mut own: IndexMap<String, Place> = IndexMap::new();
        for (name, place) in &spec.own {
            let twin = own.keys().find(|other| is_twin(other, name.get_ref()));
            let problem = match (check_name(name.get_ref()), twin) {
                (Err(problem), _) => Some(problem),
                (_, Some(twin)) => {
                    Some(format!("two locations are named `{twin}` but for upper and lower case"))
                }
                _ if topology::find(name.get_ref()).is_some() || name.get_ref() == "edges" => {
                    Some(format!("`{}` is already the name of a built-in location or group", name.get_ref()))
                }
                _ => None,
            };
            match problem.map_or_else(|| own_place(name.get_ref(), *place), Err) {
                Ok(place) => {
                    own.insert(name.get_ref().clone(), place);
                }
                Err(problem) => mistakes.push(Diagnostic::new(problem, name.span(), "")),
            }
        }
        Places { spec, own, used: Vec::new(), by_name: IndexMap::new() }
    }

    /// The location of one name.
    ///
    /// # Errors
    /// Unknown, or one too many.
    pub(super) fn one(&mut self, name: &str, place: Range<usize>) -> Result<LocationIx, Diagnostic> {
        if let Some(&known) = self.by_name.get(name) {
            return Ok(known);
        }
        let found = self.own.get(name).cloned().or_else(|| topology::find(name).map(Place::from));
        let Some(found) = found else { return Err(self.unknown(name, place)) };
        if self.used.len() == MOST {
            return Err(Diagnostic::new(format!("more than the limit of {MOST} locations"), place, ""));
        }
        let location = LocationIx::from_position(self.used.len());
        self.used.push(found);
        self.by_name.insert(name.to_owned(), location);
        Ok(location)
    }

    /// Takes back the names of all locations from the position `first` on.
    pub(super) fn forget_from(&mut self, first: usize) {
        self.used.truncate(first);
        self.by_name.truncate(first);
    }

    fn unknown(&self, name: &str, place: Range<usize>) -> Diagnostic {
        let shown: String = name.chars().take(80).collect();
        let problem = Diagnostic::new(format!("unknown location `{shown}`"), place, "no such place");
        let own = self.own.keys().map(String::as_str);
        let names: Vec<&str> =
            own.chain(topology::names().map(|known| -> &str { known })).chain(["edges"]).collect();
        match nearest(name, &names) {
            Some(near) => problem.with_help(format!("did you mean `{near}`?")),
            None => problem.with_help(
                "write an IATA code (FRA), a cloud region (aws:eu-central-1), \
                 or give the place under [locations.own]",
            ),
        }
    }

    /// The locations of a list, in its order, none twice.
    pub(super) fn list(
        &mut self,
        names: &Spanned<Vec<Spanned<String>>>,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Vec<LocationIx> {
        let mut list = Vec::new();
        if names.get_ref().is_empty() {
            mistakes.push(Diagnostic::new(
                "the list is empty",
                names.span(),
                "at least one location is needed",
            ));
        }
        for name in names.get_ref() {
            match self.one(name.get_ref(), name.span()) {
                Ok(location) if list.contains(&location) => {
                    let problem = format!("`{}` is in the list twice", name.get_ref());
                    mistakes.push(Diagnostic::new(problem, name.span(), ""));
                }
                Ok(location) => list.push(location),
                Err(mistake) => mistakes.push(mistake),
            }
        }
        list
    }

    /// The locations of one name, a list, or the group `edges`.
    pub(super) fn names(
        &mut self,
        names: &Spanned<Names>,
        mistakes: &mut Vec<Diagnostic>,
    ) -> Vec<LocationIx> {
        match names.get_ref() {
            Names::One(name) if name == "edges" => self.edges(names.span(), mistakes),
            Names::One(name) => match self.one(name, names.span()) {
                Ok(location) => vec![location],
                Err(mistake) => {
                    mistakes.push(mistake);
                    Vec::new()
                }
            },
            Names::Several(several) => self.list(&Spanned::new(names.span(), several.clone()), mistakes),
        }
    }

    fn edges(&mut self, place: Range<usize>, mistakes: &mut Vec<Diagnostic>) -> Vec<LocationIx> {
        match &self.spec.edges {
            None => {
                let problem = Diagnostic::new("there are no `edges`", place, "this group is empty");
                mistakes
                    .push(problem.with_help("list them: [locations] edges = [\"FRA\", \"SIN\"], or \"all\""));
                Vec::new()
            }
            Some(edges) => match edges.get_ref() {
                Names::One(all) if all == "all" => topology::edge_cities()
                    .filter_map(|city| self.one(city.name, place.clone()).map_err(|m| mistakes.push(m)).ok())
                    .collect(),
                Names::One(name) if name == "edges" => {
                    let problem = "a group cannot stand for itself";
                    mistakes.push(Diagnostic::new(problem, edges.span(), ""));
                    Vec::new()
                }
                _ => self.names(&edges.clone(), mistakes),
            },
        }
    }
}

fn own_place(name: &str, place: OwnPlace) -> Result<Place, String> {
    let coordinates = match (place.latitude, place.longitude) {
        (None, None) => None,
        (Some(latitude), Some(longitude)) => {
            Some(Coordinates::new(latitude, longitude).map_err(|problem| problem.to_string())?)
        }
        _ => return Err(format!("`{name}` has one coordinate of two")),
    };
    Ok(Place { name: name.to_owned(), coordinates, region: None })
}
