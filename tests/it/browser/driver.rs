//! A headless Chromium, driven over the WebDriver protocol (W3C) by ChromeDriver.

#![allow(clippy::disallowed_methods)] // Programs are found in the environment.

use std::fmt::Debug;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value, json};

/// One browser with one window; both end with it.
#[derive(Debug)]
pub(crate) struct Browser {
    /// Where the session is.
    session: String,
    driver: Child,
    profile: PathBuf,
}

/// A size of the window's content, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Whether the user prefers dark colours.
    pub(crate) is_dark: bool,
}

/// Nothing of it asks the network on its own account.
const CHROMIUM: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

impl Browser {
    /// Starts a browser; `None`, and a word about it, where none is installed.
    pub(crate) fn start() -> Option<Browser> {
        let installed = |names: &[&str]| names.iter().find_map(|name| in_path(name));
        let chromium = installed(&["chromium", "chromium-browser", "google-chrome"]);
        let (Some(chromium), Some(chromedriver)) = (chromium, installed(&["chromedriver"])) else {
            // Past the capture of the test's output: that nothing was looked at has to be seen.
            let _ = writeln!(std::io::stderr(), "no Chromium and ChromeDriver here: the page is not opened");
            return None;
        };
        let profile =
            std::env::temp_dir().join(format!("edgelag-browser-{}-{}", std::process::id(), count()));
        let mut driver = Command::new(chromedriver)
            .args(["--port=0", "--log-level=SEVERE"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("ChromeDriver can be started");
        let port = port(&mut driver);
        let mut args: Vec<String> = CHROMIUM.iter().map(|&arg| arg.to_owned()).collect();
        args.push(format!("--user-data-dir={}", profile.display()));
        // No question whether one page may save several files.
        let prefs = json!({ "profile.default_content_setting_values.automatic_downloads": 1 });
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": { "args": args, "binary": chromium, "prefs": prefs },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }}});
        let mut browser = Browser { session: format!("http://127.0.0.1:{port}/session"), driver, profile };
        let created = browser.post("", &wanted);
        let id = created["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {created}")).to_owned();
        browser.session = format!("{}/{id}", browser.session);
        Some(browser)
    }

    /// Opens a file, on a screen of that size.
    pub(crate) fn open(&self, file: &Path, screen: Screen) {
        let Screen { width, height, is_dark } = screen;
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics);
        let scheme = if is_dark { "dark" } else { "light" };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", media);
        self.post("/url", &json!({ "url": format!("file://{}", file.display()) }));
    }

    /// What a function's body returns in the page.
    pub(crate) fn eval(&self, body: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": body, "args": [] }))
    }

    /// Returns when an expression holds in the page, which it must within 20 seconds.
    pub(crate) fn wait_for(&self, expression: &str) {
        let body = format!(
            "const done = arguments[arguments.length - 1];
             const until = Date.now() + 20000;
             const look = () => {{
                 if ({expression}) done(true);
                 else if (Date.now() > until) done(false);
                 else setTimeout(look, 20);
             }};
             look();"
        );
        let held = self.post("/execute/async", &json!({ "script": body, "args": [] }));
        assert_eq!(held, json!(true), "it never came to: {expression}");
    }

    /// Presses keys, as a person does: `\u{E007}` is Enter, `\u{E014}` the arrow to the right (WebDriver, 17.4.2).
    pub(crate) fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key.to_string() }))
            })
            .collect();
        self.post("/actions", &json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] }));
    }

    /// Clicks into the middle of the first element that a selector finds, wherever that takes.
    pub(crate) fn click(&self, selector: &str) {
        self.eval(&format!(
            "document.querySelector({selector:?})?.scrollIntoView({{ block: 'center', behavior: 'instant' }})"
        ));
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let element = found.as_object().and_then(|object| object.values().next()).and_then(Value::as_str);
        let element = element.unwrap_or_else(|| panic!("{selector}: {found}"));
        let clicked = self.post(&format!("/element/{element}/click"), &json!({}));
        assert!(clicked.is_null(), "{selector}: {clicked}");
    }

    /// Downloads go into that folder.
    pub(crate) fn download_into(&self, folder: &Path) {
        let params = json!({ "behavior": "allow", "downloadPath": folder });
        self.devtools("Browser.setDownloadBehavior", params);
    }

    /// What the page and the browser have written on the console since the last time.
    pub(crate) fn console(&self) -> Vec<String> {
        self.log("browser")
            .iter()
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The addresses of all that has been asked for since the last time.
    pub(crate) fn requests(&self) -> Vec<String> {
        let entries = self.log("performance");
        let events = entries.iter().filter_map(|entry| {
            let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
            let event = &event["message"];
            let url = event["params"]["request"]["url"].as_str()?.to_owned();
            (event["method"] == "Network.requestWillBeSent").then_some(url)
        });
        events.collect()
    }

    /// A picture of all of the page, as PNG.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let shot = self.devtools("Page.captureScreenshot", json!({ "captureBeyondViewport": true }));
        BASE64.decode(shot["data"].as_str().expect("a picture has data")).expect("it is in Base64")
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let entries = self.post("/se/log", &json!({ "type": kind }));
        entries.as_array().unwrap_or_else(|| panic!("no log: {entries}")).clone()
    }

    fn devtools(&self, command: &str, params: Value) -> Value {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": params }))
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let address = format!("{}{path}", self.session);
        let answer = minreq::post(&address).with_body(body.to_string()).with_timeout(60).send();
        let answer = answer.unwrap_or_else(|error| panic!("{path}: {error}"));
        let text = answer.as_str().expect("ChromeDriver answers in UTF-8");
        let mut answer: Value =
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}: {text}"));
        answer["value"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = minreq::delete(&self.session).with_timeout(10).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
        let _ = std::fs::remove_dir_all(&self.profile);
    }
}

fn count() -> u32 {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    COUNT.fetch_add(1, Ordering::Relaxed)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// It says on which port it listens.
fn port(driver: &mut Child) -> u16 {
    let said = BufReader::new(driver.stdout.take().expect("it is piped"));
    let mut lines = said.lines().map_while(Result::ok);
    let port =
        lines.find_map(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok());
    port.expect("ChromeDriver says its port")
}
