package io.pulsewarden.simulator.replay;

import java.util.Locale;

/** The recorded patient's devices: two, so that an arterial line and a cuff don't contradict. */
public enum Role {
  /** The bedside monitor: heart, pulse and respiratory rate, saturation, arterial pressure. */
  MONITOR,
  /** The cuff: non-invasive pressure. */
  CUFF;

  /** The name in files and tables. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
