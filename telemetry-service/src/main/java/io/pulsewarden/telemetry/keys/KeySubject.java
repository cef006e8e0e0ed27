package io.pulsewarden.telemetry.keys;

import java.util.Locale;
import java.util.UUID;

/** Whose key: destroyed with its subject, and no other. */
public record KeySubject(Kind kind, UUID organisation, UUID id) {

  /** Kinds of subject. */
  public enum Kind {
    PATIENT,
    DEVICE,
    ORGANISATION;

    /** As key management writes it. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static KeySubject patient(UUID organisation, UUID patient) {
    return new KeySubject(Kind.PATIENT, organisation, patient);
  }

  public static KeySubject device(UUID organisation, UUID device) {
    return new KeySubject(Kind.DEVICE, organisation, device);
  }

  public static KeySubject organisation(UUID organisation) {
    return new KeySubject(Kind.ORGANISATION, organisation, organisation);
  }
}
