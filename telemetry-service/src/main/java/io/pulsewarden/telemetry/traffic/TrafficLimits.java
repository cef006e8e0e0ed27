package io.pulsewarden.telemetry.traffic;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much devices and organisations may send to this instance. A device's limits outlive its
 * connections, so that it gains nothing by connecting anew; an organisation's are shared by its
 * devices here. Other instances count for themselves. Thread-safe.
 */
public final class TrafficLimits {

  /** Whose limit was reached. */
  public enum Excess {
    DEVICE,
    ORGANISATION
  }

  private static final long SWEPT_EACH_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Rates rates;
  private final Clock clock;
  private final Map<UUID, DeviceBuckets> devices = new ConcurrentHashMap<>();
  private final Map<UUID, OfOrganisation> organisations = new ConcurrentHashMap<>();
  private final Refusals refusals;
  private final AtomicLong nextSweep;

  public TrafficLimits(Rates rates, Clock clock) {
    this.rates = rates;
    this.clock = clock;
    this.refusals = new Refusals(rates.device().connects(), rates.burst(), clock);
    this.nextSweep = new AtomicLong(clock.millis() + SWEPT_EACH_MILLIS);
  }

  /** An organisation's limits. */
  public final class OfOrganisation {
    private final TokenBucket messages = bucket(rates.organisation().messages());
    private final TokenBucket bytes = bucket(rates.organisation().bytes());
    private final TokenBucket quarantined = bucket(rates.organisation().quarantined());

    private OfOrganisation() {}

    /** Counts a message; false if it was one too much. */
    public boolean published(long size) {
      if (!messages.take(1)) {
        return false;
      }
      if (!bytes.take((double) size)) {
        messages.giveBack(1);
        return false;
      }
      return true;
    }

    /** Counts what goes to quarantine; false if it is too much. */
    public boolean quarantined(long weight) {
      return quarantined.takeOrOwe((double) weight);
    }
  }

  /** The limits of one session, until it is closed. */
  public final class OfSession {
    private final UUID device;
    private final DeviceBuckets own;
    private final OfOrganisation organisation;

    private OfSession(UUID device, DeviceBuckets own, OfOrganisation organisation) {
      this.device = device;
      this.own = own;
      this.organisation = organisation;
    }

    /** Counts a message; whose limit it was beyond. */
    public Optional<Excess> published(long size) {
      if (!own.messages.take(1)) {
        return Optional.of(Excess.DEVICE);
      }
      if (!own.bytes.take((double) size)) {
        own.messages.giveBack(1);
        return Optional.of(Excess.DEVICE);
      }
      if (!organisation.published(size)) {
        own.messages.giveBack(1);
        own.bytes.giveBack((double) size);
        return Optional.of(Excess.ORGANISATION);
      }
      return Optional.empty();
    }

    /** Counts topic filters of a SUBSCRIBE or UNSUBSCRIBE; false if they are too many. */
    public boolean subscribed(int filters) {
      return own.subscriptions.take(filters);
    }

    /** Counts what goes to quarantine; false if it is too much. */
    public boolean quarantined(long weight) {
      if (!own.quarantined.takeOrOwe((double) weight)) {
        return false;
      }
      if (!organisation.quarantined(weight)) {
        own.quarantined.giveBack((double) weight);
        return false;
      }
      return true;
    }

    /** The session has ended; what it took is remembered. To be called once. */
    public void closed() {
      devices.computeIfPresent(
          device,
          (_, buckets) -> {
            buckets.open--;
            return buckets;
          });
    }
  }

  /** Counts a CONNECT of the device that would be let in; false if it was one too much. */
  public boolean mayConnect(UUID device) {
    sweep();
    return devices.computeIfAbsent(device, _ -> buckets()).connects.take(1);
  }

  /**
   * Counts a CONNECT that was refused; false where there were so many that it is not told of.
   *
   * @param fingerprint of the certificate that it came with
   */
  public boolean mayTellOfRefused(String fingerprint) {
    sweep();
    return refusals.take(fingerprint);
  }

  /** Whether it was said long enough ago that the device connects too often. */
  public boolean isNews(UUID device) {
    return devices.computeIfAbsent(device, _ -> buckets()).news.take(1);
  }

  /** A session of the device begins. */
  public OfSession session(UUID device, UUID organisation) {
    DeviceBuckets own =
        devices.compute(
            device,
            (_, known) -> {
              DeviceBuckets buckets = known == null ? buckets() : known;
              buckets.open++;
              return buckets;
            });
    return new OfSession(device, own, organisation(organisation));
  }

  /** What is left of an organisation's limits. */
  public OfOrganisation organisation(UUID organisation) {
    return organisations.computeIfAbsent(organisation, _ -> new OfOrganisation());
  }

  /** Devices that are remembered. */
  int devices() {
    return devices.size();
  }

  /** Certificates of refused CONNECTs that are remembered. */
  int refused() {
    return refusals.size();
  }

  /** Forgets devices and certificates that have all of their limits again. */
  private void sweep() {
    long now = clock.millis();
    long due = nextSweep.get();
    if (now >= due && nextSweep.compareAndSet(due, now + SWEPT_EACH_MILLIS)) {
      refusals.sweep();
      devices
          .keySet()
          .forEach(
              device ->
                  devices.computeIfPresent(
                      device, (_, buckets) -> buckets.isForgettable() ? null : buckets));
    }
  }

  private DeviceBuckets buckets() {
    return new DeviceBuckets(rates.device(), rates.burst(), clock);
  }

  private TokenBucket bucket(double perSecond) {
    return DeviceBuckets.bucket(perSecond, rates.burst(), clock);
  }
}
