package io.pulsewarden.keys.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.keys.KeyServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The delay of an erasure, where one of the two clocks jumps. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class DestructionClockIT {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Inject DestructionStore destructions;
  @Inject HolderStore holders;
  @Inject ErasureStore erasures;

  @Test
  void shouldDestroyNothingBeforeBothClocksSayThatTheDelayIsOver() throws Exception {
    UUID notYet = confirmed("now() + interval '72 hours'");
    assertThat(due(Instant.now().plus(Duration.ofDays(4000)))).doesNotContain(notYet);
    assertThat(due(Instant.now())).doesNotContain(notYet);

    // The database says it is over; our clock was set back.
    UUID over = confirmed("now() + interval '100 milliseconds'");
    assertThat(due(Instant.now().minus(Duration.ofDays(4000)))).doesNotContain(over);
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

    Destroyed destroyed =
        destructions.underWay().await().atMost(PATIENCE).stream()
            .filter(each -> each.erasure().id().equals(id))
            .findFirst()
            .orElseThrow();
    assertThat(destroyed.holders()).extracting(HolderEnd::instance).contains(holder);
    assertThat(destructions.judgedBy(wrong).await().atMost(PATIENCE))
        .isBefore(Instant.now().plus(Duration.ofMinutes(1)));
    assertThat(destructions.judgedBy(Instant.EPOCH).await().atMost(PATIENCE))
        .isEqualTo(Instant.EPOCH);
  }

  private Erasure erasure(UUID id) throws Exception {
    try (Connection database = KeyServers.bed().superuserConnection();
        PreparedStatement select =
            database.prepareStatement(
                "SELECT patient_id, organisation_id FROM erasure WHERE id = ?")) {
      select.setObject(1, id);
      try (ResultSet rows = select.executeQuery()) {
        rows.next();
        return erasures
            .newest(new Patient(rows.getObject(2, UUID.class), rows.getObject(1, UUID.class)))
            .await()
            .atMost(PATIENCE)
            .orElseThrow();
      }
    }
  }

  private List<UUID> due(Instant now) {
    return destructions.due(now).await().atMost(PATIENCE).stream().map(Erasure::id).toList();
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
