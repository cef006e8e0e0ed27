package io.pulsewarden.registry.firstenrolment;

import io.pulsewarden.registry.problem.Fields;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Settings of enrolment, as sent. */
@Schema(name = "EnrolmentSettingsChange")
record SettingsBody(
    @Schema(description = "Part of EST's paths; none if absent", examples = "ward-7")
        @Nullable String label,
    @Schema(description = "Whether a person approves each first enrolment")
        boolean manualApproval) {

  private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Set<String> OPERATIONS =
      Set.of("cacerts", "csrattrs", "simpleenroll", "simplereenroll", "fullcmc", "serverkeygen");

  /** Not one that reads as an operation (RFC 7030, section 3.2.2). */
  @Nullable String checkedLabel() {
    if (label != null && (!LABEL.matcher(label).matches() || OPERATIONS.contains(label))) {
      throw Fields.invalid(
          "label", "Has to be 1 to 63 of a-z, 0-9 and -, and not the name of an EST operation.");
    }
    return label;
  }
}
