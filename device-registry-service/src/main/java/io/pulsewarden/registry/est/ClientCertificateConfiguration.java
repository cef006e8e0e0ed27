package io.pulsewarden.registry.est;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/**
 * Has the HTTPS port ask for a client certificate. Not by Quarkus' own setting for it, which would
 * make an identity of whatever certificate comes, on every path.
 */
@Singleton
class ClientCertificateConfiguration implements HttpServerOptionsCustomizer {

  @Override
  public void customizeHttpsServer(HttpServerOptions options) {
    options.setClientAuth(ClientAuth.REQUEST);
  }
}
