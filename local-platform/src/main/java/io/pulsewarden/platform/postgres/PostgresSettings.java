package io.pulsewarden.platform.postgres;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.process.FreePorts;
import io.pulsewarden.platform.secret.Password;

/**
 * How a server is started.
 *
 * @param port on 127.0.0.1
 * @param serviceCa signs the server and is the only one whose clients get in by certificate
 * @param trustDomain of the server's SPIFFE id
 * @param superuserPassword of {@code postgres}; must be the same at each start on one folder
 * @param ownerPassword of the owner roles
 */
public record PostgresSettings(
    int port,
    LocalCa serviceCa,
    String trustDomain,
    Password superuserPassword,
    Password ownerPassword) {

  /** A free port and new passwords, for a folder that no one starts on again. */
  public static PostgresSettings forTests(LocalCa serviceCa, String trustDomain) {
    return new PostgresSettings(
        FreePorts.find(), serviceCa, trustDomain, Password.random(), Password.random());
  }
}
