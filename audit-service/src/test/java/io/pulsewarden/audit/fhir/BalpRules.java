package io.pulsewarden.audit.fhir;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.Coding;

/**
 * What BALP's profiles (IHE.BasicAudit.*, version 1.1) ask beyond R4, written down from the
 * profiles by hand: the package itself is not to be had offline.
 */
final class BalpRules {

  private static final String BASE =
      "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
  private static final Map<String, String> ACTIONS =
      Map.of("Read", "R", "Query", "E", "Create", "C", "Update", "U");
  private static final Map<String, Set<String>> SUBTYPES =
      Map.of(
          "Read", Set.of("read", "vread"),
          "Query", Set.of("search", "search-type", "search-system"),
          "Create", Set.of("create"),
          "Update", Set.of("update", "patch"));

  private BalpRules() {}

  /** What is wrong with a resource under the profiles that it claims. */
  static List<String> broken(AuditEvent event) {
    List<String> broken = new ArrayList<>();
    for (CanonicalType profile : event.getMeta().getProfile()) {
      String name = profile.getValue().replace(BASE, "");
      boolean withPatient = name.startsWith("Patient");
      check(event, name.replace("Patient", ""), withPatient, broken);
    }
    return broken;
  }

  private static void check(
      AuditEvent event, String kind, boolean withPatient, List<String> broken) {
    require(broken, ACTIONS.containsKey(kind), "profile " + kind);
    require(broken, is(event.getType(), Codes.EVENT_TYPE, "rest"), "type is rest");
    require(broken, event.getAction().toCode().equals(ACTIONS.get(kind)), "action");
    require(broken, "0".equals(event.getOutcome().toCode()), "outcome is success");
    require(
        broken,
        event.getSubtype().stream()
                .filter(
                    subtype ->
                        subtype.getSystem().equals(Codes.INTERACTION)
                            && SUBTYPES.getOrDefault(kind, Set.of()).contains(subtype.getCode()))
                .count()
            == 1,
        "one subtype of the interaction");
    require(broken, event.hasRecorded(), "recorded");
    agents(event, kind, broken);
    entities(event, kind, withPatient, broken);
  }

  private static void agents(AuditEvent event, String kind, List<String> broken) {
    boolean read = kind.equals("Read");
    for (String role : List.of("110153", "110152")) {
      List<AuditEventAgentComponent> slice = agents(event, type -> is(type, Codes.DICOM, role));
      require(broken, slice.size() == 1, "one agent " + role);
      slice.forEach(
          agent -> {
            require(broken, agent.hasWho(), role + " has who");
            require(broken, agent.hasNetwork(), role + " has network");
            require(broken, !agent.hasMedia(), role + " has no media");
          });
    }
    // Which of the two is the client is the other way round in reads.
    agents(event, type -> is(type, Codes.DICOM, read ? "110153" : "110152"))
        .forEach(
            server ->
                require(
                    broken,
                    server.getWho().getIdentifier().getSystem().endsWith("/service"),
                    "the server is a service of ours"));
    Set<String> users = read || kind.equals("Query") ? Set.of("IRCP") : Set.of("AUT", "INF", "CST");
    List<AuditEventAgentComponent> user =
        agents(
            event,
            type -> type.getSystem().equals(Codes.PARTICIPATION) && users.contains(type.getCode()));
    require(broken, user.size() <= 1, "at most one user");
    user.forEach(
        agent -> {
          require(broken, agent.hasWho(), "user has who");
          require(broken, agent.getRequestor(), "user is the requestor");
          require(broken, !agent.hasNetwork() && !agent.hasMedia(), "user has no network, media");
        });
  }

  private static void entities(
      AuditEvent event, String kind, boolean withPatient, List<String> broken) {
    List<AuditEventEntityComponent> objects = entities(event, "2");
    require(broken, objects.size() == 1, "one system object");
    objects.forEach(
        object -> {
          if (kind.equals("Query")) {
            require(broken, is(object.getRole(), Codes.ENTITY_ROLE, "24"), "query has its role");
            require(broken, object.hasQueryElement(), "query has a query");
            require(broken, !object.hasWhat() && !object.hasDetail(), "query has no what, detail");
          } else {
            require(
                broken,
                Set.of("3", "4", "20").contains(object.getRole().getCode()),
                "data has a role of objects");
            require(broken, object.hasWhat(), "data has what");
          }
        });
    List<AuditEventEntityComponent> patients = entities(event, "1");
    require(broken, patients.size() == (withPatient ? 1 : 0), "one patient, if there is one");
    patients.forEach(
        patient -> {
          require(broken, is(patient.getRole(), Codes.ENTITY_ROLE, "1"), "patient has its role");
          require(
              broken,
              patient.getWhat().getReference().startsWith("Patient/"),
              "patient is referred to");
        });
  }

  private static List<AuditEventAgentComponent> agents(AuditEvent event, Predicate<Coding> type) {
    return event.getAgent().stream()
        .filter(agent -> type.test(agent.getType().getCodingFirstRep()))
        .toList();
  }

  private static List<AuditEventEntityComponent> entities(AuditEvent event, String type) {
    return event.getEntity().stream()
        .filter(entity -> is(entity.getType(), Codes.ENTITY_TYPE, type))
        .toList();
  }

  private static boolean is(Coding coding, String system, String code) {
    return coding.getSystem().equals(system) && coding.getCode().equals(code);
  }

  private static void require(List<String> broken, boolean kept, String rule) {
    if (!kept) {
      broken.add(rule);
    }
  }
}
