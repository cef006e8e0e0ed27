package io.pulsewarden.keys.handout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Answers as JSON, straight to bytes: keys never become a String. */
final class HandedOutKeys {

  // Without buffers that are used again: what stood in them, keys among it, would stay there.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build())
          .build();

  private HandedOutKeys() {}

  static byte[] toJson(List<HandedOut> answers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("keys");
      for (HandedOut answer : answers) {
        write(json, answer);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, HandedOut answer) throws IOException {
    json.writeStartObject();
    switch (answer) {
      case HandedOut.Key key -> {
        json.writeStringField("status", "ok");
        json.writeStringField("subjectKeyId", key.subjectKeyId().toString());
        json.writeNumberField("epoch", key.epoch());
        json.writeFieldName("key");
        writeKey(json, key);
        json.writeStringField("expiresAt", key.expiresAt().toString());
      }
      case HandedOut.Erased() -> json.writeStringField("status", "erased");
      case HandedOut.Unusable() -> json.writeStringField("status", "unusable");
      case HandedOut.Unknown() -> json.writeStringField("status", "unknown");
      case HandedOut.Denied() -> json.writeStringField("status", "denied");
    }
    json.writeEndObject();
  }

  private static void writeKey(JsonGenerator json, HandedOut.Key key) {
    JsonGenerator _ =
        key.key()
            .use(
                bytes -> {
                  try {
                    json.writeBinary(bytes);
                    return json;
                  } catch (IOException impossible) {
                    throw new UncheckedIOException(impossible);
                  }
                });
  }

  static void close(List<HandedOut> answers) {
    for (HandedOut answer : answers) {
      if (answer instanceof HandedOut.Key key) {
        key.key().close();
      }
    }
  }
}
