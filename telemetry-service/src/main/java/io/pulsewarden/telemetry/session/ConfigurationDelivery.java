package io.pulsewarden.telemetry.session;

import io.pulsewarden.telemetry.devicefeed.Device;
import io.pulsewarden.telemetry.devicefeed.DeviceSettings;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Brings a listening device its configuration: whenever it begins to listen, and when there is a
 * newer one. One at a time: what changes while one is on its way follows when that is acknowledged.
 * On the session's thread.
 */
final class ConfigurationDelivery {

  private static final long NONE = -1;

  private final Peer peer;
  private boolean listening;
  private long sent = NONE;
  private long onItsWay = NONE;
  private @Nullable DeviceSettings newest;

  ConfigurationDelivery(Peer peer) {
    this.peer = peer;
  }

  /** The device listens from now on: it is told what it was told before, too. */
  void listen(Device device) {
    listening = true;
    sent = NONE;
    offer(device);
  }

  void stopListening() {
    listening = false;
  }

  /** What the registry says of the device now. */
  void offer(Device device) {
    newest = device.settings().orElse(null);
    sendNewest();
  }

  /**
   * The device answered.
   *
   * @return the version that it has now
   */
  OptionalLong acknowledged() {
    long version = onItsWay;
    onItsWay = NONE;
    sendNewest();
    return version == NONE ? OptionalLong.empty() : OptionalLong.of(version);
  }

  private void sendNewest() {
    DeviceSettings settings = newest;
    if (listening && settings != null && onItsWay == NONE && settings.version() > sent) {
      sent = settings.version();
      if (peer.sendConfiguration(ConfigurationJson.write(settings))) {
        onItsWay = sent;
      }
    }
  }
}
