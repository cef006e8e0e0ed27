package io.pulsewarden.telemetry.presence;

import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * In the database for every instance, and in Kafka for the registry. While the database is away
 * sessions go on; what is to be written waits, for a while, and is then lost: the row says again
 * what is true at the device's next connection.
 */
@Singleton
final class StoredPresence implements Presence {

  private static final System.Logger LOG = System.getLogger(StoredPresence.class.getName());

  /** How long a device that wants to resume is kept waiting. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final int ATTEMPTS = 8;

  private final DeviceSessionStore store;
  private final DeviceActivityPublisher activity;
  private final UUID instance = UUID.randomUUID();
  private final UnconfirmedOpens unconfirmed = new UnconfirmedOpens();
  private final Map<UUID, CompletionStage<?>> last = new ConcurrentHashMap<>();
  private final Map<UUID, UnwrittenNews> unwritten = new ConcurrentHashMap<>();

  StoredPresence(DeviceSessionStore store, DeviceActivityPublisher activity) {
    this.store = store;
    this.activity = activity;
  }

  @Override
  public CompletionStage<Resumption> opened(Connection connection) {
    unconfirmed.begun(connection);
    Uni<Resumption> open = store.open(connection, instance);
    CompletionStage<Resumption> opened =
        inOrder(
            connection,
            () ->
                (connection.resume() ? open.ifNoItem().after(PATIENCE).fail() : retried(open))
                    .onItemOrFailure()
                    .invoke(
                        (found, failure) -> {
                          // What the registry has is of the newer connection.
                          if (!SupersededException.isCauseOf(failure)) {
                            activity.connected(connection, found);
                          }
                        })
                    .onItem()
                    .invoke(found -> news(connection).written(found.subscriptions())));
    // After its last attempt; one that was given up may still commit, and is then looked at anew.
    return opened.whenComplete((_, _) -> unconfirmed.settled(connection));
  }

  @Override
  public void subscribed(Connection connection, Subscriptions subscriptions) {
    UnwrittenNews news = news(connection);
    if (news.subscribed(subscriptions)) {
      inOrder(connection, () -> subscribe(connection, news));
    }
  }

  private Uni<Void> subscribe(Connection connection, UnwrittenNews news) {
    return news.takeSubscriptions()
        .map(
            newest ->
                retried(store.subscribe(connection, newest)).invoke(() -> news.written(newest)))
        .orElseGet(() -> Uni.createFrom().voidItem());
  }

  @Override
  public void configured(Connection connection, long version) {
    UnwrittenNews news = news(connection);
    if (news.configured(version)) {
      inOrder(connection, () -> configure(connection, news));
    }
  }

  private Uni<Void> configure(Connection connection, UnwrittenNews news) {
    OptionalLong newest = news.takeVersion();
    if (newest.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    activity.configured(connection, newest.getAsLong());
    return retried(store.configure(connection, newest.getAsLong()));
  }

  @Override
  public void closed(Connection connection, String reason, long expirySeconds) {
    inOrder(
            connection,
            () -> {
              activity.disconnected(connection);
              return retried(store.close(connection, reason, expirySeconds));
            })
        .whenComplete((_, _) -> forget(connection));
  }

  @Override
  public void takenOver(Connection connection) {
    inOrder(
            connection,
            () -> {
              activity.forget(connection);
              return Uni.createFrom().voidItem();
            })
        .whenComplete((_, _) -> forget(connection));
  }

  @Override
  public CompletionStage<Elsewhere> openedElsewhere(Duration lookBack) {
    long look = unconfirmed.look();
    return store
        .openedElsewhere(instance, lookBack)
        .map(found -> unconfirmed.believed(look, found))
        .subscribeAsCompletionStage();
  }

  /** How much is kept here of connections that stand, or of which something is to be written. */
  int kept() {
    return last.size() + unwritten.size();
  }

  private UnwrittenNews news(Connection connection) {
    return unwritten.computeIfAbsent(connection.id(), _ -> new UnwrittenNews());
  }

  private void forget(Connection connection) {
    last.remove(connection.id());
    unwritten.remove(connection.id());
  }

  /** One after the other for each connection; what failed does not keep the next from its turn. */
  private <T> CompletionStage<T> inOrder(Connection connection, Supplier<Uni<T>> step) {
    CompletableFuture<T> done = new CompletableFuture<>();
    CompletionStage<?> before = last.put(connection.id(), done);
    if (before == null) {
      follow(step, done);
    } else {
      before.whenComplete((_, _) -> follow(step, done));
    }
    return done;
  }

  private static <T> void follow(Supplier<Uni<T>> step, CompletableFuture<T> done) {
    step.get()
        .subscribe()
        .with(
            done::complete,
            failure -> {
              LOG.log(
                  System.Logger.Level.WARNING,
                  "session not recorded: error={0}",
                  failure.getClass().getName());
              done.completeExceptionally(failure);
            });
  }

  private static <T> Uni<T> retried(Uni<T> step) {
    return step.onFailure(failure -> !SupersededException.isCauseOf(failure))
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .atMost(ATTEMPTS);
  }
}
