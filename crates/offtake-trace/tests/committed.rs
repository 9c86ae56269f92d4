//! The profiles that the example books use are those that this code makes of the data sets.
//!
//! The folder of data is `OFFTAKE_DATA`; without it the test says so and returns.
//! `OFFTAKE_WRITE_PROFILES=1` writes the files anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use offtake_book::{read_profile, write_profile};
use offtake_trace::{Options, measure, parse_start, parse_zone};
use std::ops::ControlFlow;
use std::path::PathBuf;

struct Made {
    name: &'static str,
    trace: &'static str,
    source: &'static str,
    licence: &'static str,
    note: &'static str,
    start: Option<&'static str>,
    zone: Option<&'static str>,
    count: Option<&'static str>,
}

const AZURE: &str =
    "CC-BY-4.0 (github.com/Azure/AzurePublicDataset); Patel et al., Splitwise, ISCA 2024";
const SERVEGEN: &str =
    "Apache-2.0 (github.com/alibaba/ServeGen); Xiang et al., arXiv:2505.09999, 2025";
const CHINA: Option<&str> = Some("2025-01-06T00:00+08:00");
const CALENDAR: &str =
    "the trace counts seconds from a midnight; that it is China's and a Monday's is our judgement";

const PROFILES: &[Made] = &[
    Made {
        name: "conversation-azure-2023",
        trace: "azure-llm-2023/AzureLLMInferenceTrace_conv.csv.gz",
        source: "Azure LLM inference trace 2023, conversation",
        licence: AZURE,
        note: "one hour of 16 November 2023: flat over the week; its lengths are what it is good for",
        start: None,
        zone: None,
        count: None,
    },
    Made {
        name: "code-azure-2023",
        trace: "azure-llm-2023/AzureLLMInferenceTrace_code.csv.gz",
        source: "Azure LLM inference trace 2023, code completion",
        licence: AZURE,
        note: "one hour of 16 November 2023: flat over the week; its lengths are what it is good for",
        start: None,
        zone: None,
        count: None,
    },
    Made {
        name: "long-context-mooncake-2025",
        trace: "mooncake/conversation_trace.jsonl.gz",
        source: "Mooncake trace of Kimi, conversation with long contexts",
        licence: "Apache-2.0 (github.com/kvcache-ai/Mooncake); Qin et al., FAST 2025",
        note: "one hour: flat over the week; its lengths are what it is good for",
        start: None,
        zone: None,
        count: None,
    },
    Made {
        name: "general-small-servegen-2025",
        trace: "servegen/language_m-small_rates.csv.gz",
        source: "ServeGen, language model m-small: two weeks of requests of every purpose",
        licence: SERVEGEN,
        note: CALENDAR,
        start: CHINA,
        zone: None,
        count: None,
    },
    Made {
        name: "general-mid-servegen-2025",
        trace: "servegen/language_m-mid_rates.csv.gz",
        source: "ServeGen, language model m-mid: two weeks of requests of every purpose",
        licence: SERVEGEN,
        note: CALENDAR,
        start: CHINA,
        zone: None,
        count: None,
    },
    Made {
        name: "general-large-servegen-2025",
        trace: "servegen/language_m-large_rates.csv.gz",
        source: "ServeGen, language model m-large: two weeks of requests of every purpose",
        licence: SERVEGEN,
        note: CALENDAR,
        start: CHINA,
        zone: None,
        count: None,
    },
    Made {
        name: "reasoning-servegen-2025",
        trace: "servegen/reason_deepseek-r1_rates.csv.gz",
        source: "ServeGen, DeepSeek-R1: one day of requests for reasoning",
        licence: SERVEGEN,
        note: CALENDAR,
        start: CHINA,
        zone: None,
        count: None,
    },
    Made {
        name: "multimodal-servegen-2025",
        trace: "servegen/multimodal_mm-image_rates.csv.gz",
        source: "ServeGen, mm-image: one day of requests with images",
        licence: SERVEGEN,
        note: CALENDAR,
        start: CHINA,
        zone: None,
        count: None,
    },
    Made {
        name: "batch-helios-2020",
        trace: "helios-earth-vcs/venus_throughput_10min.csv.gz",
        source: "Helios, cluster Venus 2020: GPU jobs submitted in six months",
        licence: "CC-BY-4.0 (github.com/S-Lab-System-Group/HeliosData); Hu et al., SC 2021",
        note: "jobs submitted, whatever their size; a queue flattens what they load",
        start: None,
        zone: Some("Asia/Shanghai"),
        count: Some("submit_gpu_job"),
    },
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn data() -> Option<PathBuf> {
    std::env::var_os("OFFTAKE_DATA").map(PathBuf::from).filter(|path| path.is_dir())
}

fn made(made: &Made, trace: &std::path::Path) -> String {
    let zone = made.zone.map(|zone| parse_zone(zone).unwrap());
    let start = made.start.map(|start| parse_start(start, None).unwrap());
    let source = Some(made.source.to_owned());
    let count = made.count.map(str::to_owned);
    let options = Options { zone, start, count, source, ..Options::default() };
    let mut watch = |_| ControlFlow::Continue(());
    let traffic = measure(trace, &options, &mut watch).unwrap();
    let mut command = format!("offtake profile {} --source \"{}\"", made.trace, made.source);
    for (flag, value) in [("start", made.start), ("zone", made.zone), ("count", made.count)] {
        if let Some(value) = value {
            command.push_str(&format!(" --{flag} {value}"));
        }
    }
    let mut notes = vec![("licence", made.licence), ("note", made.note), ("command", &command)];
    notes.extend(traffic.warnings.iter().map(|warning| ("warning", warning.as_str())));
    write_profile(&traffic.profile, &notes)
}

#[test]
fn each_committed_profile_is_what_the_code_makes_of_its_data() {
    let Some(data) = data() else {
        eprintln!("no folder of reference data (OFFTAKE_DATA): the profiles are not made again");
        return;
    };
    let folder = root().join("books/profiles");
    for profile in PROFILES {
        let trace = data.join(profile.trace);
        if !trace.exists() {
            eprintln!("{} is not there: {} is not made again", trace.display(), profile.name);
            continue;
        }
        let text = made(profile, &trace);
        let path = folder.join(profile.name).with_extension("csv");
        if std::env::var_os("OFFTAKE_WRITE_PROFILES").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap();
        assert_eq!(committed, text, "{} differs from its data", path.display());
    }
}

#[test]
fn each_file_of_the_folder_is_a_profile_of_the_list() {
    let mut names: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(root().join("books/profiles")).unwrap() {
        let path = entry.unwrap().path();
        let profile = read_profile(&std::fs::read(&path).unwrap(), "-").unwrap();
        assert!(profile.hours.contains(&1.0), "{}", path.display());
        names.push(path.file_stem().unwrap().to_string_lossy().into_owned());
    }
    let mut listed: Vec<&str> = PROFILES.iter().map(|profile| profile.name).collect();
    names.sort();
    listed.sort_unstable();
    assert_eq!(names, listed);
}
