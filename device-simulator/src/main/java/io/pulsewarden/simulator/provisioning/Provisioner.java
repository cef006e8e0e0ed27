package io.pulsewarden.simulator.provisioning;

import io.pulsewarden.simulator.endpoints.HttpRefusal;
import io.pulsewarden.simulator.identity.DeviceIdentity;
import io.pulsewarden.simulator.identity.DeviceKeys;
import io.pulsewarden.simulator.identity.EstClient;
import io.pulsewarden.simulator.state.DeviceSlot;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes a device from nothing to a certificate: register, assign, claim, enrol. Each step is
 * skipped if the slot shows that it was done. Thread-safe, blocking.
 */
public final class Provisioner {

  private final RegistryClient registry;
  private final EstClient est;

  /** Finds out whose the device is; asked only for a device that is new. */
  @FunctionalInterface
  public interface Wearer {
    String patient() throws InterruptedException;
  }

  public Provisioner(RegistryClient registry, EstClient est) {
    this.registry = registry;
    this.est = est;
  }

  /**
   * The slot's device, made if there is none.
   *
   * @param model the model that it is registered as
   * @param from since when the wearer has it
   */
  public DeviceIdentity provision(DeviceSlot slot, String model, Wearer wearer, Instant from)
      throws InterruptedException {
    Optional<DeviceIdentity> enrolled = slot.identity();
    if (enrolled.isPresent()) {
      return enrolled.get();
    }
    if (slot.device().isEmpty()) {
      UUID device = registry.register("SIM-" + UUID.randomUUID(), model);
      registry.assign(device, wearer.patient(), from);
      slot.registered(device, registry.claim(device));
    }
    return enrol(slot);
  }

  /** Enrols a device that somebody else registered and made a claim for. */
  public DeviceIdentity enrol(DeviceSlot slot, UUID device, String claim)
      throws InterruptedException {
    Optional<DeviceIdentity> enrolled = slot.identity();
    if (enrolled.isPresent()) {
      return enrolled.get();
    }
    if (slot.device().isEmpty()) {
      slot.registered(device, claim);
    }
    return enrol(slot);
  }

  private DeviceIdentity enrol(DeviceSlot slot) throws InterruptedException {
    UUID device = slot.device().orElseThrow();
    KeyPair keys = DeviceKeys.generate();
    DeviceIdentity identity =
        new DeviceIdentity(device, keys.getPrivate(), certificate(slot, device, keys));
    slot.enrolled(identity);
    return identity;
  }

  private List<X509Certificate> certificate(DeviceSlot slot, UUID device, KeyPair keys)
      throws InterruptedException {
    try {
      return est.enrol(device, slot.claim().orElseThrow(), keys);
    } catch (HttpRefusal refusal) {
      if (refusal.status() != 401) {
        throw refusal;
      }
      // A crash may have come between the answer and the slot: that claim is used up.
      slot.claimed(registry.claim(device));
      return est.enrol(device, slot.claim().orElseThrow(), keys);
    }
  }
}
