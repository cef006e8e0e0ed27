package io.pulsewarden.keys.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.access.Caller;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The delay of an erasure, where one of the two clocks jumps. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class DestructionClockIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Inject DestructionStore destructions;
  @Inject HolderStore holders;
  @Inject ErasureStore erasures;
  @Inject Pool pool;
  @Inject ErasureRules rules;
  @Inject ErasureRecords records;

  @Test
  void shouldDestroyNothingBeforeBothClocksSayThatTheDelayIsOver() throws Exception {
    UUID notYet = confirmed("now() + interval '72 hours'");
    assertThat(due(Instant.now().plus(Duration.ofDays(4000)))).doesNotContain(notYet);
    assertThat(due(Instant.now())).doesNotContain(notYet);

    // The database says it is over; our clock was set back.
    UUID over = confirmed("now() + interval '100 milliseconds'");
    assertThat(due(Instant.now().minus(Duration.ofDays(4000)))).doesNotContain(over);

    // Both say it: the service destroys, and is done with it before the next test needs the gate.
    await().until(() -> erasure(over).state() == ErasureState.DESTROYED);
  }

  @Test
  void shouldDelayFor72HoursByTheDatabaseWhereTheOneWhoConfirmsIsDaysBehind() throws Exception {
    Patient patient = patient(asked("REQUESTED", "now() - interval '4 days'"));
    Act second = new Act("second", Instant.now().minus(Duration.ofDays(3)));

    Decision decided = decide(patient, now -> rules.confirm(now, second));

    assertThat(decided).isInstanceOf(Decision.Become.class);
    Erasure stored = erasures.newest(patient).await().atMost(PATIENCE).orElseThrow();
    assertThat(stored.state()).isEqualTo(ErasureState.CONFIRMED);
    assertThat(stored.dueAt()).isAfter(Instant.now().plus(Duration.ofHours(71)));
  }

  /** Asked for by an instance that ran ahead, called off, and asked for again by another. */
  @Test
  void shouldGoOnWithTheErasureThatStandsWhateverTheClocksSaid() throws Exception {
    Patient patient = patient(asked("CALLED_OFF", "now() + interval '10 minutes'"));
    asked("REQUESTED", "now()", patient);
    Act act = new Act("second", Instant.now());

    assertThat(erasures.newest(patient).await().atMost(PATIENCE).orElseThrow().state())
        .isEqualTo(ErasureState.REQUESTED);
    assertThat(decide(patient, now -> rules.confirm(now, act))).isInstanceOf(Decision.Become.class);
    assertThat(decide(patient, now -> rules.callOff(now, act))).isInstanceOf(Decision.Become.class);
  }

  /** Whoever is frozen in a transaction holds its locks no longer than that. */
  @Test
  void shouldHaveTheDatabaseEndWhatHangs() {
    assertThat(shown("statement_timeout")).isEqualTo("30s");
    assertThat(shown("idle_in_transaction_session_timeout")).isEqualTo("10s");
    assertThat(shown("tcp_user_timeout")).isNotEqualTo("0");
  }

  private String shown(String setting) {
    return pool.query("SHOW " + setting)
        .execute()
        .await()
        .atMost(PATIENCE)
        .iterator()
        .next()
        .getString(0);
  }

  private Decision decide(Patient patient, Function<Situation, Decision> rule) {
    Caller officer = new Caller("second", patient.organisation(), Set.of(Caller.PRIVACY_OFFICER));
    return erasures
        .decide(
            patient,
            rule,
            _ ->
                records.done(
                    AuditAction.AUDIT_ACTION_ERASURE_CONFIRMED, officer, patient.id(), "test"))
        .await()
        .atMost(PATIENCE);
  }

  /** Nobody's key is over because one clock says so: whoever may have one is waited for. */
  @Test
  void shouldWaitForHoldersWhoseTimeIsOverByAWrongClockAlone() throws Exception {
    UUID holder = UUID.randomUUID();
    Instant wrong = Instant.now().plus(Duration.ofDays(4000));
    holders
        .renew(holder, "telemetry-service", Instant.now().plus(Duration.ofMinutes(30)))
        .await()
        .atMost(PATIENCE);
    UUID id = confirmed("now() + interval '72 hours'");
    Erasure erasure = erasure(id);

    holders.dropOver(wrong, Duration.ZERO).await().atMost(PATIENCE);
    destructions
        .destroy(erasure, wrong, Duration.ofMinutes(1), _ -> List.of())
        .await()
        .atMost(PATIENCE);

    purge(id);
    assertThat(completable(Instant.now())).as("somebody may hold a key").doesNotContain(id);
    assertThat(completable(Instant.now().plus(Duration.ofDays(1)))).contains(id);
    assertThat(destructions.judgedBy(wrong).await().atMost(PATIENCE))
        .isBefore(Instant.now().plus(Duration.ofMinutes(1)));
    assertThat(destructions.judgedBy(Instant.EPOCH).await().atMost(PATIENCE))
        .isEqualTo(Instant.EPOCH);
  }

  private Erasure erasure(UUID id) throws Exception {
    return erasures.newest(patient(id)).await().atMost(PATIENCE).orElseThrow();
  }

  private List<UUID> completable(Instant now) {
    return destructions.completable(now).await().atMost(PATIENCE).stream()
        .map(each -> each.erasure().id())
        .toList();
  }

  /** As if telemetry had said that it deleted what it had in clear. */
  private static void purge(UUID id) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement update =
            database.prepareStatement(
                "UPDATE erasure SET purged_at = now(), blind_indexes = 0, held_blocks = 0"
                    + " WHERE id = ?")) {
      update.setObject(1, id);
      update.executeUpdate();
    }
  }

  private static Patient patient(UUID id) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT patient_id, organisation_id FROM erasure WHERE id = ?")) {
      select.setObject(1, id);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return new Patient(rows.getObject(2, UUID.class), rows.getObject(1, UUID.class));
      }
    }
  }

  private List<UUID> due(Instant now) {
    return destructions.due(now).await().atMost(PATIENCE).stream().map(Erasure::id).toList();
  }

  private static UUID asked(String state, String at) throws Exception {
    return asked(state, at, new Patient(UUID.randomUUID(), UUID.randomUUID()));
  }

  private static UUID asked(String state, String at, Patient patient) throws Exception {
    UUID id = UUID.randomUUID();
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO erasure (id, organisation_id, patient_id, state, reason, legal_basis,"
                    + " requested_by, requested_at) VALUES (?, ?, ?, ?, 'test', 'test', 'first', "
                    + at
                    + ")")) {
      insert.setObject(1, id);
      insert.setObject(2, patient.organisation());
      insert.setObject(3, patient.id());
      insert.setString(4, state);
      insert.executeUpdate();
    }
    return id;
  }

  private static UUID confirmed(String due) throws Exception {
    UUID id = UUID.randomUUID();
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement insert =
            database.prepareStatement(
                "INSERT INTO erasure (id, organisation_id, patient_id, state, reason, legal_basis,"
                    + " requested_by, requested_at, confirmed_by, confirmed_at, due_at)"
                    + " VALUES (?, ?, ?, 'CONFIRMED', 'test', 'test', 'first', now(), 'second',"
                    + " now(), "
                    + due
                    + ")")) {
      insert.setObject(1, id);
      insert.setObject(2, UUID.randomUUID());
      insert.setObject(3, UUID.randomUUID());
      insert.executeUpdate();
    }
    return id;
  }
}
