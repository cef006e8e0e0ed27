package io.pulsewarden.keys.erasure;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;

/**
 * One transaction at a time decides about a patient, here or in another instance: a hold and an
 * erasure can't pass each other unseen.
 */
final class PatientLockStore {

  /** Any number of our own; the patient's hash stands beside it. */
  private static final int LOCK = 0x65726173;

  private PatientLockStore() {}

  /** Holds it until the transaction ends. */
  static Uni<Void> lock(SqlConnection connection, Patient patient) {
    return connection
        .preparedQuery("SELECT pg_advisory_xact_lock($1, $2)")
        .execute(Tuple.of(LOCK, patient.hashCode()))
        .replaceWithVoid();
  }
}
