package io.pulsewarden.audit.siem;

import com.google.protobuf.ByteString;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.audit.v1.Finding;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes OCSF events of the log's entries (docs/formats/ocsf.md). Takes ids and codes and nothing
 * else: a text that has not the form of one leaves as a question mark. Thread-safe.
 */
final class OcsfMapping {

  static final String VERSION = "1.3.0";

  private static final int INFORMATIONAL = 1;
  private static final int LOW = 2;
  private static final int MEDIUM = 3;
  private static final int CRITICAL = 5;
  private static final String ID = "[A-Za-z0-9._:/@#+-]{0,256}";

  private final String origin;

  /**
   * @param origin the log's name
   */
  OcsfMapping(String origin) {
    this.origin = origin;
  }

  /**
   * The event of an entry; empty for heartbeats, which say nothing but that a chain goes on.
   *
   * @param leafHash hex
   */
  Optional<OcsfEvent> event(long index, String leafHash, Optional<AuditRecord> read) {
    if (read.isEmpty()) {
      return Optional.of(unreadable(index, leafHash));
    }
    AuditRecord entry = read.get();
    return switch (entry.getBodyCase()) {
      case EVENT -> Optional.of(audited(index, leafHash, entry));
      case FINDING -> Optional.of(finding(index, leafHash, entry));
      case OPENED -> Optional.of(lifecycle(index, leafHash, entry, 3));
      case CLOSED -> Optional.of(lifecycle(index, leafHash, entry, 4));
      case HEARTBEAT -> Optional.empty();
      case BODY_NOT_SET -> Optional.of(unreadable(index, leafHash));
    };
  }

  private OcsfEvent audited(long index, String leafHash, AuditRecord entry) {
    AuditEvent event = entry.getEvent();
    String action = code(event.getAction(), "AUDIT_ACTION_", event.getActionValue());
    OcsfActivity activity = OcsfActivity.of(action);
    int severity = severity(event.getOutcome());
    Map<String, Object> json =
        base(index, leafHash, activity, severity, event.getOccurredAtMs(), action);
    json.put("status_id", event.getOutcome() == AuditOutcome.AUDIT_OUTCOME_SUCCESS ? 1 : 2);
    json.put("status", code(event.getOutcome(), "AUDIT_OUTCOME_", event.getOutcomeValue()));
    if (!event.getReasonCode().isEmpty()) {
      json.put("status_code", id(event.getReasonCode()));
    }
    Map<String, Object> user = user(event);
    Map<String, Object> service = Map.of("name", id(entry.getService()));
    json.put("actor", Map.of("user", user));
    List<Object> resources = resources(event);
    switch (activity.classUid()) {
      case OcsfActivity.AUTHENTICATION -> {
        json.put("user", user);
        json.put("service", service);
        json.put("is_remote", true);
      }
      case OcsfActivity.ENTITY_MANAGEMENT -> {
        json.put("entity", resources.isEmpty() ? organisation(event) : resources.getFirst());
        if (resources.size() > 1) {
          json.put("unmapped", Map.of("resources", resources));
        }
      }
      default -> {
        json.put("api", members("operation", action, "service", service));
        json.put("src_endpoint", Map.of("svc_name", id(entry.getService())));
        json.put("resources", resources);
      }
    }
    return new OcsfEvent(
        index, leafHash, activity.classUid(), severity, event.getOccurredAtMs(), Json.write(json));
  }

  private static Map<String, Object> user(AuditEvent event) {
    Agent agent = event.getAgent();
    Map<String, Object> user = members("uid", id(agent.getId()));
    switch (agent.getKind()) {
      case AGENT_KIND_USER -> user.put("type_id", 1);
      case AGENT_KIND_SERVICE -> user.put("type_id", 3);
      case AGENT_KIND_DEVICE, AGENT_KIND_UNSPECIFIED, UNRECOGNIZED -> {
        user.put("type_id", OcsfActivity.OTHER);
        user.put("type", code(agent.getKind(), "AGENT_KIND_", agent.getKindValue()));
      }
    }
    if (agent.getRoleCount() > 0) {
      user.put(
          "groups", agent.getRoleList().stream().map(role -> Map.of("name", id(role))).toList());
    }
    if (!event.getOrganisationId().isEmpty()) {
      user.put("org", Map.of("uid", id(event.getOrganisationId())));
    }
    return user;
  }

  private static List<Object> resources(AuditEvent event) {
    List<Object> resources = new ArrayList<>();
    for (String patient : event.getPatientIdList()) {
      resources.add(members("type", "Patient", "uid", id(patient)));
    }
    for (Entity entity : event.getEntityList()) {
      Map<String, Object> one = members("type", id(entity.getType()));
      if (entity.getId().isEmpty()) {
        one.put("name", entity.getCount() + " " + id(entity.getType()));
      } else {
        one.put("uid", id(entity.getId()));
      }
      resources.add(one);
    }
    if (event.hasStoredRange()) {
      var range = event.getStoredRange();
      resources.add(
          members(
              "type",
              "StoredRange",
              "uid",
              id(range.getTopic())
                  + "/"
                  + Integer.toUnsignedString(range.getPartition())
                  + "/"
                  + range.getFirstOffset()
                  + "-"
                  + range.getLastOffset()));
    }
    return resources;
  }

  private static Map<String, Object> organisation(AuditEvent event) {
    return members("type", "Organization", "uid", id(event.getOrganisationId()));
  }

  private OcsfEvent finding(long index, String leafHash, AuditRecord entry) {
    Finding finding = entry.getFinding();
    String kind = code(finding.getKind(), "FINDING_KIND_", finding.getKindValue());
    int severity =
        switch (kind) {
          case "SILENT", "UNCLOSED", "LATE", "OVERSIZED" -> MEDIUM;
          default -> CRITICAL;
        };
    Map<String, Object> json =
        base(
            index,
            leafHash,
            new OcsfActivity(OcsfActivity.DETECTION_FINDING, 1),
            severity,
            entry.getRecordedAtMs(),
            kind);
    json.put(
        "finding_info",
        members("uid", uid(index, leafHash), "title", kind, "types", List.of(kind)));
    json.put("is_alert", true);
    json.put(
        "resources",
        List.of(
            members(
                "type", "AuditLogEntry", "uid", Long.toUnsignedString(finding.getLeafIndex()))));
    Map<String, Object> about =
        members("service", id(finding.getService()), "incarnation", hex(finding.getIncarnation()));
    about.put("sequence", finding.getSequence());
    if (!finding.getValueHash().isEmpty()) {
      about.put("value_hash", hex(finding.getValueHash()));
    }
    json.put("unmapped", about);
    return new OcsfEvent(
        index,
        leafHash,
        OcsfActivity.DETECTION_FINDING,
        severity,
        entry.getRecordedAtMs(),
        Json.write(json));
  }

  /** A process that writes audit records began, or ended in order. */
  private OcsfEvent lifecycle(long index, String leafHash, AuditRecord entry, int activity) {
    Map<String, Object> json =
        base(
            index,
            leafHash,
            new OcsfActivity(OcsfActivity.APPLICATION_LIFECYCLE, activity),
            INFORMATIONAL,
            entry.getRecordedAtMs(),
            entry.getBodyCase().name());
    json.put(
        "app",
        members(
            "name",
            id(entry.getService()),
            "vendor_name",
            "Pulsewarden",
            "uid",
            hex(entry.getIncarnation())));
    return new OcsfEvent(
        index,
        leafHash,
        OcsfActivity.APPLICATION_LIFECYCLE,
        INFORMATIONAL,
        entry.getRecordedAtMs(),
        Json.write(json));
  }

  private OcsfEvent unreadable(long index, String leafHash) {
    Map<String, Object> json =
        base(index, leafHash, new OcsfActivity(0, OcsfActivity.OTHER), MEDIUM, 0, "UNREADABLE");
    return new OcsfEvent(index, leafHash, 0, MEDIUM, 0, Json.write(json));
  }

  private Map<String, Object> base(
      long index, String leafHash, OcsfActivity activity, int severity, long time, String code) {
    Map<String, Object> metadata =
        members(
            "version",
            VERSION,
            "product",
            members("vendor_name", "Pulsewarden", "name", "audit-service"),
            "uid",
            uid(index, leafHash),
            "log_name",
            origin,
            "event_code",
            code);
    metadata.put("sequence", index);
    Map<String, Object> json = members("metadata", metadata);
    json.put("category_uid", activity.category());
    json.put("class_uid", activity.classUid());
    json.put("activity_id", activity.activity());
    json.put("type_uid", activity.type());
    json.put("time", time);
    json.put("severity_id", severity);
    return json;
  }

  private static int severity(AuditOutcome outcome) {
    return switch (outcome) {
      case AUDIT_OUTCOME_SUCCESS -> INFORMATIONAL;
      case AUDIT_OUTCOME_FAILED -> LOW;
      case AUDIT_OUTCOME_DENIED, AUDIT_OUTCOME_UNSPECIFIED, UNRECOGNIZED -> MEDIUM;
    };
  }

  private static String uid(long index, String leafHash) {
    return index + "/" + leafHash;
  }

  private static String id(String text) {
    return text.matches(ID) ? text : "?";
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** A code that this version does not know is shown by its number. */
  private static String code(Enum<?> code, String prefix, int number) {
    return code.name().equals("UNRECOGNIZED")
        ? Integer.toString(number)
        : code.name().substring(prefix.length());
  }

  private static Map<String, Object> members(Object... namesAndValues) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return members;
  }
}
