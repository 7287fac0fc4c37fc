//! The splash of the workshop, by GTK, which tauri loads anyway.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gtk::gdk::WindowTypeHint;
use gtk::gdk_pixbuf::{Colorspace, Pixbuf};
use gtk::glib;
use gtk::prelude::*;

use super::{HEIGHT, TITLE, WIDTH, picture};

/// A window manager may be slow; the program does not wait for it longer than this.
const MOST: Duration = Duration::from_millis(200);

thread_local! {
    static SHOWN: RefCell<Option<gtk::Window>> = const { RefCell::new(None) };
}

pub fn open() {
    // Without a screen it is tauri who says so.
    if gtk::init().is_err() {
        return;
    }
    if let Some(window) = window() {
        show(&window);
        SHOWN.set(Some(window));
    }
}

pub fn raise() {
    SHOWN.with_borrow(|shown| {
        if let Some(window) = shown.as_ref().and_then(WidgetExt::window) {
            window.raise();
        }
    });
}

pub fn close() {
    if let Some(window) = SHOWN.take() {
        window.close();
    }
}

fn window() -> Option<gtk::Window> {
    let (width, height) = (WIDTH.cast_signed(), HEIGHT.cast_signed());
    let pixels = glib::Bytes::from_owned(picture::scaled(WIDTH, HEIGHT)?.into_flattened());
    let picture = Pixbuf::from_bytes(&pixels, Colorspace::Rgb, false, 8, width, height, width * 3);
    let window = gtk::Window::builder()
        .title(TITLE.trim())
        .decorated(false)
        .resizable(false)
        .accept_focus(false)
        .focus_on_map(false)
        .skip_taskbar_hint(true)
        .type_hint(WindowTypeHint::Splashscreen)
        .window_position(gtk::WindowPosition::Center)
        .build();
    window.set_keep_above(true);
    window.add(&gtk::Image::from_pixbuf(Some(&picture)));
    Some(window)
}

/// Returns when it was drawn: the next thing that this thread does is to open the web view, which takes long.
fn show(window: &gtk::Window) {
    let is_over = Rc::new(Cell::new(false));
    let (drawn, late) = (Rc::clone(&is_over), Rc::clone(&is_over));
    window.connect_draw(move |_, _| {
        drawn.set(true);
        glib::Propagation::Proceed
    });
    let clock = glib::timeout_add_local(MOST, move || {
        late.set(true);
        glib::ControlFlow::Continue
    });
    window.show_all();
    while !is_over.get() {
        gtk::main_iteration();
    }
    clock.remove();
    // What was drawn goes to the screen at the end of its frame.
    while gtk::events_pending() {
        gtk::main_iteration();
    }
    window.display().flush();
}
