//! `docs/functions.md` is made from the cards and compared with what is committed.

use std::fmt::Write as _;

use expect_test::expect_file;
use pbx::catalogue::unserved_codes;
use pbx::feature::Scope;
use pbx::functions::{FunctionEntry, functions};

#[test]
fn the_page_of_functions_is_up_to_date() {
    expect_file!["../../../docs/functions.md"].assert_eq(&page(&functions()));
}

#[test]
fn every_function_has_a_file_that_names_it() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for function in functions() {
        let text = std::fs::read_to_string(root.join(&function.file)).unwrap();
        let documentation: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(documentation.contains(function.id), "{} does not name {}", function.file, function.id);
    }
}

fn page(functions: &[FunctionEntry]) -> String {
    let mut page = String::from(INTRODUCTION);
    for function in functions {
        let codes: Vec<_> = function.access_codes.iter().map(|(_, text)| format!("`{text}`")).collect();
        writeln!(
            page,
            "| {} | {} | {} | [{}](../{}) | {} | {} | {} |",
            function.id,
            function.title_nl,
            function.title_en,
            file_name(&function.file),
            function.file,
            function.screen.unwrap_or("—"),
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
    page.push_str(UNSERVED);
    for code in unserved_codes() {
        writeln!(page, "| `{}` | {} | {} |", code.default_text(), code.purpose(), code.function()).unwrap();
    }
    page
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn set_by(scope: Option<Scope>) -> &'static str {
    match scope {
        Some(Scope::User) => "the person's services",
        Some(Scope::Group) => "the site's or department's services",
        None => "—",
    }
}

const INTRODUCTION: &str = "\
# Functions

Where each function of the product stands. This page is made from the descriptions in the code by
`UPDATE_EXPECT=1 cargo test -p pbx --test deciding`; do not edit it by hand.

The unit tests of a service stand at the end of its file. How services act together is in
[stories](../pbx/tests/deciding/stories.rs) and in the [matrix of pairs](../pbx/tests/deciding/pairs.golden);
calls from beginning to end are in [the exchange's stories](../pbx/src/exchange/stories.rs).

| id | Dutch | English | file, with its unit tests | screen | set in | access codes |
|---|---|---|---|---|---|---|
";

const WAITING: &str = "
## Parts that wait for another function

| id | part | waits for |
|---|---|---|
";

const UNSERVED: &str = "
## Access codes without a service yet

Dialled, they are answered as unknown: reorder tone, and nothing else happens.

| code | purpose | belongs to |
|---|---|---|
";
