package io.pulsewarden.platform.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** An Observation in a few words. */
public final class ReadingText {

  private ReadingText() {}

  /** Such as {@code Heart rate 72 /min}, or the components of a panel. */
  public static String of(JsonNode observation) {
    String name = name(observation.path("code"));
    if (observation.has("valueQuantity")) {
      return name + " " + quantity(observation.path("valueQuantity"));
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode component : observation.path("component")) {
      if (component.has("valueQuantity")) {
        parts.add(component.path("valueQuantity").path("value").asText());
      }
    }
    return name + " " + String.join("/", parts);
  }

  private static String name(JsonNode code) {
    JsonNode coding = code.path("coding").path(0);
    String text = code.path("text").asText("");
    String display = coding.path("display").asText("");
    if (!text.isEmpty()) {
      return text;
    }
    return display.isEmpty() ? coding.path("code").asText() : display;
  }

  private static String quantity(JsonNode quantity) {
    return quantity.path("value").asText() + " " + quantity.path("unit").asText();
  }
}
