//! What a person calls a browser, from what the browser calls itself.

/// A browser and its system; none where it names neither.
pub(super) fn browser_of(agent: &str) -> Option<(&'static str, &'static str)> {
    // Each names those before it too.
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Whale/", "Whale"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("CrOS", "ChromeOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    Some((find(&BROWSERS)?, find(&SYSTEMS)?))
}

/// Is it one that people hold in a hand?
pub(super) fn is_phone(agent: &str) -> bool {
    ["iPhone", "Android", "Mobile"].iter().any(|mark| agent.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (agent, expected) in [
            (
                format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/126.0.0.0 Safari/537.36"),
                "Chrome",
            ),
            (
                format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} Chrome/126.0 Safari/537.36 Edg/126.0"),
                "Edge",
            ),
            (
                format!(
                    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {webkit} Version/17.4 Safari/605.1.15"
                ),
                "Safari",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0".to_owned(), "Firefox"),
        ] {
            assert_eq!(browser_of(&agent).map(|(browser, _)| browser), Some(expected), "{agent}");
        }
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile/15E148 Safari/604.1";
        assert_eq!(browser_of(phone), Some(("Safari", "iPhone")));
        assert!(is_phone(phone));
        for unknown in ["", "curl/8.5.0", "<script>"] {
            assert_eq!(browser_of(unknown), None);
        }
    }
}
