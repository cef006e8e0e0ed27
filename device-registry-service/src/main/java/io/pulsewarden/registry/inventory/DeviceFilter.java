package io.pulsewarden.registry.inventory;

import io.pulsewarden.registry.device.Lifecycle;
import io.pulsewarden.registry.problem.Fields;
import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which devices are listed: conditions that are all to hold, in the query language, and their
 * parameters. Of the conditions only these texts go into a query, never what was sent.
 */
record DeviceFilter(String conditions, Map<String, Object> parameters) {

  private static final int MAX_LABEL = 100;

  DeviceFilter {
    parameters = Map.copyOf(parameters);
  }

  static DeviceFilter parse(
      @Nullable String state,
      @Nullable String model,
      @Nullable String organisation,
      @Nullable String certificateExpiringBefore,
      @Nullable String lastSeenBefore) {
    Builder filter = new Builder();
    filter.add(" and d.lifecycle = :state", "state", state, DeviceFilter::state);
    filter.add(
        " and d.model = :model", "model", model, text -> Fields.text("model", text, MAX_LABEL));
    filter.add(
        " and d.organisationId = :wanted",
        "organisation",
        "wanted",
        organisation,
        text -> Fields.uuid("organisation", text));
    filter.add(
        " and exists (select 1 from CertificateEntity c where c.deviceId = d.id"
            + " and c.revokedAt is null)"
            + " and not exists (select 1 from CertificateEntity c where c.deviceId = d.id"
            + " and c.revokedAt is null and c.notAfter >= :expiring)",
        "certificateExpiringBefore",
        "expiring",
        certificateExpiringBefore,
        text -> Fields.instant("certificateExpiringBefore", text));
    filter.add(
        " and not exists (select 1 from ActivityEntity a where a.deviceId = d.id"
            + " and a.seenAt >= :seen)",
        "lastSeenBefore",
        "seen",
        lastSeenBefore,
        text -> Fields.instant("lastSeenBefore", text));
    return new DeviceFilter(filter.conditions.toString(), filter.parameters);
  }

  private static Lifecycle state(String text) {
    return Fields.oneOf("state", text, Lifecycle::ofWire, "the states of docs/devices.md");
  }

  private static final class Builder {
    private final StringBuilder conditions = new StringBuilder();
    private final Map<String, Object> parameters = new LinkedHashMap<>();

    void add(
        String condition, String name, @Nullable String value, Function<String, Object> parser) {
      add(condition, name, name, value, parser);
    }

    /** A query parameter is named as such, by the name that the caller knows. */
    void add(
        String condition,
        String field,
        String name,
        @Nullable String value,
        Function<String, Object> parser) {
      if (value == null) {
        return;
      }
      try {
        parameters.put(name, parser.apply(value));
      } catch (ProblemException wrong) {
        String detail = wrong.problem().detail();
        throw new ProblemException(
            ProblemType.INVALID_PARAMETER.at(field, detail == null ? "Is wrong." : detail));
      }
      conditions.append(condition);
    }
  }
}
