package io.pulsewarden.registry.device;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.UUID;

/** A row of {@code device_key}: whose a public key is, whatever certificates it had. */
@Entity
@Table(name = "device_key")
public class DeviceKeyEntity {

  /** SHA-256 over the SubjectPublicKeyInfo, in hexadecimal. */
  @Id
  @Column(name = "key_hash")
  private String keyHash;

  @Column(name = "device_id", updatable = false)
  private UUID deviceId;

  private boolean compromised;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields of what it loads.
  protected DeviceKeyEntity() {}

  public String keyHash() {
    return keyHash;
  }

  /** Whether a device may enrol this key. */
  public boolean mayBeUsedBy(UUID device) {
    return deviceId.equals(device) && !compromised;
  }
}
