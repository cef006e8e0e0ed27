package io.pulsewarden.platform;

import io.pulsewarden.platform.certificates.IssuedCertificate;
import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.kafka.KafkaIdentity;
import io.pulsewarden.platform.kafka.KafkaServer;
import io.pulsewarden.platform.network.CutWire;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.schema.SchemaMigrator;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Real servers for a service's tests: Kafka and PostgreSQL over mTLS, the service's own
 * certificates, its topics and its migrated database. The servers are started once a JVM and end
 * with it; {@link #close()} leaves them to the JVM's other tests.
 *
 * <p>Thread-safe.
 */
public final class ServiceTestBed implements AutoCloseable {

  /** Of all certificates that the test bed issues. */
  public static final String TRUST_DOMAIN = "pulsewarden.local";

  private static @Nullable TestBedServers servers;

  private final String service;
  private final TestBedServers mine;

  private ServiceTestBed(String service, TestBedServers mine) {
    this.service = service;
    this.mine = mine;
  }

  /** Starts what isn't started, and migrates the service's database if it has migrations. */
  public static ServiceTestBed start(String service) {
    ServiceTestBed bed = new ServiceTestBed(service, sharedServers());
    bed.serviceTls(service);
    bed.migrate();
    return bed;
  }

  /** What the service's application.properties leave to be given from outside. */
  public Map<String, String> quarkusConfig() {
    String database = ServiceDatabase.ofService(service).database();
    Map<String, String> config = new HashMap<>();
    config.put("quarkus.http.host", "127.0.0.1");
    config.put("quarkus.http.test-port", "0");
    config.put("quarkus.http.test-ssl-port", "0");
    config.put("quarkus.management.host", "127.0.0.1");
    config.put("quarkus.management.test-port", "0");
    config.put("kafka.bootstrap.servers", mine.kafka().bootstrapServers());
    config.put(
        "quarkus.datasource.reactive.url",
        "postgresql://localhost:" + mine.postgres().port() + "/" + database);
    config.put("pulsewarden.tls.dir", serviceTls(service).toString());
    config.put("pulsewarden.trust-domain", TRUST_DOMAIN);
    return config;
  }

  /** Kafka client properties of the super-user. */
  public Map<String, Object> adminKafkaProperties() {
    return mine.kafka().adminProperties();
  }

  /** Kafka client properties of a service, with its certificate and its rights alone. */
  public Map<String, Object> kafkaProperties(String name) {
    return KafkaIdentity.properties(mine.kafka().bootstrapServers(), serviceTls(name), "service");
  }

  /**
   * The folder with TLS files of a service (made at the first call): {@code service.crt}, {@code
   * .key}, {@code .pem}, {@code service-ca.crt}, {@code edge.crt}, {@code .key}, {@code
   * edge-ca.crt}.
   */
  public Path serviceTls(String name) {
    Path folder = mine.folder().resolve("tls").resolve(name);
    synchronized (mine) {
      if (!Files.exists(folder.resolve("edge-ca.crt"))) {
        try {
          writeTls(folder, name);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return folder;
  }

  /** The CA of Kafka, PostgreSQL and the services. */
  public LocalCa serviceCa() {
    return mine.serviceCa();
  }

  /** The CA of what people and devices connect to. */
  public LocalCa edgeCa() {
    return mine.edgeCa();
  }

  /** The broker, for tests that kill it. */
  public KafkaServer kafka() {
    return mine.kafka();
  }

  /** By which clients speak to the broker once they asked it where it is, for tests that cut it. */
  public CutWire kafkaWire() {
    return mine.wire();
  }

  /** The database server, for tests that kill it. */
  public PostgresServer postgres() {
    return mine.postgres();
  }

  /** A superuser's connection to the service's database, for assertions; the caller closes it. */
  public Connection superuserConnection() throws SQLException {
    return mine.postgres().superuser(ServiceDatabase.ofService(service).database()).open();
  }

  /** Leaves the shared servers running: they end with the JVM. */
  @Override
  public void close() {
    // Nothing of its own is open.
  }

  private void migrate() {
    Path migrations = ServerFiles.ofThisBuild().migrations(service);
    if (Files.isDirectory(migrations)) {
      SchemaMigrator.migrate(mine.postgres().owner(ServiceDatabase.ofService(service)), migrations);
    }
  }

  private void writeTls(Path folder, String name) throws IOException {
    IssuedCertificate own = mine.serviceCa().issueService(name, TRUST_DOMAIN);
    KafkaIdentity.write(folder, "service", own, mine.serviceCa().certificate());
    mine.edgeCa().issueEdge(name).writePem(folder, "edge");
    Pem.writeCertificates(folder.resolve("edge-ca.crt"), List.of(mine.edgeCa().certificate()));
  }

  private static synchronized TestBedServers sharedServers() {
    if (servers == null) {
      try {
        TestBedServers started = TestBedServers.start(TRUST_DOMAIN);
        Runtime.getRuntime().addShutdownHook(new Thread(started::stop, "stop-test-bed"));
        servers = started;
        return started;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the test bed started", e);
      } catch (Exception e) {
        throw new IllegalStateException("the test bed could not be started", e);
      }
    }
    return servers;
  }
}
