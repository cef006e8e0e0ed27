package io.pulsewarden.audit.siem;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A connection to a receiver, opened when it is needed. One thread. */
interface Receiver extends AutoCloseable {

  /** Sends; blocks while the receiver is slow. */
  void send(List<OcsfEvent> events) throws IOException;

  /**
   * Returns once all that was sent is with the receiver, as far as the protocol can tell. Else what
   * was sent since the last time has to be sent again.
   */
  void confirm() throws IOException;

  /** How long what was sent may wait for being confirmed. */
  Duration confirmAfter();

  @Override
  void close();
}
