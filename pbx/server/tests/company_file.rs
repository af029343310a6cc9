//! Company files: what is exported is imported as the same, and what is wrong is found on its line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect_file;
use pbx::directory::SoundFormat;
use pbx_server::company::CompanyData;
use pbx_server::company_file::{read, write};

const SMALL: &str = include_str!("company/small.toml");

#[test]
fn export_import_export_gives_the_same_file_byte_for_byte() {
    let first = written(&company(SMALL));

    let second = written(&company(&first));

    assert_eq!(first, second);
    expect_file!["company/small.exported.toml"].assert_eq(&without_hashes(&first));
}

#[test]
fn importing_a_file_again_over_what_it_made_changes_nothing() {
    let mut first = company(SMALL);
    // Once a company is stored, the database alone has the files of its sounds.
    assert_eq!(std::mem::take(&mut first.uploads).len(), 1);

    let again = read(SMALL, Some(&first)).unwrap();

    assert_eq!(first, again);
}

#[test]
fn people_keep_their_identifiers_when_others_come_and_go() {
    let first = company(SMALL);
    let bert = first.subscriber_named("bert").unwrap().id;
    let without_anna = SMALL.split("[[user]]").filter(|part| !part.contains("\"anna\"")).collect::<Vec<_>>();

    let second = read(&without_anna.join("[[user]]"), Some(&first)).unwrap();

    assert!(second.subscriber_named("anna").is_none());
    assert_eq!(second.subscriber_named("bert").unwrap().id, bert);
}

#[test]
fn who_is_put_into_no_capacity_group_is_in_the_one_for_new_users() {
    let text = SMALL.replace(
        "capacity_group = \"Iedereen\"\nextension = \"202\"",
        "capacity_group = \"\"\nextension = \"202\"",
    );
    let group = |data: &CompanyData, login: &str| data.subscriber_named(login).unwrap().capacity_group;

    let first = company(&text);
    let second = company(&written(&first));

    for data in [&first, &second] {
        assert_eq!(group(data, "anna"), Some(data.records.capacity_groups[0].id));
        assert_eq!(group(data, "bert"), None, "the file says so");
    }
    assert!(written(&first).contains("capacity_group = \"\"\n"));
    let without = text.replace("for_new_users = true\n", "");
    assert_eq!(group(&company(&without), "anna"), None);
}

#[test]
fn five_planted_errors_are_found_on_their_lines() {
    let problems = read(include_str!("company/five_errors.toml"), None).unwrap_err();

    let found: Vec<_> = problems.iter().map(|it| (it.line, it.code)).collect();
    assert_eq!(
        found,
        [(12, "missing"), (17, "wrong_length"), (21, "twice"), (27, "either_or"), (32, "bad_range")]
    );
    assert!(problems.iter().all(|it| !it.nl.is_empty() && !it.en.is_empty() && it.nl != it.en));
}

#[test]
fn values_of_the_wrong_kind_and_unknown_words_are_found_in_every_table_at_once() {
    let text = "[company]\nname = \"A\"\ndomain = \"a.example\"\n\n[[user]]\nlogin = \"x\"\nname = \"X\"\nextension = \"1\"\n\n[[user]]\nlogin = \"y\"\nname = \"Y\"\ncolour = \"red\"\n\n[planet]\n";

    let problems = read(text, None).unwrap_err();

    let found: Vec<_> = problems.iter().map(|it| (it.line, it.code)).collect();
    assert_eq!(found, [(8, "bad_value"), (13, "bad_value"), (15, "unknown_table")]);
}

#[test]
fn what_the_exchange_refuses_is_found_on_the_line_of_the_field() {
    let text = SMALL.replace("forward_to = \"202\"", "forward_to = \"112\"");
    let line = text.lines().position(|line| line.contains("\"112\"")).unwrap() + 1;

    let problems = read(&text, None).unwrap_err();

    assert_eq!((problems[0].line, problems[0].code), (line, "refused"), "{problems:?}");
}

/// Of the licences that a file names, there are enough.
const LICENCES: &str = r#"
[company]
name = "Licenties"
domain = "licenties.example"

[company.licences]
office = 1
fixed_mobile = 2
reception_premium = 1
menu_package = 1

[[user]]
login = "Anna@Licenties.example"
name = "Anna"
extension = "201"
profile = "fixed_mobile"
options = ["reception_premium"]

[[user]]
login = "bert"
name = "Bert"
extension = "202"
"#;

#[test]
fn licences_profiles_and_options_are_written_as_they_were_read() {
    let first = written(&company(LICENCES));

    let part = first.split("[[user]]").collect::<Vec<_>>();
    assert!(part[0].contains("[company.licences]\noffice = 1\nfixed_mobile = 2\n"), "{}", part[0]);
    assert!(part[1].contains("login = \"anna\""), "{}", part[1]);
    assert!(
        part[1].contains("profile = \"fixed_mobile\"\noptions = [\"reception_premium\"]\n"),
        "{}",
        part[1]
    );
    assert!(!part[2].contains("profile") && !part[2].contains("options"), "{}", part[2]);
    assert_eq!(written(&company(&first)), first);
}

#[test]
fn more_licences_than_there_are_are_found_on_their_lines_with_who_holds_them() {
    let text = LICENCES.replace("office = 1", "office = 0").replace("reception_premium = 1\n", "");

    let problems = read(&text, None).unwrap_err();

    let found: Vec<_> = problems.iter().map(|it| (it.line, it.code)).collect();
    assert_eq!(found, [(6, "licences_in_use"), (7, "licences_in_use")]);
    assert_eq!(problems[0].nl, "1 gebruikers hebben `reception_premium` en er zijn er 0: anna");
    assert_eq!(problems[1].en, "1 users hold `office` and there are 0: bert");
}

#[test]
fn what_is_no_profile_no_option_and_no_licence_is_found_on_its_line() {
    let line = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;
    for (was, is) in [
        ("profile = \"fixed_mobile\"", "profile = \"mobile\""),
        ("options = [\"reception_premium\"]", "options = [\"reception\"]"),
        ("options = [\"reception_premium\"]", "options = [\"office\"]"),
        ("menu_package = 1", "menus = 1"),
        ("menu_package = 1", "menu_package = -1"),
    ] {
        let text = LICENCES.replace("office = 1", "office = 2").replace(was, is);

        let problems = read(&text, None).unwrap_err();

        assert_eq!(problems[0].line, line(&text, is), "{problems:?}");
    }
}

#[test]
fn logins_that_are_no_names_and_domains_that_are_none_are_found_on_their_lines() {
    let text = "[company]\nname = \"A\"\ndomain = \"a..example\"\n\n[[user]]\nlogin = \"an na\"\nname = \"X\"\n\n[[user]]\nlogin = \"y@elders.example\"\nname = \"Y\"\n";

    let problems = read(text, None).unwrap_err();

    let found: Vec<_> = problems.iter().map(|it| (it.line, it.code)).collect();
    assert_eq!(found, [(3, "bad_domain"), (6, "bad_login"), (10, "bad_login")]);
    assert!(problems.iter().all(|it| it.nl != it.en));
}

#[test]
fn one_login_in_two_writings_is_one_login() {
    let text = SMALL.replace("login = \"bert\"", "login = \"ANNA@Molen.example\"");

    let problems = read(&text, None).unwrap_err();

    assert!(problems.iter().any(|it| (it.line, it.code) == (73, "twice")), "{problems:?}");
}

#[test]
fn text_that_is_no_toml_is_refused_with_its_line() {
    let problems = read("[company]\nname = \"A\n", None).unwrap_err();

    assert_eq!((problems[0].line, problems[0].code), (2, "bad_toml"));
}

#[test]
fn ten_thousand_users_fit_in_a_few_lines() {
    let data = company(include_str!("../../../tests/bench/company.toml"));

    assert_eq!((data.records.subscribers.len(), data.devices.len()), (10_011, 10_010), "one is a group");
    let exported = written(&data);
    assert_eq!(written(&company(&exported)), exported);
}

#[test]
fn the_demo_company_is_valid_and_everybody_in_it_can_sign_in_and_call() {
    let data = company(include_str!("../../../assets/demo/company.toml"));

    assert_eq!((data.records.subscribers.len(), data.devices.len()), (40, 40));
    assert!(data.records.subscribers.iter().all(|who| who.extension.is_some()));
    assert!(data.records.subscribers.iter().all(|who| data.person(who.id).password_hash.is_some()));
    let reception = data.subscriber_named("receptie").unwrap();
    assert_eq!(reception.numbers.first(), data.records.company.main_number.as_ref());
}

#[test]
fn a_secret_in_clear_never_comes_out_again() {
    let exported = written(&company(SMALL));

    for secret in ["geheim-van-anna", "wachtwoord-van-anna"] {
        assert!(SMALL.contains(secret) && !exported.contains(secret));
    }
}

#[test]
fn sounds_keep_their_files_and_services_name_them() {
    let first = company(SMALL);
    let sound = &first.records.sounds[0];
    assert_eq!((sound.name.as_str(), sound.format, sound.duration_ms), ("Wachtmuziek", SoundFormat::Wav, 25));
    let other = STANDARD.encode(include_bytes!("sounds/tone.flac"));
    let text = with_sound(SMALL, &other);

    let changed = read(&text, Some(&first)).unwrap();

    let now = &changed.records.sounds[0];
    assert_eq!((now.id, now.format), (sound.id, SoundFormat::Flac), "it is still the same sound");
    assert_eq!(&*changed.uploads[&now.id].0, include_bytes!("sounds/tone.flac"));
    assert_eq!(written(&company(&written(&changed))), written(&changed));
}

#[test]
fn a_sound_that_cannot_be_read_and_one_that_is_not_there_are_found_on_their_lines() {
    let line_of = |text: &str, what: &str| text.lines().position(|line| line.starts_with(what)).unwrap() + 1;
    let found = |text: &str| {
        let problems = read(text, None).unwrap_err();
        assert!(problems[0].nl != problems[0].en, "{problems:?}");
        (problems.len(), problems[0].line, problems[0].code)
    };
    for (data, code) in [
        ("geen geluid", "bad_base64"),
        (STANDARD.encode("<html>").as_str(), "bad_sound"),
        ("A".repeat(7_000_000).as_str(), "sound_too_large"),
    ] {
        let text = with_sound(SMALL, data);
        assert_eq!(found(&text), (1, line_of(&text, "data"), code));
    }

    let missing = SMALL.replace("name = \"Wachtmuziek\"", "name = \"Iets anders\"");
    assert_eq!(found(&missing), (1, line_of(&missing, "source = { file"), "refused"));
    let (first, rest) = SMALL.split_once("[[trunk]]").unwrap();
    let sound = first.split_once("[[sound]]").unwrap().1;
    assert_eq!(found(&format!("{first}[[sound]]{sound}[[trunk]]{rest}")).2, "twice");
}

/// The file with other data of its only sound.
fn with_sound(text: &str, data: &str) -> String {
    let line = text.lines().find(|line| line.starts_with("data = ")).expect("a sound in the file");
    text.replace(line, &format!("data = \"{data}\""))
}

fn written(data: &CompanyData) -> String {
    write(data, &data.uploads)
}

fn company(text: &str) -> CompanyData {
    read(text, None).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Password hashes have a salt of their own each time.
fn without_hashes(text: &str) -> String {
    let line = |line: &str| match line.split_once(" = ") {
        Some(("password_hash", _)) => "password_hash = \"(argon2)\"\n".to_owned(),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}
