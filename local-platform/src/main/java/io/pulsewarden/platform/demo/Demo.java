package io.pulsewarden.platform.demo;

import io.pulsewarden.platform.client.Person;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.launch.Part;
import io.pulsewarden.platform.launch.Progress;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.Readiness;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Three patients in a nurse's care, and devices that send their vitals. */
public final class Demo {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final DataFolder data;
  private final Ports ports;
  private final Progress progress;

  public Demo(DataFolder data, Ports ports, Progress progress) {
    this.data = data;
    this.ports = ports;
    this.progress = progress;
  }

  /** Returns when the nurse reads vitals over FHIR. */
  public void begin() throws Exception {
    DemoRecord record = DemoRecord.read(data);
    try (PlatformHttp http = PlatformHttp.trusting(data.ca("edge").resolve("ca.crt"))) {
      Person nurse = Person.demo(http, data, ports, "nurse");
      progress.step(
          "three patients, their nurse and their devices are there",
          () -> {
            Person admin = Person.demo(http, data, ports, "admin");
            new Seeding(admin, ports, record, Clock.systemUTC()).seed(nurse.id());
            return record;
          });
      Instant since = Clock.systemUTC().instant();
      ServerProcess simulator = simulator(record);
      Ward ward = new Ward(nurse, ports, record, since);
      progress.step("new vitals are readable over FHIR", () -> firstVital(simulator, ward));
      ward.lines().forEach(progress::say);
    }
  }

  private Void firstVital(ServerProcess simulator, Ward ward) {
    Readiness.await(
        simulator,
        data.process(Part.SIMULATOR.key()).log(),
        PATIENCE,
        () -> !ward.lines().isEmpty());
    return null;
  }

  private ServerProcess simulator(DemoRecord record) throws IOException {
    ProcessFiles process = data.process(Part.SIMULATOR.key());
    var running = process.running(Part.SIMULATOR.key());
    if (running.isPresent()) {
      return running.get();
    }
    Path folder = PrivateFiles.folder(data.of(Part.SIMULATOR.key()));
    Path list = folder.resolve("demo-devices.jsonl");
    PrivateFiles.replace(list, devices(record));
    List<String> arguments =
        List.of(
            "--env",
            data.environment().toString(),
            "--state",
            folder.resolve("demo").toString(),
            "--demo",
            list.toString());
    return new ServerCommand(
            "the simulator",
            SimulatorLaunch.commandLine(ServerFiles.ofThisBuild(), arguments),
            folder,
            process)
        .start();
  }

  private static String devices(DemoRecord record) {
    StringBuilder lines = new StringBuilder();
    for (DemoPatient patient : DemoPatient.values()) {
      lines.append(
          "{\"deviceId\":\"%s\",\"claim\":\"%s\",\"profile\":\"%s\",\"patient\":\"%s\"}%n"
              .formatted(
                  record.get("device." + patient.name()).orElseThrow(),
                  record.get("claim." + patient.name()).orElseThrow(),
                  patient.profile(),
                  record.get("patient." + patient.name()).orElseThrow()));
    }
    return lines.toString();
  }
}
