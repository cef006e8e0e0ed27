package io.pulsewarden.audit.fhir;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.contracts.audit.v1.TextProof;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityDetailComponent;
import org.hl7.fhir.r4.model.Base64BinaryType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** What it was done to: BALP's slices patient, data and query, and whatever else an entry has. */
final class EntityEncoder {

  /** What FHIR has a resource for, here or at telemetry. */
  private static final Set<String> RESOURCES =
      Set.of("Patient", "Observation", "Device", "CareTeam", "AuditEvent");

  private static final Pattern FHIR_ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final String PERSON = "1";
  private static final String SYSTEM_OBJECT = "2";
  private static final String OTHER = "4";

  private EntityEncoder() {}

  static List<AuditEventEntityComponent> encode(
      ActionPattern pattern, AuditEvent event, Viewer viewer) {
    List<AuditEventEntityComponent> entities = new ArrayList<>();
    List<String> patients =
        event.getPatientIdList().stream().distinct().filter(viewer::maySeePatient).toList();
    patients.forEach(patient -> entities.add(patient(patient)));
    // Whose the other things are can't be told where there are several patients.
    boolean idsShown = patients.size() == Set.copyOf(event.getPatientIdList()).size();
    if (pattern == ActionPattern.QUERY) {
      entities.add(query(event.getEntityList()));
    } else {
      addData(entities, pattern, event.getEntityList(), patients, idsShown);
    }
    if (event.hasStoredRange()) {
      entities.add(range(event.getStoredRange()));
    }
    event.getTextProofList().forEach(proof -> entities.add(text(proof)));
    return entities;
  }

  private static void addData(
      List<AuditEventEntityComponent> entities,
      ActionPattern pattern,
      List<Entity> about,
      List<String> patients,
      boolean idsShown) {
    boolean first = true;
    for (Entity entity : about) {
      entities.add(data(entity, first ? SYSTEM_OBJECT : OTHER, idsShown));
      first = false;
    }
    if (about.isEmpty() && pattern.profile().isPresent() && patients.size() == 1) {
      entities.add(
          entity(SYSTEM_OBJECT, "System Object", "4", "Domain Resource")
              .setWhat(reference("Patient", patients.getFirst())));
    }
  }

  /** Refers to a resource, or to something that is none by its id alone. */
  static Reference reference(String type, String id) {
    if (RESOURCES.contains(type) && FHIR_ID.matcher(id).matches()) {
      return new Reference(type + "/" + id);
    }
    return Codes.identified(
            type.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT), id)
        .setDisplay(type);
  }

  private static AuditEventEntityComponent patient(String id) {
    return entity(PERSON, "Person", "1", "Patient").setWhat(reference("Patient", id));
  }

  private static AuditEventEntityComponent data(Entity about, String type, boolean idShown) {
    AuditEventEntityComponent data =
        entity(type, type.equals(OTHER) ? "Other" : "System Object", "4", "Domain Resource");
    data.setWhat(
        about.getId().isEmpty() || !idShown
            ? new Reference().setDisplay(about.getType())
            : reference(about.getType(), about.getId()));
    return about.getCount() > 1 ? data.setDescription(counted(about)) : data;
  }

  /** The log has never had the question itself: it may hold a name. */
  private static AuditEventEntityComponent query(List<Entity> about) {
    AuditEventEntityComponent query =
        entity(SYSTEM_OBJECT, "System Object", "24", "Query")
            .setDescription(String.join(", ", about.stream().map(EntityEncoder::counted).toList()));
    Base64BinaryType masked = new Base64BinaryType();
    masked.addExtension(Codes.absent("masked"));
    query.setQueryElement(masked);
    return query;
  }

  private static AuditEventEntityComponent range(StoredRange range) {
    return entity(OTHER, "Other", "4", "Domain Resource")
        .setWhat(new Reference().setDisplay("StoredRange"))
        .addDetail(detail("topic", range.getTopic()))
        .addDetail(detail("partition", Integer.toString(range.getPartition())))
        .addDetail(detail("first-offset", Long.toString(range.getFirstOffset())))
        .addDetail(detail("last-offset", Long.toString(range.getLastOffset())));
  }

  private static AuditEventEntityComponent text(TextProof proof) {
    return entity(OTHER, "Other", "4", "Domain Resource")
        .setWhat(new Reference().setDisplay("Text"))
        .addDetail(
            new AuditEventEntityDetailComponent()
                .setType(proof.getName())
                .setValue(new Base64BinaryType(proof.getSaltedHash().toByteArray())));
  }

  private static AuditEventEntityDetailComponent detail(String type, String value) {
    return new AuditEventEntityDetailComponent().setType(type).setValue(new StringType(value));
  }

  private static AuditEventEntityComponent entity(
      String type, String typeName, String role, String roleName) {
    return new AuditEventEntityComponent()
        .setType(Codes.coding(Codes.ENTITY_TYPE, type, typeName))
        .setRole(Codes.coding(Codes.ENTITY_ROLE, role, roleName));
  }

  private static String counted(Entity about) {
    return about.getType() + ": " + about.getCount();
  }
}
