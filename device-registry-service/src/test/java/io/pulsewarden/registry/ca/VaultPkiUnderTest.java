package io.pulsewarden.registry.ca;

import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.json.JsonObject;
import io.pulsewarden.vault.VaultConnection;
import io.pulsewarden.vault.VaultLogin;
import io.pulsewarden.vault.VaultMount;
import io.pulsewarden.vault.VaultSession;
import io.pulsewarden.vault.standin.VaultOperator;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The server that VAULT_ADDR and VAULT_TOKEN name, on a mount of its own, or else the stand-in; in
 * both, a root and an issuing CA made as docs/vault.md says. The token must be allowed to mount and
 * unmount.
 */
final class VaultPkiUnderTest implements AutoCloseable {

  /** For an answer that will come. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final @Nullable VaultStandIn standIn;
  private final URI address;
  private final VaultLogin operator;
  private final VaultLogin service;
  private final String mount;
  private final StatusLocations locations;
  private final Clock clock;
  private String rootId = "";
  private @Nullable X509Certificate root;

  private final AnnouncedIssuers announced;
  private final Map<String, Instant> told = new HashMap<>();

  private VaultPkiUnderTest(
      @Nullable VaultStandIn standIn,
      URI address,
      VaultLogin operator,
      VaultLogin service,
      String mount,
      StatusLocations locations,
      Clock clock) {
    this.standIn = standIn;
    this.address = address;
    this.operator = operator;
    this.service = service;
    this.mount = mount;
    this.locations = locations;
    this.clock = clock;
    this.announced = new AnnouncedIssuers(Duration.ZERO, clock);
    setUp();
  }

  static VaultPkiUnderTest start(Path folder, StatusLocations locations, Clock clock)
      throws IOException {
    String address = System.getenv("VAULT_ADDR");
    String token = System.getenv("VAULT_TOKEN");
    if (address == null || token == null) {
      return standIn(VaultStandIn.start(clock), folder, locations, clock);
    }
    VaultLogin login = new VaultLogin.TokenFile(file(folder, "token", token));
    String mount = "pulsewarden-test-" + UUID.randomUUID();
    return new VaultPkiUnderTest(null, URI.create(address), login, login, mount, locations, clock);
  }

  /** The registry's policy and login are what docs/vault.md has an operator type. */
  static VaultPkiUnderTest standIn(
      VaultStandIn server, Path folder, StatusLocations locations, Clock clock) throws IOException {
    new VaultOperator(server, null, folder).prepareRegistry();
    return new VaultPkiUnderTest(
        server,
        server.url(),
        new VaultLogin.TokenFile(file(folder, "root-token", VaultStandIn.ROOT)),
        new VaultLogin.AppRole(
            "approle", folder.resolve("registry-role-id"), folder.resolve("registry-secret-id")),
        "pulsewarden-devices",
        locations,
        clock);
  }

  /** Which nobody else may read. */
  static Path file(Path folder, String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void setUp() {
    VaultMount mounts = mount(operator, "sys/mounts");
    VaultPki.require(mounts.write(mount, Map.of("type", "pki")));
    VaultPki.require(mounts.write(mount + "/tune", Map.of("max_lease_ttl", "87600h")));
    JsonObject made =
        operatorsWrite(
            "root/generate/internal",
            Map.of(
                "common_name",
                "Device root under test",
                "organization",
                "Pulsewarden",
                "key_type",
                "ec",
                "key_bits",
                384,
                "ttl",
                "87600h"));
    rootId = VaultPki.text(made, "issuer_id");
    root = VaultPki.certificate(VaultPki.text(made, "certificate"));
    addIssuer(Duration.ofDays(1000));
  }

  /** Makes an issuing CA below the root, the default from now on, that telemetry knows. */
  void addIssuer(Duration lifetime) {
    announce(addUnannouncedIssuer(lifetime));
  }

  void announce(X509Certificate issuer) {
    told.put(AnnouncedIssuers.fingerprint(issuer), clock.instant());
    announced.sent(told);
  }

  /** The same, that telemetry has not heard of. */
  X509Certificate addUnannouncedIssuer(Duration lifetime) {
    String name = "Device issuing CA under test " + UUID.randomUUID();
    String request =
        VaultPki.text(
            operatorsWrite(
                "intermediate/generate/internal",
                Map.of(
                    "common_name",
                    name,
                    "organization",
                    "Pulsewarden",
                    "key_type",
                    "ec",
                    "key_bits",
                    256)),
            "csr");
    String pem =
        VaultPki.text(
            operatorsWrite(
                "issuer/" + rootId + "/sign-intermediate",
                Map.of(
                    "csr",
                    request,
                    "common_name",
                    name,
                    "use_csr_values",
                    true,
                    "max_path_length",
                    0,
                    "ttl",
                    lifetime.toSeconds() + "s")),
            "certificate");
    String id =
        Objects.requireNonNull(
                operatorsWrite("intermediate/set-signed", Map.of("certificate", pem))
                    .get("imported_issuers"))
            .asArray()
            .get(0)
            .asString();
    X509Certificate issuer = VaultPki.certificate(pem);
    locations
        .crl(issuer)
        .ifPresent(
            list ->
                operatorsWrite(
                    "issuer/" + id,
                    Map.of(
                        "crl_distribution_points",
                        list.toString(),
                        "ocsp_servers",
                        locations.ocsp().orElseThrow().toString())));
    makeDefault(id);
    return issuer;
  }

  void makeDefault(String id) {
    operatorsWrite("config/issuers", Map.of("default", id));
  }

  String rootId() {
    return rootId;
  }

  JsonObject operatorsWrite(String path, Map<String, Object> body) {
    return VaultPki.data(mount(operator, mount).write(path, body));
  }

  X509Certificate root() {
    return Objects.requireNonNull(root);
  }

  String mountName() {
    return mount;
  }

  /** An authority with a session of its own. */
  CertificateAuthority authority(Duration lifetime, Executor background) {
    return authority(lifetime, background, PATIENCE, locations);
  }

  CertificateAuthority authority(Duration lifetime, Executor background, Duration timeout) {
    return authority(lifetime, background, timeout, locations);
  }

  CertificateAuthority authority(
      Duration lifetime, Executor background, Duration timeout, StatusLocations stated) {
    return new VaultCertificateAuthority(
        new VaultPki(
            new VaultMount(
                new VaultSession(
                    new VaultConnection(address, null, VaultPkiUnderTest::defaultTls, timeout),
                    service,
                    clock),
                mount)),
        new DeviceCertificateProfile(new CertificateLifetime(lifetime), stated),
        announced,
        background,
        clock);
  }

  private VaultMount mount(VaultLogin login, String name) {
    return new VaultMount(
        new VaultSession(
            new VaultConnection(address, null, VaultPkiUnderTest::defaultTls, PATIENCE),
            login,
            clock),
        name);
  }

  private static SSLContext defaultTls() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  @Override
  public void close() throws VaultException {
    if (standIn != null) {
      standIn.close();
    } else {
      new VaultSession(
              new VaultConnection(address, null, VaultPkiUnderTest::defaultTls, PATIENCE),
              operator,
              clock)
          .vault()
          .logical()
          .delete("sys/mounts/" + mount);
    }
  }
}
