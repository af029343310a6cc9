//! The tray as a StatusNotifierItem (freedesktop.org): an object on the session's bus that a panel shows, if the
//! desktop has one that does. Stock GNOME has none; that is told, and again when one comes or goes.

use std::sync::Arc;

use ksni::blocking::{Handle, TrayMethods as _};
use ksni::menu::{CheckmarkItem, StandardItem};
use ksni::{Category, MenuItem, OfflineReason, Status, ToolTip};
use phone::view::Availability;
use tauri::AppHandle;

use crate::tray::{Choice, Chosen, Face, Icon, Standing, Told, argb};
use crate::words::Text;

/// Sizes in pixels in which panels want icons.
const SIZES: [u16; 3] = [22, 32, 48];
const NO_PANEL: Text = Text::new(
    "Dit bureaublad toont geen pictogrammen van programma's (zoals GNOME zonder uitbreiding). Start Balie opnieuw om \
     het venster terug te halen.",
    "This desktop shows no icons of programs (such as GNOME without an extension). Start Balie again to bring its \
     window back.",
);

/// The icon, from its first face on.
pub(crate) struct TrayIcon {
    chosen: Chosen,
    told: Told,
    handle: Option<Handle<Item>>,
}

impl TrayIcon {
    pub(crate) fn new(_: &AppHandle, chosen: Chosen, told: Told) -> Self {
        // Until somebody shows it there is none.
        told(absent());
        Self { chosen, told, handle: None }
    }
}

impl Icon for TrayIcon {
    fn show(&mut self, face: Face) {
        if let Some(handle) = &self.handle {
            handle.update(|item| item.face = face);
            return;
        }
        let item = Item { face, chosen: Arc::clone(&self.chosen), told: Arc::clone(&self.told) };
        // A panel that comes later finds it.
        match item.assume_sni_available(true).spawn() {
            Ok(handle) => self.handle = Some(handle),
            Err(error) => {
                tracing::warn!(%error, "no tray");
                (self.told)(absent());
            }
        }
    }
}

fn absent() -> Availability {
    Availability::absent(NO_PANEL.nl, NO_PANEL.en)
}

/// What is on the bus.
struct Item {
    face: Face,
    chosen: Chosen,
    told: Told,
}

impl Item {
    fn button(&self, choice: Choice) -> MenuItem<Self> {
        StandardItem {
            label: choice.text().read(self.face.language).to_owned(),
            enabled: self.face.offers(choice),
            activate: Box::new(move |item: &mut Self| (item.chosen)(choice)),
            ..StandardItem::default()
        }
        .into()
    }
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "nl.balie.app".to_owned()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn title(&self) -> String {
        self.face.title()
    }

    fn status(&self) -> Status {
        if self.face.standing == Standing::Ringing { Status::NeedsAttention } else { Status::Active }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let icon = |size| ksni::Icon {
            width: i32::from(size),
            height: i32::from(size),
            data: argb(self.face.standing, size),
        };
        SIZES.into_iter().map(icon).collect()
    }

    fn attention_icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.icon_pixmap()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.title(), ..ToolTip::default() }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let on = self.face.do_not_disturb;
        let other = Choice::DoNotDisturb(!on);
        let disturb = CheckmarkItem {
            label: other.text().read(self.face.language).to_owned(),
            checked: on,
            enabled: self.face.offers(other),
            activate: Box::new(move |item: &mut Self| (item.chosen)(other)),
            ..CheckmarkItem::default()
        };
        vec![
            self.button(Choice::Open),
            MenuItem::Separator,
            self.button(Choice::Answer),
            self.button(Choice::HangUp),
            disturb.into(),
            MenuItem::Separator,
            self.button(Choice::Quit),
        ]
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.chosen)(Choice::Open);
    }

    fn watcher_online(&self) {
        (self.told)(Availability::Present);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::info!(?reason, "no panel shows the tray");
        (self.told)(absent());
        true
    }
}
