package io.pulsewarden.keys.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekUnavailableException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The lock by which instances make a token's keys one after the other. */
@QuarkusTest
@QuarkusTestResource(KeyServers.class)
class VersionLockIT {

  @Inject VersionLockStore lock;

  @Test
  void shouldLetOneAtATimeAtAKekAndGiveItBackAfterAFailure() throws Exception {
    KekName kek = new KekName(UUID.randomUUID(), 1);
    // The other instance is a session without limits: what this one's idle session may take is not
    // to be used up by its waits here.
    try (Connection other = KeyServers.bed().superuserConnection()) {
      other.setAutoCommit(false);
      assertThat(lock.during(kek, () -> taken(other, kek))).as("free, during the work").isFalse();
      assertThat(taken(other, kek)).as("given back after it").isTrue();
      assertThatThrownBy(() -> lock.during(kek, () -> "both"))
          .isInstanceOf(KekUnavailableException.class);
      assertThat(lock.during(new KekName(kek.organisation(), 2), () -> "another"))
          .isEqualTo("another");
      other.rollback();
    }
    assertThatThrownBy(
            () ->
                lock.during(
                    kek,
                    () -> {
                      throw new IllegalStateException("the token went away");
                    }))
        .hasMessage("the token went away");
    assertThat(lock.during(kek, () -> "again")).isEqualTo("again");
  }

  /** Takes it as another instance does, if it is free, until the transaction ends. */
  private static boolean taken(Connection other, KekName kek) {
    try (PreparedStatement take =
        other.prepareStatement("SELECT pg_try_advisory_xact_lock(?, ?)")) {
      take.setInt(1, VersionLockStore.LOCK);
      take.setInt(2, kek.hashCode());
      try (ResultSet rows = take.executeQuery()) {
        rows.next();
        return rows.getBoolean(1);
      }
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }
}
