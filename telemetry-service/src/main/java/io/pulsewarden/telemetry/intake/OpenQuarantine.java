package io.pulsewarden.telemetry.intake;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Input that was not taken, not sealed yet.
 *
 * @param device under whose key it will be sealed
 * @param records in the order of the pack, refused for this reason; none where the whole message is
 *     kept
 * @param payload what is kept, made once to be charged for and sealed: these records as a pack, or
 *     the message's payload as it came
 */
record OpenQuarantine(
    UUID device,
    RejectionReason reason,
    String detail,
    List<SenmlRecord> records,
    ByteString payload) {

  OpenQuarantine {
    records = List.copyOf(records);
  }

  /**
   * The whole message.
   *
   * @param payload not copied, not to be changed any more
   */
  static OpenQuarantine whole(UUID device, RejectionReason reason, String detail, byte[] payload) {
    return new OpenQuarantine(
        device, reason, detail, List.of(), UnsafeByteOperations.unsafeWrap(payload));
  }

  /**
   * Between which times what is in it was measured, as far as that can be told: at the records' own
   * times where all have one that a reading could have, else at any time that a reading could have.
   */
  TakenTimes measured(long receivedAtMillis) {
    TakenTimes possible = TakenTimes.of(receivedAtMillis);
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (SenmlRecord record : records) {
      OptionalLong time = record.timeMillis();
      if (time.isEmpty() || !possible.hold(time.getAsLong())) {
        return possible;
      }
      oldest = Math.min(oldest, time.getAsLong());
      newest = Math.max(newest, time.getAsLong());
    }
    return records.isEmpty() ? possible : new TakenTimes(oldest, newest);
  }

  @Override
  public String toString() {
    return "OpenQuarantine[" + reason + ", " + payload.size() + " bytes]";
  }
}
