//! `docs/functions.md` is made from the cards and compared with what is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use pbx::catalogue::unserved_codes;
use pbx::feature::Scope;
use pbx::functions::{FunctionEntry, NOT_MADE, functions};

#[test]
fn the_page_of_functions_is_up_to_date() {
    expect_file!["../../../docs/functions.md"].assert_eq(&page(&functions(), &stories()));
}

#[test]
fn every_function_has_a_file_that_names_it() {
    for function in functions() {
        let text = std::fs::read_to_string(root().join(&function.file)).unwrap();
        assert!(head(&text).contains(function.id), "{} does not name {}", function.file, function.id);
    }
}

#[test]
fn every_control_stands_where_the_page_says() {
    for screen in functions().iter().filter_map(|function| function.screen) {
        let text = std::fs::read_to_string(root().join(screen.file));
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", screen.file));
        assert!(text.contains(screen.names), "{} has no `{}`", screen.file, screen.names);
    }
}

#[test]
fn every_function_is_tried_in_a_story() {
    let stories = stories();
    for function in functions() {
        assert!(stories.contains_key(function.id), "no story names {}", function.id);
    }
}

#[test]
fn a_story_names_its_functions_one_by_one_or_as_a_range() {
    let named = |head| ids(head).into_iter().collect::<Vec<_>>();

    assert_eq!(named("Hold with music (F-022, F-089)."), ["F-022", "F-089"]);
    assert_eq!(named("F-064 to F-066 and C-5."), ["C-5", "F-064", "F-065", "F-066"]);
}

/// Where stories stand: calls from beginning to end, without a network, on one, and with real sound.
const STORIES: [(&str, &str); 4] = [
    ("pbx/src/exchange/stories", "exchange"),
    ("tests/tests/stories", "telephones"),
    ("tests/tests/peers", "peers"),
    ("tests/tests/voice", "sound"),
];

/// The stories of each function, by what their heads name: a word for the kind, and the file.
type Stories = BTreeMap<String, Vec<(&'static str, String)>>;

fn stories() -> Stories {
    let mut stories = Stories::new();
    for (folder, kind) in STORIES {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(root().join(folder)).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "rs")) {
            let name = file.file_name().unwrap().to_string_lossy();
            for id in ids(&head(&std::fs::read_to_string(file).unwrap())) {
                stories.entry(id).or_default().push((kind, format!("{folder}/{name}")));
            }
        }
    }
    stories
}

/// The functions that a text names; `F-064 to F-067` are four.
fn ids(text: &str) -> BTreeSet<String> {
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric())).collect();
    let number = |word: &str| word.strip_prefix("F-").and_then(|digits| digits.parse::<u16>().ok());
    let is_id = |word: &str| {
        let digits = word.strip_prefix("F-").or_else(|| word.strip_prefix("C-"));
        digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
    };
    let mut ids: BTreeSet<String> =
        words.iter().filter(|word| is_id(word)).map(|word| (*word).to_owned()).collect();
    for three in words.windows(3).filter(|three| three[1] == "to") {
        if let (Some(first), Some(last)) = (number(three[0]), number(three[2])) {
            ids.extend((first..=last).map(|number| format!("F-{number:03}")));
        }
    }
    ids
}

/// The description at the top of a file.
fn head(text: &str) -> String {
    text.lines().take_while(|line| line.starts_with("//!")).map(|line| format!("{}\n", &line[3..])).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page(functions: &[FunctionEntry], stories: &Stories) -> String {
    let mut page = String::from(INTRODUCTION);
    for function in functions {
        let codes: Vec<_> = function.access_codes.iter().map(|(_, text)| format!("`{text}`")).collect();
        writeln!(
            page,
            "| {} | {} | {} | [{}](../{}) | {} | {} | {} | {} |",
            function.id,
            function.title_nl,
            function.title_en,
            file_name(&function.file),
            function.file,
            tried_in(stories.get(function.id)),
            function.screen.map_or_else(|| "—".to_owned(), |it| format!("[{}](../{})", it.what, it.file)),
            set_by(function.scope),
            codes.join(" "),
        )
        .unwrap();
    }
    page.push_str("\n## By Dutch name\n\n| name | id |\n|---|---|\n");
    let mut by_name: Vec<_> = functions.iter().map(|function| (function.title_nl, function.id)).collect();
    by_name.sort();
    for (name, id) in by_name {
        writeln!(page, "| {name} | {id} |").unwrap();
    }
    page.push_str(WAITING);
    for function in functions {
        for waits in function.waits_for {
            writeln!(page, "| {} | {} | {} |", function.id, waits.part, waits.id).unwrap();
        }
    }
    page.push_str(REMAINING);
    for (id, part) in NOT_MADE {
        writeln!(page, "| {id} | {part} |").unwrap();
    }
    page.push_str(UNSERVED);
    for code in unserved_codes() {
        writeln!(page, "| `{}` | {} | {} |", code.default_text(), code.purpose(), code.function()).unwrap();
    }
    page
}

fn tried_in(stories: Option<&Vec<(&'static str, String)>>) -> String {
    let links = stories.into_iter().flatten().map(|(kind, file)| format!("[{kind}](../{file})"));
    links.collect::<Vec<_>>().join(" ")
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn set_by(scope: Option<Scope>) -> &'static str {
    match scope {
        Some(Scope::User) => "the person's services",
        Some(Scope::Group) => "the site's or department's services",
        Some(Scope::Inherited) => "the site's, department's or person's services",
        Some(Scope::Managed) => "the person's services, by administrators",
        None => "—",
    }
}

const INTRODUCTION: &str = "\
# Functions

Where each function of the product stands. This page is made from the descriptions in the code by
`UPDATE_EXPECT=1 cargo test -p pbx --test deciding`; do not edit it by hand.

The unit tests of a service stand at the end of its file. How services act together is in
[stories](../pbx/tests/deciding/stories.rs) and in the [matrix of pairs](../pbx/tests/deciding/pairs.golden).
Stories are calls from beginning to end whose files name the function: in the *exchange* alone, between
*telephones* on a network of data, with *peers* that we did not write, and by *sound*.

| id | Dutch | English | file, with its unit tests | stories | screen | set in | access codes |
|---|---|---|---|---|---|---|---|
";

const WAITING: &str = "
## Parts that wait for another function

| id | part | waits for |
|---|---|---|
";

const REMAINING: &str = "
## Parts that are not made yet

| id | part |
|---|---|
";

const UNSERVED: &str = "
## Access codes without a service yet

Dialled, they are answered as unknown: reorder tone, and nothing else happens.

| code | purpose | belongs to |
|---|---|---|
";
