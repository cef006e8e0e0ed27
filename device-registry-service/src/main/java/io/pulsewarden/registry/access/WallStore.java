package io.pulsewarden.registry.access;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The only way to a transaction. Row-level security shows a transaction nothing until it says whose
 * rows it is for; what it said ends with it, so that the next user of a pooled connection starts
 * with nothing again.
 */
@ApplicationScoped
public class WallStore {

  private static final String ORGANISATION = "pulsewarden.organisation";
  private static final String SYSTEM = "pulsewarden.system";

  private final Mutiny.SessionFactory sessions;

  WallStore(Mutiny.SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** A transaction that sees and changes the rows of one organisation, and no others. */
  public <T> Uni<T> within(UUID organisation, Function<Mutiny.Session, Uni<T>> work) {
    return transaction(ORGANISATION, organisation.toString(), work);
  }

  /**
   * A transaction that sees the rows of all organisations: for work that has to find a device
   * before it can know whose it is, such as enrolment, and for background work. Never for what a
   * person asked for.
   */
  public <T> Uni<T> asSystem(Function<Mutiny.Session, Uni<T>> work) {
    return transaction(SYSTEM, "on", work);
  }

  private <T> Uni<T> transaction(
      String setting, String value, Function<Mutiny.Session, Uni<T>> work) {
    return sessions.withTransaction(
        session ->
            session
                .createNativeQuery("SELECT set_config(:setting, :value, true)", String.class)
                .setParameter("setting", setting)
                .setParameter("value", value)
                .getSingleResult()
                .chain(() -> work.apply(session)));
  }
}
