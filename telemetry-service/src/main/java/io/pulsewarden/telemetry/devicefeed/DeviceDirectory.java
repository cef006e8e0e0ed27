package io.pulsewarden.telemetry.devicefeed;

import jakarta.inject.Singleton;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The devices and issuers of the feed. One thread writes, any reads. Listeners are called on the
 * writer's thread, after the change can be seen.
 */
@Singleton
public final class DeviceDirectory {

  /** Is told what changed. Must not block. */
  public interface Listener {

    /** The device is new, changed, or gone. */
    default void deviceChanged(UUID device) {}

    /** Another set of issuers counts from now on. */
    default void issuersChanged(List<X509Certificate> issuers) {}
  }

  private final Map<UUID, Device> devices = new ConcurrentHashMap<>();
  private final Map<String, X509Certificate> issuers = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** From now on; what is known already is to be asked for. */
  public void addListener(Listener listener) {
    listeners.add(listener);
  }

  /** The device, unless the registry never said anything of it. */
  public Optional<Device> find(UUID device) {
    return Optional.ofNullable(devices.get(device));
  }

  /** Whether the device has a clock of its own; so one has of which the registry said nothing. */
  public boolean hasClock(UUID device) {
    return find(device).map(known -> !known.clockless()).orElse(true);
  }

  /** All that the registry ever said something of, as of about now. */
  public Stream<Device> all() {
    return devices.values().stream();
  }

  /** Whose device certificates may open a session. */
  public List<X509Certificate> issuers() {
    return List.copyOf(issuers.values());
  }

  /** Whether this issuer counts, now. */
  public boolean trusts(X509Certificate issuer) {
    return issuers.containsValue(issuer);
  }

  /** Takes what is newer than what is here; a redelivery changes nothing. */
  void put(Device device) {
    Device known = devices.get(device.id());
    if (known == null || known.version() < device.version()) {
      devices.put(device.id(), device);
      listeners.forEach(listener -> listener.deviceChanged(device.id()));
    }
  }

  /** The device never existed, or what is said of it can't be read: it may do nothing. */
  void remove(UUID device) {
    devices.remove(device);
    listeners.forEach(listener -> listener.deviceChanged(device));
  }

  void putIssuer(String key, X509Certificate issuer) {
    issuers.put(key, issuer);
    listeners.forEach(listener -> listener.issuersChanged(issuers()));
  }

  void removeIssuer(String key) {
    issuers.remove(key);
    listeners.forEach(listener -> listener.issuersChanged(issuers()));
  }
}
