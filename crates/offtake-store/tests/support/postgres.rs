//! A PostgreSQL server of the tests' own: in a temporary folder, on loopback, gone when the test ends.
//!
//! PostgreSQL refuses to run as root, so that root starts it as the user that Debian's package makes. Without the package
//! a test says so and passes, unless `OFFTAKE_POSTGRES` is set: then it fails.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A running server.
pub(crate) struct Server {
    child: Child,
    port: u16,
    programs: PathBuf,
    folder: tempfile::TempDir,
    identity: Option<(u32, u32)>,
    environment: Vec<(String, String)>,
}

/// Starts a server; `None`, with a word about it, when there is none on this machine.
pub(crate) fn start() -> Option<Server> {
    start_with(&[])
}

/// Starts a server in an environment of its own.
pub(crate) fn start_with(environment: &[(String, String)]) -> Option<Server> {
    match try_start(environment) {
        Ok(server) => Some(server),
        Err(why) if std::env::var_os("OFFTAKE_POSTGRES").is_some() => {
            panic!("start PostgreSQL: {why}")
        }
        Err(why) => {
            println!("skipped, no PostgreSQL here: {why}");
            None
        }
    }
}

fn try_start(environment: &[(String, String)]) -> Result<Server, String> {
    let programs = programs().ok_or("there is no /usr/lib/postgresql")?;
    let identity = if number(&["-u"])? == 0 {
        Some((number(&["-u", "postgres"])?, number(&["-g", "postgres"])?))
    } else {
        None
    };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    if let Some((user, group)) = identity {
        std::os::unix::fs::chown(folder.path(), Some(user), Some(group))
            .map_err(|error| error.to_string())?;
    }
    let data = folder.path().join("data");
    let made = as_user(&programs.join("initdb"), identity)
        .args([
            "--auth=trust",
            "--username=offtake",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ])
        .arg(&data)
        .current_dir(folder.path())
        .output()
        .map_err(|error| error.to_string())?;
    if !made.status.success() {
        return Err(String::from_utf8_lossy(&made.stderr).into_owned());
    }
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .map_err(|error| error.to_string())?
        .port();
    let environment = environment.to_vec();
    let child = spawn(&programs, folder.path(), (port, identity), &environment)?;
    let mut server = Server { child, port, programs, folder, identity, environment };
    server.wait()?;
    Ok(server)
}

fn spawn(
    programs: &Path,
    folder: &Path,
    (port, identity): (u16, Option<(u32, u32)>),
    environment: &[(String, String)],
) -> Result<Child, String> {
    as_user(&programs.join("postgres"), identity)
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-k"])
        .arg(folder)
        .current_dir(folder)
        .envs(environment.iter().cloned())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())
}

/// Returns the folder of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = versions.flatten().map(|version| version.path().join("bin"));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

fn number(arguments: &[&str]) -> Result<u32, String> {
    let output = Command::new("id").args(arguments).output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    text.parse().map_err(|_| format!("`id {}` says `{text}`", arguments.join(" ")))
}

fn as_user(program: &Path, identity: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = identity {
        command.uid(user).gid(group);
    }
    command
}

impl Server {
    fn wait(&mut self) -> Result<(), String> {
        for _ in 0..400 {
            if postgres::Client::connect(&self.address("postgres"), postgres::NoTls).is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended at once: {status}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("it did not answer within 20 s".to_owned())
    }

    /// Returns the address of a database.
    pub(crate) fn address(&self, database: &str) -> String {
        format!("postgres://offtake@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes an empty database and returns its address.
    pub(crate) fn database(&self, name: &str) -> String {
        let mut client =
            postgres::Client::connect(&self.address("postgres"), postgres::NoTls).expect("connect");
        client.batch_execute(&format!("CREATE DATABASE {name}")).expect("make a database");
        self.address(name)
    }

    /// Drops a database, and whoever is still connected to it.
    pub(crate) fn drop_database(&self, name: &str) {
        let mut client =
            postgres::Client::connect(&self.address("postgres"), postgres::NoTls).expect("connect");
        client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).expect("drop it");
    }

    /// Starts the server again if it ended, and waits until it answers.
    pub(crate) fn start_again(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
            let who = (self.port, self.identity);
            self.child = spawn(&self.programs, self.folder.path(), who, &self.environment)
                .expect("start PostgreSQL again");
        }
        self.wait().expect("PostgreSQL answers again");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let stopped = as_user(&self.programs.join("pg_ctl"), self.identity)
            .args(["stop", "-s", "-m", "immediate", "-D"])
            .arg(self.folder.path().join("data"))
            .current_dir(self.folder.path())
            .status();
        if !stopped.is_ok_and(|status| status.success()) {
            // The process is this test's own child.
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
