package io.pulsewarden.telemetry.explanation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.pulsewarden.telemetry.keys.Opened;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was written for an event of the audit log.
 *
 * @param event the event's id
 * @param state {@code readable}, {@code erased}, or {@code unreadable} where the row was changed
 * @param text what was written, or the state in its place
 * @param salt base64; with the text it makes the hash that the log has. Gone with the text
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExplanationView(
    UUID event, Instant writtenAt, String state, String text, @Nullable String salt) {

  static ExplanationView of(SealedExplanation sealed, Opened opened) {
    return switch (opened) {
      case Opened.Plaintext(byte[] bytes) -> {
        Explanation explanation = Explanation.decode(bytes);
        yield view(
            sealed,
            "readable",
            explanation.text(),
            Base64.getEncoder().encodeToString(explanation.salt()));
      }
      case Opened.Erased() -> view(sealed, "erased", "erased", null);
      case Opened.Rejected() -> view(sealed, "unreadable", "unreadable", null);
    };
  }

  private static ExplanationView view(
      SealedExplanation sealed, String state, String text, @Nullable String salt) {
    return new ExplanationView(
        sealed.event(), Instant.ofEpochMilli(sealed.writtenAtMillis()), state, text, salt);
  }

  @Override
  public String toString() {
    return "ExplanationView[" + event + ", " + state + "]";
  }
}
