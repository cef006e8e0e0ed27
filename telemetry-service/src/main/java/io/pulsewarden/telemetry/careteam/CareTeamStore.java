package io.pulsewarden.telemetry.careteam;

import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.telemetry.auditing.OutboxSessionStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Care teams in the database. To be called on a Vert.x context. Every change and its audit event
 * are one transaction: a crash leaves both or neither.
 */
@ApplicationScoped
class CareTeamStore {

  @Inject Mutiny.SessionFactory sessions;

  /** Who belongs to a team. */
  record Belonging(List<String> members, List<UUID> patients) {}

  Uni<Void> insert(CareTeamEntity team, AuditEvent event) {
    return sessions.withTransaction(
        session ->
            session
                .persist(team)
                .chain(session::flush)
                .chain(() -> OutboxSessionStore.insert(session, event)));
  }

  Uni<List<CareTeamEntity>> list(UUID organisation) {
    return sessions.withSession(
        session ->
            session
                .createSelectionQuery(
                    "from CareTeamEntity where organisation = :organisation order by id",
                    CareTeamEntity.class)
                .setParameter("organisation", organisation)
                .getResultList());
  }

  Uni<Optional<CareTeamEntity>> find(UUID organisation, UUID team) {
    return sessions.withSession(session -> find(session, organisation, team));
  }

  private static Uni<Optional<CareTeamEntity>> find(
      Mutiny.Session session, UUID organisation, UUID team) {
    return session
        .createSelectionQuery(
            "from CareTeamEntity where id = :id and organisation = :organisation",
            CareTeamEntity.class)
        .setParameter("id", team)
        .setParameter("organisation", organisation)
        .getSingleResultOrNull()
        .map(Optional::ofNullable);
  }

  Uni<Belonging> belonging(UUID team) {
    return sessions.withSession(
        session ->
            session
                .createNativeQuery(
                    "SELECT user_id FROM care_team_member WHERE care_team_id = ?1 ORDER BY user_id",
                    String.class)
                .setParameter(1, team)
                .getResultList()
                .chain(
                    members ->
                        session
                            .createNativeQuery(
                                """
                                SELECT patient_id FROM care_team_patient
                                WHERE care_team_id = ?1 ORDER BY patient_id\
                                """,
                                UUID.class)
                            .setParameter(1, team)
                            .getResultList()
                            .map(patients -> new Belonging(members, patients))));
  }

  /**
   * Adds or removes, if the team is the organisation's own (and, for a patient, the patient too).
   *
   * @return false if it is not
   */
  Uni<Boolean> change(UUID organisation, UUID team, Change change, AuditEvent event) {
    return sessions.withTransaction(
        session ->
            find(session, organisation, team)
                .chain(
                    found ->
                        found.isEmpty()
                            ? Uni.createFrom().item(false)
                            : possible(session, organisation, change)
                                .chain(
                                    possible ->
                                        possible
                                            ? apply(session, organisation, team, change)
                                                .chain(
                                                    () -> OutboxSessionStore.insert(session, event))
                                                .replaceWith(true)
                                            : Uni.createFrom().item(false))));
  }

  private static Uni<Boolean> possible(Mutiny.Session session, UUID organisation, Change change) {
    return switch (change) {
      case Change.AddPatient(UUID patient) ->
          session
              .createNativeQuery(
                  "SELECT count(*) FROM patient WHERE organisation_id = ?1 AND id = ?2", Long.class)
              .setParameter(1, organisation)
              .setParameter(2, patient)
              .getSingleResult()
              .map(count -> count == 1);
      case Change.AddMember ignored -> Uni.createFrom().item(true);
      case Change.RemoveMember ignored -> Uni.createFrom().item(true);
      case Change.RemovePatient ignored -> Uni.createFrom().item(true);
    };
  }

  private static Uni<Integer> apply(
      Mutiny.Session session, UUID organisation, UUID team, Change change) {
    return switch (change) {
      case Change.AddMember(String user) ->
          session
              .createNativeQuery(
                  """
                  INSERT INTO care_team_member (organisation_id, care_team_id, user_id)
                  VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING\
                  """)
              .setParameter(1, organisation)
              .setParameter(2, team)
              .setParameter(3, user)
              .executeUpdate();
      case Change.AddPatient(UUID patient) ->
          session
              .createNativeQuery(
                  """
                  INSERT INTO care_team_patient (organisation_id, care_team_id, patient_id)
                  VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING\
                  """)
              .setParameter(1, organisation)
              .setParameter(2, team)
              .setParameter(3, patient)
              .executeUpdate();
      case Change.RemoveMember(String user) ->
          session
              .createNativeQuery(
                  "DELETE FROM care_team_member WHERE care_team_id = ?1 AND user_id = ?2")
              .setParameter(1, team)
              .setParameter(2, user)
              .executeUpdate();
      case Change.RemovePatient(UUID patient) ->
          session
              .createNativeQuery(
                  "DELETE FROM care_team_patient WHERE care_team_id = ?1 AND patient_id = ?2")
              .setParameter(1, team)
              .setParameter(2, patient)
              .executeUpdate();
    };
  }
}
