//! What people and programs read: the picture, the sentence, tables, JSON, CSV and Parquet.
//!
//! All of `assess` is made from one [`Answer`], and all of a study from one [`StudyReport`], so that no
//! two outputs can say different things; nothing here computes a result.

mod answer;
mod calendar;
mod canvas;
mod columns;
mod desk;
mod difference;
mod folder;
mod html;
mod json;
pub mod number;
mod offer;
mod picture;
mod plan;
mod read;
mod sampled;
mod sentence;
mod stress;
mod study;
mod svg;
mod table;
mod value;

pub use answer::{Answer, Further, Head, stacked};
pub use calendar::{Agenda, calendar_csv, calendar_ics, calendar_json, calendar_text};
pub use canvas::{Colour, GREEN, Glyphs, RED, Style, YELLOW};
pub use columns::{Columns, Side, wrap};
pub use desk::{DeskMonth, desk_picture};
pub use difference::{
    Headlines, compare_studies, comparison_json, comparison_text, headlines_json, headlines_text,
    pair_up, study_headlines,
};
pub use folder::{
    FolderError, Results, check_folder, check_marked, check_writable, put_folder, write_folder,
    write_results,
};
pub use html::{Told, page};
pub use json::json;
pub use offer::{
    OfferAnswer, Terms, Verdict, offer_json, offer_sentence, offer_tables, offer_text, verdict,
};
pub use picture::picture;
pub use plan::{
    Assessed, AssessedStep, Insurance, PlanAnswer, PlanDays, PlanMore, PlanStart, SellerBuild,
    SellerPlanAnswer, SellerRequest, SellerTold, SellerWay, plan_json, plan_sentence, plan_text,
    seller_plan_json, seller_plan_sentence, seller_plan_text,
};
pub use read::report;
pub use sampled::{read_sampled, sampled_table};
pub use sentence::sentence;
pub use stress::{
    Judgement, StressAnswer, stress_json, stress_sentence, stress_tables, stress_text,
};
pub use study::{PARTS, STUDY_MARK, Section, StudyReport, digest, flat, histogram, write_study};
pub use svg::svg;
pub use table::{Kind, Row, Table, Value, tables};
pub use value::{
    FlowWriter, VALUE_MARK, ValueAnswer, decimal_text, value_json, value_report, value_sentence,
    value_tables, write_value_folder,
};
