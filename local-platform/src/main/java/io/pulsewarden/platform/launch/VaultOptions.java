package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.PlatformException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A Vault that keeps the platform's key-encryption keys, and the files that let key management in.
 *
 * @param roleId and secretId for AppRole, or both null
 * @param token for a token file, or null
 * @param authority the CA of Vault's certificate; needed for https
 */
public record VaultOptions(
    URI url,
    @Nullable Path roleId,
    @Nullable Path secretId,
    @Nullable Path token,
    @Nullable Path authority) {

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  /**
   * Checks that it is one way in, and that what is named can be read.
   *
   * @throws PlatformException in one line, if not
   */
  public VaultOptions {
    boolean https = "https".equals(url.getScheme());
    if (!https && !("http".equals(url.getScheme()) && THIS_MACHINE.contains(url.getHost()))) {
      throw new PlatformException("--vault takes an https URL, or http on this machine");
    }
    if (https && authority == null) {
      throw new PlatformException("--vault-ca-file must name the CA of Vault's certificate");
    }
    boolean appRole = roleId != null && secretId != null;
    boolean half = (roleId == null) != (secretId == null);
    if (half || appRole == (token != null)) {
      throw new PlatformException(
          "--vault needs --vault-role-id-file and --vault-secret-id-file, or --vault-token-file");
    }
    for (Path file : new @Nullable Path[] {roleId, secretId, token, authority}) {
      if (file != null && !Files.isReadable(file)) {
        throw new PlatformException("a file for Vault can't be read: " + file);
      }
    }
  }

  /** As key management's configuration has it; no secret is in it. */
  Map<String, String> configuration() {
    Map<String, String> values = new TreeMap<>();
    values.put("pulsewarden.kek.provider", "vault");
    values.put(VaultCheck.URL, url.toString());
    if (!"https".equals(url.getScheme())) {
      // Known here: it is on this machine, whose platform is no production.
      values.put("pulsewarden.vault.accept-risk", "true");
    }
    if (roleId != null && secretId != null) {
      values.put(VaultCheck.LOGIN + ".method", "approle");
      values.put(VaultCheck.LOGIN + ".role-id-file", absolute(roleId));
      values.put(VaultCheck.LOGIN + ".secret-id-file", absolute(secretId));
    }
    if (token != null) {
      values.put(VaultCheck.LOGIN + ".method", "token");
      values.put(VaultCheck.LOGIN + ".token-file", absolute(token));
    }
    if (authority != null) {
      values.put("pulsewarden.vault.tls-configuration-name", "vault");
      values.put(VaultCheck.AUTHORITY, absolute(authority));
    }
    return values;
  }

  private static String absolute(Path file) {
    return file.toAbsolutePath().normalize().toString();
  }
}
