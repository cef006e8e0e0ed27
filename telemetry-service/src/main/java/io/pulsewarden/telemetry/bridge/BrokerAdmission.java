package io.pulsewarden.telemetry.bridge;

import io.pulsewarden.telemetry.bridge.Standing.Good;
import io.pulsewarden.telemetry.bridge.Standing.Lost;
import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceDirectory;
import io.pulsewarden.telemetry.devicefeed.FeedFreshness;
import java.util.Optional;

/**
 * Decides for brokers what the endpoint decides for devices, by the same directory, the same table
 * of states and the same limits of the feed's age; always from memory alone. Thread-safe.
 */
final class BrokerAdmission {

  private final DeviceDirectory directory;
  private final FeedFreshness freshness;

  BrokerAdmission(DeviceDirectory directory, FeedFreshness freshness) {
    this.directory = directory;
    this.freshness = freshness;
  }

  /** Whether a connection to this broker may be opened. */
  Standing toOpen(BridgedBroker broker) {
    return freshness.admitsSessions() ? ofGateway(broker) : new Lost(EndReason.FEED_STALE);
  }

  /** Whether one that is open may stay, and what came by it be acknowledged. */
  Standing toStay(BridgedBroker broker) {
    return freshness.keepsSessions() ? ofGateway(broker) : new Lost(EndReason.FEED_STALE);
  }

  private Standing ofGateway(BridgedBroker broker) {
    Optional<Device> found = directory.find(broker.gateway());
    if (found.isEmpty()) {
      return new Lost(EndReason.GATEWAY_UNKNOWN);
    }
    Device gateway = found.get();
    if (!gateway.organisation().equals(broker.organisation())) {
      return new Lost(EndReason.GATEWAY_OF_ANOTHER_ORGANISATION);
    }
    // The broker shows no certificate of the registry's: it need not be enrolled.
    return gateway.lifecycle().mayBeSpokenFor()
        ? new Good(gateway)
        : new Lost(EndReason.GATEWAY_REFUSED);
  }
}
