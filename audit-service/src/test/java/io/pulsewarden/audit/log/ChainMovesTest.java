package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainMovesTest {

  private static final ChainId ONE = new ChainId("telemetry-service", ByteString.copyFromUtf8("1"));
  private static final ChainId TWO = new ChainId("telemetry-service", ByteString.copyFromUtf8("2"));

  @Test
  void shouldKeepTheFirstRecordWithTheHighestSequence() {
    ChainMoves moves =
        ChainMoves.of(
            List.of(entry(5, ONE, 2, "a"), entry(6, ONE, 2, "double"), entry(7, ONE, 1, "late")));

    assertThat(moves.last()).containsOnly(Map.entry(ONE, link(2, "a")));
    // What does not go on in order is a run of its own, so that no run covers more than it has.
    assertThat(moves.runs())
        .containsExactly(
            new ChainMoves.Run(ONE, 5, 5, 2, 2, false),
            new ChainMoves.Run(ONE, 6, 6, 2, 2, false),
            new ChainMoves.Run(ONE, 7, 7, 1, 1, false));
  }

  @Test
  void shouldEndARunWhereItWouldSpanMoreThan256Entries() {
    ChainMoves moves =
        ChainMoves.of(
            List.of(
                entry(10, ONE, 0, "a"),
                entry(11, TWO, 7, "b"),
                entry(265, ONE, 1, "c"),
                entry(266, ONE, 2, "d")));

    assertThat(moves.runs())
        .containsExactlyInAnyOrder(
            new ChainMoves.Run(ONE, 10, 265, 0, 1, false),
            new ChainMoves.Run(TWO, 11, 11, 7, 7, false),
            new ChainMoves.Run(ONE, 266, 266, 2, 2, false));
  }

  private static ChainEntry entry(long leaf, ChainId chain, long sequence, String hash) {
    return new ChainEntry(leaf, chain, link(sequence, hash), false);
  }

  private static ChainLink link(long sequence, String hash) {
    return new ChainLink(sequence, ByteString.copyFromUtf8(hash));
  }
}
