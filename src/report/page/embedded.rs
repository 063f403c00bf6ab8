//! Files inside the page: deflated, in base64, in elements that no browser runs.

use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{Markup, PreEscaped, html};
use miniz_oxide::deflate::compress_to_vec_zlib;
use sha2::{Digest, Sha256};

/// The best level of the zlib format, which browsers call `deflate`. No time stamp is in it.
const BEST: u8 = 9;

/// A file that scripts unpack again to the byte.
pub(super) fn embedded(name: &str, bytes: &[u8]) -> Markup {
    let packed = BASE64_STANDARD.encode(compress_to_vec_zlib(bytes, BEST));
    html! {
        script type="application/octet-stream" data-file=(name) data-length=(bytes.len()) { (PreEscaped(packed)) }
    }
}

/// An image that is part of the page.
pub(super) fn svg_url(bytes: &[u8]) -> String {
    format!("data:image/svg+xml;base64,{}", BASE64_STANDARD.encode(bytes))
}

/// The source expression that lets a browser take exactly this text for a script or a style.
pub(super) fn hash(text: &str) -> String {
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text.as_bytes())))
}
