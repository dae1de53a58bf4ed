//! What the demo engine finds wrong with an input, in the words and shapes of FastAPI and Pydantic v2.

use serde_json::{Value, json};

use crate::support::{DEV, IMAGE_TO_IMAGE, INPAINTING, KONTEXT, LORA, REDUX, Server, answer};

fn entry(loc: Value, kind: &str, msg: &str, ctx: Value, input: Value) -> Value {
    let mut entry = json!({ "loc": loc, "type": kind, "msg": msg, "input": input });
    if !ctx.is_null() {
        entry["ctx"] = ctx;
    }
    entry
}

#[tokio::test]
async fn every_kind_of_mistake() {
    let (server, _) = Server::demo().await;
    let none = Value::Null;
    let literal = "literal['square_hd','square','portrait_4_3','portrait_16_9','landscape_4_3','landscape_16_9']";
    let sizes = "'square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3' or 'landscape_16_9'";
    let in_field = |name: &str| json!(["body", name]);
    let not_an_integer = "Input should be a valid integer, unable to parse string as an integer";
    let not_a_model = "Input should be a valid dictionary or object to extract fields from";
    let cases: Vec<(Value, Vec<Value>)> = vec![
        (
            json!({}),
            vec![entry(in_field("prompt"), "missing", "Field required", none.clone(), json!({}))],
        ),
        (
            json!([1]),
            vec![entry(
                json!(["body"]),
                "model_attributes_type",
                not_a_model,
                none.clone(),
                json!([1]),
            )],
        ),
        (
            json!({ "prompt": 5 }),
            vec![entry(
                in_field("prompt"),
                "string_type",
                "Input should be a valid string",
                none.clone(),
                json!(5),
            )],
        ),
        (
            json!({ "prompt": null }),
            vec![entry(
                in_field("prompt"),
                "string_type",
                "Input should be a valid string",
                none.clone(),
                none.clone(),
            )],
        ),
        (
            json!({ "prompt": "a", "num_inference_steps": 51 }),
            vec![entry(
                in_field("num_inference_steps"),
                "less_than_equal",
                "Input should be less than or equal to 50",
                json!({ "le": 50 }),
                json!(51),
            )],
        ),
        (
            json!({ "prompt": "a", "num_inference_steps": 0 }),
            vec![entry(
                in_field("num_inference_steps"),
                "greater_than_equal",
                "Input should be greater than or equal to 1",
                json!({ "ge": 1 }),
                json!(0),
            )],
        ),
        (
            json!({ "prompt": "a", "num_inference_steps": "28" }),
            vec![entry(
                in_field("num_inference_steps"),
                "int_parsing",
                not_an_integer,
                none.clone(),
                json!("28"),
            )],
        ),
        (
            json!({ "prompt": "a", "num_inference_steps": 1.5 }),
            vec![entry(
                in_field("num_inference_steps"),
                "int_from_float",
                "Input should be a valid integer, got a number with a fractional part",
                none.clone(),
                json!(1.5),
            )],
        ),
        (
            json!({ "prompt": "a", "num_inference_steps": [1] }),
            vec![entry(
                in_field("num_inference_steps"),
                "int_type",
                "Input should be a valid integer",
                none.clone(),
                json!([1]),
            )],
        ),
        (
            json!({ "prompt": "a", "guidance_scale": 20.5 }),
            vec![entry(
                in_field("guidance_scale"),
                "less_than_equal",
                "Input should be less than or equal to 20",
                json!({ "le": 20 }),
                json!(20.5),
            )],
        ),
        (
            json!({ "prompt": "a", "guidance_scale": "x" }),
            vec![entry(
                in_field("guidance_scale"),
                "float_parsing",
                "Input should be a valid number, unable to parse string as a number",
                none.clone(),
                json!("x"),
            )],
        ),
        (
            json!({ "prompt": "a", "guidance_scale": {} }),
            vec![entry(
                in_field("guidance_scale"),
                "float_type",
                "Input should be a valid number",
                none.clone(),
                json!({}),
            )],
        ),
        (
            json!({ "prompt": "a", "sync_mode": "maybe" }),
            vec![entry(
                in_field("sync_mode"),
                "bool_parsing",
                "Input should be a valid boolean, unable to interpret input",
                none.clone(),
                json!("maybe"),
            )],
        ),
        (
            json!({ "prompt": "a", "sync_mode": null }),
            vec![entry(
                in_field("sync_mode"),
                "bool_type",
                "Input should be a valid boolean",
                none.clone(),
                none.clone(),
            )],
        ),
        (
            json!({ "prompt": "a", "output_format": "webp" }),
            vec![entry(
                in_field("output_format"),
                "literal_error",
                "Input should be 'jpeg' or 'png'",
                json!({ "expected": "'jpeg' or 'png'" }),
                json!("webp"),
            )],
        ),
        (
            json!({ "prompt": "a", "acceleration": "warp" }),
            vec![entry(
                in_field("acceleration"),
                "literal_error",
                "Input should be 'none', 'regular' or 'high'",
                json!({ "expected": "'none', 'regular' or 'high'" }),
                json!("warp"),
            )],
        ),
        // A union with null only is not a union to Pydantic: no member is named.
        (
            json!({ "prompt": "a", "seed": "x" }),
            vec![entry(in_field("seed"), "int_parsing", not_an_integer, none.clone(), json!("x"))],
        ),
        (
            json!({ "prompt": "a", "image_size": "huge" }),
            vec![
                entry(
                    json!(["body", "image_size", "ImageSize"]),
                    "model_attributes_type",
                    not_a_model,
                    none.clone(),
                    json!("huge"),
                ),
                entry(
                    json!(["body", "image_size", literal]),
                    "literal_error",
                    &format!("Input should be {sizes}"),
                    json!({ "expected": sizes }),
                    json!("huge"),
                ),
            ],
        ),
    ];
    for (input, expected) in cases {
        let (code, result) = server.outcome(DEV, &input).await;
        assert_eq!((code, result), (422, json!({ "detail": expected })), "{input}");
    }
}

#[tokio::test]
async fn mistakes_inside_a_union_member_are_placed_inside_it() {
    let (server, _) = Server::demo().await;
    for (size, kind, limit) in [
        (json!({ "width": 0, "height": 8 }), "greater_than", json!({ "gt": 0 })),
        (json!({ "width": 14143, "height": 8 }), "less_than_equal", json!({ "le": 14142 })),
    ] {
        let (code, result) =
            server.outcome(DEV, &json!({ "prompt": "a", "image_size": size })).await;
        assert_eq!(code, 422);
        let first = &result["detail"][0];
        assert_eq!(first["loc"], json!(["body", "image_size", "ImageSize", "width"]));
        assert_eq!(
            (&first["type"], &first["ctx"], &first["input"]),
            (&json!(kind), &limit, &size["width"])
        );
    }
}

#[tokio::test]
async fn mistakes_inside_a_part_come_in_the_order_of_its_fields() {
    let (server, _) = Server::demo().await;
    let input = json!({ "image_size": { "height": 0, "width": 0 }, "seed": "x" });
    let (_, result) = server.outcome(DEV, &input).await;
    let details = result["detail"].as_array().unwrap();
    let places: Vec<_> = details.iter().map(|detail| detail["loc"].clone()).collect();
    assert_eq!(places[0], json!(["body", "prompt"]));
    assert_eq!(places[1], json!(["body", "image_size", "ImageSize", "width"]));
    assert_eq!(places[2], json!(["body", "image_size", "ImageSize", "height"]));
    assert_eq!(places[3][2].as_str().unwrap().split('[').next(), Some("literal"));
    assert_eq!(places[4], json!(["body", "seed"]));
}

#[tokio::test]
async fn mistakes_inside_a_list_carry_its_index() {
    let (server, _) = Server::demo().await;
    let loras = json!([{ "path": "a" }, { "path": "b", "scale": 4.5 }, { "scale": "x" }]);
    let (code, result) = server.outcome(LORA, &json!({ "prompt": "a", "loras": loras })).await;
    let expected = json!([
        entry(
            json!(["body", "loras", 1, "scale"]),
            "less_than_equal",
            "Input should be less than or equal to 4",
            json!({ "le": 4 }),
            json!(4.5),
        ),
        entry(
            json!(["body", "loras", 2, "path"]),
            "missing",
            "Field required",
            Value::Null,
            json!({ "scale": "x" }),
        ),
        entry(
            json!(["body", "loras", 2, "scale"]),
            "float_parsing",
            "Input should be a valid number, unable to parse string as a number",
            Value::Null,
            json!("x"),
        ),
    ]);
    assert_eq!(code, 422);
    assert_eq!(result["detail"], expected);
}

#[tokio::test]
async fn what_the_other_models_refuse() {
    let (server, _) = Server::demo().await;
    for (endpoint, input, loc, kind) in [
        (LORA, json!({ "prompt": "a", "loras": {} }), json!(["body", "loras"]), "list_type"),
        (
            LORA,
            json!({ "prompt": "a", "loras": ["b"] }),
            json!(["body", "loras", 0]),
            "model_attributes_type",
        ),
        (
            LORA,
            json!({ "prompt": "a", "acceleration": "high" }),
            json!(["body", "acceleration"]),
            "literal_error",
        ),
        (REDUX, json!({ "prompt": "a" }), json!(["body", "image_url"]), "missing"),
        (
            REDUX,
            json!({ "image_url": "data:,", "image_size": { "width": 0 } }),
            json!(["body", "image_size", "ImageSize", "width"]),
            "greater_than",
        ),
        (
            INPAINTING,
            json!({ "prompt": "a", "image_url": "data:," }),
            json!(["body", "mask_url"]),
            "missing",
        ),
        (
            KONTEXT,
            json!({ "prompt": "a", "image_url": "" }),
            json!(["body", "image_url"]),
            "string_too_short",
        ),
        // One member beside null: Pydantic names none.
        (
            KONTEXT,
            json!({ "prompt": "a", "image_url": "data:,", "aspect_ratio": 5 }),
            json!(["body", "aspect_ratio"]),
            "literal_error",
        ),
    ] {
        let (code, result) = server.outcome(endpoint, &input).await;
        assert_eq!(code, 422, "{input}");
        let detail = &result["detail"][0];
        assert_eq!((&detail["loc"], &detail["type"]), (&loc, &json!(kind)), "{input}");
    }
}

#[tokio::test]
async fn several_mistakes_come_in_the_order_of_the_fields() {
    let (server, _) = Server::demo().await;
    let input = json!({ "acceleration": "x", "guidance_scale": 0.5, "num_images": 5, "strength": 0, "num_inference_steps": 9 });
    let (_, result) = server.outcome(IMAGE_TO_IMAGE, &input).await;
    let fields: Vec<_> = result["detail"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["loc"][1].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "image_url",
            "prompt",
            "strength",
            "num_inference_steps",
            "guidance_scale",
            "num_images",
            "acceleration"
        ]
    );
}

#[tokio::test]
async fn an_invalid_input_is_accepted_first_and_refused_after_the_queue() {
    let (server, handle) = Server::demo().await;
    handle.hold();
    let id = server.submit(DEV, &json!({ "prompt": 1 })).await;
    assert_eq!(server.status(&id).await.1["status"], "IN_QUEUE");
    handle.release();
    let status = server.until(&id, "COMPLETED").await;
    assert_eq!(status["error"], "Input should be a valid string");
    assert_eq!((status.get("metrics"), status.get("error_type")), (None, None));
}

#[tokio::test]
async fn unknown_keys_are_ignored() {
    let (server, _) = Server::demo().await;
    let input = json!({ "prompt": "a", "promt": 5, "image_size": { "width": 8, "height": 8, "depth": "x" }, "num_inference_steps": 1 });
    assert_eq!(server.outcome(DEV, &input).await.0, 200);
}

#[tokio::test]
async fn long_and_binary_inputs_are_not_repeated() {
    let (server, _) = Server::demo().await;
    for value in [json!("x".repeat(500)), json!("data:image/png;base64,AAAA")] {
        let (code, result) =
            server.outcome(DEV, &json!({ "prompt": "a", "num_images": value })).await;
        assert_eq!(code, 422);
        assert_eq!(result["detail"][0].get("input"), None, "{result}");
        assert!(result.to_string().len() < 300, "{result}");
    }
    let (_, result) =
        server.outcome(IMAGE_TO_IMAGE, &json!({ "image_url": "data:image/png;base64,AAAA" })).await;
    assert_eq!(result["detail"][0]["type"], "missing");
    assert!(!result.to_string().contains("base64"), "{result}");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_at_once() {
    let (server, _) = Server::demo().await;
    for (body, kind) in [
        ("", "missing"),
        ("{\"prompt\": ", "json_invalid"),
        ("prompt=a", "json_invalid"),
        ("{'a': 1}", "json_invalid"),
    ] {
        let (code, answer) = answer(server.post(DEV, body)).await;
        assert_eq!(code, 422, "{body}");
        assert_eq!(
            (&answer["detail"][0]["loc"][0], &answer["detail"][0]["type"]),
            (&json!("body"), &json!(kind)),
            "{body}"
        );
    }
}
