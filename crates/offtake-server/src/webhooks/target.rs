//! What a webhook may call: an address of the public internet, unless the desk was told that private ones are meant.
//!
//! A tenant chooses the address and the desk calls it from inside its own network, so that whatever only that network may
//! reach has to be out of bounds. Names are looked up by the desk and the address that was found is the one that is
//! called: a name that means something else the next moment gains nothing.

use super::Reach;
use axum::http::Uri;
use axum::http::uri::Scheme;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The longest address.
const LONGEST: usize = 2_000;

/// Where a message goes.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The host, without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What the head calls the host.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) path: String,
    pub(crate) is_secure: bool,
}

impl Target {
    /// Reads an address, and says what is wrong with one that can never be called.
    pub(crate) fn read(text: &str, reach: Reach) -> Result<Target, String> {
        if text.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} characters"));
        }
        let uri: Uri = text.parse().map_err(|error| format!("is no address: {error}"))?;
        let is_secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err("is neither http nor https".to_owned()),
        };
        let authority = uri.authority().ok_or("has no host")?.as_str().to_owned();
        if authority.contains('@') {
            return Err("has a name or a password before its host".to_owned());
        }
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err("has no host".to_owned());
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            allowed(address, reach)?;
        }
        let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Target { host, port, authority, path, is_secure })
    }

    /// Looks its host up; an answer with an address that is out of bounds is none.
    pub(crate) async fn addresses(&self, reach: Reach) -> Result<Vec<SocketAddr>, String> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        let found: Vec<SocketAddr> = found.map_err(|_| "its host is not known")?.collect();
        for address in &found {
            allowed(address.ip(), reach)?;
        }
        if found.is_empty() { Err("its host has no address".to_owned()) } else { Ok(found) }
    }
}

fn allowed(address: IpAddr, reach: Reach) -> Result<(), String> {
    if reach == Reach::Private || is_public(address) {
        return Ok(());
    }
    Err("leads to this machine or a private network".to_owned())
}

/// Says whether an address belongs to the public internet.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// All but what the registry of special-purpose addresses (RFC 6890 and after) keeps from the public internet.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !is_special
}

/// Global unicast, without what carries an address of the other kind within it and what is for documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let within = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // NAT64 and 6to4 lead to the address of version 4 that they carry.
        (0x64, 0xff9b) if [c, d, e, f] == [0; 4] => within(g, h),
        (0x2002, _) => within(b, c),
        // Teredo and its neighbours, documents, and what was never given out.
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0x0fff) => false,
        (0x2000..=0x3fff, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_public_is_out_of_bounds() {
        // Written down from the registries of special-purpose addresses, and beside their edges.
        for (address, expected) in [
            ("8.8.8.8", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.255.0.1", false),
            ("11.0.0.1", true),
            ("100.63.255.255", true),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("127.8.8.8", false),
            ("169.254.169.254", false),
            ("169.255.0.1", true),
            ("172.15.0.1", true),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.0.0.1", false),
            ("192.0.2.9", false),
            ("192.168.1.1", false),
            ("198.17.0.1", true),
            ("198.19.0.1", false),
            ("203.0.113.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("2606:4700::1111", true),
            ("::", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", true),
            ("::7f00:1", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::808:808", true),
            ("2002:7f00:1::", false),
            ("2002:808:808::1", true),
            ("2001:0:1::1", false),
            ("2001:db8::1", false),
            ("2001:4860:4860::8888", true),
            ("fc00::1", false),
            ("fd12::1", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_read() {
        let read = |text: &str| Target::read(text, Reach::Public);
        let target = read("https://acme.example:8443/told?by=us").unwrap();
        assert_eq!(
            (target.host.as_str(), target.port, target.is_secure),
            ("acme.example", 8443, true)
        );
        assert_eq!(
            (target.path.as_str(), target.authority.as_str()),
            ("/told?by=us", "acme.example:8443")
        );
        assert_eq!(read("http://acme.example").unwrap().port, 80);
        for wrong in [
            "",
            "acme.example",
            "/told",
            "ftp://acme.example/",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_",
            "http://",
            "https://ann:secret@acme.example/",
            "http://127.0.0.1/",
            "http://[::1]:80/",
            "http://[::ffff:10.0.0.1]/",
            "http://169.254.169.254/latest/meta-data",
            "http://acme.example/a b",
            "http://acme.example/\r\nHost: other",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(read(&format!("http://acme.example/{}", "x".repeat(3_000))).is_err());
        Target::read("http://127.0.0.1/", Reach::Private).unwrap();
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        for text in
            ["http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f000001/"]
        {
            // Spellings that only the resolver understands are caught once it has.
            let Ok(target) = Target::read(text, Reach::Public) else { continue };
            assert!(target.addresses(Reach::Public).await.is_err(), "{text}");
        }
        let target = Target::read("http://localhost:81/", Reach::Private).unwrap();
        assert_eq!(target.addresses(Reach::Private).await.unwrap()[0].port(), 81);
    }
}
