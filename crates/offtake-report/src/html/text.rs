//! Pieces of HTML: text made safe, numbers with what stands behind them, tables.

use std::fmt::Write;

/// A column of a table: its head, whether it holds numbers, and the id of the definition of its numbers.
pub(super) type Column<'a> = (&'a str, Side, Option<&'a str>);

/// Where the text of a cell stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Words, at the left.
    Words,
    /// Numbers, at the right.
    Numbers,
}

/// Makes words safe for HTML.
pub(super) fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Writes JSON that may stand inside a `script`: nothing in it can close it or open a comment.
pub(super) fn safe_json(value: &serde_json::Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// The tips of a page: each has an id of its own.
#[derive(Debug, Default)]
pub(super) struct Tips {
    count: usize,
}

impl Tips {
    /// Writes `text` as a link to where it comes from, which is said in words on hover and focus.
    pub(super) fn link(&mut self, text: &str, target: &str, why: &str) -> String {
        self.count += 1;
        let (text, target, why, id) = (safe(text), safe(target), safe(why), self.count);
        format!(
            "<span class=\"tipped\"><a class=\"n\" href=\"#{target}\" aria-describedby=\"tip-{id}\">{text}</a>\
             <span class=\"tip\" role=\"tooltip\" id=\"tip-{id}\">{why}</span></span>"
        )
    }

    /// Writes a number that [`super::why`] defines under `id`.
    pub(super) fn number(&mut self, text: &str, id: &str) -> String {
        let why = super::why::of(id);
        self.link(text, &format!("how-{id}"), &why)
    }
}

/// Writes a table; `rows` are cells of HTML, the first of each the head of its row.
pub(super) fn table(
    tips: &mut Tips,
    caption: &str,
    columns: &[Column<'_>],
    rows: &[Vec<String>],
) -> String {
    let mut out = String::new();
    let label = safe(caption);
    let _ = write!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table><caption>{label}</caption><thead><tr>"
    );
    for (name, side, why) in columns {
        let text = why.map_or_else(|| safe(name), |id| tips.number(name, id));
        let _ = write!(out, "<th scope=\"col\"{}>{text}</th>", class(*side));
    }
    out.push_str("</tr></thead><tbody>");
    for row in rows {
        out.push_str("<tr>");
        for (at, (cell, (_, side, _))) in row.iter().zip(columns).enumerate() {
            let class = class(*side);
            let _ = match at {
                0 => write!(out, "<th scope=\"row\"{class}>{cell}</th>"),
                _ => write!(out, "<td{class}>{cell}</td>"),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    out
}

fn class(side: Side) -> &'static str {
    match side {
        Side::Words => "",
        Side::Numbers => " class=\"num\"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_book_says_cannot_end_the_script_or_become_markup() {
        let text = safe_json(&serde_json::json!({ "title": "</script><!-- <b> & \u{2028}" }));
        assert!(!text.contains('<') && !text.contains('>') && !text.contains('\u{2028}'));
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["title"], "</script><!-- <b> & \u{2028}");
        assert_eq!(safe("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    }

    #[test]
    fn a_number_leads_to_its_definition_and_says_it() {
        let text = Tips::default().number("19 %", "unserved-share");
        assert!(
            text.contains("href=\"#how-unserved-share\"")
                && text.contains("aria-describedby=\"tip-1\"")
        );
        assert!(text.contains("firm work"), "{text}");
    }
}
