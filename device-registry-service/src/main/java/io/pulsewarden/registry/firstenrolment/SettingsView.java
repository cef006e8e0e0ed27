package io.pulsewarden.registry.firstenrolment;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Settings of enrolment, as they are. */
@Schema(name = "EnrolmentSettings")
@JsonInclude(JsonInclude.Include.NON_NULL)
record SettingsView(@Nullable String label, boolean manualApproval) {

  static SettingsView of(@Nullable EnrolmentSettingsEntity settings) {
    return settings == null
        ? new SettingsView(null, false)
        : new SettingsView(settings.label(), settings.manualApproval());
  }
}
