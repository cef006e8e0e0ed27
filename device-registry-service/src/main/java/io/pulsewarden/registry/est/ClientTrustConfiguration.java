package io.pulsewarden.registry.est;

import io.quarkus.tls.runtime.TrustStoreAndTrustOptions;
import io.quarkus.tls.runtime.TrustStoreProvider;
import io.smallrye.common.annotation.Identifier;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/** The trust of the TLS configuration {@code devices}, which outlives its reloads. */
@Singleton
@Identifier("devices")
class ClientTrustConfiguration implements TrustStoreProvider {

  @Override
  public TrustStoreAndTrustOptions getTrustStore(Vertx vertx) {
    try {
      KeyStore none = KeyStore.getInstance("PKCS12");
      none.load(null, null);
      return new TrustStoreAndTrustOptions(none, TrustOptions.wrap(new AnyClientCertificate()));
    } catch (IOException | GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has PKCS#12", impossible);
    }
  }
}
