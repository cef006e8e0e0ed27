package io.pulsewarden.simulator.mqtt;

import java.util.UUID;

/** Hears what becomes of a device's session. Called from many threads; must not block for long. */
public interface SessionObserver {

  /** The server accepted the connection. */
  void connected(UUID device, boolean again);

  /** No connection: a reason code of CONNACK, or 0 if it didn't come to that. */
  void connectFailed(UUID device, int reasonCode, String cause);

  /** The connection ended, not by this side: the reason code of DISCONNECT, or 0 without one. */
  void lost(UUID device, int reasonCode);

  /** A message left, for the first time or again. */
  void sent(UUID device, OutgoingMessage message);

  /**
   * PUBACK came: the exchange is over, whatever the code.
   *
   * @param reasonCode 0x80 and above are refusals (MQTT 5 section 3.4.2.1)
   * @param nanos from the last time it left to now
   */
  void answered(UUID device, OutgoingMessage message, int packetId, int reasonCode, long nanos);
}
