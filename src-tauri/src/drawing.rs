//! Who draws the page: the processor, as the engine of the workshop otherwise keeps every layer of it twice (ADR 0056).

/// Read by the engine when it starts; `0` in the environment leaves it to the graphics card.
#[cfg(target_os = "linux")]
const WITHOUT_CARD: &str = "WEBKIT_DISABLE_COMPOSITING_MODE";

/// To be called before there is a second thread: the environment belongs to all of them.
#[cfg(target_os = "linux")]
pub fn by_the_processor() {
    // A name and a value without a zero in them are always taken.
    let _ = gtk::glib::setenv(WITHOUT_CARD, "1", false);
}

/// Elsewhere it is the engine that decides.
#[cfg(not(target_os = "linux"))]
pub fn by_the_processor() {}
