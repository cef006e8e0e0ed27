package io.pulsewarden.telemetry.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UnconfirmedOpensTest {

  private static final UUID DEVICE = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();

  /** Older connections, at another instance. */
  private static final Map<UUID, UUID> FOUND =
      Map.of(DEVICE, UUID.randomUUID(), OTHER, UUID.randomUUID());

  private final UnconfirmedOpens opens = new UnconfirmedOpens();
  private final Connection mine =
      new Connection(DEVICE, UUID.randomUUID(), UUID.randomUUID(), false, 0);

  @Test
  void shouldNotBelieveOfADeviceWhatIsOfBeforeItsConnectionHere() {
    opens.begun(mine);

    assertThat(opens.believed(opens.look(), FOUND))
        .isEqualTo(new Elsewhere(Map.of(OTHER, FOUND.get(OTHER)), false));
  }

  @Test
  void shouldNotBelieveALookThatBeganBeforeTheConnectionWasWritten() {
    opens.begun(mine);
    long look = opens.look();
    opens.settled(mine);

    assertThat(opens.believed(look, FOUND).newest()).containsOnlyKeys(OTHER);
    assertThat(opens.believed(opens.look(), FOUND)).isEqualTo(new Elsewhere(FOUND, true));
  }

  @Test
  void shouldDoubtADeviceAsLongAsOneOfItsConnectionsIsNotWritten() {
    Connection next = new Connection(DEVICE, UUID.randomUUID(), UUID.randomUUID(), false, 0);
    opens.begun(mine);
    opens.begun(next);
    opens.settled(mine);

    assertThat(opens.believed(opens.look(), FOUND).newest()).containsOnlyKeys(OTHER);
    opens.settled(next);
    assertThat(opens.believed(opens.look(), FOUND).newest()).containsKeys(DEVICE, OTHER);
  }

  @Test
  void shouldKeepOneOfADeviceThatComesBackAgainAndAgainWhileTheDatabaseIsAway() {
    for (int i = 0; i < 1_000; i++) {
      Connection next = new Connection(DEVICE, UUID.randomUUID(), UUID.randomUUID(), false, 0);
      opens.begun(next);
      // Looks fail, and believe nothing.
      opens.look();
      opens.settled(next);
    }

    assertThat(opens.size()).isOne();
    assertThat(opens.believed(opens.look(), FOUND)).isEqualTo(new Elsewhere(FOUND, true));
    assertThat(opens.size()).isZero();
  }

  @Test
  void shouldNotTakeAnOlderConnectionThatIsWrittenForTheNewestOne() {
    Connection next = new Connection(DEVICE, UUID.randomUUID(), UUID.randomUUID(), false, 0);
    opens.begun(mine);
    opens.begun(next);
    opens.settled(next);
    long look = opens.look();
    opens.settled(mine);

    assertThat(opens.believed(look, FOUND)).isEqualTo(new Elsewhere(FOUND, true));
  }

  @Test
  void shouldHaveNothingToLookForAgainWhereNothingWasFoundOfIt() {
    opens.begun(mine);

    assertThat(opens.believed(opens.look(), Map.of()).complete()).isTrue();
  }
}
