//! The real phone behind the window.

use std::sync::Arc;

use phone::view::Instruction;
use phone_engine::{Config, Host, StartError};

use crate::{Engine, Listener, Reply};

/// A phone with sockets and sound.
#[derive(Debug)]
pub struct Telephone {
    engine: phone_engine::Engine,
}

impl Telephone {
    /// Opens sockets and sound devices; where the configuration or the last session says who, it signs in at
    /// once, otherwise a person does.
    ///
    /// # Errors
    /// When the system gives no socket or thread.
    pub fn start(config: Config, host: Arc<dyn Host>) -> Result<Self, StartError> {
        let engine = tauri::async_runtime::block_on(phone_engine::Engine::start(config, host))?;
        Ok(Self { engine })
    }
}

impl Engine for Telephone {
    fn perform(&self, instruction: Instruction, reply: Reply) {
        self.engine.perform(instruction, reply);
    }

    fn subscribe(&self, listener: Listener) {
        self.engine.subscribe(listener);
    }
}
