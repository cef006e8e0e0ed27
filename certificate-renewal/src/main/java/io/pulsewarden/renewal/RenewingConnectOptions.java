package io.pulsewarden.renewal;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;

/**
 * Connect options whose PEM files are read into memory, and again when one was replaced: the client
 * keeps one TLS context for options that are equal, and would not look at a path twice. Key and
 * certificate are two files, so that a look between their two writes must not win: a pair that does
 * not match is not taken over.
 *
 * <p>Thread-safe. Reads small files where it is called, an event loop, when they changed.
 */
final class RenewingConnectOptions {

  private static final System.Logger LOG = System.getLogger(RenewingConnectOptions.class.getName());

  private final PgConnectOptions template;
  private final Path key;
  private final Path certificates;
  private final List<Path> anchors;
  private final WatchedFiles files;
  private PgConnectOptions current;

  RenewingConnectOptions(PgConnectOptions template) {
    if (!(template.getKeyCertOptions() instanceof PemKeyCertOptions identity)
        || !(template.getTrustOptions() instanceof PemTrustOptions trust)) {
      throw new IllegalStateException("PostgreSQL's key and trust anchors are PEM files");
    }
    this.template = SilentSessions.bounded(template);
    this.key = Path.of(identity.getKeyPath());
    this.certificates = Path.of(identity.getCertPath());
    this.anchors = trust.getCertPaths().stream().map(Path::of).toList();
    List<Path> all = new ArrayList<>(anchors);
    all.add(key);
    all.add(certificates);
    this.files = new WatchedFiles(all);
    try {
      this.current = load();
    } catch (IOException | GeneralSecurityException unusable) {
      throw new IllegalStateException("the service's certificate can't be used", unusable);
    }
  }

  synchronized PgConnectOptions latest() {
    try {
      if (files.changed()) {
        current = load();
        LOG.log(
            System.Logger.Level.INFO, "new connections to PostgreSQL use the renewed certificate");
      }
    } catch (IOException | GeneralSecurityException unusable) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the renewed certificate for PostgreSQL can't be used yet; the former one stays",
          unusable);
    }
    return new PgConnectOptions(current);
  }

  private PgConnectOptions load() throws IOException, GeneralSecurityException {
    Runnable accept = files.accept();
    byte[] keyPem = Files.readAllBytes(key);
    byte[] certificatePem = Files.readAllBytes(certificates);
    PemPair.check(keyPem, certificatePem);
    PemTrustOptions trust = new PemTrustOptions();
    for (Path anchor : anchors) {
      trust.addCertValue(Buffer.buffer(Files.readAllBytes(anchor)));
    }
    PgConnectOptions loaded = new PgConnectOptions(template);
    loaded.setKeyCertOptions(
        new PemKeyCertOptions()
            .setKeyValue(Buffer.buffer(keyPem))
            .setCertValue(Buffer.buffer(certificatePem)));
    loaded.setTrustOptions(trust);
    accept.run();
    return loaded;
  }
}
