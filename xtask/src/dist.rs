//! Programs for other systems.

mod windows;
mod wine;

use crate::failure::Failure;
use crate::place::Place;

/// Builds the three programs for Windows and tries the command line under wine.
pub fn windows(place: &Place) -> Result<(), Failure> {
    let folder = windows::build(place)?;
    wine::try_register(place, &folder)
}

/// Tries the command line that the last `dist windows` built.
pub fn wine(place: &Place) -> Result<(), Failure> {
    wine::try_register(place, &windows::shipped(place))
}
