package io.pulsewarden.keys.vault;

import io.github.jopenlibs.vault.VaultException;
import io.pulsewarden.vault.VaultAnswer;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultSession;
import io.pulsewarden.vault.standin.VaultOperator;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The server that VAULT_ADDR and VAULT_TOKEN name, on a mount of its own, or else the stand-in. The
 * token must be allowed to mount and unmount.
 */
final class VaultUnderTest implements AutoCloseable {

  /** Where a test is not about time: a busy machine takes long over its TLS and its pauses. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** As docs/vault.md has it. */
  static final String STAND_IN_MOUNT = "pulsewarden";

  private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

  private final @Nullable VaultStandIn standIn;
  private final VaultConnection connection;
  private final VaultLogin login;
  private final VaultLogin trimLogin;
  private final VaultLogin rootLogin;
  private final String mount;
  private final Clock clock;

  private VaultUnderTest(
      @Nullable VaultStandIn standIn,
      VaultConnection connection,
      VaultLogin login,
      VaultLogin trimLogin,
      VaultLogin rootLogin,
      String mount,
      Clock clock) {
    this.standIn = standIn;
    this.connection = connection;
    this.login = login;
    this.trimLogin = trimLogin;
    this.rootLogin = rootLogin;
    this.mount = mount;
    this.clock = clock;
  }

  static VaultUnderTest start(Path folder, Clock clock) throws IOException {
    String address = System.getenv("VAULT_ADDR");
    String token = System.getenv("VAULT_TOKEN");
    return address == null || token == null
        ? standIn(VaultStandIn.start(clock), folder, clock)
        : real(address, token, folder, clock);
  }

  /** Prepared by what docs/vault.md has an operator type, and nothing else. */
  static VaultUnderTest standIn(VaultStandIn server, Path folder, Clock clock) throws IOException {
    VaultOperator operator = new VaultOperator(server, null, folder);
    operator.prepareKeys();
    operator.prepareTrim();
    return new VaultUnderTest(
        server,
        connection(server.url()),
        new VaultLogin.AppRole("approle", folder.resolve("role-id"), folder.resolve("secret-id")),
        new VaultLogin.AppRole(
            "approle", folder.resolve("trim-role-id"), folder.resolve("trim-secret-id")),
        new VaultLogin.TokenFile(file(folder, "root", VaultStandIn.ROOT)),
        STAND_IN_MOUNT,
        clock);
  }

  private static VaultUnderTest real(String address, String token, Path folder, Clock clock)
      throws IOException {
    VaultLogin login = new VaultLogin.TokenFile(file(folder, "token", token));
    String mount = "pulsewarden-test-" + UUID.randomUUID();
    VaultConnection connection = connection(URI.create(address));
    VaultAnswer mounted =
        new TransitClient(new VaultSession(connection, login, clock), "sys/mounts")
            .write(mount, Map.of("type", "transit"));
    if (!mounted.isSuccess()) {
      throw mounted.failure();
    }
    return new VaultUnderTest(null, connection, login, login, login, mount, clock);
  }

  private static VaultConnection connection(URI address) {
    return new VaultConnection(address, null, VaultUnderTest::defaultTls, PATIENCE);
  }

  static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Which nobody else may read. */
  static Path file(Path folder, String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  /** Requests to its mount, in a session of their own. */
  TransitClient transit() {
    return new TransitClient(new VaultSession(connection, login, clock), mount);
  }

  /** The same, by the second role. */
  TransitClient trimmingTransit() {
    return new TransitClient(new VaultSession(connection, trimLogin, clock), mount);
  }

  /** The same, by who may do all. */
  TransitClient rootTransit() {
    return new TransitClient(new VaultSession(connection, rootLogin, clock), mount);
  }

  /** A provider with sessions of its own. */
  VaultKekProvider provider() {
    return new VaultKekProvider(
        transit(),
        new TransitClient(new VaultSession(connection, trimLogin, clock), mount),
        THREADS);
  }

  VaultKekProvider provider(VaultConnection own) {
    return new VaultKekProvider(
        new TransitClient(new VaultSession(own, login, clock), mount), null, THREADS);
  }

  @Override
  public void close() throws VaultException {
    if (standIn != null) {
      standIn.close();
    } else {
      new VaultSession(connection, login, clock).vault().logical().delete("sys/mounts/" + mount);
    }
  }
}
