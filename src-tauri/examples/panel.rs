//! A panel that shows tray icons, for the tests of the window: what a desktop without one lacks.
//!
//! It is the watcher and the host of the StatusNotifierItem specification in one. A line `look` prints title and
//! status of the icon and what its menu offers, a line `press LABEL` chooses there.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[cfg(target_os = "linux")]
    panel::run()?;
    Ok(())
}

#[cfg(target_os = "linux")]
mod panel {
    use std::collections::HashMap;
    use std::error::Error;
    use std::io::{BufRead as _, Write as _};
    use std::sync::{Arc, Mutex};

    use zbus::blocking::connection::Builder;
    use zbus::blocking::{Connection, Proxy};
    use zbus::zvariant::{OwnedValue, Value};

    type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

    /// Number, label and whether it can be chosen.
    type Row = (i32, String, bool);

    #[derive(Clone, Default)]
    struct Watcher(Arc<Mutex<Option<String>>>);

    #[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
    impl Watcher {
        fn register_status_notifier_item(&self, service: &str) {
            if let Ok(mut item) = self.0.lock() {
                *item = Some(service.to_owned());
            }
        }

        fn register_status_notifier_host(&self, _service: &str) {}

        #[zbus(property)]
        fn is_status_notifier_host_registered(&self) -> bool {
            true
        }

        #[zbus(property)]
        fn registered_status_notifier_items(&self) -> Vec<String> {
            self.0.lock().map(|item| item.iter().cloned().collect()).unwrap_or_default()
        }

        #[zbus(property)]
        fn protocol_version(&self) -> i32 {
            0
        }
    }

    pub(crate) fn run() -> Result<(), Box<dyn Error>> {
        let watcher = Watcher::default();
        let connection = Builder::session()?
            .serve_at("/StatusNotifierWatcher", watcher.clone())?
            .name("org.kde.StatusNotifierWatcher")?
            .build()?;
        for line in std::io::stdin().lock().lines() {
            let line = line?;
            let item = watcher.0.lock().map_err(|_| "a poisoned lock")?.clone();
            let answer = match (item, line.strip_prefix("press ")) {
                (None, _) => "no icon".to_owned(),
                (Some(item), None) => look(&connection, &item)?,
                (Some(item), Some(label)) => press(&connection, &item, label)?,
            };
            writeln!(std::io::stdout(), "{answer}")?;
        }
        Ok(())
    }

    fn look(connection: &Connection, item: &str) -> Result<String, Box<dyn Error>> {
        let icon = Proxy::new(connection, item, "/StatusNotifierItem", "org.kde.StatusNotifierItem")?;
        let (title, status): (String, String) = (icon.get_property("Title")?, icon.get_property("Status")?);
        let pixmaps: Vec<(i32, i32, Vec<u8>)> = icon.get_property("IconPixmap")?;
        let sizes = pixmaps.iter().filter(|(w, h, data)| data.len() == (w * h * 4) as usize).count();
        let labels: Vec<String> = menu(connection, item)?
            .into_iter()
            .map(|(_, label, enabled)| if enabled { label } else { format!("({label})") })
            .collect();
        Ok(format!("{title} | {status} | {sizes} sizes | {}", labels.join(", ")))
    }

    fn press(connection: &Connection, item: &str, label: &str) -> Result<String, Box<dyn Error>> {
        let found =
            menu(connection, item)?.into_iter().find(|(_, other, enabled)| other == label && *enabled);
        let Some((id, ..)) = found else { return Ok(format!("{label} is not offered")) };
        let menu = Proxy::new(connection, item, "/MenuBar", "com.canonical.dbusmenu")?;
        // A program that is asked to quit may go before it answers.
        let _answered = menu.call::<_, _, ()>("Event", &(id, "clicked", Value::from(0_i32), 0_u32));
        Ok(format!("pressed {label}"))
    }

    fn menu(connection: &Connection, item: &str) -> Result<Vec<Row>, Box<dyn Error>> {
        let menu = Proxy::new(connection, item, "/MenuBar", "com.canonical.dbusmenu")?;
        let (_, (_, _, children)): (u32, Node) =
            menu.call("GetLayout", &(0_i32, -1_i32, Vec::<String>::new()))?;
        let mut rows = Vec::new();
        for child in children {
            let (id, properties, _): Node = Value::from(child).try_into()?;
            let label = properties.get("label").and_then(|value| <&str>::try_from(value).ok());
            let enabled = properties.get("enabled").and_then(|value| bool::try_from(value).ok());
            if let Some(label) = label {
                rows.push((id, label.to_owned(), enabled.unwrap_or(true)));
            }
        }
        Ok(rows)
    }
}
