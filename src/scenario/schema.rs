//! The schema of scenario files, from the types that parse them.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::file::ScenarioFile;

/// The JSON Schema (draft 7) of scenario files, for editors.
pub fn schema() -> Value {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<ScenarioFile>();
    let mut value = schema.to_value();
    let properties = &mut value["properties"];
    properties["extends"] = serde_json::json!({
        "description": "What this file is laid over: \"preset:NAME\" or the path of another scenario.",
        "type": "string"
    });
    properties["sweep"] = serde_json::json!({
        "description": "Lists of values by dotted key, or ranges such as { from = \"10/s\", to = \"1000/s\", steps = 7, scale = \"log\" }; \
                        each combination is a case.",
        "type": "object"
    });
    properties["variant"] = serde_json::json!({
        "description": "Arms of a comparison by name: edits of dotted keys, or tables that are laid over the scenario; \
                        `extends` names what the scenario is laid over in that arm. `edgelag compare` tells how they differ.",
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "extends": { "description": "\"preset:NAME\" or the path of another scenario.", "type": "string" }
            }
        }
    });
    value["title"] = "edgelag scenario".into();
    // What a file extends may bring the rest of any table.
    let definitions = value["definitions"].as_object().map(|all| all.keys().cloned().collect::<Vec<_>>());
    for name in definitions.unwrap_or_default() {
        value["definitions"][name].as_object_mut().map(|table| table.remove("required"));
    }
    value.as_object_mut().map(|table| table.remove("required"));
    value
}
