package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.process.ServerProcess;
import java.nio.file.Path;

/** Gives one service its certificates and configuration, and starts it. */
record ServiceStart(
    ServiceConfiguration configuration, ServiceLaunch launch, ServiceTls tls, Progress progress) {

  void start(Part service) throws Exception {
    Path folder = configuration.data().of(service.key()).resolve("tls");
    tls.issue(folder, service.key());
    configuration.write(service);
    progress.step(service.key() + " is ready", () -> launch.start(service));
  }

  /** For one that an earlier 'up' started, and that may have been killed before it was ready. */
  void awaitReady(Part service, ServerProcess running) {
    launch.awaitReady(service, running);
  }
}
