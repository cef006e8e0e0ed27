package io.pulsewarden.telemetry.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Bodies of {@code POST /v1/data-keys}. Keys go from bytes to bytes, never through a String. */
final class KeyWire {

  // Without buffers that are used again: what stood in them, keys among it, would stay there.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().recyclerPool(JsonRecyclerPools.nonRecyclingPool()).build())
          .build();

  private KeyWire() {}

  static byte[] request(List<Lookup> lookups) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeArrayFieldStart("requests");
      for (Lookup lookup : lookups) {
        json.writeStartObject();
        switch (lookup) {
          case Lookup.OfSubject of -> write(json, of.subject());
          case Lookup.ById by ->
              json.writeStringField("subjectKeyId", by.subjectKeyId().toString());
        }
        json.writeStringField("purpose", lookup.purpose().wireName());
        json.writeNumberField("epoch", lookup.epoch());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, KeySubject subject) throws IOException {
    json.writeStringField("organisation", subject.organisation().toString());
    json.writeObjectFieldStart("subject");
    json.writeStringField("kind", subject.kind().wireName());
    json.writeStringField("id", subject.id().toString());
    json.writeEndObject();
  }

  /**
   * Answers in order.
   *
   * @throws KeysUnavailableException if these are not as many answers as expected, each readable
   */
  static List<Fetched> answers(byte[] body, int expected) {
    List<Fetched> answers = new ArrayList<>();
    try (JsonParser json = JSON.createParser(body)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean keys = json.currentName().equals("keys");
        json.nextToken();
        if (keys) {
          while (json.nextToken() == JsonToken.START_OBJECT) {
            answers.add(answer(json));
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (IOException | IllegalArgumentException | DateTimeException unreadable) {
      // Its message may quote the body: the cause is left out.
      close(answers);
      throw new KeysUnavailableException("key management's answer can't be read", null);
    }
    if (answers.size() != expected) {
      close(answers);
      throw new KeysUnavailableException("key management left requests unanswered", null);
    }
    return answers;
  }

  private static Fetched answer(JsonParser json) throws IOException {
    String status = "";
    UUID id = new UUID(0, 0);
    int epoch = 0;
    Instant expiresAt = Instant.EPOCH;
    SecretBytes key = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "status" -> status = json.getText();
        case "subjectKeyId" -> id = UUID.fromString(json.getText());
        case "epoch" -> epoch = json.getIntValue();
        case "key" -> key = SecretBytes.owning(json.getBinaryValue());
        case "expiresAt" -> expiresAt = Instant.parse(json.getText());
        default -> json.skipChildren();
      }
    }
    return new Fetched(answer(status, id, epoch, key), expiresAt);
  }

  private static KeyAnswer answer(String status, UUID id, int epoch, @Nullable SecretBytes key) {
    return switch (status) {
      case "ok" -> {
        if (key == null) {
          throw new IllegalArgumentException("no key");
        }
        yield new KeyAnswer.Available(new BaseKey(id, epoch, key));
      }
      case "erased" -> new KeyAnswer.Erased();
      case "unknown" -> new KeyAnswer.Unknown();
      case "denied" -> new KeyAnswer.Denied();
      case "unusable" -> new KeyAnswer.Unusable();
      default -> throw new IllegalArgumentException("no such status");
    };
  }

  private static void close(List<Fetched> answers) {
    for (Fetched fetched : answers) {
      if (fetched.answer() instanceof KeyAnswer.Available(BaseKey key)) {
        key.close();
      }
    }
  }
}
