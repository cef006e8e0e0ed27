package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.intake.CheckedRecord.Rejected;
import io.pulsewarden.telemetry.intake.CheckedRecord.Taken;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Checks one record after the other; the reasons' order is that of docs/formats/vitals.md. */
final class RecordChecker {

  private static final int MAX_DIGITS = 17;

  private static final long OLDEST = Duration.ofDays(30).toMillis();
  private static final long NEWEST = Duration.ofMinutes(5).toMillis();

  private final Speakers speakers;

  RecordChecker(Speakers speakers) {
    this.speakers = speakers;
  }

  CheckedRecord check(IncomingMessage message, SenmlRecord record) {
    Device sender = message.sender();
    RecordName name = RecordName.of(record.name());
    Optional<Device> measuring = speakers.measuring(message, name);
    Device device = measuring.orElse(sender);
    if (record.mustUnderstand().isPresent()) {
      return rejected(device, record, RejectionReason.UNSUPPORTED_FIELD);
    }
    if (measuring.isEmpty()) {
      return rejected(device, record, RejectionReason.NOT_YOUR_DEVICE);
    }
    Optional<VitalSign> sign = VitalSign.named(name.code());
    if (sign.isEmpty()) {
      return rejected(device, record, RejectionReason.UNKNOWN_CODE);
    }
    return measured(device, record, sign.get(), message);
  }

  private static CheckedRecord measured(
      Device device, SenmlRecord record, VitalSign sign, IncomingMessage message) {
    BigDecimal sent = record.value();
    // A sum without a value is a sum all the same.
    if (sent == null && !record.sum()) {
      return rejected(device, record, RejectionReason.NO_NUMBER);
    }
    if (sent == null || record.sum()) {
      return rejected(device, record, RejectionReason.SUM_NOT_TAKEN);
    }
    if (sent.stripTrailingZeros().precision() > MAX_DIGITS) {
      return rejected(device, record, RejectionReason.TOO_PRECISE);
    }
    String unit = record.unit();
    Optional<BigDecimal> value = unit == null ? Optional.empty() : sign.inCanonicalUnit(sent, unit);
    if (value.isEmpty()) {
      return rejected(device, record, RejectionReason.WRONG_UNIT);
    }
    if (!sign.isPossible(value.get())) {
      return rejected(device, record, RejectionReason.IMPOSSIBLE_VALUE);
    }
    return timed(device, record, sign, value.get(), message);
  }

  private static CheckedRecord timed(
      Device device,
      SenmlRecord record,
      VitalSign sign,
      BigDecimal value,
      IncomingMessage message) {
    long receivedAtMillis = message.receivedAtMillis();
    OptionalLong time = record.timeMillis();
    if (time.isEmpty() && device.clockless() && message.sequence().isPresent()) {
      time = OptionalLong.of(record.relativeMillis(receivedAtMillis));
    }
    if (time.isEmpty()) {
      return rejected(device, record, RejectionReason.NO_CLOCK);
    }
    if (time.getAsLong() < receivedAtMillis - OLDEST) {
      return rejected(device, record, RejectionReason.TOO_OLD);
    }
    if (time.getAsLong() > receivedAtMillis + NEWEST) {
      return rejected(device, record, RejectionReason.IN_THE_FUTURE);
    }
    return new Taken(record.index(), device.id(), sign, time.getAsLong(), value);
  }

  private static Rejected rejected(Device device, SenmlRecord record, RejectionReason reason) {
    return new Rejected(record.index(), device.id(), reason, record);
  }
}
