package io.pulsewarden.audit.search;

import io.pulsewarden.audit.problem.ProblemException;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import jakarta.ws.rs.QueryParam;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query as it comes; each parameter that can't be read is a 400 with its name. */
public class EntryParameters {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9:/._-]{1,200}");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,17}");
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  @QueryParam("patient")
  @Nullable String patient;

  @QueryParam("actor")
  @Nullable String actor;

  @QueryParam("action")
  @Nullable String action;

  @QueryParam("from")
  @Nullable String from;

  @QueryParam("to")
  @Nullable String to;

  @QueryParam("topic")
  @Nullable String topic;

  @QueryParam("partition")
  @Nullable String partition;

  @QueryParam("offset")
  @Nullable String offset;

  @QueryParam("limit")
  @Nullable String limit;

  @QueryParam("cursor")
  @Nullable String cursor;

  /**
   * What is asked for.
   *
   * @param published only leaves below this index may be shown
   */
  EntryQuery query(UUID organisation, long published) {
    long before = before(cursor, published);
    return new EntryQuery(
        organisation,
        patient == null ? null : uuid(patient, "patient"),
        actor == null ? null : id(actor, "actor"),
        action == null ? null : action(action),
        from == null ? null : time(from, "from"),
        to == null ? null : time(to, "to"),
        stored(),
        before,
        limitOrDefault(limit));
  }

  /** Where a page begins. */
  static long before(@Nullable String cursor, long published) {
    return cursor == null ? published : Math.min(published, decode(cursor));
  }

  /** How many entries a page has. */
  static int limitOrDefault(@Nullable String limit) {
    return limit == null ? DEFAULT_LIMIT : limit(limit);
  }

  /** For the page that ends with this leaf. */
  static String cursor(long lastIndex) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Long.toString(lastIndex).getBytes(StandardCharsets.US_ASCII));
  }

  private static long decode(String cursor) {
    try {
      return number(
          new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.US_ASCII), "cursor");
    } catch (IllegalArgumentException notBase64) {
      throw ProblemException.invalid("cursor");
    }
  }

  private EntryQuery.@Nullable StoredOffset stored() {
    if (topic == null && partition == null && offset == null) {
      return null;
    }
    return new EntryQuery.StoredOffset(
        id(topic, "topic"), number(partition, "partition"), number(offset, "offset"));
  }

  private static int limit(String text) {
    long limit = number(text, "limit");
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ProblemException.invalid("limit");
    }
    return (int) limit;
  }

  private static AuditAction action(String code) {
    try {
      return AuditAction.valueOf("AUDIT_ACTION_" + code);
    } catch (IllegalArgumentException unknown) {
      throw ProblemException.invalid("action");
    }
  }

  private static Instant time(String text, String name) {
    try {
      // Within what a column has: years of nine digits are none of ours.
      return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException notATime) {
      throw ProblemException.invalid(name);
    }
  }

  private static String uuid(String text, String name) {
    try {
      return UUID.fromString(text).toString();
    } catch (IllegalArgumentException notAnId) {
      throw ProblemException.invalid(name);
    }
  }

  private static String id(@Nullable String text, String name) {
    if (text == null || !ID.matcher(text).matches()) {
      throw ProblemException.invalid(name);
    }
    return text;
  }

  static long number(@Nullable String text, String name) {
    if (text == null || !NUMBER.matcher(text).matches()) {
      throw ProblemException.invalid(name);
    }
    return Long.parseLong(text);
  }
}
