package io.pulsewarden.telemetry.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.envelope.BaseKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyWireTest {

  private static final String ID = "01234567-89ab-4def-8123-456789abcdef";
  private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @Test
  void shouldWriteBothForms() {
    UUID id = UUID.fromString(ID);
    byte[] body =
        KeyWire.request(
            List.of(
                new Lookup.OfSubject(KeySubject.patient(id, id), Purpose.VITALS, 20780),
                new Lookup.ById(id, Purpose.BLIND_INDEX, 0)));
    assertThat(body)
        .asString(UTF_8)
        .isEqualTo(
            """
            {"requests":[{"organisation":"%1$s","subject":{"kind":"patient","id":"%1$s"},\
            "purpose":"vitals","epoch":20780},\
            {"subjectKeyId":"%1$s","purpose":"blind-index","epoch":0}]}"""
                .formatted(ID));
  }

  @Test
  void shouldReadEveryStatusInOrderAndSkipWhatItDoesNotKnow() {
    List<Fetched> answers =
        KeyWire.answers(
            """
            {"later":{"a":[1]},"keys":[
              {"status":"ok","subjectKeyId":"%s","epoch":20780,"key":"%s",
               "expiresAt":"2026-11-23T13:00:00Z","later":[{}]},
              {"status":"erased"},{"status":"unknown"},{"status":"denied"},
              {"status":"unusable"}]}
            """
                .formatted(ID, KEY)
                .getBytes(UTF_8),
            5);
    assertThat(answers.getFirst().expiresAt()).isEqualTo(Instant.parse("2026-11-23T13:00:00Z"));
    BaseKey key = ((KeyAnswer.Available) answers.getFirst().answer()).baseKey();
    assertThat(key.subjectKeyId()).isEqualTo(UUID.fromString(ID));
    assertThat(key.epoch()).isEqualTo(20780);
    assertThat(key.key().<Integer>use(bytes -> (int) bytes[31])).isEqualTo(31);
    assertThat(answers.subList(1, 5))
        .extracting(Fetched::answer)
        .containsExactly(
            new KeyAnswer.Erased(),
            new KeyAnswer.Unknown(),
            new KeyAnswer.Denied(),
            new KeyAnswer.Unusable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not json",
        "{\"keys\":[]}",
        "{\"keys\":[{\"status\":\"erased\"},{\"status\":\"erased\"}]}",
        "{\"keys\":[{\"status\":\"canary\"}]}",
        "{\"keys\":[{\"status\":\"ok\"}]}",
        "{\"keys\":[{\"status\":\"ok\",\"key\":\"Y2FuYXJ5\"}]}",
        "{\"keys\":[{\"status\":\"ok\",\"expiresAt\":\"canary\"}]}",
      })
  void shouldFailTypedOnAnythingElseAndQuoteNothing(String body) {
    assertThatThrownBy(() -> KeyWire.answers(body.getBytes(UTF_8), 1))
        .isInstanceOf(KeysUnavailableException.class)
        .hasMessageNotContaining("canary")
        .hasNoCause();
  }
}
