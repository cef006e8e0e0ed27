package io.pulsewarden.auditclient;

import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AgentKind;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import java.time.Clock;
import java.util.Collection;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Begins audit events: id and time are set, the caller adds what it was about. Thread-safe. */
public final class AuditEvents {

  private final Clock clock;
  private final RandomGenerator random;

  /**
   * @param random unpredictable and thread-safe, such as a SecureRandom
   */
  public AuditEvents(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** An event of now, with a UUID of version 7 (RFC 9562, section 5.7). */
  public AuditEvent.Builder event(
      AuditAction action, AuditOutcome outcome, UUID organisation, Agent agent) {
    long now = clock.millis();
    return AuditEvent.newBuilder()
        .setEventId(sortableId(now).toString())
        .setOccurredAtMs(now)
        .setAction(action)
        .setOutcome(outcome)
        .setOrganisationId(organisation.toString())
        .setAgent(agent);
  }

  /** A person: the subject and the roles of the access token. */
  public static Agent user(String subject, Collection<String> roles) {
    return Agent.newBuilder()
        .setKind(AgentKind.AGENT_KIND_USER)
        .setId(subject)
        .addAllRole(roles.stream().sorted().toList())
        .build();
  }

  /** A device by its id. */
  public static Agent device(UUID device) {
    return Agent.newBuilder().setKind(AgentKind.AGENT_KIND_DEVICE).setId(device.toString()).build();
  }

  /** A service by its SPIFFE id. */
  public static Agent service(String spiffeId) {
    return Agent.newBuilder().setKind(AgentKind.AGENT_KIND_SERVICE).setId(spiffeId).build();
  }

  private UUID sortableId(long now) {
    long high = (now << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
    long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
    return new UUID(high, low);
  }
}
