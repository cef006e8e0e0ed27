package io.pulsewarden.platform.launch;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.certificates.Pem;
import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.process.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The two CAs of a folder and what they issue, anew at each start.
 *
 * @param services signs services, Kafka and PostgreSQL
 * @param edge signs what devices, apps and people connect to
 */
record ServiceTls(LocalCa services, LocalCa edge) {

  static final String TRUST_DOMAIN = "pulsewarden.local";

  static ServiceTls openOrCreate(DataFolder data) throws IOException {
    return new ServiceTls(
        LocalCa.openOrCreate(data.ca("services"), "Pulsewarden local service CA"),
        LocalCa.openOrCreate(data.ca("edge"), "Pulsewarden local edge CA"));
  }

  /** Writes a service's {@code service.*} and {@code edge.*}, and both CAs' certificates. */
  void issue(Path folder, String service) throws IOException {
    PrivateFiles.folder(folder);
    services.issueService(service, TRUST_DOMAIN).writePem(folder, "service");
    Pem.writeCertificates(folder.resolve("service-ca.crt"), List.of(services.certificate()));
    issueEdge(folder, service);
  }

  /** Writes {@code edge.*} alone. */
  void issueEdge(Path folder, String server) throws IOException {
    PrivateFiles.folder(folder);
    edge.issueEdge(server).writePem(folder, "edge");
    Pem.writeCertificates(folder.resolve("edge-ca.crt"), List.of(edge.certificate()));
  }
}
