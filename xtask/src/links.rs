//! Links between documents: each must lead to a file, and with `#` to a heading in it.
//!
//! Addresses on the web are not looked at: a test needs no network.

use crate::tree::{self, Tree};
use std::path::Path;

/// Returns the links that lead nowhere.
pub(crate) fn findings(root: &Path, tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree::with_extension(tree, "md") {
        for (line, target) in links(text) {
            if let Some(problem) = problem(root, tree, path, target) {
                found.push(format!("{path}:{line}: {problem}"));
            }
        }
    }
    found
}

/// Returns the targets of `[text](target)` with their lines, code left out.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut is_code = false;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        for piece in line.split("](").skip(1) {
            found.extend(piece.split_once(')').map(|(target, _)| (number, target)));
        }
    }
    found
}

fn problem(root: &Path, tree: &Tree, path: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = target.split_once('#').map_or((target, None), |(f, h)| (f, Some(h)));
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let file = if file.is_empty() { path.to_owned() } else { join(folder, file)? };
    if !root.join(&file).exists() {
        return Some(format!("`{target}` leads to `{file}`, which is not there"));
    }
    let heading = heading?;
    let has_heading = |text: &String| headings(text).any(|slug| slug == heading);
    let is_there = tree.get(&file).is_some_and(has_heading);
    (!is_there).then(|| format!("`{file}` has no heading `#{heading}`"))
}

/// Returns `relative` as seen from `folder`, or `None` when it leaves the checkout.
fn join(folder: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Returns the headings as they are linked to: small letters, digits, `-` for spaces.
fn headings(text: &str) -> impl Iterator<Item = String> {
    let slug = |title: &str| {
        let kept = |c: char| match c {
            ' ' => Some('-'),
            '-' | '_' => Some(c),
            c if c.is_alphanumeric() => c.to_lowercase().next(),
            _ => None,
        };
        title.trim().chars().filter_map(kept).collect::<String>()
    };
    text.lines()
        .filter_map(|line| line.split_once("# "))
        .filter(|(hashes, _)| hashes.chars().all(|c| c == '#'))
        .map(move |(_, title)| slug(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_code_are_none() {
        let text = "see [a](b.md) and [c](d.md#e)\n```\n[f](g.md)\n```\n";
        assert_eq!(links(text), [(1, "b.md"), (1, "d.md#e")]);
    }

    #[test]
    fn paths_are_taken_from_the_folder_of_the_page() {
        assert_eq!(join("docs/guides", "../glossary.md").unwrap(), "docs/glossary.md");
        assert_eq!(join("", "docs").unwrap(), "docs");
        assert_eq!(join("docs", "../../elsewhere"), None);
    }

    #[test]
    fn headings_are_written_as_their_anchors() {
        let found: Vec<String> = headings("# One, two\ntext # no\n## `assess` it\n").collect();
        assert_eq!(found, ["one-two", "assess-it"]);
    }
}
