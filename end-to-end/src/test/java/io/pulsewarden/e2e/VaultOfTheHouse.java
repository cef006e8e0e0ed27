package io.pulsewarden.e2e;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.certificates.ServerTrust;
import io.pulsewarden.vault.standin.VaultOperator;
import io.pulsewarden.vault.standin.VaultStandIn;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The stand-in for a hospital's Vault: by HTTPS with a certificate of the house's own CA, prepared
 * by the commands of docs/vault.md and nothing else.
 *
 * @param folder with {@code ca.crt}, {@code role-id} and {@code secret-id}
 */
record VaultOfTheHouse(VaultStandIn server, Path folder) implements AutoCloseable {

  static VaultOfTheHouse start(Path folder) throws IOException, GeneralSecurityException {
    LocalCa house = LocalCa.create("the house's CA");
    VaultStandIn server =
        VaultStandIn.startTls(Clock.systemUTC(), showing(house.issueEdge("vault")));
    new VaultOperator(server, ServerTrust.of(List.of(house.certificate())), folder).prepareKeys();
    Pem.writeCertificates(folder.resolve("ca.crt"), List.of(house.certificate()));
    return new VaultOfTheHouse(server, folder);
  }

  /** The options of {@code up}. */
  String[] options() {
    return new String[] {
      "--vault", server.url().toString(),
      "--vault-ca-file", folder.resolve("ca.crt").toString(),
      "--vault-role-id-file", folder.resolve("role-id").toString(),
      "--vault-secret-id-file", folder.resolve("secret-id").toString()
    };
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
  public void close() {
    server.close();
  }
}
