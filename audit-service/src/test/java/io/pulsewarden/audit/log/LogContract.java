package io.pulsewarden.audit.log;

/** One contract for all that a log is kept in. */
interface LogContract {

  LogUnderTest log();

  SequencerRuns runs();
}
