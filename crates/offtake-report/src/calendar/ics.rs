//! The rows as iCalendar (RFC 5545): an all-day event each, for Outlook, Google and Apple calendars.
//!
//! An event's identity is its kind and its thing, never its date: a later book that is imported again
//! moves events and doubles none. There is no clock here; the stamp is the book's day. Written by hand,
//! since the library that there is folds some lines at 76 octets, where 75 is the most.

use super::Agenda;
use super::data::decimal;
use jiff::civil::Date;
use offtake_calendar::{Flow, Row};

/// Octets of a line at most, its end apart.
const LONGEST: usize = 75;

/// Returns the rows as an iCalendar file.
#[must_use]
pub fn calendar_ics(agenda: &Agenda<'_>) -> String {
    let mut file = Lines::default();
    file.push("BEGIN", "VCALENDAR");
    file.push("VERSION", "2.0");
    file.push("PRODID", "-//Offtake//calendar//EN");
    file.push("CALSCALE", "GREGORIAN");
    file.push("METHOD", "PUBLISH");
    file.text("X-WR-CALNAME", &agenda.book.title);
    for row in agenda.rows() {
        event(agenda, row, &mut file);
    }
    file.push("END", "VCALENDAR");
    file.0
}

fn event(agenda: &Agenda<'_>, row: &Row, file: &mut Lines) {
    let as_of = agenda.book.as_of;
    let stamp = format!("{}T000000Z", compact(as_of));
    // Grows with the book's day, so that what a later book says replaces what an earlier one said.
    let sequence = Date::constant(1970, 1, 1).until(as_of).map_or(0, |span| span.get_days()).max(0);
    let status = if row.chance.is_some() { "TENTATIVE" } else { "CONFIRMED" };
    file.push("BEGIN", "VEVENT");
    file.text("UID", &format!("{}.{}@{}.offtake", row.kind.name(), row.on, agenda.book.owner));
    file.push("DTSTAMP", &stamp);
    file.push("LAST-MODIFIED", &stamp);
    file.push("SEQUENCE", &sequence.to_string());
    file.push("DTSTART;VALUE=DATE", &compact(row.date));
    file.push("DTEND;VALUE=DATE", &compact(row.date.tomorrow().unwrap_or(Date::MAX)));
    file.text("SUMMARY", &row.text);
    file.text("DESCRIPTION", &description(row));
    file.text("CATEGORIES", row.kind.name());
    file.push("STATUS", status);
    file.push("CLASS", "CONFIDENTIAL");
    file.push("TRANSP", "TRANSPARENT");
    file.push("END", "VEVENT");
}

/// Lines that end with CR LF, folded.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Adds a property whose value needs no escaping.
    fn push(&mut self, name: &str, value: &str) {
        let mut used = 0;
        for letter in format!("{name}:{value}").chars() {
            if used + letter.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(letter);
            used += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds a property whose value is text.
    fn text(&mut self, name: &str, value: &str) {
        let mut escaped = String::with_capacity(value.len());
        for letter in value.chars() {
            match letter {
                '\\' | ';' | ',' => escaped.extend(['\\', letter]),
                '\n' => escaped.push_str("\\n"),
                // No other control character may stand in text.
                letter if letter.is_control() => escaped.push(' '),
                letter => escaped.push(letter),
            }
        }
        self.push(name, &escaped);
    }
}

fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

fn description(row: &Row) -> String {
    let mut lines = vec![format!("{} of {}", row.kind.name(), row.on)];
    if let Some(amount) = row.amount {
        let word = match row.flow {
            Flow::Out => "we pay",
            Flow::In => "we get",
            Flow::Worth => "worth",
            Flow::Between => "others pay",
        };
        let per = if row.kind.is_monthly() { " a month" } else { "" };
        let money = format!("{} {}{per}", decimal(amount), amount.currency());
        lines.push(format!("{word} {money} ({})", row.kind.worth()));
    }
    if let Some(chance) = row.chance {
        lines.push(format!("matters in {:.0} % of the futures", chance * 100.0));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_folded_between_letters_at_seventy_five_octets() {
        let mut lines = Lines::default();
        let value = format!("a; b, c\\d\ne\tf {}", "ü".repeat(60));
        lines.text("SUMMARY", &value);
        assert!(lines.0.starts_with("SUMMARY:a\\; b\\, c\\\\d\\ne f üü"), "{}", lines.0);
        assert!(lines.0.ends_with("\r\n"));
        let folded: Vec<&str> = lines.0.trim_end().split("\r\n").collect();
        assert!(folded.len() > 1 && folded[1..].iter().all(|line| line.starts_with(' ')));
        assert!(folded.iter().all(|line| line.len() <= LONGEST));
        let whole = lines.0.trim_end().replace("\r\n ", "");
        assert_eq!(whole.matches('ü').count(), 60);
    }
}
