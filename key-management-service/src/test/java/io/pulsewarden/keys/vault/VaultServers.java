package io.pulsewarden.keys.vault;

import io.pulsewarden.keys.KeyServers;
import io.pulsewarden.keys.OwnDatabase;
import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.certificates.ServerTrust;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.vault.standin.VaultOperator;
import io.pulsewarden.vault.standin.VaultStandIn;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * After {@link KeyServers}: the stand-in for Vault over TLS of the house's own CA, prepared by the
 * commands of docs/vault.md, and a database of its own, since the other one's keys are a keyring's.
 * The trim's SecretID lies elsewhere, until somebody gives it.
 */
public final class VaultServers implements QuarkusTestResourceLifecycleManager {

  /** Where the trim's SecretID is meanwhile. */
  public static final String KEPT = "test.trim-secret-id";

  /** Where it is looked for. */
  public static final String TRIM_SECRET_ID = "pulsewarden.vault.trim-login.secret-id-file";

  /** The name of the service's database. */
  public static final String LIVE = "test.live-database";

  /** The copy's, which is not there yet. */
  public static final String COPY = "test.copy-database";

  private @Nullable VaultStandIn server;

  @Override
  public int order() {
    return 1;
  }

  @Override
  public Map<String, String> start() {
    try {
      Path folder = Files.createTempDirectory("keys-vault");
      Map<String, String> config = new HashMap<>(vault(folder));
      PostgresLogin live = OwnDatabase.create(KeyServers.bed().postgres()::superuser);
      String url = live.url().substring("jdbc:".length());
      String copy = "copy_" + UUID.randomUUID().toString().replace('-', '_');
      config.put("quarkus.datasource.reactive.url", url);
      config.put("quarkus.datasource.username", live.user());
      config.put("quarkus.datasource.password", live.password().reveal());
      config.put(LIVE, url.substring(url.lastIndexOf('/') + 1));
      config.put(COPY, copy);
      config.put(
          "pulsewarden.restored-copy.url", url.substring(0, url.lastIndexOf('/') + 1) + copy);
      return config;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (GeneralSecurityException | SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private Map<String, String> vault(Path folder) throws IOException, GeneralSecurityException {
    LocalCa house = LocalCa.create("the house's CA");
    VaultStandIn started =
        VaultStandIn.startTls(Clock.systemUTC(), showing(house.issueEdge("vault")));
    server = started;
    VaultOperator operator =
        new VaultOperator(started, ServerTrust.of(List.of(house.certificate())), folder);
    operator.prepareKeys();
    operator.prepareTrim();
    Path ca = folder.resolve("ca.crt");
    Pem.writeCertificates(ca, List.of(house.certificate()));
    Path trimSecretId = folder.resolve("trim-secret-id");
    Path kept = Files.move(trimSecretId, folder.resolve("kept-trim-secret-id"));
    Map<String, String> config = new HashMap<>();
    config.put("pulsewarden.kek.provider", "vault");
    config.put("pulsewarden.vault.url", started.url().toString());
    config.put("pulsewarden.vault.tls-configuration-name", "vault");
    config.put("quarkus.tls.vault.trust-store.pem.certs", ca.toString());
    config.put("pulsewarden.vault.login.method", "approle");
    config.put("pulsewarden.vault.login.role-id-file", folder.resolve("role-id").toString());
    config.put("pulsewarden.vault.login.secret-id-file", folder.resolve("secret-id").toString());
    config.put("pulsewarden.vault.trim-login.method", "approle");
    config.put(
        "pulsewarden.vault.trim-login.role-id-file", folder.resolve("trim-role-id").toString());
    config.put(TRIM_SECRET_ID, trimSecretId.toString());
    config.put(KEPT, kept.toString());
    return config;
  }

  private static SSLContext showing(IssuedCertificate own)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, new char[0]);
    store.setKeyEntry(
        "own", own.privateKey(), new char[0], own.chain().toArray(new X509Certificate[0]));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(keys.getKeyManagers(), null, null);
    return tls;
  }

  @Override
  public void stop() {
    if (server != null) {
      server.close();
    }
  }
}
