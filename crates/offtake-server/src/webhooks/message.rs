//! What a webhook is told, and how that is signed: as Standard Webhooks 1.0 says.
//!
//! The name of a message is the same whenever it is told again, so that whoever hears it twice can tell. That of a
//! tenant's message is made of what the tenant knows: it must not give away how many events others had in between.

use crate::auth::hex;
use crate::wire::instant_text;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use offtake_desk::Ledger;
use offtake_ledger::{Event, Instant};
use offtake_store::Webhook;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// What stands before a secret.
const PREFIX: &str = "whsec_";

/// What is said.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Its name: the same in every try.
    pub(crate) id: String,
    /// JSON.
    pub(crate) body: String,
}

#[derive(Serialize)]
struct Said<'a> {
    r#type: &'a str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Default, Serialize)]
struct Data<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    promise: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a str>,
}

impl Message {
    /// Says what a hook is told of an event; `None` when it is none of its business.
    pub(crate) fn of(hook: &Webhook, event: &Event, ledger: &Ledger) -> Option<Message> {
        let kind = event.change.kind();
        if !hook.kinds.is_empty() && !hook.kinds.iter().any(|wanted| wanted == kind) {
            return None;
        }
        let promise = event.change.promise();
        let tenant = promise.and_then(|id| ledger.promise(id)).map(|of| of.tenant.to_string());
        let (about, at) = (promise.map(|id| id.to_string()), instant_text(event.at));
        let own = hook.tenant.is_some();
        if own && hook.tenant != tenant {
            return None;
        }
        let (who, request) = (&event.cause.who, &event.cause.request);
        let name = if own {
            format!("{} {at} {kind} {about:?} {who:?} {request:?}", hook.id)
        } else {
            format!("{} {}", hook.id, event.seq)
        };
        let data = Data {
            promise: about,
            tenant,
            event: (!own).then_some(event.seq),
            who: (!own).then_some(who),
            why: (!own).then_some(&event.cause.why),
        };
        Some(message(&name, &Said { r#type: kind, timestamp: at, data }))
    }

    /// Signs it with a hook's secret for one try, in seconds of Unix time.
    pub(crate) fn signature(&self, secret: &str, timestamp: i64) -> Result<String, String> {
        let key = BASE64_STANDARD.decode(secret.trim_start_matches(PREFIX));
        let key = key.map_err(|error| error.to_string())?;
        let mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| error.to_string())?;
        let signed = format!("{}.{timestamp}.{}", self.id, self.body);
        let mac = mac.chain_update(signed.as_bytes()).finalize().into_bytes();
        Ok(format!("v1,{}", BASE64_STANDARD.encode(mac)))
    }
}

/// Returns a message that only says that the hook works.
pub(crate) fn ping(hook: &Webhook, key: &str, at: Instant) -> Message {
    let said = Said { r#type: "ping", timestamp: instant_text(at), data: Data::default() };
    message(&format!("{} ping {key}", hook.id), &said)
}

fn message(name: &str, said: &Said<'_>) -> Message {
    let digest = Sha256::digest(name.as_bytes());
    let body = serde_json::to_string(said).unwrap_or_default();
    Message { id: format!("msg_{}", hex(&digest[..16])), body }
}

/// Makes a secret to sign with of random bytes.
pub(crate) fn secret(bytes: &[u8; 32]) -> String {
    format!("{PREFIX}{}", BASE64_STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        // The worked example of the reference libraries of Standard Webhooks.
        let message = Message {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            body: "{\"test\": 2432232314}".to_owned(),
        };
        let signature = message.signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1_614_265_330);
        assert_eq!(signature.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(message.signature("whsec_no base64", 1).is_err());
    }
}
