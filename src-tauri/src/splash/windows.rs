//! The splash of Windows, on a thread of its own: the first one is busy with the web view until the page is there.

use std::error::Error;
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use softbuffer::{Context, Surface};
use tao::dpi::{PhysicalPosition, PhysicalSize};
use tao::event::Event;
use tao::event_loop::{ControlFlow, EventLoop, EventLoopBuilder, EventLoopProxy};
use tao::platform::run_return::EventLoopExtRunReturn;
use tao::platform::windows::{EventLoopBuilderExtWindows, WindowBuilderExtWindows};
use tao::window::{Window, WindowBuilder};

use super::{HEIGHT, TITLE, WIDTH, picture};

struct Close;

static IS_OVER: AtomicBool = AtomicBool::new(false);
static SHOWN: Mutex<Option<EventLoopProxy<Close>>> = Mutex::new(None);

pub fn open() {
    let show = || {
        if let Err(error) = show() {
            tracing::warn!(%error, "there was no splash");
        }
    };
    // Without it the program opens as it is.
    let _ = std::thread::Builder::new().name("splash".into()).spawn(show);
}

/// Windows keeps it above.
pub fn raise() {}

pub fn close() {
    IS_OVER.store(true, Ordering::SeqCst);
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner).take();
    // An error means that it is gone already.
    let _ = shown.map(|shown| shown.send_event(Close));
}

fn show() -> Result<(), Box<dyn Error>> {
    let mut events = EventLoopBuilder::<Close>::with_user_event().with_any_thread(true).build();
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(events.create_proxy());
    // A page that was quicker has found nobody to tell.
    if IS_OVER.load(Ordering::SeqCst) {
        return Ok(());
    }
    let window = Rc::new(window(&events)?);
    let context = Context::new(Rc::clone(&window))?;
    let mut surface = Surface::new(&context, Rc::clone(&window))?;
    paint(&window, &mut surface)?;
    events.run_return(move |event, _, flow| {
        *flow = match event {
            Event::UserEvent(Close) => ControlFlow::Exit,
            _ => ControlFlow::Wait,
        };
        if let Event::RedrawRequested(_) = event {
            // It was painted once; a second time that fails leaves what there is.
            let _ = paint(&window, &mut surface);
        }
    });
    Ok(())
}

/// In the middle of the first screen; never with the keyboard, and without a place among the programs.
fn window(events: &EventLoop<Close>) -> Result<Window, Box<dyn Error>> {
    let screen = events.primary_monitor().ok_or("no screen")?;
    let pixels = |length: u32| (f64::from(length) * screen.scale_factor()).round() as u32;
    let size = PhysicalSize::new(pixels(WIDTH), pixels(HEIGHT));
    let (corner, whole) = (screen.position(), screen.size());
    let middle = |begin: i32, of: u32, length: u32| begin + (of.cast_signed() - length.cast_signed()) / 2;
    let place = PhysicalPosition::new(
        middle(corner.x, whole.width, size.width),
        middle(corner.y, whole.height, size.height),
    );
    let window = WindowBuilder::new()
        .with_title(TITLE.trim())
        .with_inner_size(size)
        .with_position(place)
        .with_decorations(false)
        .with_resizable(false)
        .with_always_on_top(true)
        .with_focused(false)
        .with_focusable(false)
        .with_skip_taskbar(true)
        .with_drag_and_drop(false)
        .build(events)?;
    Ok(window)
}

fn paint(window: &Window, surface: &mut Surface<Rc<Window>, Rc<Window>>) -> Result<(), Box<dyn Error>> {
    let size = window.inner_size();
    let Some((width, height)) = NonZeroU32::new(size.width).zip(NonZeroU32::new(size.height)) else {
        return Ok(());
    };
    let pixels = picture::scaled(size.width, size.height).ok_or("no picture")?;
    surface.resize(width, height)?;
    let mut buffer = surface.buffer_mut()?;
    for (to, [red, green, blue]) in buffer.iter_mut().zip(pixels) {
        *to = u32::from_be_bytes([0, red, green, blue]);
    }
    buffer.present()?;
    Ok(())
}
