package io.pulsewarden.e2e;

import io.pulsewarden.e2e.Chart.ReadValue;
import io.pulsewarden.e2e.RecordedVitals.Device;
import io.pulsewarden.e2e.RecordedVitals.ExpectedValue;
import io.pulsewarden.e2e.Ward.RegisteredDevice;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** A recorded patient with a monitor and a cuff, replayed by the simulator as fast as it can. */
final class Replay {

  static final Path RECORD =
      Platform.ROOT.resolveSibling("shared").resolve("data/mimic2-s00001-numerics.csv");

  private final Platform platform;
  private final Path file;
  private final RecordedVitals record;
  private final String patient;
  private final RegisteredDevice monitor;
  private final RegisteredDevice cuff;
  private final Instant start;
  private final String speed;
  private final Path ledger;
  private final Path list;

  private Replay(
      Platform platform,
      Ward ward,
      String patient,
      Path file,
      Instant start,
      String speed,
      Path folder)
      throws IOException {
    this.platform = platform;
    this.file = file;
    this.patient = patient;
    this.start = start;
    this.speed = speed;
    this.record = RecordedVitals.read(file, start);
    String serial = UUID.randomUUID().toString();
    this.monitor = ward.device("MONITOR-" + serial, patient, start.minusSeconds(60));
    this.cuff = ward.device("CUFF-" + serial, patient, start.minusSeconds(60));
    this.ledger = folder.resolve("ledger.csv");
    this.list = folder.resolve("devices.jsonl");
    Files.write(list, List.of(line(monitor, "monitor"), line(cuff, "cuff")));
  }

  /** Registers and assigns both devices, so that they wear the patient from minute 0 on. */
  static Replay prepare(Platform platform, Ward ward, String patient, Path file) {
    Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofHours(33));
    return prepare(platform, ward, patient, file, start, "max");
  }

  /** The same, from another minute 0 on and at another pace than the fastest. */
  static Replay prepare(
      Platform platform, Ward ward, String patient, Path file, Instant start, String speed) {
    try {
      return new Replay(
          platform, ward, patient, file, start, speed, Files.createTempDirectory("replay"));
    } catch (IOException e) {
      throw new IllegalStateException("no folder for the replay", e);
    }
  }

  private static String line(RegisteredDevice device, String profile) {
    return "{\"deviceId\":\"%s\",\"claim\":\"%s\",\"profile\":\"%s\"}"
        .formatted(device.id(), device.claim(), profile);
  }

  /** Starts the simulator, which ends when every message is acknowledged. */
  Command.Running start() {
    return start(platform.data().resolve("platform.env"));
  }

  /** The same, towards the addresses in that file. */
  Command.Running start(Path addresses) {
    return platform
        .command(
            "simulate",
            "--env",
            addresses.toString(),
            "--record",
            file.toString(),
            "--devices-file",
            list.toString(),
            "--start",
            start.toString(),
            "--speed",
            speed,
            "--ledger",
            ledger.toString(),
            "--state",
            ledger.resolveSibling("state").toString())
        .start();
  }

  /** Answered messages so far. */
  long answered() {
    try {
      return Files.exists(ledger) ? Files.readAllLines(ledger).size() - 1L : 0;
    } catch (IOException e) {
      throw new IllegalStateException(ledger.toString(), e);
    }
  }

  /** What has to be readable, once each, in order. */
  List<String> expected() {
    return record.values().stream().map(this::line).sorted().toList();
  }

  /** What this user is shown of it, in the same form and order. */
  List<String> read(Chart chart, String user) {
    return Chart.values(chart.observations(user, patient)).stream()
        .map(Replay::line)
        .sorted()
        .toList();
  }

  private String line(ExpectedValue value) {
    return String.join(
        " ",
        device(value.device()),
        value.time().toString(),
        value.panel(),
        value.code(),
        plain(value.value()),
        value.unit());
  }

  private static String line(ReadValue value) {
    return String.join(
        " ",
        value.device(),
        value.time(),
        value.panel(),
        value.code(),
        plain(value.value()),
        value.unit());
  }

  private static String plain(String number) {
    return new BigDecimal(number).stripTrailingZeros().toPlainString();
  }

  RecordedVitals record() {
    return record;
  }

  String patient() {
    return patient;
  }

  String device(Device device) {
    return switch (device) {
      case MONITOR -> monitor.id();
      case CUFF -> cuff.id();
    };
  }
}
