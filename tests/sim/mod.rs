//! A world in one process: PCs of several communes with real registers, the real hub, and a bad line between
//! them. Everything that happens follows from one seed.

mod line;
mod pc;
mod province;
mod world;

pub use world::run;
