//! Whole traces through the whole crate: known answers, and whatever the bytes no panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use jiff::tz::TimeZone;
use offtake_trace::{BadLines, Options, TraceError, Traffic, measure_bytes, parse_zone};
use proptest::prelude::*;
use std::io::Write;
use std::ops::ControlFlow;

fn run(bytes: &[u8], options: &Options) -> Result<Traffic, TraceError> {
    measure_bytes(bytes, "trace.csv", options, &mut |_| ControlFlow::Continue(()))
}

fn of(text: &str) -> Traffic {
    run(text.as_bytes(), &Options::default()).unwrap()
}

fn is_at_most_100_wide(traffic: &Traffic) -> bool {
    let picture = offtake_trace::picture(traffic, offtake_trace::Ink::Plain);
    picture.lines().all(|line| line.chars().count() <= 100)
}

fn in_zone(text: &str, zone: &str) -> Traffic {
    let zone: Option<TimeZone> = Some(parse_zone(zone).unwrap());
    run(text.as_bytes(), &Options { zone, ..Options::default() }).unwrap()
}

#[test]
fn three_hours_of_a_monday_worked_by_hand() {
    // 6 May 2024 is a Monday. Counts 50, 100, 25: rates 0.5, 1, 0.25; all other hours their mean,
    // 175 / 3 / 100 = 0.5833.
    let traffic =
        of("hour,count\n2024-05-06 08:00,50\n2024-05-06 09:00,100\n2024-05-06 10:00,25\n");
    let hours = &traffic.profile.hours;
    assert_eq!((hours[8], hours[9], hours[10]), (0.5, 1.0, 0.25));
    assert_eq!((hours[8 + 24], hours[0], hours[167]), (0.5, 0.5833, 0.5833));
    assert_eq!(traffic.profile.observed_hours, 3);
    assert_eq!(traffic.profile.daily_sigma, None);
    assert_eq!(traffic.requests, 175.0);
}

#[test]
fn requests_are_counted_over_the_time_that_was_recorded() {
    // From 08:30 to 10:00: half an hour with 10 requests (20 an hour), then an hour with 10, the last
    // of them at its very end.
    let mut text = String::from("time\n");
    for i in 0..10 {
        text += &format!("2024-05-06 08:{:02}:00\n", 30 + 3 * i);
        text += &format!("2024-05-06 09:{:02}:59.999999\n", 5 + 6 * i);
    }
    let traffic = of(&text);
    let hours = &traffic.profile.hours;
    assert_eq!((hours[8], hours[9]), (1.0, 0.5));
    assert_eq!(traffic.profile.observed_hours, 2);
}

#[test]
fn an_hour_of_requests_is_flat_and_says_so() {
    let traffic = of("2024-05-06 08:00:00,100,10\n2024-05-06 08:59:00,300,30\n");
    assert_eq!(traffic.format, "azure-llm");
    assert_eq!(traffic.profile.hours, [1.0; 168]);
    assert_eq!(traffic.profile.observed_hours, 1);
    assert!(traffic.warnings[0].contains("flat"), "{:?}", traffic.warnings);
    assert_eq!(
        traffic.profile.input_tokens.map(|l| (l.mean, l.quantiles[2])),
        Some((200.0, 100.0))
    );
}

#[test]
fn counts_of_any_offset_land_in_the_hours_of_utc() {
    let utc = of("hour,count\n2024-05-06T08:00Z,50\n2024-05-06T09:00Z,100\n");
    let east = of("hour,count\n2024-05-06T16:00+08:00,50\n2024-05-06T02:00-07:00,100\n");
    assert_eq!(utc.profile.hours, east.profile.hours);
    // India: 13:30 to 14:30 and 14:30 to 15:30 are half hours apart from UTC.
    let half = of("hour,count\n2024-05-06T14:00+05:30,60\n2024-05-06T15:00+05:30,100\n");
    // UTC 08:30-09:30 has 60 and 09:30-10:30 has 100: hour 9 has 80; 8 and 10 are half seen, at 60 and 100.
    let hours = &half.profile.hours;
    assert_eq!((hours[8], hours[9], hours[10]), (0.6, 0.8, 1.0));
}

#[test]
fn the_hour_that_comes_twice_in_autumn_is_two_hours() {
    // Berlin, 27 October 2024: 02:00 comes twice, at 00:00 and 01:00 UTC.
    let text = "hour,count\n2024-10-27 01:00,100\n2024-10-27 02:00,30\n2024-10-27 02:00,50\n2024-10-27 03:00,80\n";
    let traffic = in_zone(text, "Europe/Berlin");
    let hours = &traffic.profile.hours;
    assert_eq!(traffic.requests, 260.0);
    // Saturday 23:00 UTC, Sunday 00:00, 01:00 and 02:00 UTC.
    assert_eq!(hours[6 * 24 - 1], 1.0);
    assert_eq!((hours[6 * 24], hours[6 * 24 + 1], hours[6 * 24 + 2]), (0.4, 0.4, 0.8));
    assert_eq!(traffic.profile.observed_hours, 4);
}

#[test]
fn bad_lines_are_told_with_numbers_and_mends_and_can_be_skipped() {
    let mut text = String::from("time\n");
    for i in 0..300 {
        text += if i == 7 {
            "soon\n"
        } else if i == 9 {
            "\n"
        } else {
            "2024-05-06T08:00:00Z\n"
        };
    }
    let error = run(text.as_bytes(), &Options::default()).unwrap_err();
    let findings = error.findings("trace.csv");
    assert_eq!(findings.len(), 1);
    let place = findings[0].place.as_ref().unwrap();
    assert_eq!((place.line, findings[0].problem.as_str()), (9, "`soon` is not a time"));
    assert!(findings[0].fix.contains("2024-05-01T13:00:00Z"));
    let options = Options { bad_lines: BadLines::Skip, ..Options::default() };
    let traffic = run(text.as_bytes(), &options).unwrap();
    assert_eq!(traffic.requests, 298.0);
    assert!(traffic.warnings.iter().any(|w| w.starts_with("1 lines")), "{:?}", traffic.warnings);
    let mostly_bad = "time\n2024-05-06T08:00:00Z\nsoon\nlater\n";
    assert!(run(mostly_bad.as_bytes(), &options).is_err(), "more than one in a hundred");
}

#[test]
fn a_column_of_counts_may_have_any_name() {
    let text = "time,all,gpu_jobs\n2024-05-06 08:00,9,50\n2024-05-06 09:10,9,100\n";
    let count = Some("gpu_jobs".to_owned());
    let traffic = run(text.as_bytes(), &Options { count, ..Options::default() }).unwrap();
    assert_eq!(traffic.requests, 150.0);
    let count = Some("jobs".to_owned());
    let error = run(text.as_bytes(), &Options { count, ..Options::default() }).unwrap_err();
    assert_eq!(error.findings("-")[0].fix, "name one of: time, all, gpu_jobs");
}

#[test]
fn what_is_no_trace_at_all_is_told() {
    let problem = |bytes: &[u8]| {
        let error = run(bytes, &Options::default()).unwrap_err();
        error.findings("-").remove(0).problem
    };
    assert_eq!(problem(b""), "the file is empty");
    assert_eq!(problem(b"# only a comment\n\n"), "the file is empty");
    assert!(problem(b"name,colour\na,b\n").contains("no column is a time"));
    assert!(problem(b"\x00\x01\x02\x03\n").contains("binary"));
    assert!(problem(b"caf\xE9\n").contains("not UTF-8"));
    assert!(problem(b"PAR1....").contains("Parquet"));
    assert!(problem(b"hour,count\n").contains("not one request"));
    assert!(problem(b"hour,count\n2024-05-06 08:00,NaN\n").contains("`NaN` is not a count"));
    let daily = b"hour,count\n2024-05-06 00:00,5\n2024-05-07 00:00,6\n2024-05-08 00:00,6\n";
    assert!(problem(daily).contains("by the day"));
    let mixed = b"time\n2024-05-06T08:00:00Z\n17\n";
    assert!(problem(mixed).contains("count from the start"));
}

#[test]
fn a_semicolon_a_mark_of_bytes_and_windows_line_ends_change_nothing() {
    let plain = of("time,input_tokens\n2024-05-06T08:00:00Z,10\n2024-05-06T10:30:00Z,20\n");
    let odd = of(
        "\u{feff}Time;Input Tokens\r\n\"2024-05-06T08:00:00Z\";10\r\n2024-05-06T10:30:00Z; 20\r\n",
    );
    assert_eq!(plain.profile, odd.profile);
}

/// Lines of requests over three weeks, in any order.
fn requests() -> impl Strategy<Value = (Vec<String>, Vec<String>)> {
    let line = (0..1_814_400_u32, 0..5_000_u32, 0..900_u32).prop_map(|(second, input, output)| {
        let at = jiff::Timestamp::from_second(1_714_953_600 + i64::from(second)).unwrap();
        format!("{at},{input},{output}")
    });
    proptest::collection::vec(line, 2..120)
        .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle()))
}

#[test]
fn more_than_one_bad_line_in_a_hundred_is_told_with_how_many() {
    let options = Options { bad_lines: BadLines::Skip, ..Options::default() };
    let error = run(b"2025-01-06 00:00\n2025-01-06 05:00\nbad\n", &options).unwrap_err();
    let problem = &error.findings("t")[0].problem;
    assert!(problem.contains("1 of 3 lines"), "{problem}");
}

/// Found by the property below.
#[test]
fn the_picture_of_a_single_request_is_no_wider_than_a_terminal() {
    assert!(is_at_most_100_wide(&of("2000-01-10 00:00\n")));
}

/// Found by the property below.
#[test]
fn the_picture_of_the_longest_answers_is_no_wider_than_a_terminal() {
    let rows = "2000-01-10 00:00,0,100001000\n2000-01-10 00:00,999999999,7\n";
    assert!(is_at_most_100_wide(&of(&format!("TIMESTAMP,ContextTokens,GeneratedTokens\n{rows}"))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_order_of_the_lines_does_not_change_the_profile((one, two) in requests()) {
        let text = |lines: &[String]| format!("timestamp,input_tokens,output_tokens\n{}\n", lines.join("\n"));
        prop_assert_eq!(of(&text(&one)), of(&text(&two)));
    }

    #[test]
    fn no_bytes_make_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = run(&bytes, &Options::default());
        for name in ["azure-llm", "servegen", "mooncake", "hourly-counts", "timestamps"] {
            let format = Some(name.to_owned());
            let _ = run(&bytes, &Options { format, bad_lines: BadLines::Skip, ..Options::default() });
        }
    }

    #[test]
    fn no_text_that_looks_like_a_trace_makes_a_panic(
        head in "(time|hour,count|TIMESTAMP,ContextTokens,GeneratedTokens|client,window_start_s,rate_rps|)",
        rows in proptest::collection::vec("[0-9+:TZ ,;.eE\"{}\\[\\]a-z-]{0,30}|20[0-9]{2}-0[1-9]-1[0-9] [0-2][0-9]:00(,[0-9]{1,20}){0,2}|\\{\"timestamp\":[0-9]{1,20},\"input_length\":[0-9]{1,22}\\}", 0..30),
        zone in proptest::option::of("(UTC|Europe/Berlin|Asia/Kolkata|\\+05:30)"),
    ) {
        let text = format!("{head}\n{}", rows.join("\n"));
        let zone = zone.map(|zone| parse_zone(&zone).unwrap());
        if let Ok(traffic) = run(text.as_bytes(), &Options { zone, bad_lines: BadLines::Skip, ..Options::default() }) {
            prop_assert!(traffic.profile.hours.contains(&1.0));
            prop_assert!(is_at_most_100_wide(&traffic));
            prop_assert!(offtake_trace::svg(&traffic).ends_with("</svg>\n"));
            prop_assert!(offtake_trace::json(&traffic)["hours"].as_array().is_some_and(|h| h.len() == 168));
        }
    }

    #[test]
    fn a_packed_file_cut_anywhere_is_an_error_or_a_profile(cut in 0..400_usize) {
        let text: String = (0..200).map(|i| format!("2024-05-06T{:02}:00:00Z\n", i % 24)).collect();
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        let is_whole = cut >= packed.len();
        prop_assert_eq!(run(&packed[..cut.min(packed.len())], &Options::default()).is_ok(), is_whole);
        let packed = zstd::encode_all(text.as_bytes(), 0).unwrap();
        let is_whole = cut >= packed.len();
        prop_assert_eq!(run(&packed[..cut.min(packed.len())], &Options::default()).is_ok(), is_whole);
    }
}
