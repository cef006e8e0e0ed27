package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.client.PlatformHttp;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.Passphrases;
import io.pulsewarden.platform.data.Passwords;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.process.ServerProcess;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Starts what does not run yet: PostgreSQL and Kafka first, Keycloak beside them, then the
 * services, which do not wait for Keycloak.
 */
public final class PlatformStart {

  private final DataFolder data;
  private final Progress progress;
  private final Processes processes;
  private final EnumSet<Part> ranBefore = EnumSet.noneOf(Part.class);

  public PlatformStart(DataFolder data, Progress progress) {
    this.data = data;
    this.progress = progress;
    this.processes = new Processes(data);
  }

  /** Returns when all of it is ready. The folder is locked by the caller. */
  public Ports start(UpOptions options) throws Exception {
    ranBefore.addAll(processes.running().keySet());
    Ports ports = Ports.choose(data, options.freePorts(), processes.ports());
    Passwords passwords = Passwords.openOrCreate(data);
    ServiceTls tls = ServiceTls.openOrCreate(data);
    PlatformEnvironment.write(data, ports);
    try (Passphrases passphrases =
            Passphrases.open(data, System.getenv(), options.askPassphrase());
        PlatformHttp http =
            PlatformHttp.trusting(
                List.of(tls.services().certificate(), tls.edge().certificate()))) {
      if (passphrases.areInside()) {
        progress.say("keys are kept inside the data folder: development keys, not for PHI");
      }
      ServerFiles files = ServerFiles.ofThisBuild();
      Backends backends = new Backends(data, ports, passwords, tls, files, progress);
      KekSettings keks = KekSettings.choose(data, options.vault(), passphrases);
      keks.settle(data);
      ServiceStart services =
          new ServiceStart(
              new ServiceConfiguration(data, ports, passphrases, keks),
              new ServiceLaunch(data, ports, files, http),
              tls,
              progress);
      run(backends, services, http);
    }
    return ports;
  }

  private void run(Backends backends, ServiceStart services, PlatformHttp http) throws Exception {
    try (Workers workers = new Workers()) {
      Workers.Task keycloakBuilt = workers.start(backends::prepareKeycloak);
      Workers.Task kafkaReady = workers.start(backends::kafka);
      backends.postgres();
      Workers.Task keycloakReady =
          workers.start(
              () -> {
                keycloakBuilt.await();
                backends.keycloak(http);
              });
      kafkaReady.await();
      List<Workers.Task> started = new ArrayList<>();
      for (Part service : Part.services()) {
        ServerProcess running = processes.running().get(service);
        started.add(
            running == null
                ? workers.start(() -> services.start(service))
                : workers.start(() -> services.awaitReady(service, running)));
      }
      for (Workers.Task task : started) {
        task.await();
      }
      keycloakReady.await();
    }
  }

  /** Stops all; for Ctrl-C. */
  public void stopAll() throws IOException {
    processes.stopAll(this::tell);
  }

  /** Stops what this start had started before it failed, and leaves what ran before it. */
  public void undo() throws IOException {
    processes.stop(EnumSet.complementOf(ranBefore), this::tell);
  }

  private void tell(Part part, boolean byItself) {
    progress.say(part.key() + (byItself ? " stopped" : " had to be killed"));
  }
}
