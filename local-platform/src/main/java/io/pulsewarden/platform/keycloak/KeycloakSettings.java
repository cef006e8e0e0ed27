package io.pulsewarden.platform.keycloak;

import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.secret.Password;
import java.nio.file.Path;

/**
 * How Keycloak is started.
 *
 * @param port of HTTPS, on 127.0.0.1
 * @param tls folder with {@code edge.crt}, {@code edge.key}
 * @param database its own, as owner
 * @param adminPassword of the master realm's {@code admin}; must be the same at each start
 * @param temporary folder for its temporary files
 */
public record KeycloakSettings(
    int port, Path tls, PostgresLogin database, Password adminPassword, Path temporary) {

  /** {@code https://localhost:port}. */
  public String url() {
    return "https://localhost:" + port;
  }
}
