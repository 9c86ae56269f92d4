//! Interpreters with a peer in them, each in a virtual environment of its own in the build folder.

use crate::tables;
use std::path::{Path, PathBuf};
use std::process::Command;

/// PyPSA with what it solves with.
pub(crate) const PYPSA: &[&str] = &["pypsa==1.4.0", "linopy==0.10.1", "highspy==1.16.0"];

/// Returns the interpreter that has `packages`, which are installed at first; each carries its version, since
/// another release is another comparison.
pub(crate) fn with(packages: &[&str]) -> Result<PathBuf, String> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| tables::root().join("target"), PathBuf::from);
    let folder = target.join("peer").join(packages.join("-").replace("==", "-"));
    let python = folder.join("bin").join("python");
    // Written last, so that an installation that broke off is done again.
    let mark = folder.join("installed");
    if !mark.exists() {
        eprintln!("installing {} into {}", packages.join(" and "), folder.display());
        let folder = folder.to_string_lossy();
        call(Command::new("python3").args(["-m", "venv", "--clear", folder.as_ref()]))?;
        let mut install = Command::new(&python);
        call(install.args(["-m", "pip", "install", "--quiet"]).args(packages))?;
        write(&mark, &packages.join("\n"))?;
    }
    Ok(python)
}

/// Runs a command and returns what it prints.
pub(crate) fn call(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// Writes a file.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
