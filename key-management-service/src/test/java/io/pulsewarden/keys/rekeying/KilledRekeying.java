package io.pulsewarden.keys.rekeying;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.lives.HaltAt;
import io.pulsewarden.keys.lives.Life;
import io.pulsewarden.keys.subject.SubjectKind;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** A process in which a custodian asks once for the next keys of patients whose key is old. */
final class KilledRekeying {

  private KilledRekeying() {}

  /** The step, the organisation, since when a key is not old. */
  public static void main(String[] arguments) throws IOException {
    HaltAt step = HaltAt.of(arguments[0]);
    Clock clock = Clock.systemUTC();
    try (Life life = Life.ofThisProcess()) {
      NextKeysStore store =
          new NextKeysStore(
              life.pool(), new RekeyingRecords(new AuditEvents(clock, new SecureRandom())));
      new Rekeying(
              step.around(NextKeys.class, store),
              step.around(KekProvider.class, life.keks()),
              _ -> {},
              _ -> {},
              clock)
          .rotateOlderThan(
              SubjectKind.PATIENT,
              Instant.parse(arguments[2]),
              new Caller("custodian", UUID.fromString(arguments[1]), Set.of(Caller.KEY_CUSTODIAN)));
    }
  }
}
