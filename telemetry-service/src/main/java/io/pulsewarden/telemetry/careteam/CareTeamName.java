package io.pulsewarden.telemetry.careteam;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pulsewarden.envelope.EnvelopeContext;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.Opened;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.Sealing;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.UUID;

/** Seals the name of a care team; docs/formats/demographics.md. Thread-safe. */
final class CareTeamName {

  private static final int SCHEMA_VERSION = 1;

  private final Sealing sealing;

  CareTeamName(Sealing sealing) {
    this.sealing = sealing;
  }

  /** May complete on any thread. */
  Uni<byte[]> seal(UUID organisation, UUID team, String name) {
    return Uni.createFrom()
        .completionStage(
            () ->
                sealing.seal(
                    KeySubject.organisation(organisation),
                    Purpose.DEMOGRAPHICS,
                    context(organisation, team),
                    name.getBytes(UTF_8)));
  }

  /** Empty if it has none, or nobody can read it any more. */
  Uni<Optional<String>> open(CareTeamEntity team) {
    byte[] envelope = team.name;
    if (envelope == null) {
      return Uni.createFrom().item(Optional.empty());
    }
    return Uni.createFrom()
        .completionStage(
            () -> sealing.open(context(team.organisation, team.id), Purpose.DEMOGRAPHICS, envelope))
        .map(
            opened ->
                switch (opened) {
                  case Opened.Plaintext(byte[] bytes) -> Optional.of(new String(bytes, UTF_8));
                  case Opened.Erased() -> Optional.empty();
                  case Opened.Rejected() ->
                      throw new IllegalStateException("a name does not open: team=" + team.id);
                });
  }

  private static EnvelopeContext context(UUID organisation, UUID team) {
    return new EnvelopeContext("care-team", organisation, team, null, 0, 0, SCHEMA_VERSION);
  }
}
