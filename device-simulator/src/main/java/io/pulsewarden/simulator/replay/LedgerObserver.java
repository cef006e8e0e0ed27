package io.pulsewarden.simulator.replay;

import io.pulsewarden.simulator.mqtt.OutgoingMessage;
import io.pulsewarden.simulator.mqtt.SessionObserver;
import java.util.UUID;

/** Writes answers to a ledger and passes everything on. */
public final class LedgerObserver implements SessionObserver {

  private final SessionObserver next;
  private final Ledger ledger;

  public LedgerObserver(SessionObserver next, Ledger ledger) {
    this.next = next;
    this.ledger = ledger;
  }

  @Override
  public void connected(UUID device, boolean again) {
    next.connected(device, again);
  }

  @Override
  public void connectFailed(UUID device, int reasonCode, String cause) {
    next.connectFailed(device, reasonCode, cause);
  }

  @Override
  public void lost(UUID device, int reasonCode) {
    next.lost(device, reasonCode);
  }

  @Override
  public void sent(UUID device, OutgoingMessage message) {
    next.sent(device, message);
  }

  @Override
  public void answered(
      UUID device, OutgoingMessage message, int packetId, int reasonCode, long nanos) {
    ledger.answered(device, message, packetId, reasonCode);
    next.answered(device, message, packetId, reasonCode, nanos);
  }
}
