//! A machine that lies to the programs on it: its clock is stepped and its disk fills up.
//!
//! `machine.c` beside this file is built with the linker that Rust needs anyhow, and loaded before a program's library.

use std::fs::{File, OpenOptions, Permissions};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::process::Command;

/// The lies that programs are told, and the library that tells them.
pub(crate) struct Machine {
    folder: tempfile::TempDir,
    lies: File,
}

impl Machine {
    pub(crate) fn new() -> Machine {
        let folder = tempfile::tempdir().unwrap();
        // PostgreSQL runs as a user of its own.
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/drill/machine.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", source, "-o"])
            .arg(folder.path().join("machine.so"))
            .status();
        assert!(built.unwrap().success(), "{source}");
        let path = folder.path().join("lies");
        let lies = OpenOptions::new().read(true).write(true).create_new(true).open(&path).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        let machine = Machine { folder, lies };
        machine.put(16, 0);
        machine.tell_the_truth();
        machine
    }

    /// What a program's environment has to say for it to be lied to.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        vec![
            ("LD_PRELOAD".to_owned(), path("machine.so")),
            ("OFFTAKE_DRILL_MACHINE".to_owned(), path("lies")),
        ]
    }

    fn put(&self, place: u64, value: i64) {
        self.lies.write_all_at(&value.to_ne_bytes(), place).unwrap();
    }

    /// Steps the clock to so far from the true time.
    pub(crate) fn step_clock(&self, millis: i64) {
        self.put(0, millis);
    }

    /// Lets all files together grow by so many bytes, and then says that the disk is full.
    pub(crate) fn leave_room(&self, bytes: i64) {
        self.put(8, bytes);
    }

    /// Has room for everything again.
    pub(crate) fn make_room(&self) {
        self.put(8, -1);
    }

    pub(crate) fn tell_the_truth(&self) {
        self.step_clock(0);
        self.make_room();
    }

    /// How often a write found no room.
    pub(crate) fn refused(&self) -> i64 {
        let mut value = [0; 8];
        self.lies.read_exact_at(&mut value, 16).unwrap();
        i64::from_ne_bytes(value)
    }
}
