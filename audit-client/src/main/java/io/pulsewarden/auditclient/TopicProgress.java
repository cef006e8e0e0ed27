package io.pulsewarden.auditclient;

/** What Kafka knows of the audit topic. Blocks. */
interface TopicProgress extends AutoCloseable {

  /** The offset that the next record will get. */
  long end();

  /**
   * The first offset that the log has not read. Where its keeper never said, the first record that
   * there is: none is deleted before it is in the log.
   */
  long reached();

  @Override
  void close();
}
