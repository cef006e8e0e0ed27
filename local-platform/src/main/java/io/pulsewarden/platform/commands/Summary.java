package io.pulsewarden.platform.commands;

import io.pulsewarden.platform.data.DataFolder;
import io.pulsewarden.platform.data.DemoUser;
import io.pulsewarden.platform.data.PlatformEnvironment;
import io.pulsewarden.platform.data.Port;
import io.pulsewarden.platform.data.Ports;
import io.pulsewarden.platform.demo.DemoRecord;
import io.pulsewarden.platform.servers.ServerFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a person sees when the platform is up: where everything is and what to try. */
final class Summary {

  private final DataFolder data;
  private final Ports ports;
  private final PrintWriter out;

  Summary(DataFolder data, Ports ports, PrintWriter out) {
    this.data = data;
    this.ports = ports;
    this.out = out;
  }

  void print(boolean withDemo, boolean detached) throws IOException {
    out.println();
    row("FHIR R4", PlatformEnvironment.https(ports, Port.TELEMETRY) + "/fhir");
    row("devices (MQTT, mTLS)", "localhost:" + ports.of(Port.MQTT));
    row("device registry, EST", PlatformEnvironment.https(ports, Port.REGISTRY));
    row("audit log", PlatformEnvironment.https(ports, Port.AUDIT) + "/checkpoint");
    row("key management", PlatformEnvironment.https(ports, Port.KEYS));
    row("log in (Keycloak)", PlatformEnvironment.issuer(ports));
    row("CA of all of these", data.ca("edge").resolve("ca.crt").toString());
    row(
        "demo users",
        Arrays.stream(DemoUser.values()).map(DemoUser::login).collect(Collectors.joining(", ")));
    row("their passwords", data.demoUsers().toString());
    row("addresses for shells", data.environment().toString());
    out.println();
    if (withDemo) {
      commands();
    }
    out.println(detached ? "./pulsewarden down   stops it." : "Ctrl-C stops it.");
    out.flush();
  }

  private void commands() throws IOException {
    String usual = ServerFiles.ofThisBuild().root().resolve(".pulsewarden").toString();
    String where = data.root().toString().equals(usual) ? "" : " --data " + data.root();
    String device = DemoRecord.read(data).firstDevice().orElse("DEVICE");
    out.println("Try:");
    out.println("  ./pulsewarden vitals " + device + " --as nurse" + where);
    out.println("  ./pulsewarden revoke " + device + " --as admin" + where);
    out.println("  ./pulsewarden verify --tamper --as auditor" + where);
    out.println();
  }

  private void row(String name, String value) {
    out.printf("  %-22s %s%n", name, value);
  }
}
