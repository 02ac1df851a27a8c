package io.sallyport.provisioner.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** Holds a document against its schema: the part of OpenAPI 3.0 that the description uses. */
final class SchemaCheck {
    private final JsonNode root;

    SchemaCheck(JsonNode root) {
        this.root = root;
    }

    /** Fails when the value is not as the schema says. */
    void check(JsonNode schema, JsonNode value, String at) {
        if (schema.has("$ref")) {
            check(root.at(schema.get("$ref").textValue().substring(1)), value, at);
            return;
        }
        if (value.isNull()) {
            assertThat(schema.path("nullable").booleanValue()).as("%s may be null", at).isTrue();
            return;
        }
        schema.path("allOf").forEach(part -> check(part, value, at));
        switch (schema.path("type").asText("")) {
            case "object" -> object(schema, value, at);
            case "array" -> {
                assertThat(value.isArray()).as("%s is a list", at).isTrue();
                for (JsonNode element : value) {
                    check(schema.get("items"), element, at + "[]");
                }
            }
            case "string" -> text(schema, value, at);
            case "integer" -> assertThat(value.isIntegralNumber()).as("%s: %s", at, value).isTrue();
            case "number" -> assertThat(value.isNumber()).as("%s: %s", at, value).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as("%s: %s", at, value).isTrue();
            default -> assertThat(schema.has("allOf")).as("%s has a type: %s", at, schema).isTrue();
        }
    }

    private void object(JsonNode schema, JsonNode value, String at) {
        assertThat(value.isObject()).as("%s is an object: %s", at, value).isTrue();
        for (JsonNode required : schema.path("required")) {
            assertThat(value.has(required.textValue())).as("%s has %s", at, required).isTrue();
        }
        value.properties()
                .forEach(
                        field -> {
                            String name = at + "." + field.getKey();
                            JsonNode described = schema.path("properties").path(field.getKey());
                            if (described.isMissingNode()) {
                                described = schema.path("additionalProperties");
                            }
                            assertThat(described.isObject()).as("%s is described", name).isTrue();
                            check(described, field.getValue(), name);
                        });
    }

    private static void text(JsonNode schema, JsonNode value, String at) {
        assertThat(value.isTextual()).as("%s is a text: %s", at, value).isTrue();
        if (schema.has("enum")) {
            assertThat(schema.get("enum").valueStream().map(JsonNode::textValue))
                    .as(at)
                    .contains(value.textValue());
        }
    }
}
