package io.pulsewarden.audit.serving;

import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Objects;
import org.jboss.logging.Logger;

/**
 * Warns where an organisation's auditors may read bundles that hold other organisations' entries.
 */
@ApplicationScoped
class BundleRoleLifecycle {

  private static final Logger LOG = Logger.getLogger(BundleRoleLifecycle.class);
  private static final String OF_ONE_ORGANISATION = "auditor";

  private final Pool pool;
  private final LogConfiguration log;

  BundleRoleLifecycle(Pool pool, LogConfiguration log) {
    this.pool = pool;
    this.log = log;
  }

  void start(@Observes StartupEvent started) {
    if (log.bundleRole().equals(OF_ONE_ORGANISATION)) {
      pool.query("SELECT min(organisation_id), max(organisation_id) FROM entry_index")
          .execute()
          .subscribe()
          .with(
              rows -> warn(rows.iterator().next()),
              away -> LOG.debug("organisations not counted, database away", away));
    }
  }

  private static void warn(Row row) {
    if (!Objects.equals(row.getString(0), row.getString(1))) {
      LOG.warn(
          "several organisations are in one log, and the auditors of each may read whole bundles:"
              + " see pulsewarden.log.bundle-role");
    }
  }
}
