//! The tray of Windows and macOS, as Tauri has it. Linux has one of its own, which can say whether a panel shows it.

use std::sync::{Arc, Mutex, PoisonError};

use phone::view::Availability;
use tauri::image::Image;
use tauri::menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use crate::tray::{Choice, Chosen, Face, Icon, Told, argb};
use crate::words::Text;

const ID: &str = "balie";
/// Pixels of the picture; the system makes it as small as its bar is.
const SIZE: u16 = if cfg!(windows) { 32 } else { 36 };
const NO_TRAY: Text = Text::new(
    "Dit systeem toont het pictogram van Balie niet. Start Balie opnieuw om het venster terug te halen.",
    "This system does not show Balie's icon. Start Balie again to bring its window back.",
);

/// The icon, from its first face on.
pub(crate) struct TrayIcon {
    app: AppHandle,
    chosen: Chosen,
    told: Told,
    rows: Arc<Mutex<Option<Rows>>>,
}

impl TrayIcon {
    pub(crate) fn new(app: &AppHandle, chosen: Chosen, told: Told) -> Self {
        // Until it stands there, there is none.
        told(Availability::absent(NO_TRAY.nl, NO_TRAY.en));
        Self { app: app.clone(), chosen, told, rows: Arc::default() }
    }
}

impl Icon for TrayIcon {
    fn show(&mut self, face: Face) {
        let (app, rows) = (self.app.clone(), Arc::clone(&self.rows));
        let (chosen, told) = (Arc::clone(&self.chosen), Arc::clone(&self.told));
        // Icons and menus belong to the main thread.
        let done = self.app.run_on_main_thread(move || {
            let shown = paint(&app, &rows, &chosen, face);
            told(shown.map_or_else(
                |error| {
                    tracing::warn!(%error, "no tray");
                    Availability::absent(NO_TRAY.nl, NO_TRAY.en)
                },
                |()| Availability::Present,
            ));
        });
        if let Err(error) = done {
            tracing::debug!(%error, "the application ends");
        }
    }
}

/// Shows `face`, and makes what is to show it the first time.
fn paint(app: &AppHandle, kept: &Arc<Mutex<Option<Rows>>>, chosen: &Chosen, face: Face) -> tauri::Result<()> {
    let mut rows = kept.lock().unwrap_or_else(PoisonError::into_inner);
    match rows.as_mut() {
        Some(rows) => {
            rows.read(face)?;
            // Tauri keeps the icon and takes it away at the end; whoever kept it as well would leave it behind.
            let Some(icon) = app.tray_by_id(ID) else { return Ok(()) };
            icon.set_icon(Some(picture(face)))?;
            icon.set_tooltip(Some(face.title()))
        }
        None => {
            let made = Rows::new(app, face)?;
            build(app, &made, kept, chosen)?;
            *rows = Some(made);
            Ok(())
        }
    }
}

/// Puts the icon there, with `rows` as its menu; `kept` is where they are found from then on.
fn build(
    app: &AppHandle,
    rows: &Rows,
    kept: &Arc<Mutex<Option<Rows>>>,
    chosen: &Chosen,
) -> tauri::Result<()> {
    let (choose, open, kept) = (Arc::clone(chosen), Arc::clone(chosen), Arc::clone(kept));
    TrayIconBuilder::with_id(ID)
        .icon(picture(rows.face))
        .tooltip(rows.face.title())
        .menu(&rows.menu(app)?)
        // On macOS an icon in the menu bar is a menu; on Windows a click opens the program.
        .show_menu_on_left_click(cfg!(target_os = "macos"))
        .on_menu_event(move |_, event| {
            let rows = kept.lock().unwrap_or_else(PoisonError::into_inner);
            let choice = rows.as_ref().and_then(|rows| rows.choice(event.id().as_ref()));
            drop(rows);
            if let Some(choice) = choice {
                choose(choice);
            }
        })
        .on_tray_icon_event(move |_, event| {
            let is_click = matches!(
                event,
                TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. }
            );
            if is_click && cfg!(windows) {
                open(Choice::Open);
            }
        })
        .build(app)
        .map(drop)
}

/// The picture as Tauri wants it, with the alpha of each pixel last.
fn picture(face: Face) -> Image<'static> {
    let mut pixels = argb(face.standing, SIZE);
    pixels.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_left(1));
    Image::new_owned(pixels, SIZE.into(), SIZE.into())
}

/// The rows of the menu. They stay the same ones, so that a menu that is open while a call comes in stays open.
struct Rows {
    face: Face,
    buttons: [(Choice, MenuItem<Wry>); 4],
    disturb: CheckMenuItem<Wry>,
}

impl Rows {
    fn new(app: &AppHandle, face: Face) -> tauri::Result<Self> {
        let button = |choice: Choice| {
            let text = choice.text().read(face.language);
            let item = MenuItem::with_id(app, id(choice), text, face.offers(choice), None::<&str>)?;
            Ok::<_, tauri::Error>((choice, item))
        };
        let other = other(face);
        let disturb = CheckMenuItem::with_id(
            app,
            id(other),
            other.text().read(face.language),
            face.offers(other),
            face.do_not_disturb,
            None::<&str>,
        )?;
        let [open, answer, hang_up, quit] =
            [Choice::Open, Choice::Answer, Choice::HangUp, Choice::Quit].map(button);
        Ok(Self { face, buttons: [open?, answer?, hang_up?, quit?], disturb })
    }

    fn menu(&self, app: &AppHandle) -> tauri::Result<Menu<Wry>> {
        let [(_, open), (_, answer), (_, hang_up), (_, quit)] = &self.buttons;
        let line = || PredefinedMenuItem::separator(app);
        Menu::with_items(app, &[open, &line()?, answer, hang_up, &self.disturb, &line()?, quit])
    }

    /// Makes them read as `face` has it.
    fn read(&mut self, face: Face) -> tauri::Result<()> {
        self.face = face;
        for (choice, item) in &self.buttons {
            item.set_text(choice.text().read(face.language))?;
            item.set_enabled(face.offers(*choice))?;
        }
        let other = other(face);
        self.disturb.set_text(other.text().read(face.language))?;
        self.disturb.set_enabled(face.offers(other))?;
        self.disturb.set_checked(face.do_not_disturb)
    }

    /// What the row with this name asks. A row that is checked by a click shows the setting again at once, until the
    /// phone says that it is another one.
    fn choice(&self, name: &str) -> Option<Choice> {
        let other = other(self.face);
        if name == id(other) {
            if let Err(error) = self.disturb.set_checked(self.face.do_not_disturb) {
                tracing::debug!(%error, "the row stays checked");
            }
            return Some(other);
        }
        self.buttons.iter().map(|(choice, _)| *choice).find(|choice| name == id(*choice))
    }
}

/// What switching do not disturb would ask.
const fn other(face: Face) -> Choice {
    Choice::DoNotDisturb(!face.do_not_disturb)
}

/// The name of a row; other menus have theirs.
const fn id(choice: Choice) -> &'static str {
    match choice {
        Choice::Open => "tray.open",
        Choice::Answer => "tray.answer",
        Choice::HangUp => "tray.hang_up",
        Choice::DoNotDisturb(_) => "tray.do_not_disturb",
        Choice::Quit => "tray.quit",
    }
}
