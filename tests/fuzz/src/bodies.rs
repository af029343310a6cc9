//! JSON as the API and the event connection carry it: whatever a shape takes is the same once written and read again.

use std::fmt::Debug;

use pbx_api::{account, call_control, company, contact, device, event, invitation, number, user};
use serde::{Serialize, de::DeserializeOwned};

pub(crate) fn run(bytes: &[u8]) {
    for shape in SHAPES {
        shape(bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(link) = text.parse::<invitation::InvitationLink>()
    {
        assert_eq!(link.to_string().parse(), Ok(link));
    }
}

/// What a client asks, then what an exchange says.
const SHAPES: [fn(&[u8]); 20] = [
    shape::<account::SignIn>,
    shape::<account::NewPassword>,
    shape::<call_control::Originate>,
    shape::<call_control::CallCommand>,
    shape::<call_control::Note>,
    shape::<company::CompanyChange>,
    shape::<company::NewDepartment>,
    shape::<Vec<contact::ContactCard>>,
    shape::<contact::Contact>,
    shape::<device::NewDevice>,
    shape::<event::ClientFrame>,
    shape::<invitation::NewInvitation>,
    shape::<invitation::AcceptInvitation>,
    shape::<number::NewNumber>,
    shape::<user::NewUser>,
    shape::<user::UserChange>,
    shape::<account::Session>,
    shape::<event::ServerFrame>,
    shape::<pbx_api::CallRecord>,
    shape::<pbx_api::ApiError>,
];

fn shape<T: Serialize + DeserializeOwned + PartialEq + Debug>(bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else { return };
    let written = serde_json::to_vec(&value).expect("what was read can be written");
    let again: T = serde_json::from_slice(&written).expect("what we write can be read");
    assert_eq!(again, value);
}
