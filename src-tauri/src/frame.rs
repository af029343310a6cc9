//! Gives the window the shape, size and place that it had, and remembers them.
//!
//! They are read at moments when nothing moves (before another shape, when the window loses the keyboard, when it is
//! closed), for what a window manager tells while it moves a window belongs to neither shape.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tauri::{
    AppHandle, LogicalSize, Manager as _, PhysicalPosition, PhysicalSize, WebviewWindow, async_runtime,
};

use crate::shape::{Place, Shape, Shapes};
use crate::window::MAIN;

/// How often, and for how long, it is looked whether the window has the size that was asked for: 2 s in all.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: usize = 40;

/// The frame of the window; clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    app: AppHandle,
    shapes: Arc<Shapes>,
}

impl Frame {
    /// `folder` is where it is remembered.
    pub(crate) fn new(app: AppHandle, folder: Option<PathBuf>) -> Self {
        Self { app, shapes: Arc::new(Shapes::new(folder)) }
    }

    /// The shape in use.
    pub(crate) fn shape(&self) -> Shape {
        self.shapes.now()
    }

    /// The bar, or from the bar back to what it was.
    pub(crate) fn toggle(&self) {
        self.take(self.shapes.other());
    }

    /// Takes this shape.
    pub(crate) fn take(&self, shape: Shape) {
        if shape == self.shapes.now() {
            return;
        }
        self.remember();
        self.shapes.choose(shape);
        self.restore();
        self.keep();
    }

    /// The shape in use, where it stood with these monitors.
    pub(crate) fn restore(&self) {
        let frame = self.clone();
        // Windows belong to the main thread.
        let done = self.app.run_on_main_thread(move || {
            let window = frame.app.get_webview_window(MAIN);
            if let Some(Err(error)) = window.map(|window| frame.apply(&window)) {
                tracing::warn!(%error, "the window keeps its shape");
            }
        });
        if let Err(error) = done {
            tracing::debug!(%error, "the application ends");
        }
    }

    fn apply(&self, window: &WebviewWindow) -> tauri::Result<()> {
        let shape = self.shapes.now();
        // A least size that the window does not have yet makes the window manager resize it, which crosses ours.
        least(window, Shape::Mini)?;
        window.set_always_on_top(shape.is_above())?;
        let (monitors, areas) = self.monitors()?;
        let place = self.shapes.place(&monitors, shape);
        match place.filter(|place| areas.iter().any(|area| place.is_on(area))) {
            Some(Place { x, y, width, height }) => {
                window.set_size(PhysicalSize::new(width, height))?;
                window.set_position(PhysicalPosition::new(x, y))?;
            }
            None => {
                let (width, height) = shape.size();
                window.set_size(LogicalSize::new(width, height))?;
            }
        }
        async_runtime::spawn(self.clone().settle(window.clone(), shape));
        Ok(())
    }

    /// Forbids what is too small for the shape, once the window is larger than that anyway.
    async fn settle(self, window: WebviewWindow, shape: Shape) {
        let mut looks = tokio::time::interval(LOOK);
        for _ in 0..LOOKS {
            looks.tick().await;
            if self.shapes.now() != shape {
                return;
            }
            match fits(&window, shape) {
                Ok(false) => {}
                Ok(true) => match least(&window, shape) {
                    Ok(()) => return,
                    Err(error) => return tracing::debug!(%error, "how small the window may be is not set"),
                },
                Err(error) => return tracing::debug!(%error, "the window is gone"),
            }
        }
    }

    /// Remembers where the window stands now, if it is to be seen.
    pub(crate) fn remember(&self) {
        if let Err(error) = self.look() {
            tracing::debug!(%error, "where the window stands is not known");
        }
        self.keep();
    }

    fn look(&self) -> tauri::Result<()> {
        let Some(window) = self.app.get_webview_window(MAIN) else { return Ok(()) };
        if !window.is_visible()? || window.is_minimized()? || window.is_maximized()? {
            return Ok(());
        }
        let (PhysicalPosition { x, y }, PhysicalSize { width, height }) =
            (window.outer_position()?, window.inner_size()?);
        self.shapes.remember(&self.monitors()?.0, Place { x, y, width, height });
        Ok(())
    }

    /// The name of this set of monitors, and what can be seen on each.
    fn monitors(&self) -> tauri::Result<(String, Vec<Place>)> {
        let place = |monitor: &tauri::Monitor| {
            let (PhysicalPosition { x, y }, PhysicalSize { width, height }) =
                (*monitor.position(), *monitor.size());
            Place { x, y, width, height }
        };
        let areas: Vec<Place> = self.app.available_monitors()?.iter().map(place).collect();
        let mut names: Vec<String> =
            areas.iter().map(|Place { x, y, width, height }| format!("{width}x{height}{x:+}{y:+}")).collect();
        names.sort();
        Ok((names.join(" "), areas))
    }

    fn keep(&self) {
        if let Err(error) = self.shapes.keep() {
            tracing::warn!(%error, "where the window stands is not kept");
        }
    }
}

/// Whether the window is as large as this shape must be.
fn fits(window: &WebviewWindow, shape: Shape) -> tauri::Result<bool> {
    let now = window.inner_size()?.to_logical::<u32>(window.scale_factor()?);
    let (width, height) = shape.least();
    Ok(now.width >= width && now.height >= height)
}

/// Lets the window be no smaller than this shape may be.
fn least(window: &WebviewWindow, shape: Shape) -> tauri::Result<()> {
    let (width, height) = shape.least();
    window.set_min_size(Some(LogicalSize::new(width, height)))
}
