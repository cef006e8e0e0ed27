package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.audit.AuditScene;
import io.pulsewarden.audit.AuditServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the database lets the service do. */
@QuarkusTest
@QuarkusTestResource(AuditServers.class)
class LogGrantsIT {

  @Inject Pool pool;

  @Test
  void shouldNotBeAbleToChangeItsLog() {
    for (String sql :
        List.of(
            "UPDATE log_leaf SET value = ''",
            "DELETE FROM log_leaf",
            "UPDATE log_tile SET root = hashes",
            "DELETE FROM log_checkpoint",
            "UPDATE log_checkpoint SET note = ''",
            // The time would let the owner prune what is young.
            "INSERT INTO log_checkpoint (size, note, signed_at) VALUES (0, '', '2000-01-01')",
            "INSERT INTO log_cosigned VALUES (0, 1, '', '2000-01-01')",
            "INSERT INTO log_pruning VALUES (256, '', '2000-01-01')",
            "UPDATE tree_head SET size = 0",
            "DELETE FROM entry_index",
            "UPDATE log_identity SET verifier_key = ''",
            "DELETE FROM chain_state",
            "UPDATE chain_run SET first_leaf = 0",
            "DELETE FROM chain_run",
            "DELETE FROM chain_head",
            "DELETE FROM log_blob",
            "DELETE FROM entry_finding",
            "TRUNCATE log_leaf")) {
      assertThatThrownBy(() -> pool.query(sql).execute().await().atMost(AuditScene.SOON))
          .as(sql)
          .hasMessageContaining("permission denied");
    }
  }

  @Test
  void shouldNotStoreACheckpointOfEntriesToCome() {
    String sql = "INSERT INTO log_checkpoint (size, note) SELECT size + 1000000, '' FROM tree_head";

    assertThatThrownBy(() -> pool.query(sql).execute().await().atMost(AuditScene.SOON))
        .hasMessageContaining("more than the log has");
  }
}
