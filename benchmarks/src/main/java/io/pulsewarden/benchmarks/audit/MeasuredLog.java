package io.pulsewarden.benchmarks.audit;

import io.pulsewarden.platform.client.HttpAnswer;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/** The running audit-service, as an outsider sees it, and its database's owner. */
final class MeasuredLog {

  private static final double NANOS = 1e9;

  private final AuditBed bed;

  /** When a checkpoint of this size was first seen. */
  record Seen(long nanos, long size) {}

  MeasuredLog(AuditBed bed) {
    this.bed = bed;
  }

  /** Entries that the newest published checkpoint has. */
  long size() throws IOException, InterruptedException {
    return size(get("/checkpoint"));
  }

  private static long size(byte[] note) {
    return Long.parseLong(
        new String(note, StandardCharsets.UTF_8).lines().skip(1).findFirst().orElseThrow());
  }

  /** Copies the log into a folder, from its database. */
  long copy(Path folder) throws IOException, InterruptedException, SQLException {
    byte[] note = get("/checkpoint");
    try (Connection connection = bed.owner().open()) {
      new CopiedLog(connection, folder).write(note, size(note));
    }
    return size(note);
  }

  /** How many entries more the log has than the topic has records before it. */
  long ahead() throws SQLException {
    try (Connection connection = bed.owner().open();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT size - next_offset FROM tree_head")) {
      row.next();
      return row.getLong(1);
    }
  }

  /**
   * Looks at the checkpoint again and again until it has so many entries; that may change.
   *
   * @param pause between two looks: each costs the service and this process something
   */
  List<Seen> watch(LongSupplier until, Duration pause) throws IOException, InterruptedException {
    List<Seen> seen = new ArrayList<>();
    long size = -1;
    while (size < until.getAsLong()) {
      long now = size();
      if (now > size) {
        size = now;
        seen.add(new Seen(System.nanoTime(), size));
      }
      LockSupport.parkNanos(pause.toNanos());
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
    HttpAnswer answer = bed.http().send(PlatformHttp.request(bed.url() + path).build());
    if (!answer.isSuccess()) {
      throw new IOException(path + " gave " + answer.status());
    }
    return answer.body();
  }

  /** Copies the log into a folder. */
  void export(Path folder) throws IOException, InterruptedException {
    Path token = folder.resolveSibling("token");
    Files.writeString(token, bed.auditor());
    verifier(
        "mirror",
        bed.url(),
        "--to",
        folder.toString(),
        "--token-file",
        token.toString(),
        "--ca",
        bed.tls("audit-service").resolve("edge-ca.crt").toString());
  }

  /** Seconds that the verifier takes for a copy, its start included. */
  double verify(Path folder) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    verifier(
        "verify",
        folder.toString(),
        "--service-ca",
        bed.tls("audit-service").resolve("service-ca.crt").toString());
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
                key().toString()));
    line.addAll(List.of(more));
    Path printed = bed.folder().resolve(action + ".log");
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

  private Path key() throws IOException, InterruptedException {
    Path file = bed.folder().resolve("log.key.pub");
    Files.write(file, get("/v1/log-key"));
    return file;
  }
}
