//! Which reads the arguments ask for, in a case.

use crate::base::{KeyId, LocationIx, NamespaceIx, Time};
use crate::cli::args::WhyArgs;
use crate::cli::failure::Failure;
use crate::cli::output::counted;
use crate::experiment::why::Wanted;
use crate::scenario::Case;
use crate::scenario::text::{escape, nearest};

/// The reads that are of interest.
///
/// # Errors
/// If the case has no such namespace, location or key.
pub(in crate::cli) fn wanted(args: &WhyArgs, case: &Case) -> Result<Wanted, Failure> {
    let namespaces: Vec<&str> = case.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
    let locations: Vec<&str> = case.locations.iter().map(|place| place.name.as_str()).collect();
    let namespace = args.namespace.as_ref().map(|name| find("namespace", name, &namespaces)).transpose()?;
    let location = args.location.as_ref().map(|name| find("location", name, &locations)).transpose()?;
    if let Some(key) = args.key {
        check_key(key, namespace, case)?;
    }
    Ok(Wanted {
        namespace: namespace.map(NamespaceIx::from_position),
        location: location.map(LocationIx::from_position),
        key: args.key.map(KeyId),
        at: args.at.map(|at| Time::ZERO + at),
        each_cause: args.each_cause,
    })
}

/// As many names are listed where none is near.
const MOST_LISTED: usize = 20;

fn find(kind: &str, name: &str, names: &[&str]) -> Result<usize, Failure> {
    if let Some(found) = names.iter().position(|other| *other == name) {
        return Ok(found);
    }
    let help = match nearest(name, names) {
        Some(near) => format!("did you mean `{}`?", escape(near)),
        None => {
            let more = names.len().saturating_sub(MOST_LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let listed: Vec<String> = names.iter().take(MOST_LISTED).map(|name| escape(name)).collect();
            format!("there are {}{more}", listed.join(", "))
        }
    };
    Err(Failure::mistake(format!("there is no {kind} `{}` in the case\n  = help: {help}", escape(name))))
}

fn check_key(key: u32, namespace: Option<usize>, case: &Case) -> Result<(), Failure> {
    let most = case.namespaces.iter().enumerate().filter(|(at, _)| namespace.is_none_or(|only| only == *at));
    let most = most.map(|(_, namespace)| namespace.catalogue.count()).max().unwrap_or(0);
    if (key as usize) < most {
        return Ok(());
    }
    Err(Failure::mistake(format!(
        "there is no key {key}: there are {}, counted from 0, the most popular first",
        counted(most, "key")
    )))
}
