package io.pulsewarden.simulator.mqtt;

/** A message that is sent, again if need be, until it is answered. Its bytes never change. */
public final class OutgoingMessage {

  private final String label;
  private final int records;
  private final byte[] payload;

  /**
   * @param label what the ledger calls it, such as the minute of the record
   * @param records how many SenML records it has
   * @param payload not copied
   */
  public OutgoingMessage(String label, int records, byte[] payload) {
    this.label = label;
    this.records = records;
    this.payload = payload;
  }

  public String label() {
    return label;
  }

  public int records() {
    return records;
  }

  /** The bytes to send; not a copy, not to be changed. */
  public byte[] payload() {
    return payload;
  }
}
