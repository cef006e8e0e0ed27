package io.pulsewarden.logverifier;

import java.io.IOException;

/** Where a copy of a log is kept: C2SP tlog-tiles paths below one prefix. One thread. */
public interface TreeTarget extends TreeSource {

  /**
   * Adds a file that never changes: whole, or not at all, and durable when this returns. Adding the
   * same bytes again does nothing.
   *
   * @throws BadLogException if the copy has other bytes there
   */
  void add(String path, byte[] bytes) throws IOException, BadLogException;

  /**
   * Replaces the checkpoint: whole, or not at all. All that it covers was added before.
   *
   * @throws IOException if somebody replaced it since it was read here; the copy stays as it is
   */
  void publish(byte[] note) throws IOException;
}
