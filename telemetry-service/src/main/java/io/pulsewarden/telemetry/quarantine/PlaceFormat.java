package io.pulsewarden.telemetry.quarantine;

import io.pulsewarden.telemetry.failure.FailureCode;
import io.pulsewarden.telemetry.failure.RequestFailedException;
import io.pulsewarden.telemetry.quarantine.QuarantineStore.Place;
import java.nio.ByteBuffer;

/** Where a page ended, as bytes to be sealed. Told apart from other cursors by its length. */
final class PlaceFormat {

  private static final int LENGTH = 2 * Long.BYTES + Integer.BYTES;

  private PlaceFormat() {}

  static byte[] write(Place place) {
    return ByteBuffer.allocate(LENGTH)
        .putLong(place.receivedAtMillis())
        .putInt(place.partition())
        .putLong(place.offset())
        .array();
  }

  static Place read(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new RequestFailedException(
          FailureCode.INVALID_REQUEST, "the cursor is not one of this list's");
    }
    ByteBuffer place = ByteBuffer.wrap(bytes);
    return new Place(place.getLong(), place.getInt(), place.getLong());
  }
}
