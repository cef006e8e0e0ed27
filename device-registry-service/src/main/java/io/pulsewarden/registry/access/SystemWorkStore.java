package io.pulsewarden.registry.access;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Transactions behind the walls that the database has between organisations. */
@ApplicationScoped
public class SystemWorkStore {

  private final WallStore wall;

  SystemWorkStore(WallStore wall) {
    this.wall = wall;
  }

  /** Runs a person's work, which sees the rows of one organisation. */
  public <T> Uni<T> withTransaction(UUID organisation, Function<Mutiny.Session, Uni<T>> work) {
    return wall.within(organisation, work);
  }

  /**
   * Runs work that sees the rows of all organisations, since it can't know one before it has found
   * the device: enrolment by a claim or a certificate, certificate status. Nothing that a person
   * asks for runs here.
   */
  public <T> Uni<T> withTransaction(Function<Mutiny.Session, Uni<T>> work) {
    return wall.asSystem(work);
  }
}
