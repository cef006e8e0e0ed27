package io.pulsewarden.telemetry.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.telemetry.compaction.Pieces.Piece;
import io.pulsewarden.telemetry.store.CompactionStore.Size;
import java.util.List;
import org.junit.jupiter.api.Test;

class PiecesTest {

  private static final List<Size> SIZES =
      List.of(
          new Size(3, 10), new Size(5, 10), new Size(6, 500), new Size(9, 10), new Size(12, 20));

  @Test
  void shouldCutByNumber() {
    assertThat(Pieces.of(-1, SIZES, 2, 1_000))
        .containsExactly(new Piece(-1, 5, 2), new Piece(5, 9, 2), new Piece(9, 12, 1));
  }

  @Test
  void shouldCutBySizeAndLetWhatIsTooLargeStandAlone() {
    assertThat(Pieces.of(2, SIZES, 100, 30))
        .containsExactly(new Piece(2, 5, 2), new Piece(5, 6, 1), new Piece(6, 12, 2));
  }

  @Test
  void shouldHaveNoPieceOfNothing() {
    assertThat(Pieces.of(-1, List.of(), 2, 30)).isEmpty();
  }
}
