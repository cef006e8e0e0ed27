package io.pulsewarden.keys.handout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pulsewarden.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HandedOutKeysTest {

  private static final byte[] KEY =
      "canary-key-of-32-bytes-0123456-+".getBytes(StandardCharsets.US_ASCII);

  @Test
  void shouldAnswerEachInItsOrder() throws Exception {
    UUID id = UUID.randomUUID();
    Instant until = Instant.parse("2026-11-28T12:00:00.5Z");
    JsonNode keys =
        read(
            List.of(
                new HandedOut.Erased(),
                new HandedOut.Key(id, UUID.randomUUID(), -7, SecretBytes.copyOf(KEY), until),
                new HandedOut.Unusable(),
                new HandedOut.Unknown(),
                new HandedOut.Denied()));

    assertThat(IntStream.range(0, 5).mapToObj(i -> keys.path(i).path("status").asText()))
        .containsExactly("erased", "ok", "unusable", "unknown", "denied");
    JsonNode key = keys.path(1);
    assertThat(key.path("subjectKeyId").asText()).isEqualTo(id.toString());
    assertThat(key.path("epoch").isInt()).isTrue();
    assertThat(key.path("epoch").asInt()).isEqualTo(-7);
    assertThat(Base64.getDecoder().decode(key.path("key").asText())).isEqualTo(KEY);
    assertThat(key.path("expiresAt").asText()).isEqualTo(until.toString());
    assertThat(read(List.of())).isEmpty();
  }

  @Test
  void shouldLeaveNothingInWhatItCollectedIn() {
    ZeroedOutput out = new ZeroedOutput(8);
    byte[] small = out.buffer();
    out.write("canary12".getBytes(StandardCharsets.US_ASCII));
    out.write("more than that".getBytes(StandardCharsets.US_ASCII));
    byte[] large = out.buffer();

    assertThat(new String(out.take(), StandardCharsets.US_ASCII))
        .isEqualTo("canary12more than that");
    assertThat(small).isEqualTo(new byte[8]);
    assertThat(large).isEqualTo(new byte[large.length]);
    assertThat(out.take()).isEmpty();
  }

  private static JsonNode read(List<HandedOut> answers) throws Exception {
    return JsonMapper.builder().build().readTree(HandedOutKeys.toJson(answers)).path("keys");
  }
}
