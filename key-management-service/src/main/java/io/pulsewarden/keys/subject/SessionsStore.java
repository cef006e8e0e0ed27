package io.pulsewarden.keys.subject;

import com.google.protobuf.ByteString;
import io.pulsewarden.outbox.OutboxRow;
import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Sessions, each on a Vert.x context of its own: a session belongs to one, and callers come from
 * any thread.
 */
@ApplicationScoped
class SessionsStore {

  private static final int ROWS_A_STATEMENT = 100;

  private final Vertx vertx;
  private final Mutiny.SessionFactory factory;

  SessionsStore(Vertx vertx, Mutiny.SessionFactory factory) {
    this.vertx = vertx;
    this.factory = factory;
  }

  <T> CompletionStage<T> inTransaction(Function<Mutiny.Session, Uni<T>> work) {
    CompletableFuture<T> done = new CompletableFuture<>();
    Context context =
        Objects.requireNonNull(
            VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext()),
            "null is for null alone");
    VertxContextSafetyToggle.setContextSafe(context, true);
    context.runOnContext(
        _ ->
            factory
                .withTransaction(work)
                .subscribe()
                .with(done::complete, done::completeExceptionally));
    return done;
  }

  /** Rows of the outbox, in order, in the session's transaction. */
  static Uni<Void> insert(Mutiny.Session session, List<OutboxRow> rows) {
    Uni<Void> inserted = Uni.createFrom().voidItem();
    for (int from = 0; from < rows.size(); from += ROWS_A_STATEMENT) {
      List<OutboxRow> some = rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT));
      inserted = inserted.chain(() -> insertSome(session, some));
    }
    return inserted;
  }

  private static Uni<Void> insertSome(Mutiny.Session session, List<OutboxRow> rows) {
    StringJoiner sql =
        new StringJoiner(
            ", ", "INSERT INTO outbox (topic, partition, record_key, value, kind) VALUES ", "");
    Map<String, Object> parameters = new HashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      OutboxRow row = rows.get(i);
      ByteString key = row.key();
      // An untyped null can't be bound; what is no parameter here is a number or the word NULL.
      sql.add(
          "(:topic%1$d, %2$s, %3$s, :value%1$d, %4$d)"
              .formatted(i, row.partition(), key == null ? null : ":key" + i, row.kind().code()));
      parameters.put("topic" + i, row.topic());
      parameters.put("value" + i, row.value().toByteArray());
      if (key != null) {
        parameters.put("key" + i, key.toByteArray());
      }
    }
    Mutiny.Query<Object> insert = session.createNativeQuery(sql.toString());
    parameters.forEach(insert::setParameter);
    return insert.executeUpdate().replaceWithVoid();
  }
}
