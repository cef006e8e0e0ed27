package io.pulsewarden.registry.device;

import static io.pulsewarden.registry.device.Actor.DEVICE_ADMIN;
import static io.pulsewarden.registry.device.Actor.PRIVACY_OFFICER;
import static io.pulsewarden.registry.device.Actor.TELEMETRY;
import static io.pulsewarden.registry.device.Actor.THE_DEVICE;
import static io.pulsewarden.registry.device.Lifecycle.ACTIVE;
import static io.pulsewarden.registry.device.Lifecycle.DECOMMISSIONED;
import static io.pulsewarden.registry.device.Lifecycle.ENROLLED;
import static io.pulsewarden.registry.device.Lifecycle.LOST;
import static io.pulsewarden.registry.device.Lifecycle.MAINTENANCE;
import static io.pulsewarden.registry.device.Lifecycle.PROCURED;
import static io.pulsewarden.registry.device.Lifecycle.QUARANTINED;
import static io.pulsewarden.registry.device.Lifecycle.REGISTERED;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The table of a device's life: which step leads from where to where, who takes it, and what it
 * needs. docs/devices.md shows it; a test keeps the two equal.
 *
 * <p>Reasons are codes, never free text: they go into the audit log, which holds no PHI.
 */
@SuppressWarnings("ImmutableEnumChecker") // Nobody is handed the sets themselves.
public enum Transition {
  RECEIVE(
      EnumSet.of(PROCURED),
      EnumSet.of(REGISTERED),
      EnumSet.of(DEVICE_ADMIN),
      CredentialEffect.KEPT,
      List.of()),
  ENROL(
      EnumSet.of(REGISTERED),
      EnumSet.of(ENROLLED),
      EnumSet.of(THE_DEVICE),
      CredentialEffect.KEPT,
      List.of()),
  ACTIVATE(
      EnumSet.of(ENROLLED),
      EnumSet.of(ACTIVE),
      EnumSet.of(TELEMETRY),
      CredentialEffect.KEPT,
      List.of()),
  START_MAINTENANCE(
      EnumSet.of(ENROLLED, ACTIVE),
      EnumSet.of(MAINTENANCE),
      EnumSet.of(DEVICE_ADMIN),
      CredentialEffect.KEPT,
      List.of("calibration", "repair", "update", "inspection", "cleaning")),
  END_MAINTENANCE(
      EnumSet.of(MAINTENANCE),
      EnumSet.of(ENROLLED, ACTIVE),
      EnumSet.of(DEVICE_ADMIN),
      CredentialEffect.KEPT,
      List.of()),
  QUARANTINE(
      EnumSet.of(REGISTERED, ENROLLED, ACTIVE, MAINTENANCE),
      EnumSet.of(QUARANTINED),
      EnumSet.of(DEVICE_ADMIN, PRIVACY_OFFICER),
      CredentialEffect.HELD,
      List.of("suspected-compromise", "misbehaving", "recall", "investigation")),
  RELEASE(
      EnumSet.of(QUARANTINED),
      EnumSet.of(REGISTERED, ENROLLED, ACTIVE),
      EnumSet.of(DEVICE_ADMIN),
      CredentialEffect.LIFTED,
      List.of("investigated", "repaired", "mistaken")),
  REPORT_LOST(
      EnumSet.of(PROCURED, REGISTERED, ENROLLED, ACTIVE, MAINTENANCE, QUARANTINED),
      EnumSet.of(LOST),
      EnumSet.of(DEVICE_ADMIN, PRIVACY_OFFICER),
      CredentialEffect.HELD,
      List.of("lost", "stolen")),
  FIND(
      EnumSet.of(LOST),
      EnumSet.of(QUARANTINED),
      EnumSet.of(DEVICE_ADMIN),
      CredentialEffect.KEPT,
      List.of()),
  REVOKE(
      EnumSet.of(PROCURED, REGISTERED, ENROLLED, ACTIVE, MAINTENANCE, QUARANTINED, LOST),
      EnumSet.of(QUARANTINED, LOST),
      EnumSet.of(DEVICE_ADMIN, PRIVACY_OFFICER),
      CredentialEffect.REVOKED,
      List.of(
          "unspecified",
          "keyCompromise",
          "affiliationChanged",
          "privilegeWithdrawn",
          "cessationOfOperation")),
  DECOMMISSION(
      EnumSet.of(PROCURED, REGISTERED, ENROLLED, ACTIVE, MAINTENANCE, QUARANTINED, LOST),
      EnumSet.of(DECOMMISSIONED),
      EnumSet.of(DEVICE_ADMIN, PRIVACY_OFFICER),
      CredentialEffect.REVOKED,
      List.of("end-of-life", "defective", "sold", "returned", "lost"));

  private final Set<Lifecycle> from;
  private final Set<Lifecycle> to;
  private final Set<Actor> actors;
  private final CredentialEffect effect;
  private final List<String> reasons;

  Transition(
      EnumSet<Lifecycle> from,
      EnumSet<Lifecycle> to,
      EnumSet<Actor> actors,
      CredentialEffect effect,
      List<String> reasons) {
    this.from = from;
    this.to = to;
    this.actors = actors;
    this.effect = effect;
    this.reasons = reasons;
  }

  /** Null if there is none of that name that a person may ask for as a plain transition. */
  public static @Nullable Transition ofWire(String name) {
    return plain().filter(transition -> transition.wire().equals(name)).findAny().orElse(null);
  }

  /** What a person asks for by name alone; revocation and decommissioning need more. */
  public static Stream<Transition> plain() {
    return Arrays.stream(values())
        .filter(transition -> transition.actors.contains(DEVICE_ADMIN))
        .filter(transition -> transition.effect != CredentialEffect.REVOKED);
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean startsAt(Lifecycle state) {
    return from.contains(state);
  }

  public boolean endsAt(Lifecycle state) {
    return to.contains(state);
  }

  public boolean mayBeTakenBy(Collection<String> roles) {
    return actors.stream().anyMatch(actor -> roles.contains(actor.wire()));
  }

  public CredentialEffect effect() {
    return effect;
  }

  /** Codes, one of which has to be given; empty: none is. */
  public List<String> reasons() {
    return reasons;
  }

  /** Takes something from the device. It works without If-Match: who cuts off need not look. */
  public boolean cutsOff() {
    return effect == CredentialEffect.HELD || effect == CredentialEffect.REVOKED;
  }

  public boolean needsSecondPerson() {
    return this == DECOMMISSION;
  }

  /** In the order of the enumeration, for the documentation. */
  public List<Lifecycle> from() {
    return from.stream().toList();
  }

  public List<Lifecycle> to() {
    return to.stream().toList();
  }

  public List<Actor> actors() {
    return actors.stream().toList();
  }
}
