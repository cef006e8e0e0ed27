package io.pulsewarden.audit.log;

import java.time.Instant;
import java.util.Optional;

/** What Kafka still has of the topic's one partition. Blocks. */
interface TopicRecords extends AutoCloseable {

  /** The first offset that there still is. */
  long earliest();

  /** The offset that the next record will get. */
  long end();

  /** When the broker took the newest record; empty where there is none. */
  Optional<Instant> newestAt();

  /** The first offset that the broker took then or later; the end if there is none. */
  long firstAt(Instant time);

  /** Deletes all records below an offset, for ever. What is gone already is no error. */
  void deleteBelow(long offset);

  /** Says to whoever writes records how far the log is: the first offset that it has not read. */
  void reached(long offset);

  @Override
  void close();
}
