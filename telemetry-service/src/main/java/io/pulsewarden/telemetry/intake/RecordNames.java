package io.pulsewarden.telemetry.intake;

/** The names of one pack, one after the other: most share their base. One thread at a time. */
final class RecordNames {

  private RecordName last = RecordName.of("");
  private String base = "";

  /** As {@link RecordName#of}. */
  RecordName of(String name) {
    if (!base.isEmpty() && name.startsWith(base)) {
      return new RecordName(last.device(), last.foreign(), name.substring(base.length()));
    }
    last = RecordName.of(name);
    base = last.device().isPresent() ? name.substring(0, name.length() - last.code().length()) : "";
    return last;
  }
}
