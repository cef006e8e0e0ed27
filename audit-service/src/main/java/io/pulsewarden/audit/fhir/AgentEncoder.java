package io.pulsewarden.audit.fhir;

import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AgentKind;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentNetworkType;
import org.hl7.fhir.r4.model.Reference;

/**
 * Who did it: BALP's slices user, client and server. The log has neither the person's program nor
 * addresses, which would say where somebody is; BALP wants both, so they are there as unknown.
 */
final class AgentEncoder {

  private static final String SOURCE = "110153";
  private static final String DESTINATION = "110152";

  private AgentEncoder() {}

  static List<AuditEventAgentComponent> encode(ActionPattern pattern, Agent agent, String service) {
    List<AuditEventAgentComponent> agents = new ArrayList<>();
    boolean person = agent.getKind() == AgentKind.AGENT_KIND_USER;
    if (person) {
      agents.add(user(pattern, agent));
    }
    // BALP has the data's way in a read, and the question's way in all else.
    boolean read = pattern == ActionPattern.READ;
    agents.add(client(read ? DESTINATION : SOURCE, person ? unknown() : who(agent), !person));
    agents.add(server(read ? SOURCE : DESTINATION, service));
    return agents;
  }

  private static AuditEventAgentComponent user(ActionPattern pattern, Agent agent) {
    boolean writes = pattern == ActionPattern.CREATE || pattern == ActionPattern.UPDATE;
    AuditEventAgentComponent user =
        new AuditEventAgentComponent()
            .setType(
                writes
                    ? Codes.concept(Codes.PARTICIPATION, "AUT", "author (originator)")
                    : Codes.concept(Codes.PARTICIPATION, "IRCP", "information recipient"))
            .setWho(who(agent))
            .setRequestor(true);
    for (String role : agent.getRoleList()) {
      user.addRole().addCoding().setSystem(Codes.OWN_ROLE).setCode(role);
    }
    return user;
  }

  private static AuditEventAgentComponent client(String role, Reference who, boolean requestor) {
    AuditEventAgentComponent client =
        new AuditEventAgentComponent().setType(role(role)).setWho(who).setRequestor(requestor);
    client.getNetwork().addExtension(Codes.absent("unknown"));
    return client;
  }

  private static AuditEventAgentComponent server(String role, String service) {
    AuditEventAgentComponent server =
        new AuditEventAgentComponent()
            .setType(role(role))
            .setWho(Codes.identified("service", service))
            .setRequestor(false);
    server.getNetwork().setAddress(service).setType(AuditEventAgentNetworkType._1);
    return server;
  }

  private static org.hl7.fhir.r4.model.CodeableConcept role(String code) {
    return Codes.concept(
        Codes.DICOM, code, code.equals(SOURCE) ? "Source Role ID" : "Destination Role ID");
  }

  private static Reference who(Agent agent) {
    if (agent.getId().isEmpty()) {
      return unknown();
    }
    return switch (agent.getKind()) {
      case AGENT_KIND_USER -> Codes.identified("login", agent.getId());
      case AGENT_KIND_DEVICE -> EntityEncoder.reference("Device", agent.getId());
      case AGENT_KIND_SERVICE -> Codes.identified("spiffe", agent.getId());
      case AGENT_KIND_UNSPECIFIED, UNRECOGNIZED -> Codes.identified("agent", agent.getId());
    };
  }

  private static Reference unknown() {
    Reference unknown = new Reference();
    unknown.addExtension(Codes.absent("unknown"));
    return unknown;
  }
}
