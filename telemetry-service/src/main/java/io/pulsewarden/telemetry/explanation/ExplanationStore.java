package io.pulsewarden.telemetry.explanation;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Optional;
import java.util.UUID;

/** The table of explanations. Thread-safe. */
public final class ExplanationStore {

  private static final short PATIENT = 1;
  private static final short DEVICE = 2;

  private final Pool pool;

  ExplanationStore(Pool pool) {
    this.pool = pool;
  }

  /** In the transaction that writes the event into the outbox: both are there, or neither. */
  public static Uni<Void> insert(SqlConnection connection, Optional<SealedExplanation> explained) {
    if (explained.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    SealedExplanation sealed = explained.get();
    KeySubject subject = sealed.subject();
    return connection
        .preparedQuery(
            """
            INSERT INTO explanation
              (event_id, organisation_id, subject_kind, subject_id, written_at_ms, envelope)
            VALUES ($1, $2, $3, $4, $5, $6)""")
        .execute(
            Tuple.of(
                sealed.event(),
                subject.organisation(),
                switch (subject.kind()) {
                  case PATIENT -> PATIENT;
                  case DEVICE -> DEVICE;
                  case ORGANISATION ->
                      throw new IllegalArgumentException("explained of a patient or a device");
                },
                subject.id(),
                sealed.writtenAtMillis(),
                Buffer.buffer(sealed.envelope().toByteArray())))
        .replaceWithVoid();
  }

  /** What was written for this event of the organisation. */
  Uni<Optional<SealedExplanation>> find(UUID organisation, UUID event) {
    return pool.preparedQuery(
            """
            SELECT subject_kind, subject_id, written_at_ms, envelope FROM explanation
            WHERE organisation_id = $1 AND event_id = $2""")
        .execute(Tuple.of(organisation, event))
        .map(
            rows -> {
              for (Row row : rows) {
                UUID subject = row.getUUID(1);
                return Optional.of(
                    new SealedExplanation(
                        event,
                        row.getShort(0) == PATIENT
                            ? KeySubject.patient(organisation, subject)
                            : KeySubject.device(organisation, subject),
                        row.getLong(2),
                        ByteString.copyFrom(row.getBuffer(3).getBytes())));
              }
              return Optional.empty();
            });
  }
}
