package io.pulsewarden.audit.log;

import java.time.Duration;
import java.util.List;

/** Reads the topic's one partition, from an offset on. One thread. */
interface TopicReader extends AutoCloseable {

  /** The next records; empty if there are none within this time. */
  List<Received> poll(Duration patience);

  @Override
  void close();
}
