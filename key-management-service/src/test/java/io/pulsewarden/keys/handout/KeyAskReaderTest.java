package io.pulsewarden.keys.handout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.subject.Subject;
import io.pulsewarden.keys.subject.SubjectKind;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyAskReaderTest {

  private static final String ID = "01234567-89ab-4def-8123-456789abcdef";

  @Test
  void shouldReadBothFormsInOrder() {
    assertThat(
            read(
                """
                {"requests": [
                  {"organisation": "%1$s", "subject": {"kind": "patient", "id": "%1$s"},
                   "purpose": "vitals", "epoch": 20780},
                  {"subjectKeyId": "%1$s", "purpose": "blind-index", "epoch": 0}]}
                """
                    .formatted(ID)))
        .containsExactly(
            new KeyAsk.OfSubject(
                new Subject(UUID.fromString(ID), SubjectKind.PATIENT, UUID.fromString(ID)),
                Purpose.VITALS,
                20780),
            new KeyAsk.ById(UUID.fromString(ID), Purpose.BLIND_INDEX, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not json | the body: not JSON",
        "{\"requests\":[]} x | the body: not JSON",
        "{\"requests\":[]}{} | the body: not JSON",
        "{\"requests\":[],\"requests\":[{}]} | the body: not JSON",
        "[] | requests: an array of 1 to 1000",
        "{\"requests\":[]} | requests: an array of 1 to 1000",
        "{\"requests\":[{}]} | requests[0].purpose: no such purpose",
        "{\"requests\":[{\"purpose\":\"all\"}]} | requests[0].purpose: no such purpose",
        "{\"requests\":[{\"purpose\":\"vitals\"}]} | requests[0].epoch: not a day since 1970",
        "{\"requests\":[{\"purpose\":\"vitals\",\"epoch\":-1}]}"
            + " | requests[0].epoch: not a day since 1970",
        "{\"requests\":[{\"purpose\":\"vitals\",\"epoch\":1}]}"
            + " | requests[0]: either subject or subjectKeyId",
        "{\"requests\":[{\"purpose\":\"vitals\",\"epoch\":1,\"subjectKeyId\":\"1-1-1-1-1\"}]}"
            + " | requests[0].subjectKeyId: not a UUID in lower case",
        "{\"requests\":[{\"purpose\":\"vitals\",\"epoch\":1,\"subject\":{\"kind\":\"cat\"}}]}"
            + " | requests[0].subject.kind: no such kind",
      })
  void shouldSayWhereItStoppedReading(String body, String detail) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(UnreadableRequestException.class)
        .hasMessage(detail);
  }

  @Test
  void shouldRefuseMoreThanAThousand() {
    String one = "{\"subjectKeyId\":\"" + ID + "\",\"purpose\":\"vitals\",\"epoch\":1}";
    assertThat(read(requests(one, 1000))).hasSize(1000);
    assertThatThrownBy(() -> read(requests(one, 1001)))
        .isInstanceOf(UnreadableRequestException.class);
  }

  private static String requests(String one, int count) {
    return "{\"requests\":[" + String.join(",", Collections.nCopies(count, one)) + "]}";
  }

  private static List<KeyAsk> read(String body) {
    return KeyAskReader.read(body.getBytes(UTF_8));
  }
}
