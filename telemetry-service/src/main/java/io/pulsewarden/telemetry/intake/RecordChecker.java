package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.intake.CheckedRecord.Rejected;
import io.pulsewarden.telemetry.intake.CheckedRecord.Taken;
import io.pulsewarden.telemetry.intake.CheckedRecord.TakenWaveform;
import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.Samples;
import io.pulsewarden.telemetry.vitals.SamplesText;
import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.WaveSign;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongFunction;

/** Checks one record after the other; the reasons' order is that of docs/formats/vitals.md. */
final class RecordChecker {

  private static final int MAX_DIGITS = 17;

  /** A conversion adds up to 8, and a reading holds 40. */
  private static final int MAX_DECIMALS = 30;

  private final Speakers speakers;

  RecordChecker(Speakers speakers) {
    this.speakers = speakers;
  }

  /**
   * What becomes of a record.
   *
   * @param name the record's, taken apart
   */
  CheckedRecord check(IncomingMessage message, SenmlRecord record, RecordName name) {
    Device sender = message.sender();
    Optional<Device> measuring = speakers.measuring(message, name);
    // Before anything else: by this reason it is known that it is not of who wears the sender.
    if (measuring.isEmpty()) {
      return rejected(sender, record, RejectionReason.NOT_YOUR_DEVICE);
    }
    Device device = measuring.get();
    if (record.mustUnderstand().isPresent()) {
      return rejected(device, record, RejectionReason.UNSUPPORTED_FIELD);
    }
    Optional<VitalSign> sign = VitalSign.named(name.code());
    if (sign.isPresent()) {
      return measured(device, record, sign.get(), message);
    }
    return WaveSign.named(name.code())
        .map(wave -> sampled(device, record, wave, message))
        .orElseGet(() -> rejected(device, record, RejectionReason.UNKNOWN_CODE));
  }

  private static CheckedRecord sampled(
      Device device, SenmlRecord record, WaveSign sign, IncomingMessage message) {
    Optional<String> text = record.plainString();
    if (record.sum()) {
      return rejected(device, record, RejectionReason.SUM_NOT_TAKEN);
    }
    if (!record.hasString() || record.value() != null) {
      return rejected(device, record, RejectionReason.NO_SAMPLES);
    }
    if (text.isEmpty()) {
      return rejected(device, record, RejectionReason.BAD_SAMPLES);
    }
    return switch (SamplesText.read(sign, record.unit(), text.get())) {
      case SamplesText.Result.Refused(RejectionReason reason) -> rejected(device, record, reason);
      case SamplesText.Result.Read(Samples samples) ->
          timed(
              device,
              record,
              message,
              time ->
                  new TakenWaveform(
                      record.index(), device.id(), new Waveform(sign, time, samples)));
    };
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
    BigDecimal digits = sent.stripTrailingZeros();
    if (digits.precision() > MAX_DIGITS || digits.scale() > MAX_DECIMALS) {
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
    return timed(
        device,
        record,
        message,
        time -> new Taken(record.index(), device.id(), sign, time, value.get()));
  }

  private static CheckedRecord timed(
      Device device,
      SenmlRecord record,
      IncomingMessage message,
      LongFunction<CheckedRecord> taken) {
    long receivedAtMillis = message.receivedAtMillis();
    OptionalLong time = record.timeMillis();
    if (time.isEmpty() && device.clockless() && message.numbered()) {
      time = OptionalLong.of(record.relativeMillis(receivedAtMillis));
    }
    if (time.isEmpty()) {
      return rejected(device, record, RejectionReason.NO_CLOCK);
    }
    TakenTimes times = TakenTimes.of(receivedAtMillis);
    if (time.getAsLong() < times.oldest()) {
      return rejected(device, record, RejectionReason.TOO_OLD);
    }
    if (time.getAsLong() > times.newest()) {
      return rejected(device, record, RejectionReason.IN_THE_FUTURE);
    }
    return taken.apply(time.getAsLong());
  }

  private static Rejected rejected(Device device, SenmlRecord record, RejectionReason reason) {
    return new Rejected(record.index(), device.id(), reason, record);
  }
}
