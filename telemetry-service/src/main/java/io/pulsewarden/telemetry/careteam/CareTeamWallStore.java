package io.pulsewarden.telemetry.careteam;

import io.pulsewarden.telemetry.access.CareTeams;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.UUID;

/** The question of every read, by the plain client: it needs no session and no context. */
final class CareTeamWallStore implements CareTeams {

  private final Pool pool;

  CareTeamWallStore(Pool pool) {
    this.pool = pool;
  }

  @Override
  public Uni<Boolean> caresFor(UUID organisation, String userId, UUID patient) {
    return pool.preparedQuery(
            """
            SELECT EXISTS (
              SELECT 1 FROM care_team_patient p
              JOIN care_team_member m
                ON m.care_team_id = p.care_team_id AND m.organisation_id = p.organisation_id
              WHERE p.organisation_id = $1 AND p.patient_id = $2 AND m.user_id = $3)""")
        .execute(Tuple.of(organisation, patient, userId))
        .map(rows -> rows.iterator().next().getBoolean(0));
  }
}
