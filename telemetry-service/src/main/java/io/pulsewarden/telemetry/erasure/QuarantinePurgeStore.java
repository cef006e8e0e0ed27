package io.pulsewarden.telemetry.erasure;

import io.pulsewarden.telemetry.erasure.Wearings.Worn;
import io.pulsewarden.telemetry.intake.TakenTimes;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Deletes refused input that may hold a reading of the time for which an erased patient wore a
 * device: by when its records were measured; what is kept whole, by when it can have been measured
 * by when it was received. Thread-safe.
 */
final class QuarantinePurgeStore {

  /**
   * By the first condition the index finds them: whatever was measured in the time was received
   * within it or so much later.
   *
   * <p>Written before times stood beside the envelope: what was kept whole says so by its reason,
   * anything else goes by when it was received.
   */
  private static final String OF_DEVICE =
      """
      DELETE FROM quarantine_record WHERE organisation_id = $1 AND device_id = $2
        AND received_at_ms BETWEEN $5 AND $6
        AND CASE WHEN first_time_ms IS NOT NULL THEN first_time_ms < $4 AND last_time_ms >= $3
          WHEN reason = ANY($7) THEN true
          ELSE received_at_ms >= $3 AND received_at_ms < $4 END\
      """;

  /** What a gateway sent as its own is not the device's. */
  private static final String OF_GATEWAY =
      """
      DELETE FROM quarantine_record WHERE organisation_id = $1 AND device_id = $2
        AND received_at_ms BETWEEN $5 AND $6 AND reason = ANY($7)
        AND (first_time_ms IS NULL OR (first_time_ms < $4 AND last_time_ms >= $3))\
      """;

  private static final String[] WHOLE =
      Arrays.stream(RejectionReason.values())
          .filter(reason -> reason.scope().equals("message"))
          .map(RejectionReason::wireName)
          .toArray(String[]::new);

  /** And records that name a device for which the gateway may not speak, or no longer. */
  private static final String[] OF_OTHERS =
      Stream.concat(Stream.of(WHOLE), Stream.of(RejectionReason.NOT_YOUR_DEVICE.wireName()))
          .toArray(String[]::new);

  private QuarantinePurgeStore() {}

  /**
   * Takes the rows in which these devices' inputs are counted, in their order: whoever writes input
   * of several devices takes them in that order, too, and one device after the other would come to
   * a deadlock with it. For the connection's transaction, before anything is deleted.
   */
  static Uni<Void> begin(SqlConnection connection, List<Worn> worn) {
    UUID[] devices =
        worn.stream()
            .flatMap(one -> Stream.concat(Stream.of(one.device()), one.gateways().stream()))
            .distinct()
            .toArray(UUID[]::new);
    return connection
        .preparedQuery(
            "SELECT device_id FROM quarantine_held WHERE device_id = ANY($1)"
                + " ORDER BY organisation_id, device_id FOR UPDATE")
        .execute(Tuple.tuple().addArrayOfUUID(devices))
        .replaceWithVoid();
  }

  /** How many; in the connection's transaction. */
  static Uni<Integer> delete(SqlConnection connection, Worn worn) {
    Uni<Integer> deleted = delete(connection, OF_DEVICE, worn, worn.device(), WHOLE);
    for (UUID gateway : worn.gateways()) {
      deleted =
          deleted.chain(
              before ->
                  delete(connection, OF_GATEWAY, worn, gateway, OF_OTHERS)
                      .map(more -> before + more));
    }
    return deleted;
  }

  private static Uni<Integer> delete(
      SqlConnection connection, String delete, Worn worn, UUID device, String[] reasons) {
    long from = worn.assignment().fromMillis();
    long until = worn.assignment().untilMillis();
    return connection
        .preparedQuery(delete)
        .execute(
            Tuple.tuple()
                .addUUID(worn.organisation())
                .addUUID(device)
                .addLong(from)
                .addLong(until)
                .addLong(TakenTimes.receivedFrom(from))
                .addLong(TakenTimes.receivedUntil(until))
                .addArrayOfString(reasons))
        .map(RowSet::rowCount);
  }
}
