//! Which desk, and with which token: what `offtake login` keeps, and what options say in its place.
//!
//! **Invariants:** the file is its owner's alone; a token that was kept for one desk is never sent to another.

use super::Remote;
use crate::failure::Failure;
use serde::Deserialize;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// What of a file's mode lets others than its owner in.
const OTHERS: u32 = 0o077;

/// A desk and the token that opens it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    /// The desk's address, without a `/` at its end.
    pub(crate) server: String,
    /// The token's secret.
    pub(crate) token: String,
    /// Certificates of whoever vouches for the desk's; `None` for those that the system trusts.
    #[serde(default)]
    pub(crate) ca: Option<PathBuf>,
}

impl Account {
    /// Finds out the desk and the token: what options and `OFFTAKE_TOKEN` say, else what is kept.
    pub(crate) fn find(remote: &Remote) -> Result<Account, Failure> {
        let kept = read()?;
        let named = remote.server.as_deref().map(address).transpose()?;
        let server = named.or_else(|| kept.as_ref().map(|kept| kept.server.clone()));
        let server = server.ok_or_else(|| {
            Failure::input("no desk is known")
                .hint("`offtake login URL` keeps one; or say which with --server")
        })?;
        let kept = kept.filter(|kept| kept.server == server);
        let token = match told_token(remote.token_file.as_deref())? {
            Some(token) => token,
            None => kept.as_ref().map(|kept| kept.token.clone()).ok_or_else(|| {
                Failure::input(format!("no token is known for {server}")).hint(format!(
                    "`offtake login {server}` keeps one; or use --token-file or OFFTAKE_TOKEN"
                ))
            })?,
        };
        let ca = remote.ca.clone().or_else(|| kept.and_then(|kept| kept.ca));
        Ok(Account { server, token, ca })
    }
}

/// Reads an address of a desk: `http://` or `https://`, a host, perhaps a port.
pub(crate) fn address(text: &str) -> Result<String, Failure> {
    let bare = text.trim_end_matches('/');
    let host = bare.strip_prefix("http://").or_else(|| bare.strip_prefix("https://"));
    let is_good = |host: &str| {
        !host.is_empty()
            && !host.contains(['/', '?', '#', '@', '"', '\\'])
            && host.chars().all(|c| c.is_ascii_graphic())
    };
    if host.is_some_and(is_good) {
        return Ok(bare.to_owned());
    }
    Err(Failure::input(format!("`{text}` is no address of a desk"))
        .hint("write it as http://127.0.0.1:7380 or https://desk.example.com"))
}

/// Says whether a token that is sent there can be read on the way.
pub(crate) fn is_in_the_clear(server: &str) -> bool {
    let Some(host) = server.strip_prefix("http://") else { return false };
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    !(host == "localhost" || host == "[::1]" || host.starts_with("127."))
}

/// Returns the token of `--token-file` or of `OFFTAKE_TOKEN`.
pub(crate) fn told_token(file: Option<&Path>) -> Result<Option<String>, Failure> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Failure::input(format!("read `{}`: {error}", file.display())))?;
        return secret(&text).map(Some);
    }
    match std::env::var("OFFTAKE_TOKEN") {
        Ok(text) if !text.is_empty() => secret(&text).map(Some),
        _ => Ok(None),
    }
}

/// Reads a token's secret, which stands alone but for blanks around it.
pub(crate) fn secret(text: &str) -> Result<String, Failure> {
    let text = text.trim();
    // A header can hold nothing else, and what it holds is not repeated on a screen.
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic()) {
        return Ok(text.to_owned());
    }
    Err(Failure::input("that is no token").hint("a token is one word, as `offtake_…`"))
}

/// Returns a folder of one's own: what `variable` names, or a place in the home folder.
pub(crate) fn folder(variable: &str, home: &str) -> Result<PathBuf, Failure> {
    let told = std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    let own = || std::env::var_os("HOME").map(|folder| PathBuf::from(folder).join(home));
    let base = told.or_else(own);
    base.map(|base| base.join("offtake")).ok_or_else(|| {
        Failure::input("there is no home folder to keep things in")
            .hint(format!("set HOME or {variable}"))
    })
}

/// Makes a folder that its owner alone may look into.
pub(crate) fn make_folder(folder: &Path) -> Result<(), Failure> {
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Failure::input(format!("make the folder `{}`: {error}", folder.display())))
}

/// Returns the file that the login is kept in.
pub(crate) fn file() -> Result<PathBuf, Failure> {
    Ok(folder("XDG_CONFIG_HOME", ".config")?.join("desk.toml"))
}

/// Reads the login that is kept, if there is one.
pub(crate) fn read() -> Result<Option<Account>, Failure> {
    // Who has no home folder has kept nothing.
    let Ok(file) = file() else { return Ok(None) };
    let Ok(text) = std::fs::read_to_string(&file) else { return Ok(None) };
    let shown = file.display();
    let mode = std::fs::metadata(&file).map_or(0, |data| data.permissions().mode());
    if mode & OTHERS != 0 {
        return Err(Failure::input(format!("`{shown}` can be read by others, and holds a token"))
            .hint(format!("`chmod 600 {shown}`; bar the token if somebody may have read it")));
    }
    toml::from_str(&text).map(Some).map_err(|error| {
        Failure::input(format!("`{shown}` is no login: {}", error.message()))
            .hint("`offtake login URL` writes it anew")
    })
}

/// Keeps a login, whole or not at all.
pub(crate) fn write(account: &Account) -> Result<PathBuf, Failure> {
    let file = file()?;
    let fail =
        |error: std::io::Error| Failure::input(format!("write `{}`: {error}", file.display()));
    file.parent().map_or(Ok(()), make_folder)?;
    let mut text = String::new();
    let ca = account.ca.as_ref().map(|ca| ca.display().to_string());
    for (key, value) in
        [("server", Some(&account.server)), ("token", Some(&account.token)), ("ca", ca.as_ref())]
    {
        // Strings of JSON are strings of TOML.
        let value = value.map(|value| serde_json::Value::from(value.as_str()));
        text.extend(value.map(|value| format!("{key} = {value}\n")));
    }
    let fresh = file.with_extension(format!("new-{}", std::process::id()));
    let mut out = std::fs::OpenOptions::new();
    let mut out =
        out.write(true).create(true).truncate(true).mode(0o600).open(&fresh).map_err(fail)?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).map_err(fail)?;
    std::fs::rename(&fresh, &file).map_err(fail)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host_and_nothing_behind() {
        assert_eq!(address("http://127.0.0.1:7380/").unwrap(), "http://127.0.0.1:7380");
        for bad in
            ["", "127.0.0.1", "ftp://x", "http://", "http://x/v1", "http://a@b", "http://a b"]
        {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_in_the_clear_only_off_this_machine_and_without_tls() {
        assert!(is_in_the_clear("http://desk.example.com:7380"));
        for safe in ["http://127.0.0.1:7380", "http://localhost", "http://[::1]:80", "https://x"] {
            assert!(!is_in_the_clear(safe), "{safe}");
        }
    }
}
