package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.PlatformException;
import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.process.PrivateFiles;
import io.pulsewarden.platform.process.ProcessFiles;
import io.pulsewarden.platform.process.Readiness;
import io.pulsewarden.platform.process.ServerCommand;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts one of our services and waits until it is ready. */
record ServiceLaunch(DataFolder data, Ports ports, ServerFiles files, PlatformHttp http) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Returns when the service's readiness check is green. */
  ServerProcess start(Part service) throws IOException {
    Path jar = files.root().resolve(service.key()).resolve("target/quarkus-app/quarkus-run.jar");
    if (!Files.exists(jar)) {
      throw new PlatformException(
          service.key() + " is not built: run './mvnw -Dfast -DskipTests package'");
    }
    Path folder = PrivateFiles.folder(data.of(service.key()));
    ProcessFiles process = data.process(service.key());
    ServerProcess started =
        new ServerCommand(service.key(), commandLine(service, jar), folder, process).start();
    awaitReady(service, started);
    return started;
  }

  /** Returns when the readiness check of a started service is green. */
  void awaitReady(Part service, ServerProcess started) {
    String ready = PlatformEnvironment.https(ports, service.management()) + "/q/health/ready";
    Readiness.await(
        started,
        data.process(service.key()).log(),
        PATIENCE,
        () -> http.send(PlatformHttp.request(ready).build()).isSuccess());
  }

  /** No core file and no heap dump: they would hold keys and readings. */
  private List<String> commandLine(Part service, Path jar) {
    List<String> line = new ArrayList<>();
    line.addAll(
        List.of(
            ServerFiles.java().toString(),
            "-Xmx" + (service == Part.TELEMETRY ? 384 : 224) + "m",
            "-XX:MaxMetaspaceSize=192m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=" + data.logs().resolve(service.key() + "-crash.log"),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dfile.encoding=UTF-8",
            "-Djava.io.tmpdir=" + data.temporary()));
    line.addAll(toldOptions(service));
    line.addAll(List.of("-jar", jar.toString()));
    return line;
  }

  /**
   * What is to be measured may need another heap, or another collector, than a demonstration: what
   * {@code PULSEWARDEN_TELEMETRY_JAVA} says comes last, and so counts.
   */
  private static List<String> toldOptions(Part service) {
    String told = System.getenv("PULSEWARDEN_TELEMETRY_JAVA");
    return service == Part.TELEMETRY && told != null
        ? List.of(told.strip().split("\\s+", -1))
        : List.of();
  }
}
