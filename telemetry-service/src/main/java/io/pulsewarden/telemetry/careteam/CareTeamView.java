package io.pulsewarden.telemetry.careteam;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A care team as the REST interface shows it.
 *
 * @param members user ids (OIDC subjects); absent in lists
 * @param patients absent in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CareTeamView(
    UUID id, @Nullable String name, @Nullable List<String> members, @Nullable List<UUID> patients) {

  /** What a list holds. */
  public record Page(List<CareTeamView> items) {}

  /** What a create may say. */
  public record Creation(@Nullable String name) {}
}
