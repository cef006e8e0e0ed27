package io.pulsewarden.platform.commands;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a device beside its messages, as far as the caller was shown it: a device whose
 * messages are all refused has none.
 *
 * @param delivery telemetry's answer about the device
 */
record DeviceLines(JsonNode delivery) {

  private static final int MISSING = 3;

  void print(PrintWriter out) {
    if (delivery.has("session")) {
      out.println("  session                 " + session(delivery.path("session")));
    }
    JsonNode numbering = delivery.path("numbering");
    if (numbering.has("received")) {
      out.printf(
          "  numbered by the device  newest %d of run %d; %d came, %d of them late%n",
          numbering.path("newest").asLong(),
          numbering.path("run").asInt(),
          numbering.path("received").asLong(),
          numbering.path("late").asLong());
    }
    if (!numbering.isMissingNode()) {
      missing(out, numbering);
    }
    JsonNode refused = delivery.path("refused");
    if (!refused.isMissingNode()) {
      out.println("  refused                 " + refused(refused));
    }
  }

  private static String session(JsonNode session) {
    String since = "since " + session.path("connectedAt").asText();
    return session.has("disconnectedAt")
        ? "%s, ended %s (%s)"
            .formatted(
                since,
                session.path("disconnectedAt").asText(),
                session.path("endReason").asText("no reason known"))
        : since + ", connected";
  }

  /** The newest few; all of them are in the API's answer. */
  private static void missing(PrintWriter out, JsonNode numbering) {
    JsonNode all = numbering.path("missing");
    for (int i = 0; i < Math.min(MISSING, all.size()); i++) {
      JsonNode gap = all.get(i);
      out.printf(
          "  missing                 %d to %s of run %d, measured between %s and %s%n",
          gap.path("first").asLong(),
          gap.path("last").asText("the end"),
          gap.path("run").asInt(),
          gap.path("from").asText(),
          gap.path("until").asText());
    }
    if (all.size() > MISSING || numbering.path("more").asBoolean()) {
      out.println("  missing                 and more before them");
    }
  }

  private static String refused(JsonNode refused) {
    List<String> reasons = new ArrayList<>();
    refused
        .path("byReason")
        .properties()
        .forEach(reason -> reasons.add(reason.getKey() + " " + reason.getValue().asLong()));
    String open =
        reasons.isEmpty()
            ? "nothing is in quarantine"
            : refused.path("open").asLong() + " in quarantine: " + String.join(", ", reasons);
    return "%s; %d replayed, %d discarded"
        .formatted(open, refused.path("replayed").asLong(), refused.path("discarded").asLong());
  }
}
