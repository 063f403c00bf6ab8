//! Arrays of any length as serde writes lists, for `#[serde(with = "array")]`: serde's own end at 32.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

/// Writes them as a list.
///
/// # Errors
/// Those of the format.
pub fn serialize<S: Serializer, T: Serialize, const N: usize>(
    array: &[T; N],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    array.as_slice().serialize(serializer)
}

/// Reads a list of just so many.
///
/// # Errors
/// Those of the format, and another number of elements.
pub fn deserialize<'de, D: Deserializer<'de>, T: Deserialize<'de>, const N: usize>(
    deserializer: D,
) -> Result<[T; N], D::Error> {
    let list = Vec::<T>::deserialize(deserializer)?;
    let other = |list: Vec<T>| Error::invalid_length(list.len(), &format!("{N} elements").as_str());
    list.try_into().map_err(other)
}
