//! Virtual extensions on the wire (F-121): what stands in To at the provider, and in From at the telephone.

use anyhow::{Context, Result, ensure};
use system_tests::rig::{Exchange, Folder, Sipp, Sitter, free_ports};

use super::{ANNA, scenarios};

/// The provider, at a port of its own: everything else on this machine is a telephone.
const PROVIDER: Sitter<'static> =
    Sitter { user: "provider", password: "", domain: "127.0.0.1", tone: 800, answers_after: None };
const NAIMA: &str = "+31612345678";

#[test]
fn the_number_is_called_by_its_extension_and_shown_with_it() -> Result<()> {
    let folder = Folder::new("sipp-virtual-extension")?;
    let port = free_ports(1)?;
    let company = format!(
        "format = 1\n[company]\nname = \"Proef\"\ndomain = \"127.0.0.1\"\n[[site]]\nname = \"Proef\"\n\
         [[trunk]]\nname = \"Aanbieder\"\nhost = \"127.0.0.1\"\nport = {port}\n\
         [[virtual_extension]]\nextension = \"450\"\nnumber = \"{NAIMA}\"\nlast_name = \"Naima\"\n\
         [[user]]\nlogin = \"anna\"\nname = \"Anna\"\nextension = \"201\"\nnumbers = [\"+31850001201\"]\n\
         secret = \"geheim-anna\"\npassword = \"wachtwoord-anna\"\n"
    );
    let file = folder.file("company.toml");
    std::fs::write(&file, company)?;
    let exchange = Exchange::start(&folder, &file)?;
    let provider = Sipp::at_port(&folder, &exchange, &scenarios(), PROVIDER, port)?;
    let anna = Sipp::registered(&folder, &exchange, &scenarios(), ANNA)?;

    let called = provider.begin("picked-up", &[])?;
    anna.play("call", &[("whom", "450")])?;
    let called = called.finish()?;
    let invite = called.iter().find(|message| message.is("INVITE")).context("find the INVITE outside")?;
    ensure!(invite.header("To").is_some_and(|to| to.contains(NAIMA)), "{}", invite.head);

    let rung = anna.begin("picked-up", &[])?;
    provider.play("calls-in", &[("whom", "+31850001201"), ("caller", NAIMA)])?;
    let rung = rung.finish()?;
    let invite = rung.iter().find(|message| message.is("INVITE")).context("find the INVITE inside")?;
    for header in ["From", "P-Asserted-Identity"] {
        let shown = invite.header(header).unwrap_or_default();
        ensure!(shown.contains("\"Naima\"") && shown.contains("<sip:450@"), "{header}: {shown}");
    }
    Ok(())
}
