package io.pulsewarden.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.restassured.response.Response;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A patient's Observations, read page by page as a clinician's software would. */
final class Chart {

  /** Keeps numbers as they were written. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final People people;
  private final String fhir;

  Chart(Platform platform, People people) {
    this(people, platform.address("PW_FHIR_URL"));
  }

  /** Read at that FHIR base. */
  Chart(People people, String fhir) {
    this.people = people;
    this.fhir = fhir;
  }

  /** All Observations of the patient that this user is shown, over every page. */
  List<JsonNode> observations(String user, String patient) {
    List<JsonNode> all = new ArrayList<>();
    String token = people.token(user);
    String url = fhir + "/Observation?patient=" + patient + "&_sort=date&_count=1000";
    for (String next = url; next != null; ) {
      JsonNode page = page(next, token);
      page.path("entry").forEach(entry -> all.add(entry.path("resource")));
      next = link(page);
    }
    return all;
  }

  /** What was refused of the device, as a privacy officer is shown it: code, time, reason. */
  List<String> quarantined(String device) {
    Set<String> all = new TreeSet<>();
    String token = people.token("privacy");
    String first = fhir.replaceAll("/fhir/?$", "") + "/v1/quarantine?limit=1000&device=" + device;
    for (String url = first; url != null; ) {
      JsonNode page = page(url, token);
      for (JsonNode item : page.path("items")) {
        all.add(
            String.join(
                " ",
                item.path("code").asText(),
                item.path("recordTime").asText(),
                item.path("reason").asText()));
      }
      String next = page.path("next").asText("");
      url = next.isEmpty() ? null : first + "&cursor=" + next;
    }
    return List.copyOf(all);
  }

  Response search(String user, String patient) {
    return people.as(user).get(fhir + "/Observation?patient=" + patient);
  }

  /** The numbers in Observations, a component each on its own. */
  static List<ReadValue> values(List<JsonNode> observations) {
    List<ReadValue> values = new ArrayList<>();
    for (JsonNode observation : observations) {
      if (observation.has("component")) {
        observation
            .path("component")
            .forEach(component -> add(values, observation, component, loinc(observation)));
      } else {
        add(values, observation, observation, "");
      }
    }
    return values;
  }

  private static void add(
      List<ReadValue> values, JsonNode observation, JsonNode holder, String panel) {
    JsonNode quantity = holder.path("valueQuantity");
    if (!quantity.isMissingNode()) {
      values.add(
          new ReadValue(
              observation.path("device").path("reference").asText().replace("Device/", ""),
              panel,
              loinc(holder),
              OffsetDateTime.parse(observation.path("effectiveDateTime").asText())
                  .toInstant()
                  .toString(),
              quantity.path("value").decimalValue().toPlainString(),
              quantity.path("code").asText()));
    }
  }

  private static String loinc(JsonNode holder) {
    String codes = "";
    for (JsonNode coding : holder.path("code").path("coding")) {
      String code = coding.path("code").asText();
      // Oximetry carries the general saturation code beside its own.
      if ("http://loinc.org".equals(coding.path("system").asText()) && !"2708-6".equals(code)) {
        codes += code;
      }
    }
    return codes;
  }

  private JsonNode page(String url, String token) {
    Response answer = people.anonymous().auth().oauth2(token).get(url);
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.statusCode() + " " + answer.asString());
    }
    return parse(answer.asString());
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String link(JsonNode bundle) {
    for (JsonNode link : bundle.path("link")) {
      if ("next".equals(link.path("relation").asText())) {
        return link.path("url").asText();
      }
    }
    return null;
  }

  /** One number as read; everything as text, so that 62.8 and 62.80 differ. */
  record ReadValue(
      String device, String panel, String code, String time, String value, String unit) {}
}
