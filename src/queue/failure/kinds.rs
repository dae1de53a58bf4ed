//! The kinds of error that fal and its models name, each with its sentence and what to do.
//!
//! `type` decides, never `msg`: that one is for people and changes. Pydantic's kinds stand under the
//! names of both its versions. Sources: fal docs, model errors and request errors; Pydantic's docs.

use serde_json::{Map, Value};

use super::clean::quoted;

/// The longest value out of somebody else's `ctx` that is shown.
const VALUE: usize = 120;

/// A model's kinds, one a line: names, what is the case, what to do, and `ran` where the model had
/// worked by then. What begins with a small letter is said of a value. Of several sentences the
/// first is taken whose values `ctx` has; `#` marks bytes. Where there is nothing to do, the same may work later.
const MODEL: &str = "\
internal_server_error | The model failed with an error of its own |  | ran
generation_timeout | The model took longer than it may and was stopped \
    | Ask for less, such as fewer or smaller pictures, and generate again. | ran
downstream_service_error | A service that the model relies on failed or refused |  | ran
downstream_service_unavailable | A service that the model relies on cannot be reached |  | ran
content_policy_violation | The model refused the request under its content policy \
    | Change the prompt or picture.
no_media_generated | The model finished without making anything | Change the prompt and generate again. | ran
feature_not_supported | The model does not support this combination of inputs \
    | Change the fields named here, or choose another model.
missing value_error.missing | is required | Fill it in and generate again.
none.not_allowed type_error.none.not_allowed | cannot be empty | Fill it in and generate again.
string_type string_sub_type type_error.str | must be a text | Write a text there and generate again.
int_type int_parsing int_parsing_size int_from_float type_error.integer \
    | must be a whole number | Enter a whole number and generate again.
float_type float_parsing finite_number decimal_type decimal_parsing type_error.float type_error.decimal \
    value_error.number.not_finite_number | must be a number | Enter a number and generate again.
bool_type bool_parsing type_error.bool value_error.strictbool | must be true or false | Choose one of the two.
list_type tuple_type set_type iterable_type type_error.list type_error.tuple type_error.sequence \
    | must be a list | Make a list of it in the JSON view.
dict_type model_type model_attributes_type type_error.dict \
    | must be an object | Make an object of it in the JSON view.
enum literal_error one_of type_error.enum value_error.const \
    | must be one of {expected|enum_values|permitted}; is none of the choices | Choose one that the model knows.
greater_than value_error.number.not_gt | must be more than {gt|limit_value}; is too low \
    | Enter a higher number and generate again.
greater_than_equal value_error.number.not_ge | must be at least {ge|limit_value}; is too low \
    | Enter a number that is high enough and generate again.
less_than value_error.number.not_lt | must be less than {lt|limit_value}; is too high \
    | Enter a lower number and generate again.
less_than_equal value_error.number.not_le | must be at most {le|limit_value}; is too high \
    | Enter a number that is low enough and generate again.
multiple_of value_error.number.not_multiple | must be a multiple of {multiple_of}; is not one of the model's steps \
    | Enter such a number and generate again.
sequence_too_short | is too short, {min_length} is the least; is too short | Add to it and generate again.
sequence_too_long | is too long, {max_length} is the most; is too long | Shorten it and generate again.
string_too_short bytes_too_short value_error.any_str.min_length \
    | needs at least {min_length|limit_value} characters; needs more characters | Write more and generate again.
string_too_long bytes_too_long value_error.any_str.max_length \
    | can have at most {max_length|limit_value} characters; has too many characters \
    | Write less and generate again.
too_short value_error.list.min_items | needs at least {min_length|limit_value} items; needs more items \
    | Add items and generate again.
too_long value_error.list.max_items | can have at most {max_length|limit_value} items; has too many items \
    | Take items out and generate again.
string_pattern_mismatch value_error.str.regex | must match {pattern}; is not written as the model wants it \
    | Write it in that form and generate again.
url_parsing url_type url_scheme url_syntax_violation url_too_long value_error.url value_error.url.scheme \
    value_error.url.host value_error.url.extra | is no URL that the model can use \
    | Give one that begins with https://, or choose a file.
extra_forbidden value_error.extra | is not a field of this model | Take it out in the JSON view.
json_invalid json_type value_error.jsondecode type_error.json | is not valid JSON | Correct it in the JSON view.
image_too_small | is smaller than {min_width} × {min_height} pixels; is too small a picture \
    | Choose a larger picture and generate again.
image_too_large | is larger than {max_width} × {max_height} pixels; is too large a picture \
    | Choose a smaller picture and generate again.
image_load_error | could not be opened as a picture | Save it anew as PNG or JPEG, or choose another one.
file_download_error | could not be fetched by the model \
    | Check that its URL opens without a sign-in, or choose the file from this computer.
face_detection_error | shows no face that the model could find | Choose a picture with one clear face.
file_too_large | is larger than {max_size#}; is too large a file | Choose a smaller file and generate again.
invalid_archive | could not be opened as {supported_extensions}; could not be opened as an archive \
    | Pack its files anew, best as .zip.
archive_file_count_below_minimum \
    | needs at least {min_count} files and has {provided_count}; needs at least {min_count} files; \
    has too few files | Add files to the archive and generate again.
archive_file_count_exceeds_maximum \
    | can have at most {max_count} files and has {provided_count}; can have at most {max_count} files; \
    has too many files | Take files out of the archive and generate again.
audio_duration_too_long video_duration_too_long | is longer than {max_duration} seconds; lasts too long \
    | Cut it shorter and generate again.
audio_duration_too_short video_duration_too_short | is shorter than {min_duration} seconds; is too short \
    | Choose one that lasts longer.
unsupported_audio_format | must be audio as {supported_formats}; is audio in a format that the model does not take \
    | Convert it, for example to .mp3 or .wav.
unsupported_image_format | must be a picture as {supported_formats}; is a picture in a format that the model does not take \
    | Convert it, for example to .png or .jpg.
unsupported_video_format | must be a video as {supported_formats}; is a video in a format that the model does not take \
    | Convert it, for example to .mp4.
";

/// The same for fal's platform.
const PLATFORM: &str = "\
request_timeout | fal did not finish the job in the time it allows |  | ran
startup_timeout | fal found no free machine for the job in time
runner_scheduling_failure | fal had no machine to give the job to
runner_connection_timeout | The machine for the job did not answer fal in time |  | ran
runner_disconnected | The machine that ran the job at fal went away in the middle of it |  | ran
runner_connection_refused | The machine for the job turned fal away
runner_connection_error | fal lost touch with the machine that ran the job |  | ran
runner_incomplete_response | The machine that ran the job broke off in the middle of its answer |  | ran
runner_server_error | The machine that ran the job at fal failed |  | ran
client_disconnected | fal gave the job up because nobody was listening any more |  | ran
client_cancelled | The job was cancelled at fal | Generate again if it is still wanted. | ran
bad_request | fal found the request malformed: {detail}; fal found the request malformed \
    | Check the input in the JSON view. If nothing is wrong there, ask whoever runs the proxy.
internal_error | fal had an internal error |  | ran
";

/// What is known of a kind of error.
pub(super) struct Kind {
    /// What is the case: a sentence without its full stop, or what is said of a value.
    pub(super) what: String,
    /// What to do, a sentence. Empty where only time helps.
    pub(super) advice: &'static str,
    /// Whether the model had worked by then.
    pub(super) ran: bool,
}

impl Kind {
    /// Whether it is said of one value, and begins in the middle of a sentence.
    pub(super) fn is_of_value(&self) -> bool {
        self.what.starts_with(|first: char| first.is_ascii_lowercase())
    }
}

/// A model's kind by its name.
pub(super) fn of_model(name: &str, ctx: Option<&Value>) -> Option<Kind> {
    find(MODEL, name, ctx.and_then(Value::as_object).unwrap_or(&Map::new()))
}

/// A kind of fal's platform by its name, and the reply that named it.
pub(super) fn of_platform(name: &str, reply: &Map<String, Value>) -> Option<Kind> {
    find(PLATFORM, name, reply)
}

fn find(table: &'static str, name: &str, ctx: &Map<String, Value>) -> Option<Kind> {
    let columns = table.lines().find_map(|line| {
        let (names, columns) = line.split_once('|')?;
        names.split_whitespace().any(|known| known == name).then_some(columns)
    })?;
    let mut columns = columns.split(" | ").map(str::trim);
    let what = columns.next()?.split("; ").find_map(|sentence| filled(sentence, ctx))?;
    let advice = columns.next().unwrap_or_default();
    Some(Kind { what, advice, ran: columns.next().is_some() })
}

/// A sentence with the values of `ctx` where it names them; none where one of them is missing.
fn filled(sentence: &str, ctx: &Map<String, Value>) -> Option<String> {
    let mut parts = sentence.split('{');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let (names, rest) = part.split_once('}')?;
        text += &names.split('|').find_map(|name| match name.strip_suffix('#') {
            Some(name) => size(ctx.get(name)?.as_u64()?),
            None => shown(ctx.get(name)?),
        })?;
        text += rest;
    }
    Some(text)
}

/// `312 KiB`, `7.5 MiB`.
fn size(bytes: u64) -> Option<String> {
    let size = match bytes {
        ..1024 => [&bytes.to_string(), " bytes"].concat(),
        1024..1_048_576 => [&(bytes / 1024).to_string(), " KiB"].concat(),
        _ => {
            let tenths = bytes % 1_048_576 * 10 / 1_048_576;
            let decimals =
                if tenths > 0 { [".", &tenths.to_string()].concat() } else { String::new() };
            [&(bytes / 1_048_576).to_string(), &decimals, " MiB"].concat()
        }
    };
    Some(size)
}

fn shown(value: &Value) -> Option<String> {
    let bare = |value: &Value| match value {
        Value::String(text) => Some(quoted(text, VALUE)),
        Value::Number(number) => Some(quoted(&number.to_string(), VALUE)),
        _ => None,
    };
    match value {
        Value::Array(list) if !list.is_empty() => {
            let items: Option<Vec<String>> = list.iter().map(bare).collect();
            Some(["“", &quoted(&items?.join(", "), VALUE), "”"].concat())
        }
        Value::String(_) => Some(["“", &bare(value)?, "”"].concat()),
        _ => bare(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Sections 3.2 and 3.3 of our notes on fal's protocol.
    const OF_FAL: &str = "internal_server_error generation_timeout downstream_service_error \
        downstream_service_unavailable content_policy_violation no_media_generated image_too_small \
        image_too_large image_load_error file_download_error face_detection_error file_too_large \
        greater_than greater_than_equal less_than less_than_equal multiple_of sequence_too_short \
        sequence_too_long one_of feature_not_supported invalid_archive \
        archive_file_count_below_minimum archive_file_count_exceeds_maximum audio_duration_too_long \
        audio_duration_too_short video_duration_too_long video_duration_too_short \
        unsupported_audio_format unsupported_image_format unsupported_video_format missing \
        string_type int_parsing enum";
    const OF_PLATFORM: &str = "request_timeout startup_timeout runner_scheduling_failure \
        runner_connection_timeout runner_disconnected runner_connection_refused \
        runner_connection_error runner_incomplete_response runner_server_error client_disconnected \
        client_cancelled bad_request internal_error";

    #[test]
    fn every_kind_that_fal_names_is_known() {
        for name in OF_FAL.split_whitespace() {
            assert!(of_model(name, None).is_some(), "{name}");
        }
        for name in OF_PLATFORM.split_whitespace() {
            assert!(of_platform(name, &Map::new()).is_some(), "{name}");
        }
        assert!(of_model("value_error", None).is_none());
    }

    #[test]
    fn the_tables_are_well_formed() {
        let (mut names, mut sentences) = (Vec::new(), Vec::new());
        for line in MODEL.lines().chain(PLATFORM.lines()) {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            // A bar within braces separates names of the same thing.
            let text = line.split_once('|').unwrap().1;
            let columns_after: Vec<&str> = text.split(" | ").map(str::trim).collect();
            assert!((1..=3).contains(&columns_after.len()), "{line}");
            names.extend(columns[0].split_whitespace());
            let last = columns_after[0].split("; ").last().unwrap();
            assert!(!last.contains('{'), "{line}: nothing to say without numbers");
            assert!(!last.ends_with('.'), "{line}");
            sentences.push(last);
            if let Some(advice) = columns_after.get(1).filter(|advice| !advice.is_empty()) {
                assert!(advice.ends_with('.'), "{line}");
            }
            assert!(columns_after.get(2).is_none_or(|ran| *ran == "ran"), "{line}");
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "a name stands twice");
        assert_eq!(sentences.len(), MODEL.lines().count() + PLATFORM.lines().count());
    }

    #[test]
    fn the_numbers_of_either_pydantic_are_told() {
        for (name, ctx, what) in [
            ("greater_than", json!({ "gt": 0 }), "must be more than 0"),
            ("value_error.number.not_gt", json!({ "limit_value": 1.50 }), "must be more than 1.5"),
            ("less_than_equal", json!({ "le": 20 }), "must be at most 20"),
            ("less_than_equal", json!({ "le": null }), "is too high"),
            ("less_than_equal", json!("le"), "is too high"),
            ("multiple_of", json!({ "multiple_of": 8 }), "must be a multiple of 8"),
            ("one_of", json!({ "expected": ["a", 2] }), "must be one of “a, 2”"),
            ("enum", json!({ "expected": "'a' or 'b'" }), "must be one of “'a' or 'b'”"),
            ("type_error.enum", json!({ "enum_values": ["a", "b"] }), "must be one of “a, b”"),
            (
                "image_too_small",
                json!({ "min_width": 512, "min_height": 256 }),
                "is smaller than 512 × 256 pixels",
            ),
            ("image_too_small", json!({ "min_width": 512 }), "is too small a picture"),
            ("file_too_large", json!({ "max_size": 10_485_760 }), "is larger than 10 MiB"),
            ("file_too_large", json!({ "max_size": 7_864_320 }), "is larger than 7.5 MiB"),
            ("file_too_large", json!({ "max_size": "?" }), "is too large a file"),
            ("sequence_too_long", json!({ "max_length": 4 }), "is too long, 4 is the most"),
            (
                "archive_file_count_below_minimum",
                json!({ "min_count": 10, "provided_count": 8 }),
                "needs at least 10 files and has 8",
            ),
            (
                "unsupported_image_format",
                json!({ "supported_formats": [".jpg", ".png"] }),
                "must be a picture as “.jpg, .png”",
            ),
        ] {
            assert_eq!(of_model(name, Some(&ctx)).unwrap().what, what, "{name} {ctx}");
        }
        let long = json!({ "expected": vec!["a long choice"; 1000] });
        assert!(of_model("one_of", Some(&long)).unwrap().what.chars().count() < 150);
    }
}
