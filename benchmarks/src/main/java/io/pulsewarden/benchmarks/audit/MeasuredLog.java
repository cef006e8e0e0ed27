package io.pulsewarden.benchmarks.audit;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.client.AuditLog;
import io.pulsewarden.platform.client.HttpAnswer;
import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.postgres.PostgresLogin;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.postgres.ServiceDatabase;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** The running audit-service, as an outsider sees it, and its database's owner. */
final class MeasuredLog implements AutoCloseable {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final double NANOS = 1e9;

  private final DataFolder data;
  private final PlatformHttp http;
  private final AuditLog log;
  private final Person auditor;
  private final PostgresLogin owner;

  /** When a checkpoint of this size was first seen. */
  record Seen(long nanos, long size) {}

  MeasuredLog(DataFolder data) throws Exception {
    this.data = data;
    Ports ports = Ports.of(data);
    LocalCa services = LocalCa.openOrCreate(data.ca("services"), "services");
    LocalCa edge = LocalCa.openOrCreate(data.ca("edge"), "edge");
    Passwords passwords = Passwords.openOrCreate(data);
    this.http = PlatformHttp.trusting(List.of(services.certificate(), edge.certificate()));
    this.log = new AuditLog(http, data, ports);
    this.auditor = Person.demo(http, data, ports, "auditor");
    this.owner =
        PostgresServer.ownerLogin(
            data.of("postgres"),
            new PostgresSettings(
                ports.of(Port.POSTGRES),
                services,
                "pulsewarden.local",
                passwords.postgresSuperuser(),
                passwords.postgresOwner()),
            ServiceDatabase.AUDIT);
  }

  /** The database owner's login. */
  PostgresLogin owner() {
    return owner;
  }

  /** Entries that the newest published checkpoint has. */
  long size() throws IOException, InterruptedException {
    String note = new String(get("/checkpoint"), StandardCharsets.UTF_8);
    return Long.parseLong(note.lines().skip(1).findFirst().orElseThrow());
  }

  /** How many entries more the log has than the topic has records before it. */
  long ahead() throws SQLException {
    try (Connection connection = owner.open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT size - next_offset FROM tree_head")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Looks at the checkpoint again and again until it has so many entries; that may change. */
  List<Seen> watch(LongSupplier until) throws IOException, InterruptedException {
    List<Seen> seen = new ArrayList<>();
    long size = -1;
    while (size < until.getAsLong()) {
      long now = size();
      if (now > size) {
        size = now;
        seen.add(new Seen(System.nanoTime(), size));
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return seen;
  }

  /** Microseconds of inclusion proofs of entries anywhere in the log, one after the other. */
  Histogram proofs(int count) throws IOException, InterruptedException {
    long size = size();
    for (int i = 0; i < count / 2; i++) {
      get(proof(size));
    }
    Histogram micros = new Histogram(3);
    for (int i = 0; i < count; i++) {
      micros.recordValue(timed(proof(size)));
    }
    return micros;
  }

  /** Microseconds of the same number of requests that need one row and no proof. */
  Histogram checkpoints(int count) throws IOException, InterruptedException {
    Histogram micros = new Histogram(3);
    for (int i = 0; i < count; i++) {
      micros.recordValue(timed("/checkpoint"));
    }
    return micros;
  }

  private static String proof(long size) {
    return "/v1/proofs/inclusion?index=%d&size=%d"
        .formatted(ThreadLocalRandom.current().nextLong(size), size);
  }

  private long timed(String path) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    get(path);
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin);
  }

  private byte[] get(String path) throws IOException, InterruptedException {
    HttpAnswer answer = http.send(PlatformHttp.request(log.url() + path).build());
    if (!answer.isSuccess()) {
      throw new IOException(path + " gave " + answer.status());
    }
    return answer.body();
  }

  /** Copies the log into a folder. */
  void export(Path folder) throws IOException, InterruptedException {
    Path token = folder.resolveSibling("token");
    Files.writeString(token, auditor.token());
    verifier(
        "mirror",
        log.url(),
        "--to",
        folder.toString(),
        "--token-file",
        token.toString(),
        "--ca",
        data.ca("edge").resolve("ca.crt").toString());
  }

  /** Seconds that the verifier takes for a copy, its start included. */
  double verify(Path folder) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    verifier(
        "verify",
        folder.toString(),
        "--service-ca",
        data.ca("services").resolve("ca.crt").toString());
    return (System.nanoTime() - begin) / NANOS;
  }

  private void verifier(String action, String where, String... more)
      throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(
            List.of(
                ServerFiles.java().toString(),
                "-Xmx512m",
                "-jar",
                ServerFiles.ofThisBuild()
                    .root()
                    .resolve("log-verifier/target/log-verifier-0.1.0-SNAPSHOT.jar")
                    .toString(),
                action,
                where,
                "--key",
                log.key().toString()));
    line.addAll(List.of(more));
    Path printed = data.temporary().resolve(action + ".log");
    int code =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start()
            .waitFor();
    if (code != 0) {
      throw new IOException(action + " ended with " + code + ": " + Files.readString(printed));
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
