package io.pulsewarden.telemetry.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.AuditTopic;
import io.pulsewarden.telemetry.TelemetryServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the sessions of instances that live, die, or seem to have died. */
@QuarkusTest
@QuarkusTestResource(TelemetryServers.class)
class InstanceStoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final UUID ORGANISATION = UUID.randomUUID();

  @Inject InstanceStore instances;
  @Inject DeviceSessionStore sessions;
  @Inject Pool pool;

  private final UUID judge = UUID.randomUUID();
  private final UUID dying = UUID.randomUUID();
  private final Connection left = connection();

  /** The application looks at the same table, and is not to take these for dead. */
  @BeforeEach
  void openASession() {
    heardForAnHour(judge);
    heardForAnHour(dying);
    done(sessions.open(left, dying));
  }

  @Test
  void shouldLeaveTheSessionsOfWhoLivesAloneAndEndThoseOfWhoDoesNot() {
    UUID living = UUID.randomUUID();
    Connection stays = connection();
    heardForAnHour(living);
    done(sessions.open(stays, living));
    watchingForAnHour();
    silent(dying);

    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              done(instances.sweep(judge));
              return closed(left);
            });

    assertThat(
            isTrue(
                "SELECT end_reason = 'connection-lost' AND presumed_lost AND disconnected_at"
                    + " < now() - '50 minutes'::interval FROM device_session WHERE connection_id = $1",
                left.id()))
        .isTrue();
    assertThat(closed(stays)).isFalse();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(ends(left)).containsExactly("connection-lost"));
    assertThat(ends(stays)).isEmpty();
  }

  @Test
  void shouldNotJudgeBeforeItCouldHaveHeardTheOthers() {
    // Given one that has reached the database for a moment, and all others silent since before
    UUID newcomer = UUID.randomUUID();
    done(instances.touch(newcomer));
    run("UPDATE telemetry_instance SET watching_since = now() + '1 hour'::interval");
    silent(dying);

    done(instances.sweep(newcomer));

    assertThat(closed(left)).isFalse();
    // Nor one that could have, and is silent itself
    run(
        "UPDATE telemetry_instance SET watching_since = now() - '1 hour'::interval,"
            + " seen_at = now() - '1 minute'::interval WHERE instance_id = $1",
        judge);
    done(instances.sweep(judge));
    assertThat(closed(left)).isFalse();
    watchingForAnHour();
  }

  @Test
  void shouldSayOfAConnectionThatItWasLostWhoseDeviceWentOnElsewhere() {
    // Given that the device is faster than anybody's judgement
    Connection next = new Connection(left.device(), ORGANISATION, UUID.randomUUID(), true, 60);
    assertThat(done(sessions.open(next, judge)).present()).isTrue();
    watchingForAnHour();
    silent(dying);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              done(instances.sweep(judge));
              assertThat(ends(left)).containsExactly("connection-lost");
            });
    assertThat(closed(next)).isFalse();
  }

  @Test
  void shouldNotSayAgainWhatALivingInstanceSaidItself() {
    Connection next = new Connection(left.device(), ORGANISATION, UUID.randomUUID(), true, 60);
    done(sessions.open(next, judge));

    assertThat(done(instances.replaced(dying))).containsExactly(left.id());
    done(instances.ended(dying, List.of(left.id())));

    assertThat(done(instances.replaced(dying))).isEmpty();
  }

  @Test
  void shouldNotReopenWhatItsOwnInstanceClosedMeanwhile() {
    presumeLost();
    assertThat(done(instances.presumedLost(dying))).containsExactly(left.id());
    done(sessions.close(left, "device-left", 60));

    done(instances.reopen(dying, List.of(left.id())));

    assertThat(closed(left)).isTrue();
    assertThat(done(instances.presumedLost(dying))).isEmpty();
  }

  @Test
  void shouldLetLostConnectionsBeLostOnce() {
    presumeLost();

    done(instances.confirmLost(dying, List.of(left.id())));

    assertThat(done(instances.presumedLost(dying))).isEmpty();
    assertThat(closed(left)).isTrue();
  }

  @Test
  void shouldCloseWhatEndedWhileNobodyCouldWriteIt() {
    assertThat(done(instances.open(dying))).containsExactly(left.id());

    done(instances.close(dying, List.of(left.id())));

    assertThat(done(instances.open(dying))).isEmpty();
    assertThat(closed(left)).isTrue();
  }

  private static Connection connection() {
    return new Connection(UUID.randomUUID(), ORGANISATION, UUID.randomUUID(), true, 60);
  }

  private void presumeLost() {
    run(
        """
        UPDATE device_session SET disconnected_at = now(), end_reason = 'connection-lost',
          presumed_lost = true WHERE connection_id = $1""",
        left.id());
  }

  private void watchingForAnHour() {
    run(
        """
        UPDATE telemetry_instance SET watching_since = now() - '1 hour'::interval
          WHERE watching_since IS NOT NULL AND instance_id <> $1""",
        dying);
  }

  /** From now on; nobody speaks for it again. */
  private void heardForAnHour(UUID instance) {
    done(instances.touch(instance));
    run(
        "UPDATE telemetry_instance SET seen_at = now() + '1 hour'::interval WHERE instance_id = $1",
        instance);
  }

  private void silent(UUID instance) {
    run(
        "UPDATE telemetry_instance SET seen_at = now() - '1 hour'::interval WHERE instance_id = $1",
        instance);
    // What it had by then.
    run(
        """
        UPDATE device_session SET connected_at = now() - '2 hours'::interval
          WHERE instance_id = $1""",
        instance);
  }

  private boolean closed(Connection connection) {
    return isTrue(
        "SELECT disconnected_at IS NOT NULL FROM device_session WHERE connection_id = $1",
        connection.id());
  }

  private boolean isTrue(String sql, UUID parameter) {
    return done(pool.preparedQuery(sql).execute(Tuple.of(parameter)))
        .iterator()
        .next()
        .getBoolean(0);
  }

  private List<String> ends(Connection connection) {
    return AuditTopic.eventsOf(ORGANISATION).stream()
        .filter(event -> event.getAction() == AuditAction.AUDIT_ACTION_SESSION_CLOSED)
        .filter(event -> event.getAgent().getId().equals(connection.device().toString()))
        .map(AuditEvent::getReasonCode)
        .toList();
  }

  private void run(String sql, Object... parameters) {
    var _ = done(pool.preparedQuery(sql).execute(Tuple.from(List.of(parameters))));
  }

  private static <T> T done(Uni<T> step) {
    return step.await().atMost(PATIENCE);
  }
}
