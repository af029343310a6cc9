//! Company files: every fault is on a line of the file, and a company that was read is the same file once exported,
//! imported and exported again.

use pbx_server::company_file::{read, write};

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if is_slow(text) {
        return;
    }
    match read(text, None) {
        Ok(company) => {
            let exported = write(&company, &company.uploads);
            let again = read(&exported, None).unwrap_or_else(|problems| panic!("{exported}\n{problems:#?}"));
            assert_eq!(write(&again, &again.uploads), exported);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            let lines = text.matches('\n').count() + 1;
            for problem in problems {
                assert!((1..=lines).contains(&problem.line) && problem.column >= 1, "{problem}");
            }
        }
    }
}

/// Hashing a password, or making up a thousand users, takes as long as a thousand files.
fn is_slow(text: &str) -> bool {
    let ends = text.split("..").skip(1).map(|end| end.split(['"', '\'', '\n']).next().unwrap_or_default());
    text.contains("password")
        || ends.into_iter().any(|end| end.bytes().filter(u8::is_ascii_digit).count() > 2)
}
