package io.pulsewarden.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RememberedTilesTest {

  private final List<String> read = new ArrayList<>();
  private final RememberedTiles tiles =
      new RememberedTiles(
          (level, tile, width) -> {
            read.add(level + "/" + tile + "/" + width);
            return List.of(new byte[] {(byte) width});
          },
          2);

  @Test
  void shouldReadATileOfOneWidthOnce() {
    assertThat(tiles.read(0, 5, 7).getFirst()).containsExactly(7);
    assertThat(tiles.read(0, 5, 7).getFirst()).containsExactly(7);
    assertThat(tiles.read(0, 5, 8).getFirst()).containsExactly(8);

    assertThat(read).containsExactly("0/5/7", "0/5/8");
  }

  @Test
  void shouldForgetTheOneThatWasNotAskedForTheLongest() {
    tiles.read(0, 1, 256);
    tiles.read(0, 2, 256);
    tiles.read(0, 1, 256);
    tiles.read(0, 3, 256);
    read.clear();

    tiles.read(0, 1, 256);
    tiles.read(0, 2, 256);

    assertThat(read).containsExactly("0/2/256");
  }
}
