package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ChainMovesTest {

  private static final ChainId ONE = new ChainId("telemetry-service", ByteString.copyFromUtf8("1"));
  private static final ChainId TWO = new ChainId("telemetry-service", ByteString.copyFromUtf8("2"));

  @Test
  void shouldKeepWhatGoesOnTogetherAndWhatIsOutOfItsPlaceApart() {
    ChainMoves moves =
        moves(
            entry(5, ONE, 1, "a"),
            entry(6, ONE, 3, "b"),
            entry(7, ONE, 3, "double"),
            entry(8, ONE, 2, "late"),
            entry(9, ONE, 4, "c"));

    assertThat(moves.last()).containsOnly(Map.entry(ONE, link(4, "c")));
    assertThat(moves.runs())
        .containsExactlyInAnyOrder(
            run(ONE, 5, 9, 1, 4), stray(ONE, 7, 3, "double"), stray(ONE, 8, 2, "late"));
  }

  @Test
  void shouldKnowFromBeforeWhatIsOutOfItsPlace() {
    ChainMoves moves =
        ChainMoves.of(
            List.of(entry(5, ONE, 2, "double"), entry(6, TWO, 0, "a")),
            chain ->
                chain.equals(ONE)
                    ? ChainPosition.START.after(2, ByteString.copyFromUtf8("b"))
                    : ChainPosition.START);

    assertThat(moves.last()).containsOnly(Map.entry(TWO, link(0, "a")));
    assertThat(moves.runs())
        .containsExactlyInAnyOrder(stray(ONE, 5, 2, "double"), run(TWO, 6, 6, 0, 0));
  }

  @Test
  void shouldEndARunWhereItWouldSpanMoreThan256Entries() {
    ChainMoves moves =
        moves(
            entry(10, ONE, 0, "a"),
            entry(11, TWO, 7, "b"),
            entry(265, ONE, 1, "c"),
            entry(266, ONE, 2, "d"));

    assertThat(moves.runs())
        .containsExactlyInAnyOrder(
            run(ONE, 10, 265, 0, 1), run(TWO, 11, 11, 7, 7), run(ONE, 266, 266, 2, 2));
  }

  @Test
  void shouldEndARunWhereItWouldHaveMoreThan256Places() {
    ChainMoves moves =
        moves(entry(0, ONE, 0, "a"), entry(1, ONE, 255, "b"), entry(2, ONE, 256, "c"));

    assertThat(moves.runs())
        .containsExactlyInAnyOrder(run(ONE, 0, 1, 0, 255), run(ONE, 2, 2, 256, 256));
  }

  /** However a producer goes to and fro, no place is in more than one run of what went on. */
  @Test
  void shouldKeepSoManyOutOfTheirPlacesAndNoMore() {
    List<ChainEntry> entries = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      entries.add(entry(2L * i, ONE, 0, "first " + i));
      entries.add(entry(2L * i + 1, ONE, 255, "last " + i));
    }

    ChainMoves moves = ChainMoves.of(entries, chain -> ChainPosition.START);

    assertThat(moves.runs().stream().filter(run -> run.stray().isPresent()))
        .hasSize(ChainPosition.MOST_STRAYS)
        .allMatch(run -> run.lastLeaf() <= ChainPosition.MOST_STRAYS + 1);
    assertThat(moves.runs().stream().filter(run -> run.stray().isEmpty()))
        .containsExactly(run(ONE, 0, 1, 0, 255));
    assertThat(moves.last()).containsOnly(Map.entry(ONE, link(255, "last 0")));
  }

  @Test
  void shouldGoOnInOrderBesideWhatIsNotKept() {
    ChainPosition overrun =
        ChainPosition.START
            .after(9, ByteString.copyFromUtf8("a"))
            .withStrays(ChainPosition.MOST_STRAYS);

    ChainMoves moves =
        ChainMoves.of(
            List.of(entry(20, ONE, 10, "b"), entry(21, ONE, 3, "lost"), entry(22, ONE, 11, "c")),
            chain -> overrun);

    assertThat(moves.runs()).containsExactly(run(ONE, 20, 22, 10, 11));
  }

  @Test
  void shouldNotDependOnHowTheEntriesAreCut() {
    List<ChainEntry> entries =
        LongStream.range(0, 700)
            .mapToObj(leaf -> entry(leaf, ONE, leaf % 7 == 3 ? leaf / 2 : leaf, "r" + leaf))
            .toList();

    List<ChainMoves.Run> strays = new ArrayList<>();
    ChainPosition position = ChainPosition.START;
    for (int from = 0; from < entries.size(); from += 50) {
      ChainPosition before = position;
      ChainMoves moves = ChainMoves.of(entries.subList(from, from + 50), chain -> before);
      List<ChainMoves.Run> some =
          moves.runs().stream().filter(run -> run.stray().isPresent()).toList();
      strays.addAll(some);
      ChainLink last = moves.last().getOrDefault(ONE, link(-1, ""));
      position = position.after(last.sequence(), last.hash()).withStrays(strays.size());
    }

    assertThat(strays)
        .isNotEmpty()
        .containsExactlyElementsOf(
            ChainMoves.of(entries, chain -> ChainPosition.START).runs().stream()
                .filter(run -> run.stray().isPresent())
                .toList());
  }

  private static ChainMoves moves(ChainEntry... entries) {
    return ChainMoves.of(List.of(entries), chain -> ChainPosition.START);
  }

  private static ChainMoves.Run run(ChainId chain, long leaf, long to, long first, long last) {
    return new ChainMoves.Run(chain, leaf, to, first, last, false, Optional.empty());
  }

  private static ChainMoves.Run stray(ChainId chain, long leaf, long sequence, String hash) {
    return new ChainMoves.Run(
        chain, leaf, leaf, sequence, sequence, false, Optional.of(ByteString.copyFromUtf8(hash)));
  }

  private static ChainEntry entry(long leaf, ChainId chain, long sequence, String hash) {
    return new ChainEntry(leaf, chain, link(sequence, hash), false);
  }

  private static ChainLink link(long sequence, String hash) {
    return new ChainLink(sequence, ByteString.copyFromUtf8(hash));
  }
}
