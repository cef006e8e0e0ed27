package io.pulsewarden.simulator.identity;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/**
 * An enrolled device.
 *
 * @param device the id, also the certificate's common name and the MQTT client id
 * @param key stays in this process and in the state folder
 * @param chain the device's certificate first; without the root
 */
public record DeviceIdentity(UUID device, PrivateKey key, List<X509Certificate> chain) {

  public DeviceIdentity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a device without a certificate has no identity");
    }
  }

  /** Shows this identity in a TLS handshake. */
  public KeyManager[] keyManagers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("device", key, new char[0], chain.toArray(X509Certificate[]::new));
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, new char[0]);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("cannot show the device's certificate", e);
    }
  }

  /** Redacted: says who, never the key. */
  @Override
  public String toString() {
    return "DeviceIdentity[" + device + "]";
  }
}
