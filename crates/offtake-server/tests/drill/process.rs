//! A server process, started again when it does not come up, as a supervisor does.

use offtake_server::{Front, Options};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// The desk that the drill kills: the body of the test that runs as a process of its own.
pub(crate) fn serve() {
    let Ok(store) = std::env::var("OFFTAKE_DRILL_STORE") else { return };
    let options = Options {
        store,
        per_second: 1_000_000,
        publisher: Some(Arc::new(|| Ok(super::super::support::supply()))),
        front: Front::default(),
    };
    let say = |address: SocketAddr, secret: Option<&str>| {
        println!("\nOPEN {address} {}", secret.unwrap_or("-"));
        std::io::stdout().flush().unwrap();
    };
    offtake_server::run(options, "127.0.0.1:0", say).unwrap();
}

/// A server process.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) secret: String,
}

impl Process {
    /// Starts a server, again and again until it comes up.
    pub(crate) fn start(store: &str, environment: &[(String, String)]) -> Process {
        for _ in 0..200 {
            if let Some(process) = Process::try_start(store, environment) {
                return process;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server does not come up");
    }

    fn try_start(store: &str, environment: &[(String, String)]) -> Option<Process> {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", super::super::SERVER, "--nocapture"])
            .env("OFFTAKE_DRILL_STORE", store)
            .envs(environment.iter().cloned())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let open = lines.by_ref().map_while(Result::ok).find(|line| line.starts_with("OPEN "));
        let Some(open) = open else {
            child.wait().unwrap();
            return None;
        };
        let words: Vec<&str> = open.split(' ').collect();
        Some(Process { child, address: words[1].parse().unwrap(), secret: words[2].to_owned() })
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
