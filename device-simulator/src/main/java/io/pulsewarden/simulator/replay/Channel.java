package io.pulsewarden.simulator.replay;

/** The columns of a record, and which of the patient's two devices measures each. */
enum Channel {
  HR("HR", "8867-4", "/min", Role.MONITOR),
  PULSE("PULSE", "8889-8", "/min", Role.MONITOR),
  RESP("RESP", "9279-1", "/min", Role.MONITOR),
  SPO2("SpO2", "59408-5", "%", Role.MONITOR),
  ABP_SYS("ABPSys", "8480-6", "mm[Hg]", Role.MONITOR),
  ABP_DIAS("ABPDias", "8462-4", "mm[Hg]", Role.MONITOR),
  ABP_MEAN("ABPMean", "8478-0", "mm[Hg]", Role.MONITOR),
  NBP_SYS("NBPSys", "8480-6", "mm[Hg]", Role.CUFF),
  NBP_DIAS("NBPDias", "8462-4", "mm[Hg]", Role.CUFF),
  NBP_MEAN("NBPMean", "8478-0", "mm[Hg]", Role.CUFF);

  private final String column;
  private final String code;
  private final String unit;
  private final Role role;

  Channel(String column, String code, String unit, Role role) {
    this.column = column;
    this.code = code;
    this.unit = unit;
    this.role = role;
  }

  /** The heading in the file. */
  String column() {
    return column;
  }

  /** LOINC. */
  String code() {
    return code;
  }

  /** UCUM. */
  String unit() {
    return unit;
  }

  Role role() {
    return role;
  }
}
