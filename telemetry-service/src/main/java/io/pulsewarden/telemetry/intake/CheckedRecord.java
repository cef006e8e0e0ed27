package io.pulsewarden.telemetry.intake;

import io.pulsewarden.telemetry.senml.SenmlRecord;
import io.pulsewarden.telemetry.vitals.Reading.Waveform;
import io.pulsewarden.telemetry.vitals.RejectionReason;
import io.pulsewarden.telemetry.vitals.VitalSign;
import java.math.BigDecimal;
import java.util.UUID;

/** What became of one record. */
sealed interface CheckedRecord {

  /** Position in the pack. */
  int index();

  /** It becomes a reading, or a part of one. */
  sealed interface Good extends CheckedRecord {

    /** Who measured. */
    UUID device();

    long timeMillis();
  }

  /** It is a block of samples. */
  record TakenWaveform(int index, UUID device, Waveform waveform) implements Good {
    @Override
    public long timeMillis() {
      return waveform.timeMillis();
    }
  }

  /**
   * It is a vital sign.
   *
   * @param device who measured
   * @param value in the canonical unit
   */
  record Taken(int index, UUID device, VitalSign sign, long timeMillis, BigDecimal value)
      implements Good {
    @Override
    public String toString() {
      return "Taken[" + index + "]";
    }
  }

  /**
   * It goes to quarantine.
   *
   * @param device whose key seals it: the one that measured, if the sender may speak for it
   */
  record Rejected(int index, UUID device, RejectionReason reason, SenmlRecord record)
      implements CheckedRecord {}
}
