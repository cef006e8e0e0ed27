package io.pulsewarden.telemetry.session;

/** The device's end of a session, as the session sees it. Called on the session's own thread. */
interface Peer {

  /** Runs it on the session's thread; from any thread. */
  void execute(Runnable task);

  /**
   * Answers a PUBLISH.
   *
   * @param reasons for people, in MQTT 5's reason string if the device wants them; may be empty
   */
  void acknowledge(int packetId, Acknowledgement acknowledgement, String reasons);

  /** Whether the device listens for receipts: one that nobody reads need not be written. */
  boolean listensToReceipts();

  /** Sends a receipt for a PUBLISH, if the device listens for receipts. */
  void sendReceipt(Publication publication, byte[] json);

  /**
   * Sends the device its configuration, if it listens for it.
   *
   * @return whether an answer is to come, as {@link DeviceSession#onConfigurationAnswered}
   */
  boolean sendConfiguration(byte[] json);

  /** Sends a notice, if the device listens for notices. */
  void sendNotice(byte[] json);

  /** Says why, by a number and in words, where the protocol can, and closes. */
  void disconnect(CloseReason reason);
}
