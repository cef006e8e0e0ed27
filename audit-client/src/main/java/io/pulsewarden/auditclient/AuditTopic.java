package io.pulsewarden.auditclient;

/** Where audit records go. One partition: leaf order is offset order. */
public final class AuditTopic {

  /** The topic of audit records. */
  public static final String NAME = "audit.events.v1";

  /** Its only partition. */
  public static final int PARTITION = 0;

  private AuditTopic() {}
}
