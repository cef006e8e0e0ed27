package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.vitals.VitalSign;
import io.pulsewarden.telemetry.vitals.WaveSign;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which codes are wanted; all, if none is named. */
record CodeFilter(Set<String> codes) {

  /** An Observation that carries two codings is found by either. */
  static CodeFilter of(Collection<String> named) {
    Set<String> all = new HashSet<>(named);
    Arrays.stream(VitalSign.values())
        .filter(sign -> sign.alsoCodedAs().stream().anyMatch(named::contains))
        .forEach(sign -> all.add(sign.code()));
    Arrays.stream(WaveSign.values())
        .filter(sign -> sign.alsoCodedAs().stream().anyMatch(named::contains))
        .forEach(sign -> all.add(sign.code()));
    return new CodeFilter(all);
  }

  boolean wants(String code) {
    return codes.isEmpty() || codes.contains(code);
  }
}
