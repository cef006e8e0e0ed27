package io.pulsewarden.audit.log;

/** Whether the database still has the log that was published, as far as this instance knows. */
public interface LogStanding {

  /**
   * False while the sequencer finds the database older than what it published, or another log:
   * nothing of it is to be shown then.
   */
  boolean holds();
}
