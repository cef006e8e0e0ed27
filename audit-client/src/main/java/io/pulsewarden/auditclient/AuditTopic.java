package io.pulsewarden.auditclient;

/** Where audit records go. One partition: leaf order is offset order. */
public final class AuditTopic {

  /** The topic of audit records. */
  public static final String NAME = "audit.events.v1";

  /** Its only partition. */
  public static final int PARTITION = 0;

  /**
   * The consumer group under which the log's keeper says how far it has read. It is a word to
   * others: where the log goes on reading stands in its own database.
   */
  public static final String PROGRESS_GROUP = "audit-service.progress";

  private AuditTopic() {}
}
