//! What is on the screen, by asking the system: windows of its own, which no driver of a web view sees.

use std::time::{SystemTime, UNIX_EPOCH};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt, EventMask, ImageFormat, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

pub struct Screen {
    system: RustConnection,
    root: Window,
    name: Atom,
}

impl Screen {
    /// The screen of `DISPLAY`; from here on it hears of every window that is shown.
    pub fn open() -> Self {
        let (system, n) = x11rb::connect(None).expect("there is a screen");
        let root = system.setup().roots[n].root;
        let name = system.intern_atom(false, b"_NET_WM_NAME").expect("the screen is asked");
        let name = name.reply().expect("the screen answers").atom;
        let heard = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        let asked = system.change_window_attributes(root, &heard).expect("the screen is asked");
        asked.check().expect("who asks may hear of windows");
        Self { system, root, name }
    }

    /// The names of the windows that are shown now.
    pub fn titles(&self) -> Vec<String> {
        let tree = self.system.query_tree(self.root).expect("the screen is asked");
        let windows = tree.reply().expect("the screen answers").children;
        let shown = windows.into_iter().filter(|window| self.is_shown(*window));
        shown.filter_map(|window| self.title(window)).collect()
    }

    pub fn shows(&self, title: &str) -> bool {
        self.titles().iter().any(|shown| shown == title)
    }

    /// Waits for a window of this name, and until its corner has this colour: when that was, in milliseconds since
    /// 1970. Waits for as long as it takes, which is for a bench and not for a test.
    pub fn painted_ms(&self, title: &str, color: [u8; 3]) -> u128 {
        loop {
            let event = self.system.wait_for_event().expect("the screen stays");
            let Event::MapNotify(shown) = event else { continue };
            if self.title(shown.window).as_deref() != Some(title) {
                continue;
            }
            while self.corner(shown.window) != Some(color) {}
            return SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_millis();
        }
    }

    // A window may go away between two questions about it.
    fn is_shown(&self, window: Window) -> bool {
        let asked = self.system.get_window_attributes(window).expect("the screen is asked");
        asked.reply().is_ok_and(|is| is.map_state == MapState::VIEWABLE)
    }

    fn title(&self, window: Window) -> Option<String> {
        let asked = self.system.get_property(false, window, self.name, AtomEnum::ANY, 0, 1_024);
        let bytes = asked.expect("the screen is asked").reply().ok()?.value;
        String::from_utf8(bytes).ok()
    }

    fn corner(&self, window: Window) -> Option<[u8; 3]> {
        let asked = self.system.get_image(ImageFormat::Z_PIXMAP, window, 2, 2, 1, 1, !0);
        // Blue first, as screens have it here.
        let bytes = asked.expect("the screen is asked").reply().ok()?.data;
        bytes.first_chunk().map(|[blue, green, red]| [*red, *green, *blue])
    }
}
