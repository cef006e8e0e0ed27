package io.pulsewarden.keys.rotation;

import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.lives.HaltAt;
import io.pulsewarden.keys.lives.Life;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * A process in which a custodian asks for a rotation, unless there is one, and the background work
 * does one round: what a service does of it, put together as it does, on its own stores.
 */
final class KilledRotation {

  /** So few that a rotation has several. */
  static final int BATCH = 10;

  private KilledRotation() {}

  /** The step, the organisation. */
  public static void main(String[] arguments) throws IOException {
    HaltAt step = HaltAt.of(arguments[0]);
    UUID organisation = UUID.fromString(arguments[1]);
    try (Life life = Life.ofThisProcess()) {
      KekProvider keks = step.around(KekProvider.class, life.keks());
      WrappedRows rows = step.around(WrappedRows.class, new WrappedRowsStore(life.pool()));
      KekJobs jobs = step.around(KekJobs.class, jobs(life));
      if (jobs.rotations(organisation).isEmpty()) {
        new KekRotations(rows, jobs, keks, KilledRotation::noCopy, Duration.ZERO, Clock.systemUTC())
            .rotate(custodian(organisation));
      }
      new KekWork(new Rewrapping(rows, keks, BATCH), jobs, keks, Clock.systemUTC()).round();
    }
  }

  static KekJobsStore jobs(Life life) {
    return new KekJobsStore(
        life.pool(),
        new KekRecords(
            new AuditEvents(Clock.systemUTC(), new SecureRandom()),
            "spiffe://pulsewarden.local/service/key-management-service"));
  }

  static Caller custodian(UUID organisation) {
    return new Caller("custodian", organisation, Set.of(Caller.KEY_CUSTODIAN));
  }

  private static RestoredCopy noCopy() {
    throw new GateException(Gate.NO_RESTORED_COPY);
  }
}
