package io.pulsewarden.vault;

import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where Vault is and how to speak to it.
 *
 * @param namespace of Vault Enterprise or OpenBao
 * @param tls as certificates are now; asked at each login
 * @param timeout for a whole answer, in full seconds
 */
public record VaultConnection(
    URI address, @Nullable String namespace, Supplier<SSLContext> tls, Duration timeout) {

  public VaultConnection {
    if (timeout.toSeconds() < 1) {
      throw new IllegalArgumentException("a timeout of a second at least");
    }
  }

  HttpClient newHttpClient() {
    return HttpClient.newBuilder().sslContext(tls.get()).connectTimeout(timeout).build();
  }

  /** A client with this token; an empty one for logins. */
  Vault client(HttpClient http, String token) throws VaultException {
    VaultConfig config =
        new VaultConfig()
            .address(address.toString())
            .token(token)
            .engineVersion(1)
            .httpClient(http)
            .openTimeout((int) timeout.toSeconds())
            .readTimeout((int) timeout.toSeconds())
            .sslConfig(new SslConfig().verify(true).build());
    if (namespace != null) {
      config = config.nameSpace(namespace);
    }
    return Vault.create(config.build());
  }
}
