//! A strip of twelve months: each tranche that is still to come with its promise and how late it may be,
//! the days that hang on it, and below the money that falls due in each month.

use super::Agenda;
use crate::canvas::{Canvas, Cell, Colour, GREEN, Glyphs, RED, Style, YELLOW};
use crate::number;
use jiff::civil::Date;
use offtake_calendar::{Flow, Outlook, Row, RowKind};

/// Months of the strip.
const MONTHS: usize = 12;
/// The widest names at the left.
const WIDEST: usize = 30;
/// Rows of tranches at most; the rest is counted.
const MOST: usize = 24;
const BLUE: Colour = 32;
const GREY: Colour = 246;

/// Where days stand in the strip.
struct Scale {
    from: Date,
    gutter: usize,
    cell: usize,
}

impl Scale {
    /// Returns the first day of month `index`.
    fn month(&self, index: usize) -> Date {
        let months = jiff::Span::new().months(index as i64);
        self.from.checked_add(months).unwrap_or(Date::MAX)
    }

    const fn width(&self) -> usize {
        MONTHS * self.cell
    }

    /// Returns the column of a day, clamped to the strip; `None` before it.
    fn column(&self, day: Date) -> Option<usize> {
        let month = (0..MONTHS).rev().find(|index| day >= self.month(*index))?;
        let inside = usize::from(day.day().unsigned_abs()) - 1;
        let length = usize::from(day.days_in_month().unsigned_abs());
        let at = if day >= self.month(MONTHS) {
            self.width()
        } else {
            month * self.cell + inside * self.cell / length
        };
        Some(self.gutter + at)
    }
}

/// Draws the strip; empty when nothing is to come and nothing is due in the year.
pub(super) fn strip(agenda: &Agenda<'_>, style: Style) -> String {
    let coming: Vec<&Outlook> =
        agenda.calendar.tranches.iter().filter(|one| one.delivered.is_none()).collect();
    let scope_end = agenda.screen_until();
    if coming.is_empty() && !agenda.rows().any(|row| row.date < scope_end) {
        return String::new();
    }
    let names: Vec<String> = coming.iter().map(|one| name(one)).collect();
    let longest = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let gutter = longest.clamp(12, WIDEST) + 2;
    let cell = (style.width.saturating_sub(gutter + 2) / MONTHS).clamp(3, 6);
    let scale = Scale { from: first_month(agenda.from), gutter, cell };
    let shown = coming.len().min(MOST);
    let mut canvas = Canvas::new(gutter + scale.width() + 2, shown + 5);
    heads(&scale, &mut canvas);
    for (at, (one, name)) in coming.iter().zip(&names).take(MOST).enumerate() {
        canvas.write(at + 2, 0, &clipped(name, gutter - 2));
        tranche(&scale, style, agenda, (one, at + 2), &mut canvas);
    }
    money(&scale, agenda, shown + 2, &mut canvas);
    let mut text = canvas.text(style).trim_end_matches('\n').to_owned();
    text.push('\n');
    if coming.len() > MOST {
        text.push_str(&format!("and {} more tranches to come\n", coming.len() - MOST));
    }
    text.push_str(&style.faint(&legend(style)));
    text
}

/// Returns the month that the strip begins with: a month that is half over is left out.
fn first_month(day: Date) -> Date {
    let first = day.first_of_month();
    if day.day() <= 15 {
        first
    } else {
        first.checked_add(jiff::Span::new().months(1)).unwrap_or(first)
    }
}

fn name(one: &Outlook) -> String {
    if one.tranche == "all" {
        one.contract.clone()
    } else {
        format!("{}.{}", one.contract, one.tranche)
    }
}

fn clipped(name: &str, width: usize) -> String {
    if name.chars().count() <= width {
        return name.to_owned();
    }
    let start: String = name.chars().take(width.saturating_sub(1)).collect();
    format!("{start}…")
}

fn heads(scale: &Scale, canvas: &mut Canvas) {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    for index in 0..MONTHS {
        let month = scale.month(index);
        let at = scale.gutter + index * scale.cell;
        if index == 0 || month.month() == 1 {
            canvas.write(0, at, &month.year().to_string());
        }
        let name = NAMES[usize::from(month.month().unsigned_abs() - 1).min(11)];
        canvas.write(1, at, clip(name, scale.cell));
    }
}

/// Draws one tranche: from its promise to the day that half of the futures have it, and on to the day
/// that nine in ten have it.
fn tranche(
    scale: &Scale,
    style: Style,
    agenda: &Agenda<'_>,
    (one, row): (&Outlook, usize),
    canvas: &mut Canvas,
) {
    let is_ascii = style.glyphs == Glyphs::Ascii;
    let end = scale.gutter + scale.width();
    for index in 0..MONTHS {
        canvas.put(
            row,
            scale.gutter + index * scale.cell,
            Cell::of(if is_ascii { '.' } else { '·' }, GREY),
        );
    }
    let from = scale.column(one.promised).unwrap_or(scale.gutter);
    let p50 = one.p50.map_or(end, |day| scale.column(day).unwrap_or(scale.gutter));
    let p90 = one.p90.map_or(end, |day| scale.column(day).unwrap_or(scale.gutter));
    let (thick, thin, mark) = if is_ascii { ('=', '-', '|') } else { ('━', '─', '┃') };
    for column in from..p90.min(end) {
        let (glyph, colour) = if column <= p50 { (thick, BLUE) } else { (thin, BLUE) };
        canvas.put(row, column, Cell::of(glyph, colour));
    }
    if p90 >= end && from < end {
        canvas.put(row, end, Cell::of('>', BLUE));
    }
    let is_of = |row: &&Row| {
        row.contract.as_deref() == Some(&one.contract)
            && row.tranche.as_deref() == Some(&one.tranche)
    };
    for dated in agenda.rows().filter(is_of) {
        let (glyph, colour) = match dated.kind {
            RowKind::PrepaymentDue => ('$', YELLOW),
            RowKind::CreditsStart => ('c', GREEN),
            RowKind::TerminationOpens => ('t', RED),
            _ => continue,
        };
        let column = scale.column(dated.date).filter(|column| *column < end);
        if let Some(column) = column {
            canvas.put(row, column, Cell::of(glyph, colour));
        }
    }
    if let Some(column) = scale.column(one.promised).filter(|column| *column < end) {
        canvas.put(row, column, Cell::of(mark, GREEN));
    }
}

/// Writes the money that falls due by month, and how many dates there are.
fn money(scale: &Scale, agenda: &Agenda<'_>, row: usize, canvas: &mut Canvas) {
    let of_month = |index: usize| {
        let (from, until) = (scale.month(index), scale.month(index + 1));
        agenda.rows().filter(move |row| row.date >= from && row.date < until)
    };
    let due = |row: &&Row| {
        matches!(row.kind, RowKind::PrepaymentDue | RowKind::PurchasePayment | RowKind::DebtMatures)
    };
    let currency = agenda.book.currency;
    let mut at = row;
    for (name, flow) in [("we pay", Flow::Out), ("we get", Flow::In)] {
        let sums: Vec<f64> = (0..MONTHS)
            .map(|index| {
                let rows = of_month(index).filter(due).filter(|row| row.flow == flow);
                let amounts = rows.filter_map(|row| row.amount);
                amounts.filter(|money| money.currency() == currency).map(|m| m.units()).sum()
            })
            .collect();
        // A sum that is cut off would read as another: where months are narrow there is none.
        if sums.iter().all(|sum| *sum == 0.0) || scale.cell < 5 {
            continue;
        }
        canvas.write(at, 0, &format!("{name}, {currency}"));
        for (index, sum) in sums.iter().enumerate() {
            if *sum != 0.0 {
                let text = number::tiny(*sum);
                canvas.write(at, scale.gutter + index * scale.cell, &text);
            }
        }
        at += 1;
    }
    canvas.write(at, 0, "dates");
    for index in 0..MONTHS {
        let count = of_month(index).count();
        let is_looked_at = agenda.until.is_none_or(|until| scale.month(index) < until);
        let text = match (count, is_looked_at) {
            (0, false) => String::new(),
            (0, true) => "-".to_owned(),
            (count, _) => count.to_string(),
        };
        canvas.write(at, scale.gutter + index * scale.cell, &text);
    }
}

fn clip(text: &str, width: usize) -> &str {
    text.get(..width.saturating_sub(1).min(text.len())).unwrap_or(text)
}

fn legend(style: Style) -> String {
    let text = "┃ promised  ━ to P50  ─ to P90 (nine futures in ten have it)  > later  $ prepayment due\n\
                c late enough for credits  t late enough to end it\n";
    match style.glyphs {
        Glyphs::Blocks => text.to_owned(),
        Glyphs::Ascii => text.replace('┃', "|").replace('━', "=").replace('─', "-"),
    }
}
