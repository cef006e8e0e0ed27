package io.pulsewarden.registry.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.registry.problem.ProblemException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageCursorTest {

  @Test
  void shouldReadWhatItWrote() {
    PageCursor cursor =
        new PageCursor(Instant.parse("2026-11-23T12:00:00.123Z"), UUID.randomUUID());

    assertThat(PageCursor.parse(cursor.text())).isEqualTo(cursor);
    assertThat(PageCursor.parse(null)).isEqualTo(PageCursor.START);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 43})
  void shouldRefuseTimesThatTheDatabaseCanNotHave(long time) {
    byte[] bytes = ByteBuffer.allocate(24).putLong(time).array();
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);

    assertThatThrownBy(() -> PageCursor.parse(text)).isInstanceOf(ProblemException.class);
  }
}
