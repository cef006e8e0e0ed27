package io.pulsewarden.registry.inventory;

import io.pulsewarden.registry.problem.ProblemException;
import io.pulsewarden.registry.problem.ProblemType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The last device of a page. Opaque to callers and not secret: what lies behind it is walled again
 * at each query.
 */
record PageCursor(Instant registeredAt, UUID id) {

  private static final int LENGTH = 24;

  /** Of milliseconds: enough for 250 years, and within what PostgreSQL takes. */
  private static final int TIME_BITS = 43;

  /** Before the first device. */
  static final PageCursor START = new PageCursor(Instant.EPOCH, new UUID(0, 0));

  static PageCursor parse(@Nullable String text) {
    if (text == null) {
      return START;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      if (bytes.length == LENGTH && buffer.getLong(0) >>> TIME_BITS == 0) {
        return new PageCursor(
            Instant.ofEpochMilli(buffer.getLong()), new UUID(buffer.getLong(), buffer.getLong()));
      }
    } catch (IllegalArgumentException notBase64) {
      // Answered below, as is a wrong length.
    }
    throw new ProblemException(
        ProblemType.INVALID_PARAMETER.at("cursor", "Has to be the 'next' of an earlier page."));
  }

  String text() {
    byte[] bytes =
        ByteBuffer.allocate(LENGTH)
            .putLong(registeredAt.toEpochMilli())
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
