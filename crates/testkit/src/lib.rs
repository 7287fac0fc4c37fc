//! Rigs for tests: the real programs, started, driven and stopped as a person would.
//!
//! A rig panics with a sentence when its part of the world does not work: a test has nothing to
//! decide about a browser that does not start.

mod axe;
mod browser;
pub mod bytes;
mod cli;
pub mod commune;
pub mod demo;
mod fixture;
mod hub;
mod line;
mod place;
mod process;
pub mod province;
mod random;
pub mod sample;
mod screen;
mod trace;
mod wait;
mod webdriver;
mod window;

pub use axe::{Violation, serious_violations};
pub use browser::Browser;
pub use cli::{Answer, Cli, PIN};
pub use fixture::{Fixture, References, fixtures};
pub use hub::{ADMIN, Hub, PASSWORD};
pub use line::{Line, Shape};
pub use place::{artifact, checkout, copy_folder, program, text};
pub use process::{Process, Running};
pub use random::Random;
pub use screen::Screen;
pub use trace::{contains, traces, traces_in_folder, unpacked};
pub use wait::{is_reached, until};
pub use webdriver::{Element, Key, Refusal, Session};
pub use window::Window;
