//! The Python client against a desk that runs: its own tests, in `python/tests`, with nothing but the standard library.

#![allow(clippy::unwrap_used, reason = "a test that fails says where")]

mod support;

use std::path::Path;
use std::process::Command;
use support::start;

#[test]
fn the_python_client_speaks_to_the_desk() {
    let is_there = Command::new("python3")
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 10))"])
        .status();
    if !is_there.is_ok_and(|status| status.success()) {
        println!("skipped: there is no python3 of 3.10 or later");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path().join("desk").to_str().unwrap(), None);
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python");
    let output = Command::new("python3")
        .args(["-B", "-m", "unittest", "discover", "-v", "-s", "tests"])
        .current_dir(&package)
        .env("PYTHONPATH", package.join("src"))
        .env("OFFTAKE_DESK_URL", format!("http://{}", server.address))
        .env("OFFTAKE_DESK_ADMIN", &server.admin)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("Ran 7 tests"), "{told}");
}
