package io.pulsewarden.outbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pulsewarden.auditclient.AuditProducers;
import io.pulsewarden.auditclient.ChainStamper;
import io.pulsewarden.auditclient.HeadSigner;
import io.pulsewarden.auditclient.ProducerIdentity;
import io.pulsewarden.borrowed.SessionLock;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditRecord;
import io.pulsewarden.platform.ServiceTestBed;
import io.pulsewarden.platform.kafka.KafkaServer;
import io.pulsewarden.platform.network.CutWire;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** An outbox of its own, in a schema of its own, with the rights that a service has. */
final class OutboxBed implements AutoCloseable {

  private static final String SERVICE = "audit-service";
  private static final OutboxRelay.Limits PATIENT =
      new OutboxRelay.Limits(Duration.ofHours(1), SessionLock.SILENCE, Duration.ofSeconds(5));
  private static final TopicPartition AUDIT = new TopicPartition("audit.events.v1", 0);

  private final ServiceTestBed bed = ServiceTestBed.start(SERVICE);

  /** Reads on from look to look, not anew at each. */
  private final KafkaConsumer<byte[], byte[]> consumer = reader(bed);

  private final List<byte[]> sent = new ArrayList<>();
  private final Vertx vertx = Vertx.vertx();
  private final String name;
  private final String schema;
  private final Pool pool;
  private @Nullable Pool cut;

  OutboxBed(String name) throws SQLException, IOException {
    this.name = name;
    this.schema = name.replace('-', '_');
    createTables();
    this.pool = openPool(bed.postgres().port());
  }

  OutboxRelay relay(Supplier<Producer<byte[], byte[]>> producers) {
    return relay(producers, pool, PATIENT);
  }

  /** A relay whose way to the database can be cut; whoever asks for it closes the wire. */
  OutboxRelay relay(CutWire wire, OutboxRelay.Limits limits) {
    cut = openPool(wire.port());
    return relay(producers(), cut, limits);
  }

  OutboxRelay relay(OutboxRelay.Limits limits) {
    return relay(producers(), pool, limits);
  }

  CutWire wire() throws IOException {
    return new CutWire(bed.postgres().port());
  }

  private OutboxRelay relay(
      Supplier<Producer<byte[], byte[]>> producers, Pool database, OutboxRelay.Limits limits) {
    Path tls = bed.serviceTls(SERVICE);
    ProducerIdentity identity =
        new ProducerIdentity(
            name, HeadSigner.fromPem(tls.resolve("service.crt"), tls.resolve("service.key")));
    return OutboxRelay.start(
        database, producers, new ChainStamper(identity, Clock.systemUTC()), limits);
  }

  KafkaServer kafka() {
    return bed.kafka();
  }

  Supplier<Producer<byte[], byte[]>> producers() {
    Map<String, Object> properties = bed.kafkaProperties(SERVICE);
    return () -> AuditProducers.create(properties);
  }

  void write(OutboxRow... rows) {
    pool.withTransaction(connection -> OutboxWriter.insert(connection, List.of(rows)))
        .await()
        .atMost(Duration.ofSeconds(60));
  }

  static OutboxRow event(int number) {
    return OutboxRow.audit(AuditEvent.newBuilder().setEventId("event " + number).build());
  }

  /** The values of this bed's chains in the topic, in the topic's order. */
  List<byte[]> sent() {
    long end = Objects.requireNonNull(consumer.endOffsets(List.of(AUDIT)).get(AUDIT));
    while (consumer.position(AUDIT) < end) {
      for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofMillis(200))) {
        if (parse(next.value()).getService().equals(name)) {
          sent.add(next.value());
        }
      }
    }
    return List.copyOf(sent);
  }

  private static KafkaConsumer<byte[], byte[]> reader(ServiceTestBed bed) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            bed.adminKafkaProperties(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.assign(List.of(AUDIT));
    consumer.seekToBeginning(List.of(AUDIT));
    return consumer;
  }

  /** The same, each once: whoever does not learn that something was sent sends it again. */
  List<byte[]> once() {
    return sent().stream()
        .map(ByteString::copyFrom)
        .distinct()
        .map(ByteString::toByteArray)
        .toList();
  }

  List<AuditRecord> records() {
    return once().stream().map(OutboxBed::parse).toList();
  }

  /** How many rows there are of a kind. */
  int rows(OutboxKind kind) {
    try (Connection connection = bed.superuserConnection();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT count(*) FROM " + schema + ".outbox WHERE kind = " + kind.code())) {
      result.next();
      return result.getInt(1);
    } catch (SQLException failed) {
      throw new AssertionError(failed);
    }
  }

  /** A session that has the lead for as long as it is open, and sends nothing. */
  Connection leader() throws SQLException {
    Connection connection = bed.superuserConnection();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + OutboxStore.LEADER_LOCK + ")");
    }
    return connection;
  }

  /** What a lost connection looks like to the service. */
  void killDatabaseSessions() throws SQLException {
    try (Connection connection = bed.superuserConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
              + schema
              + "'");
    }
  }

  static AuditRecord parse(byte[] value) {
    try {
      return AuditRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
  }

  @Override
  public void close() {
    if (cut != null) {
      cut.close().await().atMost(Duration.ofSeconds(60));
    }
    pool.close().await().atMost(Duration.ofSeconds(60));
    vertx.close().toCompletionStage().toCompletableFuture().join();
    consumer.close();
  }

  private void createTables() throws SQLException, IOException {
    String ddl;
    try (InputStream resource =
        Objects.requireNonNull(OutboxBed.class.getResourceAsStream("/outbox.sql"))) {
      ddl = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (Connection connection = bed.superuserConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + schema + "; SET search_path = " + schema);
      statement.execute(ddl);
      statement.execute("GRANT USAGE ON SCHEMA " + schema + " TO audit_service");
      statement.execute("GRANT SELECT, INSERT, DELETE ON outbox TO audit_service");
      statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON audit_chain TO audit_service");
    }
  }

  private Pool openPool(int port) {
    String tls = bed.serviceTls(SERVICE).toString();
    PgConnectOptions options =
        new PgConnectOptions()
            .setHost("localhost")
            .setPort(port)
            .setDatabase("audit")
            .setUser("audit_service")
            .addProperty("search_path", schema)
            .addProperty("application_name", schema)
            .setSslMode(SslMode.VERIFY_FULL);
    options
        .setPemKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(tls + "/service.crt")
                .addKeyPath(tls + "/service.key"))
        .setPemTrustOptions(new PemTrustOptions().addCertPath(tls + "/service-ca.crt"))
        .setHostnameVerificationAlgorithm("HTTPS");
    return Pool.newInstance(
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(4))
            .connectingTo(options)
            .using(vertx)
            .build());
  }
}
